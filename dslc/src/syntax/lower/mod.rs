//! From the pairs of the grammar to the syntax tree, an item at a time.

mod expr;
mod items;
mod literals;
mod options;
mod tables;
mod units;
mod walk;

use pest::Parser;

use super::ast::{ItemBody, ItemKind, Local, Name};
use super::grammar::{Grammar, Rule};
use super::scan::{Scanner, Token, TokenKind};
use super::{errors, local};
use crate::diag::Diagnostic;
pub use literals::rational;
use walk::Walk;

/// What a step of lowering gives: its node, or why the item is refused.
type Lowered<T> = Result<T, Box<Diagnostic>>;

/// An item that was parsed; the spans of its diagnostics count from the item's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The item; [`ItemKind::Broken`] when it does not parse.
    pub body: ItemBody,
    /// Why it does not parse; one for a broken item, else none.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses one item; `text` is exactly the item, as the splitter found it.
pub fn parse(text: &str) -> Parsed {
    let lowered = Grammar::parse(Rule::one, text)
        .map_err(|error| Box::new(errors::explain(text, &error)))
        .and_then(|pairs| {
            let item = pairs.flat_map(pest::iterators::Pair::into_inner).next();
            items::item(item.ok_or_else(|| walk::disagree(Rule::item, Local::default()))?)
        });
    match lowered {
        Ok(body) => Parsed { body, diagnostics: Vec::new() },
        Err(diagnostic) => Parsed { body: broken(text), diagnostics: vec![*diagnostic] },
    }
}

/// Stands for an item that does not parse: keeps the name that it would have declared.
pub fn broken(text: &str) -> ItemBody {
    let mut tokens = Scanner::new(text).filter(|token| token.kind != TokenKind::Doc);
    let slice = |token: Token| text.get(token.start..token.end).unwrap_or_default();
    // Also after a word that starts no item: it may be misspelt.
    let head = tokens.next().filter(|token| token.kind == TokenKind::Word);
    let name = head.and_then(|_| tokens.next()).filter(|token| token.kind == TokenKind::Word);
    let declared = name
        .map(|token| Name { text: slice(token).to_owned(), span: local(token.start, token.end) });
    ItemBody { docs: Vec::new(), span: local(0, text.len()), kind: ItemKind::Broken(declared) }
}
