//! What is known of the arguments and parameters that an atom is applied to.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use crate::sema::curvature::Shape;
use crate::sema::hir::Rational;
use crate::sema::interval::Interval;

/// What is known of the arguments and parameters that an atom is applied to. Of a vector it is what is
/// true of every element.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Curvature and sign of each argument.
    pub shapes: &'a [Shape],
    /// An interval that holds each argument's values; one that is missing is all reals.
    pub intervals: &'a [Interval],
    /// How many elements each argument has; one that is missing has one.
    pub counts: &'a [Count],
    /// Values of the parameters, a list's one after the other.
    pub parameters: &'a [Rational],
}

/// How many elements a vector has: over an open set any number from none upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At least.
    pub least: usize,
    /// At most.
    pub most: usize,
}

impl Count {
    /// Just so many.
    pub fn exactly(count: usize) -> Self {
        Count { least: count, most: count }
    }
}

impl Given<'_> {
    /// The values of argument `at`.
    pub fn x(&self, at: usize) -> Interval {
        self.intervals.get(at).copied().unwrap_or(Interval::ALL)
    }

    /// How many elements argument `at` has.
    pub fn count(&self, at: usize) -> Count {
        self.counts.get(at).copied().unwrap_or(Count::exactly(1))
    }

    /// Whether all arguments are nowhere below 0.
    pub fn nonneg(&self) -> bool {
        self.shapes.iter().all(|shape| shape.is_nonneg())
    }

    /// Whether all arguments are nowhere above 0.
    pub fn nonpos(&self) -> bool {
        self.shapes.iter().all(|shape| shape.is_nonpos())
    }

    /// Whether the first argument's values lie between two numbers.
    pub fn within(&self, lo: f64, hi: f64) -> bool {
        let x = self.x(0);
        lo <= x.lo && x.hi <= hi
    }

    /// Parameter `at`; 0 when there is none.
    pub fn p(&self, at: usize) -> Rational {
        self.parameters.get(at).cloned().unwrap_or_default()
    }

    /// The parameters as intervals.
    pub fn weights(&self) -> impl Iterator<Item = Interval> {
        self.parameters.iter().map(Interval::of)
    }

    /// The first parameter, when it is a positive whole number that is small enough to count with.
    pub fn whole(&self) -> Option<u32> {
        let p = self.parameters.first()?;
        p.is_integer().then(|| p.to_integer().to_u32()).flatten().filter(|&n| n > 0)
    }

    /// Whether all parameters are nowhere below 0.
    pub fn weights_nonneg(&self) -> bool {
        !self.parameters.iter().any(Signed::is_negative)
    }

    /// Whether all parameters are nowhere above 0.
    pub fn weights_nonpos(&self) -> bool {
        !self.parameters.iter().any(Signed::is_positive)
    }

    /// How the first parameter compares with 0.
    pub fn against_zero(&self) -> Ordering {
        self.parameters.first().map_or(Ordering::Equal, |p| p.numer().cmp(&BigInt::ZERO))
    }

    /// How the first parameter compares with 1.
    pub fn against_one(&self) -> Ordering {
        self.parameters.first().map_or(Ordering::Less, |p| p.numer().cmp(p.denom()))
    }
}
