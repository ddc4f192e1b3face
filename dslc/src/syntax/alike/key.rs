//! What two items have in common that read alike.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::syntax::ast::Local;
use crate::syntax::scan::{Scanner, Token, TokenKind};

/// The tokens' kinds; of those whose text the tree depends on, their text.
pub type Key = Vec<u8>;
/// Where the tokens stand.
pub type Tokens = Vec<Local>;

/// Longest item and most tokens of one that are looked up.
const LONGEST: usize = 4_096;
const MOST_TOKENS: usize = 512;

/// Words that the grammar names: keywords, and those that no name can be.
static KEYWORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    // What stands between two literals is never a word alone.
    let pieces = include_str!("../num.pest").split('"');
    pieces.filter(|piece| piece.bytes().all(|byte| byte.is_ascii_alphabetic())).collect()
});

/// Tokens after a `^` whose numbers may be the power of a unit: `^(-1/3)`.
const POWER: usize = 6;

/// The key and the tokens of an item; none for one that is not looked up.
pub fn of(text: &str) -> Option<(Key, Tokens)> {
    if text.len() > LONGEST {
        return None;
    }
    let mut reader = Reader { text, key: Vec::with_capacity(text.len()), ..Reader::default() };
    let mut tokens = Vec::with_capacity(text.len() / 2);
    for token in Scanner::new(text) {
        reader.token(token)?;
        let narrow = |at| u32::try_from(at).unwrap_or(u32::MAX);
        tokens.push(Local { start: narrow(token.start), end: narrow(token.end) });
    }
    (tokens.len() <= MOST_TOKENS && reader.is_kept).then_some((reader.key, tokens))
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    key: Key,
    is_kept: bool,
    /// End of the token before.
    end: usize,
    /// The token before was a number: a word after it is its unit.
    after_number: bool,
    /// Inside of the unit that a `:` starts.
    in_unit: bool,
    /// Tokens left in which a number may be a power.
    power: usize,
}

impl Reader<'_> {
    fn token(&mut self, token: Token) -> Option<()> {
        let text = self.text.get(token.start..token.end)?;
        let first = self.end == 0;
        let number = token.kind == TokenKind::Number;
        match token.kind {
            TokenKind::Word if KEYWORDS.contains(text) => {
                self.in_unit = false;
                self.verbatim(token);
            }
            TokenKind::Word if self.in_unit || self.after_number => self.verbatim(token),
            TokenKind::Word => self.kind(token, if text.starts_with('$') { b's' } else { b'w' }),
            TokenKind::Number if self.in_unit || self.power > 0 => self.verbatim(token),
            TokenKind::Number => {
                let whole = text.bytes().all(|byte| byte.is_ascii_digit());
                self.kind(token, if whole { b'i' } else { b'n' });
            }
            // What stands in braces is rarely alike.
            TokenKind::Sign if matches!(text, "{" | "}") => return None,
            TokenKind::Sign | TokenKind::Text { closed: true } => {
                self.in_unit = text == ":" || self.in_unit && !matches!(text, "=" | ";");
                self.verbatim(token);
            }
            TokenKind::Text { closed: false } | TokenKind::Doc | TokenKind::Other => return None,
        }
        if first {
            let kept = ["param", "variable", "let", "resource", "utility"];
            self.is_kept = kept.contains(&text);
        }
        self.power = if text == "^" { POWER } else { self.power.saturating_sub(1) };
        self.after_number = number;
        self.end = token.end;
        Some(())
    }

    /// Whether blanks or comments stand before a token can matter; how many cannot.
    fn kind(&mut self, token: Token, kind: u8) {
        self.key.extend([u8::from(token.start > self.end), kind]);
    }

    /// What stands between is part of a unit's text.
    fn verbatim(&mut self, token: Token) {
        let from = if self.in_unit || self.after_number { self.end } else { token.start };
        let text = self.text.get(from..token.end).unwrap_or_default();
        self.kind(token, b'"');
        self.key.extend(text.bytes());
        self.key.push(b'"');
    }
}
