//! What the splitter has to say of an item, and the fix that makes the item parse.

use crate::diag::{Diagnostic, codes};
use crate::sema::hir::Span;
use crate::syntax::repair::{self, Stray};

/// What is wrong with an item; places are bytes of the file.
pub enum Complaint {
    /// A bracket is not closed; where that showed, and by what.
    Unclosed(Bracket, Option<(Span, &'static str)>),
    /// A closing bracket has no opening one; where its block was expected to start, if known.
    Stray(Bracket, Option<Span>),
    /// Something that no bracket mends.
    Other(Diagnostic),
}

/// A bracket and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    /// Its sign.
    pub sign: &'static str,
    /// Its byte.
    pub at: usize,
}

/// Opening and closing brackets.
const PAIRS: &[(&str, &str)] = &[("(", ")"), ("[", "]"), ("{", "}")];

impl Bracket {
    /// The bracket that `text` is.
    pub fn of(text: &str, at: usize) -> Option<Self> {
        let sign = match text {
            "(" => "(",
            ")" => ")",
            "[" => "[",
            "]" => "]",
            "{" => "{",
            "}" => "}",
            _ => return None,
        };
        Some(Bracket { sign, at })
    }

    /// Whether it opens.
    pub fn opens(self) -> bool {
        PAIRS.iter().any(|(open, _)| *open == self.sign)
    }

    /// The sign that belongs to it.
    pub fn partner(self) -> &'static str {
        let pair = PAIRS.iter().find(|(open, close)| *open == self.sign || *close == self.sign);
        pair.map_or("", |(open, close)| if *open == self.sign { close } else { open })
    }

    /// Its span.
    pub fn span(self) -> Span {
        Span { start: self.at, end: self.at + self.sign.len() }
    }
}

impl Complaint {
    /// The diagnostic for the item that has the bytes `item` of `text`.
    pub fn diagnostic(self, text: &str, item: Span) -> Diagnostic {
        let words = text.get(item.start..item.end).unwrap_or_default();
        let empty = |at| Span { start: item.start + at, end: item.start + at };
        match self {
            Complaint::Other(diagnostic) => diagnostic,
            Complaint::Unclosed(open, found) => {
                let message = format!("this `{}` is not closed", open.sign);
                let mut diagnostic =
                    Diagnostic::error(codes::UNCLOSED_BRACKET, open.span(), message);
                if let Some((span, text)) = found {
                    diagnostic = diagnostic.label(span, text);
                }
                let closer = open.partner();
                let opener = open.at.saturating_sub(item.start);
                match repair::place_of_closer(words, opener, closer) {
                    Some(at) => {
                        let block = words.get(opener..at).is_some_and(|text| text.contains('\n'));
                        let line = if closer == "}" && block { "\n}" } else { closer };
                        diagnostic.fix(format!("insert `{closer}`"), empty(at), line)
                    }
                    None => diagnostic,
                }
            }
            Complaint::Stray(close, block) => {
                let message = format!("nothing is open that this `{}` could close", close.sign);
                let mut diagnostic = Diagnostic::error(codes::STRAY_BRACKET, close.span(), message);
                if let Some(span) = block {
                    diagnostic = diagnostic.label(span, "this block has no `{`");
                }
                let opener = close.partner();
                let closer = close.at.saturating_sub(item.start);
                match repair::stray(words, closer, opener) {
                    Some(Stray::Remove) => diagnostic.fix("remove it", close.span(), ""),
                    Some(Stray::OpenAt(at)) => {
                        let space = if opener == "{" { " {" } else { opener };
                        diagnostic.fix(format!("insert `{opener}`"), empty(at), space)
                    }
                    None => diagnostic,
                }
            }
        }
    }
}
