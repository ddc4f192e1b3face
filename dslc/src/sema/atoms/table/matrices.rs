//! Functions of the eigenvalues and singular values of a matrix.

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "lambda_max",
        title: "`lambda_max`",
        formula: "the largest eigenvalue of a symmetric matrix",
        dims: dims::number_of_square,
        cases: &[Case { curve: Curve::Convex, ..CASE }],
        ..ROW
    },
    Atom {
        name: "lambda_min",
        title: "`lambda_min`",
        formula: "the least eigenvalue of a symmetric matrix",
        dims: dims::number_of_square,
        cases: &[Case { curve: Curve::Concave, ..CASE }],
        ..ROW
    },
    Atom {
        name: "lambda_sum_largest",
        title: "`lambda_sum_largest`",
        formula: "the sum of the k largest eigenvalues of a symmetric matrix",
        parameters: &[Parameter::number("k")],
        refuses: |p| whole_from_one(p, "k is a whole number from 1 upwards"),
        dims: dims::number_of_square,
        cases: &[Case { curve: Curve::Convex, ..CASE }],
        ..ROW
    },
    Atom {
        name: "lambda_sum_smallest",
        title: "`lambda_sum_smallest`",
        formula: "the sum of the k least eigenvalues of a symmetric matrix",
        parameters: &[Parameter::number("k")],
        refuses: |p| whole_from_one(p, "k is a whole number from 1 upwards"),
        dims: dims::number_of_square,
        cases: &[Case { curve: Curve::Concave, ..CASE }],
        ..ROW
    },
    Atom {
        name: "sigma_max",
        title: "`sigma_max`",
        formula: "the largest singular value",
        dims: dims::number_of_matrix,
        cases: &[Case { range: |_| Interval::NONNEG, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "normNuc",
        title: "`normNuc`",
        formula: "the sum of the singular values",
        dims: dims::number_of_matrix,
        cases: &[Case { range: |_| Interval::NONNEG, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "log_det",
        title: "`log_det`",
        formula: "ln det x of a symmetric matrix without a negative eigenvalue",
        unit: UnitRule::Dimensionless,
        dims: dims::number_of_square,
        cases: &[Case { domain: &[Domain::Definite], curve: Curve::Concave, ..CASE }],
        ..ROW
    },
    Atom {
        name: "tr_inv",
        title: "`tr_inv`",
        formula: "trace x⁻¹ of a symmetric matrix with eigenvalues above 0",
        unit: UnitRule::Power(-1, 1),
        dims: dims::number_of_square,
        cases: &[Case { domain: &[Domain::Definite], range: |_| Interval::NONNEG, ..SPREAD }],
        ..ROW
    },
    Atom {
        name: "von_neumann_entr",
        title: "`von_neumann_entr`",
        formula: "Σ −λ·ln λ over the eigenvalues of a symmetric matrix without a negative one",
        unit: UnitRule::Dimensionless,
        dims: dims::number_of_square,
        cases: &[Case { domain: &[Domain::Definite], curve: Curve::Concave, ..CASE }],
        ..ROW
    },
    Atom {
        name: "condition_number",
        title: "`condition_number`",
        formula: "the largest over the least eigenvalue of a symmetric matrix, above 0",
        unit: UnitRule::Plain,
        dims: dims::number_of_square,
        cases: &[Case { domain: &[Domain::Definite], ..QUOTIENT }],
        ..ROW
    },
    Atom {
        name: "gen_lambda_max",
        title: "`gen_lambda_max`",
        formula: "the largest λ with det(x − λ·y) = 0, both symmetric, y with eigenvalues above 0",
        arity: Arity::Exactly(2),
        unit: UnitRule::Quotient,
        dims: dims::number_of_square,
        cases: &[Case { domain: &[Domain::Reals, Domain::Definite], ..CASE }],
        ..ROW
    },
    Atom {
        name: "pf_eigenvalue",
        title: "`pf_eigenvalue`",
        formula: "the spectral radius of a matrix with elements above 0",
        dims: dims::number_of_square,
        cases: &[Case { domain: &[Domain::Positive], monotone: &[Increasing], ..QUOTIENT }],
        ..ROW
    },
    Atom {
        name: "eye_minus_inv",
        title: "`eye_minus_inv`",
        formula: "(1 − x)⁻¹ for elements above 0 and a spectral radius below 1",
        unit: UnitRule::Dimensionless,
        dims: dims::same_square,
        cases: &[Case { domain: &[Domain::Positive], ..QUOTIENT }],
        ..ROW
    },
];

const QUOTIENT: Case = Case { sign: SignRule::Nonneg, range: |_| Interval::NONNEG, ..CASE };
