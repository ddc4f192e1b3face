//! Powers.

use std::cmp::Ordering::{Equal, Less};

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "square",
        title: "`square`",
        formula: "x²",
        unit: UnitRule::Power(2, 1),
        cases: &[Case { range: |g| g.x(0).square(), ..BOWL }],
        derivative: "2 * x",
        demand: "y / 2",
        ..ROW
    },
    Atom {
        name: "sqrt",
        title: "`sqrt`",
        formula: "√x",
        unit: UnitRule::Power(1, 2),
        cases: &[Case { range: |g| g.x(0).sqrt(), ..ROOT }],
        derivative: "1 / (2 * sqrt(x))",
        demand: "1 / (4 * y^2)",
        ..ROW
    },
    Atom {
        name: "inv_pos",
        title: "`inv_pos`",
        formula: "1/x for x > 0",
        unit: UnitRule::Power(-1, 1),
        cases: &[Case { range: |g| g.x(0).inv_pos(), ..INVERSE }],
        derivative: "-1 / x^2",
        demand: "sqrt(-1 / y)",
        ..ROW
    },
    Atom {
        name: "power",
        title: "a power",
        formula: "xᵖ; for p = 0 it is 1, for p = 1 and even p on all reals, else on x ≥ 0",
        parameters: &[Parameter::number("p")],
        unit: UnitRule::ToParameter,
        cases: &[
            Case {
                when: |g| g.against_zero() == Equal,
                curve: Curve::Constant,
                sign: SignRule::Nonneg,
                range: |_| Interval::point(1.0),
                ..CASE
            },
            Case { when: |g| g.against_one() == Equal, range: |g| g.x(0), ..SUM },
            Case { when: |g| g.whole().is_some_and(|n| n % 2 == 0), range: ranges::powi, ..BOWL },
            Case {
                when: |g| g.against_zero() == Less,
                range: ranges::powf,
                extends: false,
                ..INVERSE
            },
            Case { when: |g| g.against_one() == Less, range: ranges::powf, ..ROOT },
            Case {
                domain: &[Domain::Nonneg],
                extends: false,
                curve: Curve::Convex,
                monotone: &[Increasing],
                sign: SignRule::Nonneg,
                range: ranges::powf,
                ..CASE
            },
        ],
        derivative: "p * x^(p - 1)",
        demand: "(y / p)^(1 / (p - 1))",
        ..ROW
    },
    Atom {
        name: "odd_power",
        title: "an odd power",
        formula: "xⁿ for an odd whole n; `x ^ n` is this, on all reals, where x may be below 0",
        parameters: &[Parameter::number("n")],
        unit: UnitRule::ToParameter,
        refuses: |p| {
            let whole = p.first().is_some_and(|n| {
                n.is_integer() && !(n / Rational::from_integer(2.into())).is_integer()
            });
            (!whole || at_least(p, 1, "").is_some())
                .then_some("n must be an odd whole number above 0")
        },
        cases: &[
            Case { when: |g| g.against_one() == Equal, range: |g| g.x(0), ..SUM },
            Case { when: |given| given.nonneg(), curve: Curve::Convex, ..ODD },
            Case { when: |given| given.nonpos(), curve: Curve::Concave, ..ODD },
            ODD,
        ],
        derivative: "n * x^(n - 1)",
        ..ROW
    },
];

/// `x^n` on all reals for an odd n.
const ODD: Case = Case { range: ranges::powi, ..RISING };
