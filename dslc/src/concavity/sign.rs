//! Signs of functions on a box, and their arithmetic.

use serde::{Deserialize, Serialize};

use crate::sema::interval::Interval;

/// The sign of a function at every point of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// 0.
    Zero,
    /// Above 0.
    Positive,
    /// Not below 0.
    Nonneg,
    /// Below 0.
    Negative,
    /// Not above 0.
    Nonpos,
    /// Either, or not known.
    Unknown,
}

use Sign::{Negative, Nonneg, Nonpos, Positive, Unknown, Zero};

impl Sign {
    /// Whether it is nowhere below 0.
    pub fn is_nonneg(self) -> bool {
        matches!(self, Zero | Positive | Nonneg)
    }

    /// Whether it is nowhere above 0.
    pub fn is_nonpos(self) -> bool {
        matches!(self, Zero | Negative | Nonpos)
    }

    /// Whether it is nowhere 0.
    pub fn is_nonzero(self) -> bool {
        matches!(self, Positive | Negative)
    }

    /// What remains true at points that are limits of points of the set.
    #[must_use]
    pub fn weak(self) -> Sign {
        match self {
            Positive => Nonneg,
            Negative => Nonpos,
            other => other,
        }
    }

    /// The same of a function that is known to be nowhere 0.
    #[must_use]
    pub fn off_zero(self) -> Sign {
        match self {
            Nonneg => Positive,
            Nonpos => Negative,
            other => other,
        }
    }

    /// The sign of the negative.
    #[must_use]
    pub fn flipped(self) -> Sign {
        match self {
            Zero => Zero,
            Positive => Negative,
            Nonneg => Nonpos,
            Negative => Positive,
            Nonpos => Nonneg,
            Unknown => Unknown,
        }
    }

    /// The sign of a product.
    #[must_use]
    pub fn times(self, other: Sign) -> Sign {
        match (self, other) {
            (Zero, _) | (_, Zero) => Zero,
            (Unknown, _) | (_, Unknown) => Unknown,
            (a, b) => {
                let sign = if a.is_nonneg() == b.is_nonneg() { Positive } else { Negative };
                if a.is_nonzero() && b.is_nonzero() { sign } else { sign.weak() }
            }
        }
    }

    /// The sign of a sum.
    #[must_use]
    pub fn plus(self, other: Sign) -> Sign {
        match (self, other) {
            (Zero, other) | (other, Zero) => other,
            (a, b) if a.is_nonneg() && b.is_nonneg() => {
                if a == Positive || b == Positive {
                    Positive
                } else {
                    Nonneg
                }
            }
            (a, b) if a.is_nonpos() && b.is_nonpos() => {
                if a == Negative || b == Negative {
                    Negative
                } else {
                    Nonpos
                }
            }
            _ => Unknown,
        }
    }

    /// The sign of the n-th power, n ≠ 0, where it has a value.
    #[must_use]
    pub fn whole_power(self, even: bool) -> Sign {
        match self {
            Zero => Zero,
            Positive | Negative if even => Positive,
            _ if even => Nonneg,
            other => other,
        }
    }

    /// What an interval around its values says.
    pub fn of(interval: Interval) -> Sign {
        match (interval.lo, interval.hi) {
            (0.0, 0.0) => Zero,
            (lo, _) if lo > 0.0 => Positive,
            (_, hi) if hi < 0.0 => Negative,
            (lo, _) if lo >= 0.0 => Nonneg,
            (_, hi) if hi <= 0.0 => Nonpos,
            _ => Unknown,
        }
    }

    /// What is true when both are.
    #[must_use]
    pub fn and(self, other: Sign) -> Sign {
        match (self, other) {
            (Unknown, known) | (known, Unknown) => known,
            (Zero, _) | (_, Zero) => Zero,
            (a, b) if a.is_nonneg() != b.is_nonneg() => Zero,
            (a, b) => {
                if a.is_nonzero() {
                    a
                } else {
                    b
                }
            }
        }
    }
}
