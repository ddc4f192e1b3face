//! The rows. Each figure of a row is checked by sampling in `tests/sema_atoms.rs`, and against
//! CVXPY's verdicts in `tests/sema_curvature.rs`.

use num_traits::{One, Signed, ToPrimitive, Zero};

use super::Monotone::{ByOtherSign, ByOwnSign, Decreasing, Increasing, Neither};
use super::{Arity, Atom, Case, Curve, Domain, SignRule, UnitRule};
use crate::sema::hir::Rational;
use crate::sema::interval::Interval;

/// What most rows have in common; a row states where it differs.
const ROW: Atom = Atom {
    name: "",
    title: "",
    arity: Arity::Exactly(1),
    parameters: &[],
    callable: true,
    unit: UnitRule::Same,
    cases: &[],
};

/// What most cases have in common.
const CASE: Case = Case {
    when: |_, _| true,
    domain: Domain::Reals,
    extends: true,
    curve: Curve::Neither,
    monotone: &[Neither],
    sign: SignRule::Any,
    range: |_, _| Interval::ALL,
};

/// Stands for an atom of which no case applies.
pub(super) static NOTHING_KNOWN: Case = CASE;

/// Every atom.
pub static TABLE: &[Atom] = &[
    // Operators.
    Atom {
        name: "add",
        title: "a sum",
        arity: Arity::Exactly(2),
        callable: false,
        cases: &[Case { range: |x, _| at(x, 0) + at(x, 1), ..SUM }],
        ..ROW
    },
    Atom {
        name: "sub",
        title: "a difference",
        arity: Arity::Exactly(2),
        callable: false,
        cases: &[Case {
            curve: Curve::Affine,
            monotone: &[Increasing, Decreasing],
            sign: SignRule::Difference,
            range: |x, _| at(x, 0) - at(x, 1),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "neg_",
        title: "a negation",
        callable: false,
        cases: &[Case {
            curve: Curve::Affine,
            monotone: &[Decreasing],
            sign: SignRule::Flipped,
            range: |x, _| -at(x, 0),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "mul",
        title: "a product",
        arity: Arity::Exactly(2),
        callable: false,
        unit: UnitRule::Product,
        cases: &[Case {
            curve: Curve::AffineIfOneConstant,
            monotone: &[ByOtherSign],
            sign: SignRule::Product,
            range: |x, _| at(x, 0) * at(x, 1),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "div",
        title: "a quotient",
        arity: Arity::Exactly(2),
        callable: false,
        unit: UnitRule::Quotient,
        cases: &[Case {
            domain: Domain::NonzeroDivisor,
            curve: Curve::AffineIfSecondConstant,
            monotone: &[ByOtherSign, Neither],
            sign: SignRule::Product,
            range: |x, _| at(x, 0) / at(x, 1),
            ..CASE
        }],
        ..ROW
    },
    // Folds over a set: one argument stands for all terms. Their range depends on how many terms
    // there are, see `Fold` in `expr`.
    Atom { name: "sum", title: "a sum", callable: false, cases: &[SUM], ..ROW },
    Atom { name: "max", title: "a maximum", callable: false, cases: &[MAXIMUM], ..ROW },
    Atom { name: "min", title: "a minimum", callable: false, cases: &[MINIMUM], ..ROW },
    // Functions.
    Atom {
        name: "maximum",
        title: "`maximum`",
        arity: Arity::AtLeast(1),
        cases: &[MAXIMUM],
        ..ROW
    },
    Atom {
        name: "minimum",
        title: "`minimum`",
        arity: Arity::AtLeast(1),
        cases: &[MINIMUM],
        ..ROW
    },
    Atom {
        name: "abs",
        title: "`abs`",
        cases: &[Case { range: |x, _| at(x, 0).abs(), ..BOWL }],
        ..ROW
    },
    Atom {
        name: "square",
        title: "`square`",
        unit: UnitRule::Power(2, 1),
        cases: &[Case { range: |x, _| at(x, 0).square(), ..BOWL }],
        ..ROW
    },
    Atom {
        name: "sqrt",
        title: "`sqrt`",
        unit: UnitRule::Power(1, 2),
        cases: &[Case { range: |x, _| at(x, 0).sqrt(), ..ROOT }],
        ..ROW
    },
    Atom {
        name: "inv_pos",
        title: "`inv_pos`",
        unit: UnitRule::Power(-1, 1),
        cases: &[Case { range: |x, _| at(x, 0).inv_pos(), ..INVERSE }],
        ..ROW
    },
    Atom {
        name: "log",
        title: "`log`",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: Domain::Positive,
            curve: Curve::Concave,
            monotone: &[Increasing],
            range: |x, _| at(x, 0).ln(),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "exp",
        title: "`exp`",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            curve: Curve::Convex,
            monotone: &[Increasing],
            sign: SignRule::Nonneg,
            range: |x, _| at(x, 0).exp(),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "entr",
        title: "`entr`",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: Domain::Nonneg,
            curve: Curve::Concave,
            range: |x, _| at(x, 0).entr(),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "power",
        title: "a power",
        parameters: &["p"],
        unit: UnitRule::ToParameter,
        cases: &[
            Case {
                when: |_, p| exponent(p).is_zero(),
                curve: Curve::Constant,
                sign: SignRule::Nonneg,
                range: |_, _| Interval::point(1.0),
                ..CASE
            },
            Case { when: |_, p| exponent(p).is_one(), range: |x, _| at(x, 0), ..SUM },
            Case { when: |_, p| whole(p).is_some_and(|n| n % 2 == 0), range: powi, ..BOWL },
            Case { when: |_, p| exponent(p).is_negative(), range: powf, extends: false, ..INVERSE },
            Case { when: |_, p| exponent(p) < Rational::one(), range: powf, ..ROOT },
            Case {
                domain: Domain::Nonneg,
                extends: false,
                curve: Curve::Convex,
                monotone: &[Increasing],
                sign: SignRule::Nonneg,
                range: powf,
                ..CASE
            },
        ],
        ..ROW
    },
    // `x ^ n` for an odd whole n: unlike `power(x, n)`, on all reals.
    Atom {
        name: "odd_power",
        title: "an odd power",
        parameters: &["n"],
        unit: UnitRule::ToParameter,
        cases: &[
            Case { when: |x, _| x.iter().all(|x| x.is_nonneg()), curve: Curve::Convex, ..ODD },
            Case { when: |x, _| x.iter().all(|x| x.is_nonpos()), curve: Curve::Concave, ..ODD },
            ODD,
        ],
        ..ROW
    },
];

/// Functions of the language that have no row yet.
pub const LATER: &[&str] = &[
    "alpha_fair",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "concave_envelope",
    "conj",
    "convolve",
    "cos",
    "cummax",
    "cumprod",
    "cumsum",
    "cvar",
    "diag",
    "diff",
    "dist_ratio",
    "dot",
    "dotsort",
    "floor",
    "geo_mean",
    "harmonic_mean",
    "hill",
    "hstack",
    "huber",
    "index",
    "inv_prod",
    "kl_div",
    "length",
    "log1p",
    "log_normcdf",
    "log_sum_exp",
    "loggamma",
    "logistic",
    "matrix_frac",
    "michaelis_menten",
    "multiply",
    "neg",
    "norm1",
    "norm2",
    "norm_inf",
    "normcdf",
    "outer",
    "perspective",
    "pnorm",
    "pos",
    "prod",
    "ptp",
    "pwl",
    "quad_form",
    "quad_over_lin",
    "rel_entr",
    "reshape",
    "scalene",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "std",
    "sum_largest",
    "sum_smallest",
    "sum_squares",
    "tan",
    "tanh",
    "tv",
    "var",
    "vstack",
    "xexp",
];

/// Sums, and what behaves like one.
const SUM: Case =
    Case { curve: Curve::Affine, monotone: &[Increasing], sign: SignRule::Common, ..CASE };

const MAXIMUM: Case = Case {
    curve: Curve::Convex,
    monotone: &[Increasing],
    sign: SignRule::Largest,
    range: |x, _| x.iter().copied().reduce(Interval::max).unwrap_or(Interval::ALL),
    ..CASE
};

const MINIMUM: Case = Case {
    curve: Curve::Concave,
    monotone: &[Increasing],
    sign: SignRule::Least,
    range: |x, _| x.iter().copied().reduce(Interval::min).unwrap_or(Interval::ALL),
    ..CASE
};

/// Convex with its least value, 0, at 0.
const BOWL: Case =
    Case { curve: Curve::Convex, monotone: &[ByOwnSign], sign: SignRule::Nonneg, ..CASE };

/// `x^p` for 0 < p < 1.
const ROOT: Case = Case {
    domain: Domain::Nonneg,
    curve: Curve::Concave,
    monotone: &[Increasing],
    sign: SignRule::Nonneg,
    ..CASE
};

/// `x^p` for p < 0.
const INVERSE: Case = Case {
    domain: Domain::Positive,
    curve: Curve::Convex,
    monotone: &[Decreasing],
    sign: SignRule::Nonneg,
    ..CASE
};

/// `x^n` on all reals for an odd n.
const ODD: Case = Case { monotone: &[Increasing], sign: SignRule::Common, range: powi, ..CASE };

fn at(arguments: &[Interval], index: usize) -> Interval {
    arguments.get(index).copied().unwrap_or(Interval::ALL)
}

fn exponent(parameters: &[Rational]) -> Rational {
    parameters.first().cloned().unwrap_or_default()
}

/// The exponent, when it is a positive whole number that is small enough to count with.
fn whole(parameters: &[Rational]) -> Option<u32> {
    let exponent = exponent(parameters);
    exponent.is_integer().then(|| exponent.to_integer().to_u32()).flatten().filter(|&n| n > 0)
}

fn powi(arguments: &[Interval], parameters: &[Rational]) -> Interval {
    whole(parameters).map_or(Interval::ALL, |n| at(arguments, 0).powi(n))
}

/// `x^p` grows or falls with p, so that the ends of an interval around p bound it.
fn powf(arguments: &[Interval], parameters: &[Rational]) -> Interval {
    let (x, p) = (at(arguments, 0), Interval::of(&exponent(parameters)));
    x.powf(p.lo).hull(x.powf(p.hi))
}
