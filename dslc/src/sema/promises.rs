//! What a declaration promises of a param's values: a sign and a range.

use super::hir::{Number, Span, Unit};
use super::variables::Ends;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::SignWord;

/// What a declaration promises.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    sign: Option<(SignWord, Span)>,
    lo: Option<Number>,
    hi: Option<Number>,
    ranged: bool,
}

/// A promise that a value does not keep.
#[derive(Clone, Debug)]
pub struct Broken {
    message: String,
    promised: Option<Span>,
}

impl Broken {
    /// The error, for a value that stands there.
    pub fn at(self, span: Span) -> Diagnostic {
        let error = Diagnostic::error(codes::VALUE_RANGE, span, self.message);
        match self.promised {
            Some(promised) => error.label(promised, "promised here"),
            None => error,
        }
    }
}

impl Promises {
    /// Of a sign and where it is promised, and of a range.
    pub fn new(sign: Option<(SignWord, Span)>, range: Option<&Ends>) -> Self {
        let end = |end: Option<&super::hir::Rational>| end.map(Number::from);
        let (lo, hi) = range.map_or((None, None), |(lo, hi)| (end(lo.as_ref()), end(hi.as_ref())));
        Promises { sign, lo, hi, ranged: range.is_some() }
    }

    /// The least and the largest value that keep every promise; none where there is none.
    pub fn ends(&self) -> (Option<Number>, Option<Number>) {
        let (mut lo, mut hi) = (self.lo.clone(), self.hi.clone());
        match self.sign {
            Some((SignWord::Nonneg, _)) => lo = Some(lo.unwrap_or_default().max(Number::ZERO)),
            Some((SignWord::Nonpos, _)) => hi = Some(hi.unwrap_or_default().min(Number::ZERO)),
            None => {}
        }
        (lo, hi)
    }

    /// The promise that a value of `name` breaks.
    pub fn broken(&self, name: &str, unit: &Unit, value: &Number) -> Option<Broken> {
        let show = |value: &Number| unit.show(&value.to_rational());
        if let Some((word, promised)) = self.sign {
            let (breaks, word) = match word {
                SignWord::Nonneg => (value.is_negative(), "nonneg"),
                SignWord::Nonpos => (value.is_positive(), "nonpos"),
            };
            if breaks {
                let message = format!("`{name}` is declared `{word}`, and this is {}", show(value));
                return Some(Broken { message, promised: Some(promised) });
            }
        }
        let below = self.lo.as_ref().is_some_and(|lo| value < lo);
        let above = self.hi.as_ref().is_some_and(|hi| value > hi);
        (self.ranged && (below || above)).then(|| {
            let end = |end: &Option<Number>, none: &str| end.as_ref().map_or(none.to_owned(), show);
            let (lo, hi) = (end(&self.lo, "-inf"), end(&self.hi, "inf"));
            let message = format!("`{name}` lies in {lo} .. {hi}, and this is {}", show(value));
            Broken { message, promised: None }
        })
    }
}
