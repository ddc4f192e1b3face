//! How problems are run: what `auto` takes for which problem, what each method derives, and that the
//! steps that are derived settle while twice the exact limit does not.

#[path = "methods/ascent.rs"]
mod ascent;
#[path = "methods/choices.rs"]
mod choices;
#[path = "methods/random.rs"]
mod random;
