//! Ranges of the functions beyond arithmetic, roots, `exp` and `ln`.
//!
//! Where the mathematical library does not promise an error below one unit in the last place, results
//! are widened by a relative [`SLACK`], far more than the error that its authors measure.

use std::f64::consts::{FRAC_PI_2, PI};

use super::{Interval, exp, library};
use crate::sema::special;

/// Relative and absolute widening of functions without a promised error.
const SLACK: f64 = 1e-13;

/// Beyond this magnitude reducing an argument by π loses digits.
const FAR: f64 = 1e6;

/// Where `ln Γ` is least, and its value there, both rounded down.
const GAMMA_LEAST: (f64, f64) = (1.461_632_144_968_362, -0.121_486_290_535_849_62);

/// A value that is right up to the slack; 0 is exact.
fn near(value: f64) -> Interval {
    if value == 0.0 || value.is_infinite() {
        return Interval { lo: value, hi: value };
    }
    let slack = SLACK * value.abs().max(f64::MIN_POSITIVE);
    Interval { lo: value - slack, hi: value + slack }
}

impl Interval {
    /// A function that does not fall.
    pub fn rising(self, function: impl Fn(f64) -> f64) -> Self {
        Interval::new(near(function(self.lo)).lo, near(function(self.hi)).hi)
    }

    /// The part that is not below 0, taken as 0 where there is none.
    pub fn pos(self) -> Self {
        self.max(Interval::ZERO)
    }

    /// `ln(1 + x)` of the part above −1.
    pub fn ln_1p(self) -> Self {
        match self.intersect(Interval { lo: -1.0, hi: f64::INFINITY }).filter(|x| x.hi > -1.0) {
            Some(part) => part.rising(f64::ln_1p),
            None => Interval::ALL,
        }
    }

    /// `ln(1 + e^x)`.
    pub fn logistic(self) -> Self {
        let range = self.rising(special::logistic);
        Interval::new(range.lo.max(0.0), range.hi)
    }

    /// `1 / (1 + e^−x)`.
    pub fn sigmoid(self) -> Self {
        self.rising(special::sigmoid).within(0.0, 1.0)
    }

    /// The distribution function of the standard normal distribution.
    pub fn normcdf(self) -> Self {
        self.rising(special::normcdf).within(0.0, 1.0)
    }

    /// Its logarithm.
    pub fn log_normcdf(self) -> Self {
        self.rising(special::log_normcdf).within(f64::NEG_INFINITY, 0.0)
    }

    /// `tanh`.
    pub fn tanh(self) -> Self {
        self.rising(f64::tanh).within(-1.0, 1.0)
    }

    /// `atanh` of the part inside (−1, 1).
    pub fn atanh(self) -> Self {
        match self.intersect(Interval { lo: -1.0, hi: 1.0 }) {
            Some(part) if part.hi > -1.0 && part.lo < 1.0 => part.rising(f64::atanh),
            _ => Interval::ALL,
        }
    }

    /// What both ends allow; for ranges that are known beforehand.
    fn within(self, lo: f64, hi: f64) -> Self {
        Interval::new(self.lo.max(lo), self.hi.min(hi))
    }

    /// The sine.
    pub fn sin(self) -> Self {
        (self - HALF_PI).cos()
    }

    /// The cosine.
    pub fn cos(self) -> Self {
        let whole = Interval { lo: -1.0, hi: 1.0 };
        // Written so that an end that is no number counts as far too.
        if !(self.lo > -FAR && self.hi < FAR) {
            return whole;
        }
        let ends = near_one(self.lo.cos()).hull(near_one(self.hi.cos()));
        // Multiples of π inside, where cos is 1 or −1; those just outside count as well.
        let first = ((self.lo / PI) - 1e-9).ceil();
        let last = ((self.hi / PI) + 1e-9).floor();
        if last - first >= 1.0 {
            return whole;
        }
        let crest = if first > last {
            ends
        } else if first.rem_euclid(2.0) == 0.0 {
            ends.hull(Interval::point(1.0))
        } else {
            ends.hull(Interval::point(-1.0))
        };
        crest.intersect(whole).unwrap_or(whole)
    }

    /// The tangent, where it has no pole.
    pub fn tan(self) -> Self {
        if -FRAC_PI_2 < self.lo && self.hi < FRAC_PI_2 {
            self.rising(f64::tan)
        } else {
            Interval::ALL
        }
    }

    /// `x·e^x`.
    pub fn xexp(self) -> Self {
        let at = |x: f64| match x {
            f64::NEG_INFINITY => Interval::ZERO,
            f64::INFINITY => Interval { lo: x, hi: x },
            _ => Interval::point(x) * exp(x),
        };
        let (lo, hi) = (at(self.lo), at(self.hi));
        let ends = lo.hull(hi);
        // The minimum is −1/e at −1.
        if self.contains(-1.0) { ends.hull(-exp(-1.0)) } else { ends }
    }

    /// `ln Γ(x)` of the part above 0.
    pub fn loggamma(self) -> Self {
        let Some(part) = self.intersect(Interval::NONNEG).filter(|x| x.hi > 0.0) else {
            return Interval::ALL;
        };
        let at = |x: f64| {
            let value = if x == 0.0 { f64::INFINITY } else { special::loggamma(x) };
            // Near its zeros at 1 and 2 only the absolute error is small.
            let slack = SLACK * value.abs().max(1.0);
            if value.is_infinite() {
                near(value)
            } else {
                Interval { lo: value - slack, hi: value + slack }
            }
        };
        let ends = at(part.lo).hull(at(part.hi));
        let (least_at, least) = GAMMA_LEAST;
        if part.lo <= least_at + 1e-9 && part.hi >= least_at {
            ends.hull(Interval::point(least))
        } else {
            ends
        }
    }

    /// The least whole number not below x.
    pub fn ceil(self) -> Self {
        Interval::new(self.lo.ceil(), self.hi.ceil())
    }

    /// The largest whole number not above x.
    pub fn floor(self) -> Self {
        Interval::new(self.lo.floor(), self.hi.floor())
    }

    /// −1, 0 or 1.
    pub fn signum(self) -> Self {
        let of = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
        Interval::new(of(self.lo), of(self.hi))
    }

    /// `x·ln(x / y)` of the parts not below 0.
    pub fn rel_entr(self, y: Interval) -> Self {
        let parts = (self.intersect(Interval::NONNEG), y.intersect(Interval::NONNEG));
        let (Some(x), Some(y)) = parts else { return Interval::ALL };
        if y.hi == 0.0 {
            return Interval::ALL;
        }
        // Written as x·ln x − x·ln y; tighter than x·ln(x / y) near 0.
        -x.entr() - x * y.ln()
    }

    /// The sum of between `least` and `most` terms of this many values at most: of a vector of unknown
    /// length.
    pub fn root_of_count(least: usize, most: usize) -> Self {
        let count = |count: usize| Interval::point(count as f64);
        count(least).hull(count(most)).sqrt()
    }
}

/// π/2, which lies between two numbers.
const HALF_PI: Interval = Interval { lo: FRAC_PI_2, hi: 1.570_796_326_794_896_8 };

/// A value between −1 and 1 of the library.
fn near_one(value: f64) -> Interval {
    library(value).hull(Interval { lo: value - 1e-15, hi: value + 1e-15 })
}
