//! The atoms: every function and operator of the language is one row of [`TABLE`].
//!
//! A row says what the compiler needs to know of it: arity, domain, curvature, monotonicity in each
//! argument, sign, unit and range of values. Rules over the table are in
//! [`curvature`](super::curvature), [`interval`](super::interval) and [`units`](super::units).

mod table;

pub use table::{LATER, TABLE};

use std::collections::HashMap;
use std::sync::LazyLock;

use super::curvature::Shape;
use super::hir::Rational;
use super::interval::Interval;

/// One row.
#[derive(Debug)]
pub struct Atom {
    /// Its name: CVXPY's, where CVXPY has it.
    pub name: &'static str,
    /// How it is spoken of in a message: "a product", "`log`".
    pub title: &'static str,
    /// How many arguments it takes, before its parameters.
    pub arity: Arity,
    /// Names of the constant parameters that follow the arguments: `p` of `power(x, p)`.
    pub parameters: &'static [&'static str],
    /// Whether a spec may call it by its name; operators and folds have a form of their own.
    pub callable: bool,
    /// Its unit.
    pub unit: UnitRule,
    /// What it is on which arguments and parameters; the first case that applies holds, the last
    /// one always applies.
    pub cases: &'static [Case],
}

/// How many arguments an atom takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// As many.
    Exactly(usize),
    /// As many or more.
    AtLeast(usize),
}

/// What an atom is on some arguments and parameters.
#[derive(Debug)]
pub struct Case {
    /// Whether the case applies to these arguments and parameters.
    pub when: fn(&[Shape], &[Rational]) -> bool,
    /// Where the first argument must lie for the atom to have a value.
    pub domain: Domain,
    /// Whether the atom stays monotone and of its curvature when it is set to −∞ (concave) or +∞
    /// (convex) outside its domain; if not, its argument must be shown to stay inside.
    pub extends: bool,
    /// Its curvature on its domain.
    pub curve: Curve,
    /// How it goes in each argument; the last entry stands for all further ones.
    pub monotone: &'static [Monotone],
    /// Its sign.
    pub sign: SignRule,
    /// An interval that holds its values on arguments and parameters in these intervals.
    pub range: fn(&[Interval], &[Rational]) -> Interval,
}

/// Where an argument must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Anywhere.
    Reals,
    /// At 0 or above.
    Nonneg,
    /// Above 0.
    Positive,
    /// Anywhere but at 0; of the second argument.
    NonzeroDivisor,
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
    /// Neither convex nor concave.
    Neither,
}

/// Monotonicity in one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monotone {
    /// Increasing.
    Increasing,
    /// Decreasing.
    Decreasing,
    /// Increasing where the argument is nonnegative, decreasing where it is nonpositive.
    ByOwnSign,
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

/// Unit of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitRule {
    /// All arguments have one unit, and so has the atom.
    Same,
    /// Arguments and atom are dimensionless.
    Dimensionless,
    /// The product of the arguments' units.
    Product,
    /// The quotient of the arguments' units.
    Quotient,
    /// The argument's unit to this power, as numerator and denominator.
    Power(i64, i64),
    /// The argument's unit to the power of the first parameter.
    ToParameter,
}

/// The row of that name.
pub fn find(name: &str) -> Option<&'static Atom> {
    static ROWS: LazyLock<HashMap<&str, &Atom>> =
        LazyLock::new(|| TABLE.iter().map(|atom| (atom.name, atom)).collect());
    ROWS.get(name).copied()
}

impl Atom {
    /// The case that applies.
    pub fn case(&self, arguments: &[Shape], parameters: &[Rational]) -> &'static Case {
        let applies = self.cases.iter().find(|case| (case.when)(arguments, parameters));
        applies.unwrap_or(&table::NOTHING_KNOWN)
    }
}

impl Arity {
    /// Whether so many arguments fit.
    pub fn allows(self, count: usize) -> bool {
        match self {
            Arity::Exactly(n) => count == n,
            Arity::AtLeast(n) => count >= n,
        }
    }
}
