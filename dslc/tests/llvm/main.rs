//! The pass, the library under instrumented programs and the compiled price step, with the real
//! compilers.

mod build;
mod pass;
mod price;
mod step;
mod tools;
