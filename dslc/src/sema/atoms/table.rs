//! The rows, by theme. Each figure of a row is checked by sampling in `tests/sema_atoms.rs`, and against
//! CVXPY's verdicts in `tests/sema_curvature.rs`.

mod affine;
mod graphs;
mod linear;
mod matrices;
mod means;
mod norms;
mod operators;
mod powers;
mod quadratic;
mod scalar;
mod sigmoids;
mod utilities;

use super::Monotone::{AgainstOwnSign, ByOtherSign, ByOwnSign, Decreasing, Increasing, Neither};
use super::case::CASE;
use super::{Arity, Atom, Case, Curve, Domain, Given, Parameter, SignRule, UnitRule, dims, ranges};
use crate::sema::hir::Rational;
use crate::sema::interval::Interval;

/// Rows that belong together.
#[derive(Debug)]
pub struct Theme {
    /// What they have in common.
    pub title: &'static str,
    /// The rows.
    pub rows: &'static [Atom],
}

/// Every row.
pub static THEMES: &[Theme] = &[
    Theme { title: "Operators", rows: operators::ROWS },
    Theme { title: "Functions of one number", rows: scalar::ROWS },
    Theme { title: "Powers", rows: powers::ROWS },
    Theme { title: "Saturation and waves", rows: sigmoids::ROWS },
    Theme { title: "Network utilities", rows: utilities::ROWS },
    Theme { title: "Graphs", rows: graphs::ROWS },
    Theme { title: "Sums, order and differences", rows: linear::ROWS },
    Theme { title: "Norms and spread", rows: norms::ROWS },
    Theme { title: "Means, products and entropies", rows: means::ROWS },
    Theme { title: "Quadratic forms", rows: quadratic::ROWS },
    Theme { title: "Moving elements", rows: affine::ROWS },
    Theme { title: "Matrices", rows: matrices::ROWS },
];

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Atom> {
    THEMES.iter().flat_map(|theme| theme.rows)
}

/// What most rows have in common; a row states where it differs.
const ROW: Atom = Atom {
    name: "",
    title: "",
    formula: "",
    arity: Arity::Exactly(1),
    parameters: &[],
    callable: true,
    unit: UnitRule::Same,
    dims: dims::each,
    refuses: |_| None,
    cases: &[],
    derivative: "",
    demand: "",
};

/// Sums, and what behaves like one.
const SUM: Case =
    Case { curve: Curve::Affine, monotone: &[Increasing], sign: SignRule::Common, ..CASE };

const MAXIMUM: Case = Case {
    curve: Curve::Convex,
    monotone: &[Increasing],
    sign: SignRule::Largest,
    range: |g| g.intervals.iter().copied().reduce(Interval::max).unwrap_or(g.x(0)),
    ..CASE
};

const MINIMUM: Case = Case {
    curve: Curve::Concave,
    monotone: &[Increasing],
    sign: SignRule::Least,
    range: |g| g.intervals.iter().copied().reduce(Interval::min).unwrap_or(g.x(0)),
    ..CASE
};

/// Convex with its least value, 0, at 0.
const BOWL: Case =
    Case { curve: Curve::Convex, monotone: &[ByOwnSign], sign: SignRule::Nonneg, ..CASE };

/// Convex, nowhere below 0 and not monotone.
const SPREAD: Case = Case { curve: Curve::Convex, sign: SignRule::Nonneg, ..CASE };

/// Concave and increasing from 0 upwards, such as `x^p` for 0 < p < 1.
const ROOT: Case = Case {
    domain: &[Domain::Nonneg],
    curve: Curve::Concave,
    monotone: &[Increasing],
    sign: SignRule::Nonneg,
    ..CASE
};

/// Convex and decreasing above 0, such as `x^p` for p < 0.
const INVERSE: Case = Case {
    domain: &[Domain::Positive],
    curve: Curve::Convex,
    monotone: &[Decreasing],
    sign: SignRule::Nonneg,
    ..CASE
};

/// Increasing with the sign of its argument, on all reals.
const RISING: Case = Case { monotone: &[Increasing], sign: SignRule::Common, ..CASE };

/// A product of two arguments, of which one is constant where it is affine.
const PRODUCT: Case = Case {
    curve: Curve::AffineIfOneConstant,
    monotone: &[ByOtherSign],
    sign: SignRule::Product,
    ..CASE
};

/// What is wrong with a first parameter that is below `least`.
fn at_least(parameters: &[Rational], least: i64, message: &'static str) -> Option<&'static str> {
    let least = Rational::from_integer(least.into());
    parameters.first().filter(|value| **value < least).map(|_| message)
}

/// What is wrong with parameter `at`, which must be above 0.
fn above(parameters: &[Rational], at: usize, message: &'static str) -> Option<&'static str> {
    let zero = Rational::default();
    parameters.get(at).filter(|value| **value <= zero).map(|_| message)
}

/// What is wrong with a first parameter that counts.
fn whole_from_one(parameters: &[Rational], message: &'static str) -> Option<&'static str> {
    let whole = parameters.first().is_some_and(Rational::is_integer);
    if whole { at_least(parameters, 1, message) } else { Some(message) }
}
