//! Utilities of networks and of cells.

use std::cmp::Ordering::{Equal, Greater, Less};

use super::*;

pub(super) static ROWS: &[Atom] = &[
    // Mo and Walrand 2000.
    Atom {
        name: "alpha_fair",
        title: "`alpha_fair`",
        formula: "x^(1−a) / (1−a), and ln x where a = 1; a = 0 is throughput, 1 proportional fairness, \
                  a → ∞ max-min fairness",
        parameters: &[Parameter::number("a")],
        unit: UnitRule::Dimensionless,
        refuses: |p| at_least(p, 0, "a cannot be below 0: the utility would be convex"),
        cases: &[
            Case { when: |g| g.against_zero() == Equal, range: |g| g.x(0), ..SUM },
            Case {
                when: |g| g.against_one() == Equal,
                domain: &[Domain::Positive],
                sign: SignRule::Any,
                range: |g| g.x(0).ln(),
                ..ROOT
            },
            Case { when: |g| g.against_one() == Less, range: ranges::alpha_fair, ..ROOT },
            Case {
                when: |g| g.against_one() == Greater,
                domain: &[Domain::Positive],
                sign: SignRule::Nonpos,
                range: ranges::alpha_fair,
                ..ROOT
            },
        ],
        derivative: "x^(-a)",
        demand: "y^(-1 / a)",
        ..ROW
    },
    Atom {
        name: "michaelis_menten",
        title: "`michaelis_menten`",
        formula: "x / (k + x) for x ≥ 0: the share of the largest rate; half of it at x = k",
        parameters: &[Parameter::like_argument("k", None)],
        unit: UnitRule::Plain,
        refuses: |p| above(p, 0, "k must be above 0"),
        cases: &[Case { range: ranges::hill, ..ROOT }],
        derivative: "k / (k + x)^2",
        demand: "sqrt(k / y) - k",
        ..ROW
    },
    Atom {
        name: "hill",
        title: "`hill`",
        formula: "xⁿ / (kⁿ + xⁿ) for x ≥ 0; concave where n ≤ 1",
        parameters: &[Parameter::like_argument("k", None), Parameter::number("n")],
        unit: UnitRule::Plain,
        refuses: |p| above(p, 0, "k must be above 0").or(above(p, 1, "n must be above 0")),
        cases: &[
            Case { when: |g| g.p(1) <= num_traits::One::one(), range: ranges::hill, ..ROOT },
            Case { curve: Curve::Neither, extends: false, range: ranges::hill, ..ROOT },
        ],
        derivative: "n * k^n * x^(n - 1) / (k^n + x^n)^2",
        ..ROW
    },
];
