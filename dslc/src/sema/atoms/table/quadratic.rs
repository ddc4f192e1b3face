//! Quadratic forms.

use super::super::definite::{Definite, definite, symmetric};
use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "sum_squares",
        title: "`sum_squares`",
        formula: "Σ xᵢ²",
        unit: UnitRule::Power(2, 1),
        dims: dims::number,
        cases: &[Case { range: ranges::sum_squares, ..BOWL }],
        ..ROW
    },
    Atom {
        name: "quad_over_lin",
        title: "`quad_over_lin`",
        formula: "Σ xᵢ² / y for a number y > 0",
        arity: Arity::Exactly(2),
        unit: UnitRule::SquareOver,
        dims: dims::number_over_number,
        cases: &[Case {
            domain: &[Domain::Reals, Domain::Positive],
            monotone: &[ByOwnSign, Decreasing],
            range: ranges::quad_over_lin,
            ..BOWL
        }],
        ..ROW
    },
    Atom {
        name: "quad_form",
        title: "`quad_form`",
        formula: "Σ Pᵢⱼ·xᵢ·xⱼ; convex where P has no negative eigenvalue, concave where −P has none",
        parameters: &[Parameter::square("P")],
        unit: UnitRule::Power(2, 1),
        refuses: |p| (!symmetric(p)).then_some("the matrix must equal its transpose"),
        dims: dims::number_of_form,
        cases: &[
            Case { when: |g| is_definite(g, false) && g.weights_nonneg(), ..FORM },
            Case { when: |g| is_definite(g, false), monotone: &[Neither], ..FORM },
            Case {
                when: |g| is_definite(g, true) && g.weights_nonpos(),
                monotone: &[AgainstOwnSign],
                ..NEGATED
            },
            Case { when: |g| is_definite(g, true), ..NEGATED },
            Case { range: ranges::quad_form, ..CASE },
        ],
        ..ROW
    },
    Atom {
        name: "matrix_frac",
        title: "`matrix_frac`",
        formula: "xᵀ·P⁻¹·x for a matrix P whose eigenvalues are above 0",
        parameters: &[Parameter::square("P")],
        unit: UnitRule::Power(2, 1),
        refuses: |p| {
            let fits = symmetric(p) && definite(p, false) == Definite::Positive;
            (!fits).then_some("the matrix must equal its transpose, with eigenvalues above 0")
        },
        dims: dims::number_of_form,
        cases: &[Case { range: |_| Interval::NONNEG, ..SPREAD }],
        ..ROW
    },
];

const FORM: Case = Case { range: ranges::quad_form, ..BOWL };
const NEGATED: Case =
    Case { curve: Curve::Concave, sign: SignRule::Nonpos, range: ranges::quad_form, ..CASE };

fn is_definite(given: &Given<'_>, negated: bool) -> bool {
    definite(given.parameters, negated) != Definite::Unknown
}
