//! From text to items: [`split`] finds the items, the grammar `num.pest` reads each, [`lower`] makes
//! the syntax tree.
//!
//! A phase of its own: it knows neither names nor units, and no input makes it panic.

pub mod ast;

/// Deepest tree of an expression or of blocks that the compiler reads: every later phase may recurse.
pub const MAX_DEPTH: usize = 1_000;
