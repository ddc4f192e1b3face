//! Norms, and how far elements are apart.

use std::cmp::Ordering::{Equal, Less};

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "norm1",
        title: "`norm1`",
        formula: "Σ |xᵢ|",
        dims: dims::number,
        cases: &[Case { range: ranges::norm1, ..BOWL }],
        ..ROW
    },
    Atom {
        name: "norm2",
        title: "`norm2`",
        formula: "√(Σ xᵢ²), of a matrix over all elements",
        dims: dims::number,
        cases: &[Case { range: ranges::norm2, ..BOWL }],
        ..ROW
    },
    Atom {
        name: "norm_inf",
        title: "`norm_inf`",
        formula: "max |xᵢ|",
        dims: dims::number,
        cases: &[Case { range: |g| g.x(0).abs(), ..BOWL }],
        ..ROW
    },
    Atom {
        name: "norm",
        title: "`norm`",
        formula: "`pnorm` of p, which is 2 when left out",
        parameters: &[Parameter::number_or("p", 2)],
        refuses: |p| at_least(p, 1, "the norm's p is at least 1"),
        dims: dims::number,
        cases: &[Case { range: ranges::pnorm, ..BOWL }],
        ..ROW
    },
    Atom {
        name: "pnorm",
        title: "`pnorm`",
        formula: "(Σ |xᵢ|ᵖ)^(1/p); for p < 1 of x ≥ 0, where it is 0 if p < 0 and an element is",
        parameters: &[Parameter::number("p")],
        refuses: |p| p.first().filter(|p| num_traits::Zero::is_zero(*p)).map(|_| "p cannot be 0"),
        dims: dims::number,
        cases: &[
            Case { when: |g| g.against_one() == Less, range: ranges::pnorm, ..ROOT },
            Case { when: |g| g.against_one() == Equal, range: ranges::norm1, ..BOWL },
            Case { range: ranges::pnorm, ..BOWL },
        ],
        ..ROW
    },
    Atom {
        name: "mixed_norm",
        title: "`mixed_norm`",
        formula: "the q-norm of the vector of the p-norms of a matrix's rows",
        parameters: &[Parameter::number_or("p", 2), Parameter::number_or("q", 1)],
        refuses: |p| {
            let message = "the norm's p and q are at least 1";
            at_least(p, 1, message).or_else(|| at_least(p.get(1..).unwrap_or_default(), 1, message))
        },
        dims: dims::number_of_matrix,
        cases: &[Case { range: |g| Interval::new(0.0, ranges::norm1(g).hi), ..BOWL }],
        ..ROW
    },
    Atom {
        name: "tv",
        title: "`tv`",
        formula: "Σ |xᵢ₊₁ − xᵢ|",
        dims: dims::number_of_vector,
        cases: &[Case { range: ranges::tv, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "var",
        title: "`var`",
        formula: "Σ (xᵢ − mean)² / n",
        unit: UnitRule::Power(2, 1),
        dims: dims::number,
        cases: &[Case { range: ranges::variance, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "std",
        title: "`std`",
        formula: "√(Σ (xᵢ − mean)² / n)",
        dims: dims::number,
        cases: &[Case { range: ranges::deviation, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "dist_ratio",
        title: "`dist_ratio`",
        formula: "‖x1 − x2‖₂ / ‖x1 − x3‖₂",
        arity: Arity::Exactly(3),
        unit: UnitRule::Plain,
        dims: dims::number_of_alike,
        cases: &[Case { sign: SignRule::Nonneg, range: |_| Interval::NONNEG, ..CASE }],
        ..ROW
    },
];
