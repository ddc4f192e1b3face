//! Functions that saturate, and waves: convex on one side, concave on the other.

use std::f64::consts::{FRAC_PI_2, PI};

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "sigmoid",
        title: "`sigmoid`",
        formula: "1 / (1 + e⁻ˣ)",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Concave, ..SIGMOID },
            Case { when: |given| given.nonpos(), curve: Curve::Convex, ..SIGMOID },
            SIGMOID,
        ],
        derivative: "sigmoid(x) * (1 - sigmoid(x))",
        ..ROW
    },
    Atom {
        name: "tanh",
        title: "`tanh`",
        formula: "tanh x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Concave, ..TANH },
            Case { when: |given| given.nonpos(), curve: Curve::Convex, ..TANH },
            TANH,
        ],
        derivative: "1 - tanh(x)^2",
        ..ROW
    },
    Atom {
        name: "atan",
        title: "`atan`",
        formula: "arctan x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Concave, ..ATAN },
            Case { when: |given| given.nonpos(), curve: Curve::Convex, ..ATAN },
            ATAN,
        ],
        derivative: "1 / (1 + x^2)",
        demand: "sqrt(1 / y - 1)",
        ..ROW
    },
    Atom {
        name: "normcdf",
        title: "`normcdf`",
        formula: "Φ(x), the distribution function of the standard normal distribution",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Concave, ..NORMCDF },
            Case { when: |given| given.nonpos(), curve: Curve::Convex, ..NORMCDF },
            NORMCDF,
        ],
        derivative: "exp(-x^2 / 2) / sqrt(2 * 3.141592653589793)",
        ..ROW
    },
    Atom {
        name: "asinh",
        title: "`asinh`",
        formula: "arsinh x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Concave, ..ASINH },
            Case { when: |given| given.nonpos(), curve: Curve::Convex, ..ASINH },
            ASINH,
        ],
        derivative: "1 / sqrt(1 + x^2)",
        demand: "sqrt(1 / y^2 - 1)",
        ..ROW
    },
    Atom {
        name: "sinh",
        title: "`sinh`",
        formula: "sinh x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Convex, ..SINH },
            Case { when: |given| given.nonpos(), curve: Curve::Concave, ..SINH },
            SINH,
        ],
        derivative: "(exp(x) + exp(-x)) / 2",
        ..ROW
    },
    Atom {
        name: "atanh",
        title: "`atanh`",
        formula: "artanh x for −1 < x < 1",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |given| given.nonneg(), curve: Curve::Convex, ..ATANH },
            Case { when: |given| given.nonpos(), curve: Curve::Concave, ..ATANH },
            Case { extends: false, ..ATANH },
        ],
        derivative: "1 / (1 - x^2)",
        ..ROW
    },
    Atom {
        name: "sin",
        title: "`sin`",
        formula: "sin x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case {
                when: |g| g.within(0.0, FRAC_PI_2),
                curve: Curve::Concave,
                monotone: &[Increasing],
                sign: SignRule::Nonneg,
                ..SIN
            },
            Case {
                when: |g| g.within(0.0, PI),
                curve: Curve::Concave,
                sign: SignRule::Nonneg,
                ..SIN
            },
            Case {
                when: |g| g.within(-FRAC_PI_2, 0.0),
                curve: Curve::Convex,
                monotone: &[Increasing],
                sign: SignRule::Nonpos,
                ..SIN
            },
            Case {
                when: |g| g.within(-PI, 0.0),
                curve: Curve::Convex,
                sign: SignRule::Nonpos,
                ..SIN
            },
            Case { when: |g| g.within(-FRAC_PI_2, FRAC_PI_2), monotone: &[Increasing], ..SIN },
            SIN,
        ],
        derivative: "cos(x)",
        ..ROW
    },
    Atom {
        name: "cos",
        title: "`cos`",
        formula: "cos x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |g| g.within(0.0, FRAC_PI_2), monotone: &[Decreasing], ..CREST },
            Case { when: |g| g.within(-FRAC_PI_2, 0.0), monotone: &[Increasing], ..CREST },
            Case { when: |g| g.within(-FRAC_PI_2, FRAC_PI_2), ..CREST },
            Case { when: |g| g.within(0.0, PI), monotone: &[Decreasing], ..COS },
            Case { when: |g| g.within(-PI, 0.0), monotone: &[Increasing], ..COS },
            COS,
        ],
        derivative: "-sin(x)",
        ..ROW
    },
    Atom {
        name: "tan",
        title: "`tan`",
        formula: "tan x",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |g| g.nonneg() && g.x(0).hi < FRAC_PI_2, curve: Curve::Convex, ..TAN },
            Case { when: |g| g.nonpos() && g.x(0).lo > -FRAC_PI_2, curve: Curve::Concave, ..TAN },
            Case { when: |g| g.x(0).lo > -FRAC_PI_2 && g.x(0).hi < FRAC_PI_2, ..TAN },
            CASE,
        ],
        derivative: "1 + tan(x)^2",
        ..ROW
    },
];

const SIGMOID: Case =
    Case { monotone: &[Increasing], sign: SignRule::Nonneg, range: |g| g.x(0).sigmoid(), ..CASE };
const NORMCDF: Case = Case { range: |g| g.x(0).normcdf(), ..SIGMOID };
const TANH: Case = Case { range: |g| g.x(0).tanh(), ..RISING };
const ATAN: Case = Case { range: |g| g.x(0).rising(f64::atan), ..RISING };
const ASINH: Case = Case { range: |g| g.x(0).rising(f64::asinh), ..RISING };
const SINH: Case = Case { range: |g| g.x(0).rising(f64::sinh), ..RISING };
const TAN: Case = Case { range: |g| g.x(0).tan(), ..RISING };
const ATANH: Case = Case { domain: &[Domain::Between(-1, 1)], range: |g| g.x(0).atanh(), ..RISING };
const SIN: Case = Case { range: |g| g.x(0).sin(), ..CASE };
const COS: Case = Case { range: |g| g.x(0).cos(), ..CASE };
/// The part of the cosine that is not below 0.
const CREST: Case = Case { curve: Curve::Concave, sign: SignRule::Nonneg, ..COS };
