//! What an atom is on some arguments and parameters.

use super::Given;
use crate::sema::interval::Interval;

/// What an atom is on some arguments and parameters.
#[derive(Debug)]
pub struct Case {
    /// Whether the case applies to these arguments and parameters.
    pub when: fn(&Given<'_>) -> bool,
    /// Where each argument must lie for the atom to have a value; anywhere when it is not listed.
    pub domain: &'static [Domain],
    /// Whether the atom stays monotone and of its curvature when it is set to −∞ (concave) or +∞
    /// (convex) outside its domain; if not, its argument must be shown to stay inside.
    pub extends: bool,
    /// Its curvature on its domain.
    pub curve: Curve,
    /// How it goes in each argument; the last entry stands for all further ones.
    pub monotone: &'static [Monotone],
    /// Its sign.
    pub sign: SignRule,
    /// An interval that holds its values.
    pub range: fn(&Given<'_>) -> Interval,
}

/// Where an argument, or every element of it, must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Anywhere.
    Reals,
    /// At 0 or above.
    Nonneg,
    /// Above 0.
    Positive,
    /// Above this number.
    Above(i8),
    /// Between these two, both left out.
    Between(i8, i8),
    /// Anywhere but at 0.
    Nonzero,
    /// Among the symmetric matrices without a negative eigenvalue.
    Definite,
}

/// Curvature of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// Does not depend on its arguments.
    Constant,
    /// Affine.
    Affine,
    /// Convex.
    Convex,
    /// Concave.
    Concave,
    /// A product: affine when one factor is constant.
    AffineIfOneConstant,
    /// A quotient: affine when the divisor is constant.
    AffineIfSecondConstant,
    /// Neither convex nor concave, or not known to be.
    Neither,
}

/// Monotonicity in one argument; of a vector, in every element of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monotone {
    /// Increasing.
    Increasing,
    /// Decreasing.
    Decreasing,
    /// Increasing where the argument is nonnegative, decreasing where it is nonpositive.
    ByOwnSign,
    /// Decreasing where the argument is nonnegative, increasing where it is nonpositive.
    AgainstOwnSign,
    /// Increasing where the other of two arguments is nonnegative, decreasing where nonpositive.
    ByOtherSign,
    /// Neither.
    Neither,
}

/// Sign of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignRule {
    /// Nonnegative.
    Nonneg,
    /// Nonpositive.
    Nonpos,
    /// Not known.
    Any,
    /// What is true of every argument.
    Common,
    /// The first argument's, flipped.
    Flipped,
    /// That of `a − b`.
    Difference,
    /// That of `a · b`.
    Product,
    /// That of the largest argument.
    Largest,
    /// That of the least argument.
    Least,
}

/// What most cases have in common; a case states where it differs.
pub(super) const CASE: Case = Case {
    when: |_| true,
    domain: &[],
    extends: true,
    curve: Curve::Neither,
    monotone: &[Monotone::Neither],
    sign: SignRule::Any,
    range: |_| Interval::ALL,
};

/// Stands for an atom of which no case applies.
pub static NOTHING_KNOWN: Case = CASE;
