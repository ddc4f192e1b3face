//! Items that read alike: `resource r7 = 2 * x7 <= c7;` has the tree of `resource r8 = 3 * x8 <= c8;`.
//!
//! The grammar tells words and numbers apart, not one name from another. So the tree of an item that
//! it has read serves every item with the same tokens, up to what names and numbers say: a large spec
//! that a program wrote costs a look-up an item. The grammar stays the only one; this has to agree
//! with it, which a test asks of random items.

mod key;
mod map;
#[cfg(test)]
mod tests;

use std::sync::Mutex;

use rustc_hash::FxHashMap;

use super::ast::{ItemBody, ItemKind, Local, Name};
use super::lower::{Parsed, parse, rational};
use crate::sema::hir::Rational;
use key::{Key, Tokens};
use map::Leaves;

/// Most trees that are kept: a spec that a person wrote has as many kinds of items as items.
const MOST_TREES: usize = 1_000;

/// What the grammar has read so far.
#[derive(Debug, Default)]
pub struct Alike {
    /// Trees whose spans count tokens instead of bytes.
    trees: Mutex<FxHashMap<Key, ItemBody>>,
}

impl Alike {
    /// Parses one item, as [`parse`] does.
    pub fn parse(&self, text: &str) -> Parsed {
        let Some((key, tokens)) = key::of(text) else { return parse(text) };
        // Whoever panicked while holding the lock left whole trees behind.
        let mut trees = self.trees.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let filled = trees.get(&key).and_then(|tree| Filled { text, tokens: &tokens }.item(tree));
        if let Some(body) = filled {
            return Parsed { body, diagnostics: Vec::new() };
        }
        let parsed = parse(text);
        if trees.len() < MOST_TREES && parsed.diagnostics.is_empty() {
            let tree = Counted { tokens: &tokens }.item(&parsed.body);
            trees.extend(tree.map(|tree| (key, tree)));
        }
        parsed
    }
}

/// From bytes to tokens.
struct Counted<'t> {
    tokens: &'t Tokens,
}

impl Leaves for Counted<'_> {
    fn span(&self, span: Local) -> Option<Local> {
        let start = self.tokens.binary_search_by_key(&span.start, |token| token.start).ok()?;
        let end = self.tokens.binary_search_by_key(&span.end, |token| token.end).ok()?;
        let narrow = |at: usize| u32::try_from(at).ok();
        Some(Local { start: narrow(start)?, end: narrow(end)? })
    }

    fn name(&self, name: &Name) -> Option<Name> {
        Some(Name { text: name.text.clone(), span: self.span(name.span)? })
    }

    fn number(&self, value: &Rational, _: Local) -> Option<Rational> {
        Some(value.clone())
    }
}

/// From tokens to the bytes of an item that reads alike, with its names and numbers.
struct Filled<'t> {
    text: &'t str,
    tokens: &'t Tokens,
}

impl Filled<'_> {
    fn slice(&self, token: u32) -> Option<&str> {
        let Local { start, end } = *self.tokens.get(token as usize)?;
        self.text.get(start as usize..end as usize)
    }
}

impl Leaves for Filled<'_> {
    fn span(&self, span: Local) -> Option<Local> {
        let start = self.tokens.get(span.start as usize)?.start;
        Some(Local { start, end: self.tokens.get(span.end as usize)?.end })
    }

    fn name(&self, name: &Name) -> Option<Name> {
        let text = self.slice(name.span.start)?.to_owned();
        Some(Name { text, span: self.span(name.span)? })
    }

    fn number(&self, _: &Rational, span: Local) -> Option<Rational> {
        rational(self.slice(span.start)?).ok()
    }
}

/// Whether items of this kind are kept: those of which a spec has many.
fn is_kept(kind: &ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Param(_)
            | ItemKind::Variable(_)
            | ItemKind::Let(_)
            | ItemKind::Resource(_)
            | ItemKind::Utility(_)
    )
}
