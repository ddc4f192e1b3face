//! Operators; most have a form of their own in the language.

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "add",
        title: "a sum",
        formula: "x + y",
        arity: Arity::Exactly(2),
        callable: false,
        cases: &[Case { range: |g| g.x(0) + g.x(1), ..SUM }],
        ..ROW
    },
    Atom {
        name: "sub",
        title: "a difference",
        formula: "x − y",
        arity: Arity::Exactly(2),
        callable: false,
        cases: &[Case {
            curve: Curve::Affine,
            monotone: &[Increasing, Decreasing],
            sign: SignRule::Difference,
            range: |g| g.x(0) - g.x(1),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "neg_",
        title: "a negation",
        formula: "−x",
        callable: false,
        cases: &[Case {
            curve: Curve::Affine,
            monotone: &[Decreasing],
            sign: SignRule::Flipped,
            range: |g| -g.x(0),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "mul",
        title: "a product",
        formula: "x·y, element by element",
        arity: Arity::Exactly(2),
        callable: false,
        unit: UnitRule::Product,
        cases: &[Case { range: |g| g.x(0) * g.x(1), ..PRODUCT }],
        ..ROW
    },
    Atom {
        name: "div",
        title: "a quotient",
        formula: "x / y, element by element",
        arity: Arity::Exactly(2),
        callable: false,
        unit: UnitRule::Quotient,
        cases: &[Case {
            domain: &[Domain::Reals, Domain::Nonzero],
            curve: Curve::AffineIfSecondConstant,
            monotone: &[ByOtherSign, Neither],
            sign: SignRule::Product,
            range: |g| g.x(0) / g.x(1),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "matmul",
        title: "a matrix product",
        formula: "Σₖ xᵢₖ·yₖⱼ",
        arity: Arity::Exactly(2),
        unit: UnitRule::Product,
        dims: dims::product,
        cases: &[Case { range: ranges::matmul, ..PRODUCT }],
        ..ROW
    },
    // A vector literal; its elements are numbers of one unit.
    Atom {
        name: "vector",
        title: "a vector",
        formula: "[x1, x2, …]",
        arity: Arity::AtLeast(1),
        callable: false,
        dims: dims::stacked,
        cases: &[Case { range: ranges::hull, ..SUM }],
        ..ROW
    },
];
