//! Reads the words of a port's option, one after another, with messages that say what fits.

use num_traits::{Signed, ToPrimitive};

use crate::diag::{Diagnostic, codes};
use crate::plan::ir::Rational;
use crate::sema::context::did_you_mean;
use crate::sema::hir::{OptionToken, PortOption, Span};

/// A cursor over one option's words.
pub struct Words<'a> {
    option: &'a PortOption,
    next: usize,
    /// How the whole option is written, for messages.
    form: &'static str,
}

impl<'a> Words<'a> {
    /// At the first word of `option`.
    pub fn new(option: &'a PortOption, form: &'static str) -> Self {
        Words { option, next: 0, form }
    }

    /// Whether every word was read.
    pub fn is_empty(&self) -> bool {
        self.next >= self.option.words.len()
    }

    /// Where the next word stands; the end of the option when there is none.
    pub fn span(&self) -> Span {
        match self.option.words.get(self.next) {
            Some(word) => word.span,
            None => Span { start: self.option.span.end, end: self.option.span.end },
        }
    }

    fn peek(&self) -> Option<&'a OptionToken> {
        self.option.words.get(self.next).map(|word| &word.token)
    }

    /// Reads `word` if it is next.
    pub fn accept(&mut self, word: &str) -> bool {
        let found = match self.peek() {
            Some(OptionToken::Word(found) | OptionToken::Symbol(found)) => found == word,
            _ => false,
        };
        self.next += usize::from(found);
        found
    }

    /// Reads `word` or says that it is missing.
    pub fn expect(&mut self, word: &str) -> Result<(), Diagnostic> {
        if self.accept(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"))) }
    }

    /// Reads any word.
    pub fn word(&mut self, what: &str) -> Result<(&'a str, Span), Diagnostic> {
        let span = self.span();
        match self.peek() {
            Some(OptionToken::Word(word)) => {
                self.next += 1;
                Ok((word, span))
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Reads one of the words of a table; `unknown` says what is wrong with any other.
    pub fn one_of<T: Copy>(
        &mut self,
        what: &str,
        table: &[(&'static str, T)],
        unknown: impl FnOnce(&str, Span) -> Diagnostic,
    ) -> Result<T, Diagnostic> {
        let (word, span) = self.word(what)?;
        match table.iter().find(|(known, _)| *known == word) {
            Some((_, value)) => Ok(*value),
            None => {
                let known = table.iter().map(|row| row.0);
                Err(did_you_mean(unknown(word, span), word, span, known))
            }
        }
    }

    /// Reads a text in quotes.
    pub fn text(&mut self, what: &str) -> Result<(&'a str, Span), Diagnostic> {
        let span = self.span();
        match self.peek() {
            Some(OptionToken::Text(text)) => {
                self.next += 1;
                Ok((text, span))
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Reads a quantity of the base dimension `dimension`, in SI; `""` for a plain number.
    pub fn quantity(&mut self, dimension: &str, what: &str) -> Result<Rational, Diagnostic> {
        let span = self.span();
        let Some(OptionToken::Quantity(value, unit)) = self.peek() else {
            return Err(match self.peek() {
                Some(OptionToken::Symbol(sign)) if sign == "-" => below_zero(span, what),
                _ => self.expected(what),
            });
        };
        let fits = match unit.dimensions.as_slice() {
            [] => dimension.is_empty(),
            [(name, power)] => name == dimension && *power.numer() == 1 && *power.denom() == 1,
            _ => false,
        };
        if !fits {
            let has = if unit.text.is_empty() { "no unit" } else { &unit.text };
            let message = format!("this must be {what}, but it has {has}");
            return Err(Diagnostic::error(codes::OPTION_UNIT, span, message));
        }
        if value.is_negative() {
            return Err(below_zero(span, what));
        }
        self.next += 1;
        Ok(value.clone())
    }

    /// Reads a share in whole percent: `5 percent`, or `5` alone.
    pub fn percent(&mut self) -> Result<u64, Diagnostic> {
        let alone =
            matches!(self.peek(), Some(OptionToken::Quantity(_, unit)) if unit.text.is_empty());
        self.count("", if alone { 1 } else { 100 }, "a share in percent")
    }

    /// Reads a quantity and counts it in units of `1/per_unit`, rounded to the nearest.
    pub fn count(&mut self, dimension: &str, per_unit: u64, what: &str) -> Result<u64, Diagnostic> {
        let span = self.span();
        let value = self.quantity(dimension, what)? * Rational::from_integer(per_unit.into());
        value.round().to_integer().to_u64().ok_or_else(|| {
            Diagnostic::error(codes::OPTION_RANGE, span, format!("{what} is too large here"))
        })
    }

    /// Says what was expected at the next word.
    pub fn expected(&self, what: &str) -> Diagnostic {
        let message = match self.peek() {
            Some(_) => format!("expected {what} here"),
            None => format!("the option ends where {what} was expected"),
        };
        Diagnostic::error(codes::PORT_OPTION, self.span(), message)
            .note(format!("the port's options: {}", self.form))
    }

    /// Says that the option must end here, unless it does.
    pub fn end(&self) -> Result<(), Diagnostic> {
        if self.is_empty() { Ok(()) } else { Err(self.expected("`;`")) }
    }
}

fn below_zero(span: Span, what: &str) -> Diagnostic {
    let message = format!("this must be {what}, not below 0");
    Diagnostic::error(codes::OPTION_RANGE, span, message)
}
