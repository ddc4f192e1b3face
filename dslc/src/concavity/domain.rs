//! Boxes with exact ends, each of them open, closed or at infinity.

use num_traits::{One, Zero};
use serde::{Deserialize, Serialize};

use super::{Rational, exact};
use crate::sema::interval::Interval;

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// There is no end.
    Infinite,
    /// The end, which is not part of the range.
    Open(#[serde(with = "exact")] Rational),
    /// The end, which is part of the range.
    Closed(#[serde(with = "exact")] Rational),
}

impl Bound {
    /// Where it is, unless at infinity.
    pub fn at(&self) -> Option<&Rational> {
        match self {
            Bound::Infinite => None,
            Bound::Open(at) | Bound::Closed(at) => Some(at),
        }
    }

    /// Whether the end is part of the range.
    pub fn is_closed(&self) -> bool {
        matches!(self, Bound::Closed(_))
    }

    fn opened(&self) -> Bound {
        self.at().map_or(Bound::Infinite, |at| Bound::Open(at.clone()))
    }
}

/// The range of one variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end.
    pub lo: Bound,
    /// Upper end.
    pub hi: Bound,
}

impl Range {
    /// A closed range; an end that is missing is at infinity.
    pub fn closed(lo: Option<Rational>, hi: Option<Rational>) -> Self {
        let bound = |at: Option<Rational>| at.map_or(Bound::Infinite, Bound::Closed);
        Range { lo: bound(lo), hi: bound(hi) }
    }

    /// The only number of the range, when there is but one.
    pub fn single(&self) -> Option<&Rational> {
        match (&self.lo, &self.hi) {
            (Bound::Closed(lo), Bound::Closed(hi)) if lo == hi => Some(lo),
            _ => None,
        }
    }

    /// Whether it holds no number.
    pub fn is_empty(&self) -> bool {
        match (self.lo.at(), self.hi.at()) {
            (Some(lo), Some(hi)) => {
                lo > hi || lo == hi && !(self.lo.is_closed() && self.hi.is_closed())
            }
            _ => false,
        }
    }

    /// Whether it holds a number.
    pub fn contains(&self, value: &Rational) -> bool {
        let above = match &self.lo {
            Bound::Infinite => true,
            Bound::Open(lo) => value > lo,
            Bound::Closed(lo) => value >= lo,
        };
        let below = match &self.hi {
            Bound::Infinite => true,
            Bound::Open(hi) => value < hi,
            Bound::Closed(hi) => value <= hi,
        };
        above && below
    }

    /// The smallest closed interval with `f64` ends around it.
    pub fn hull(&self) -> Interval {
        Interval::between(self.lo.at(), self.hi.at())
    }

    /// The number of the range that is nearest, or close to an end that is not part of it.
    pub fn nearest(&self, value: &Rational) -> Rational {
        if self.contains(value) {
            return value.clone();
        }
        let middle = self.middle();
        let (end, at) = match (self.lo.at(), self.hi.at()) {
            (Some(lo), _) if value <= lo => (&self.lo, lo),
            (_, Some(hi)) if value >= hi => (&self.hi, hi),
            _ => return middle,
        };
        let share = Rational::new(1.into(), (1 << 20).into());
        if end.is_closed() { at.clone() } else { at + (middle - at) * share }
    }

    /// A number inside the range.
    pub fn middle(&self) -> Rational {
        let two = Rational::from_integer(2.into());
        match (self.lo.at(), self.hi.at()) {
            (Some(lo), Some(hi)) => (lo + hi) / two,
            (Some(lo), None) => lo + Rational::one(),
            (None, Some(hi)) => hi - Rational::one(),
            (None, None) => Rational::zero(),
        }
    }
}

/// A box: a range for each variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Domain(pub Vec<Range>);

impl Domain {
    /// The box without its faces.
    #[must_use]
    pub fn interior(&self) -> Domain {
        let open = |range: &Range| Range { lo: range.lo.opened(), hi: range.hi.opened() };
        Domain(self.0.iter().map(open).collect())
    }

    /// The smallest closed box with `f64` ends around it.
    pub fn hull(&self) -> Vec<Interval> {
        self.0.iter().map(Range::hull).collect()
    }

    /// Whether it holds a point.
    pub fn contains(&self, point: &[Rational]) -> bool {
        self.0.len() == point.len()
            && self.0.iter().zip(point).all(|(range, value)| range.contains(value))
    }
}
