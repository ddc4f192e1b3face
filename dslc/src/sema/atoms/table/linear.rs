//! Sums, order statistics and differences of the elements of a vector or matrix.

use super::*;

pub(super) static ROWS: &[Atom] = &[
    // Folds over a set are these rows too: one argument stands for all terms.
    Atom {
        name: "sum",
        title: "a sum",
        formula: "Σ xᵢ over all elements; `sum(e for i in I)` over the members of a set",
        dims: dims::number,
        cases: &[Case { range: ranges::sum, ..SUM }],
        ..ROW
    },
    Atom {
        name: "max",
        title: "a maximum",
        formula: "the largest element; `max(e for i in I)` over the members of a set",
        dims: dims::number,
        cases: &[MAXIMUM],
        ..ROW
    },
    Atom {
        name: "min",
        title: "a minimum",
        formula: "the least element; `min(e for i in I)` over the members of a set",
        dims: dims::number,
        cases: &[MINIMUM],
        ..ROW
    },
    Atom {
        name: "mean",
        title: "`mean`",
        formula: "Σ xᵢ / n",
        dims: dims::number,
        cases: &[Case { range: |g| g.x(0), ..SUM }],
        ..ROW
    },
    Atom {
        name: "dot",
        title: "`dot`",
        formula: "Σ xᵢ·yᵢ of two vectors, or of two matrices",
        arity: Arity::Exactly(2),
        unit: UnitRule::Product,
        dims: dims::number_of_alike,
        cases: &[Case { range: ranges::dot, ..PRODUCT }],
        ..ROW
    },
    Atom {
        name: "cumsum",
        title: "`cumsum`",
        formula: "the vector of x₁ + … + xᵢ",
        dims: dims::same_vector,
        cases: &[Case { range: ranges::partial_sums, ..SUM }],
        ..ROW
    },
    Atom {
        name: "cummax",
        title: "`cummax`",
        formula: "the vector of max(x₁, …, xᵢ)",
        dims: dims::same_vector,
        cases: &[MAXIMUM],
        ..ROW
    },
    Atom {
        name: "diff",
        title: "`diff`",
        formula: "the vector of xᵢ₊₁ − xᵢ, taken k times",
        parameters: &[Parameter::number_or("k", 1)],
        dims: dims::differences,
        cases: &[Case { curve: Curve::Affine, range: ranges::differences, ..CASE }],
        ..ROW
    },
    Atom {
        name: "ptp",
        title: "`ptp`",
        formula: "max xᵢ − min xᵢ",
        dims: dims::number,
        cases: &[Case { range: ranges::ptp, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "sum_largest",
        title: "`sum_largest`",
        formula: "the sum of the k largest elements",
        parameters: &[Parameter::number("k")],
        dims: dims::number_of_some,
        cases: &[Case { curve: Curve::Convex, range: ranges::sum_of_some, ..SUM }],
        ..ROW
    },
    Atom {
        name: "sum_smallest",
        title: "`sum_smallest`",
        formula: "the sum of the k least elements",
        parameters: &[Parameter::number("k")],
        dims: dims::number_of_some,
        cases: &[Case { curve: Curve::Concave, range: ranges::sum_of_some, ..SUM }],
        ..ROW
    },
    // An ordered weighted average: the largest of Σ wᵢ·x over all orders of x (rearrangement).
    Atom {
        name: "dotsort",
        title: "`dotsort`",
        formula: "Σ w₍ᵢ₎·x₍ᵢ₎, both in ascending order; weights that are missing are 0",
        parameters: &[Parameter::list("w")],
        dims: dims::number_of_sorted,
        cases: &[
            Case { when: |g| g.weights_nonneg(), sign: SignRule::Common, ..SORTED },
            Case {
                when: |g| g.weights_nonpos(),
                monotone: &[Decreasing],
                sign: SignRule::Flipped,
                ..SORTED
            },
            Case { monotone: &[Neither], ..SORTED },
        ],
        ..ROW
    },
    // Rockafellar and Uryasev 2000.
    Atom {
        name: "cvar",
        title: "`cvar`",
        formula: "the mean of the largest (1 − beta)·n elements, of the last one its share",
        parameters: &[Parameter::number("beta")],
        dims: dims::number_of_vector,
        refuses: |p| {
            at_least(p, 0, "beta lies from 0 to below 1").or_else(|| {
                let one: crate::sema::hir::Rational = num_traits::One::one();
                p.first().filter(|beta| **beta >= one).map(|_| "beta lies from 0 to below 1")
            })
        },
        cases: &[Case { curve: Curve::Convex, range: |g| g.x(0), ..SUM }],
        ..ROW
    },
    Atom {
        name: "length",
        title: "`length`",
        formula: "the place of the last element that is not 0, from 1; 0 when all are",
        unit: UnitRule::Plain,
        dims: dims::number_of_vector,
        cases: &[Case {
            monotone: &[ByOwnSign],
            sign: SignRule::Nonneg,
            range: |g| Interval::new(0.0, g.count(0).most as f64),
            ..CASE
        }],
        ..ROW
    },
];

const SORTED: Case =
    Case { curve: Curve::Convex, monotone: &[Increasing], range: ranges::weighted, ..CASE };
