//! From text to items: [`split()`] finds the items, the grammar `num.pest` reads each, [`lower`] makes
//! the syntax tree.
//!
//! A phase of its own: it knows neither names nor units, and no input makes it panic.

mod alike;
pub mod ast;
mod errors;
mod expected;
mod grammar;
mod lower;
mod repair;
mod scan;
pub mod split;

pub use alike::Alike;
pub use lower::{Parsed, broken, parse, rational};
pub use split::split;

/// Deepest tree of an expression that the parser makes: later phases may recurse over it. A thread that
/// compiles specs of strangers needs a stack of 8 MiB; measured without optimisation, 4 MiB suffice.
pub const MAX_DEPTH: usize = 1_000;

/// Bytes of an item, which are far fewer than `u32` holds.
fn local(start: usize, end: usize) -> ast::Local {
    let narrow = |at| u32::try_from(at).unwrap_or(u32::MAX);
    ast::Local { start: narrow(start), end: narrow(end) }
}
