//! Ports and their options: words whose meaning is the port's.

use super::{Local, Name, Quantity};

/// `x from PORT { … }` or `x by PORT { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortUse {
    /// The variable.
    pub variable: Name,
    /// The port.
    pub port: Name,
    /// Its options, in order.
    pub options: Vec<PortOption>,
}

/// One option: its words up to its `;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortOption {
    /// `taint on write under "/srv"`, a word each.
    pub words: Vec<OptionWord>,
    /// From the first word up to, not including, the `;`.
    pub span: Local,
}

/// A word of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionWord {
    /// What it is.
    pub token: OptionToken,
    /// Where it stands.
    pub span: Local,
}

/// What a word of an option can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionToken {
    /// `taint`, `on`, `rename`, `in`, …: any word, also one of the language's.
    Word(String),
    /// `"/srv"`, without its quotes and escapes.
    Text(String),
    /// `8`, `10 s`, `100 MB/s`, and also `8 within`: when [`UnitExpr::bare_name`](super::UnitExpr)
    /// is no unit, it is the next word, and the number has no unit.
    Quantity(Quantity),
    /// `,` `>` `>=` `<` `<=` `==` `!=` `(` `)` `:` `=`.
    Symbol(&'static str),
}
