//! Functions of one number, and of several element by element.

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "maximum",
        title: "`maximum`",
        formula: "the largest of x1, x2, …, element by element; `max(x, y)` is the same",
        arity: Arity::AtLeast(1),
        cases: &[MAXIMUM],
        ..ROW
    },
    Atom {
        name: "minimum",
        title: "`minimum`",
        formula: "the least of x1, x2, …, element by element; `min(x, y)` is the same",
        arity: Arity::AtLeast(1),
        cases: &[MINIMUM],
        ..ROW
    },
    Atom {
        name: "abs",
        title: "`abs`",
        formula: "|x|",
        cases: &[Case { range: |g| g.x(0).abs(), ..BOWL }],
        ..ROW
    },
    Atom {
        name: "pos",
        title: "`pos`",
        formula: "max(x, 0)",
        cases: &[Case {
            curve: Curve::Convex,
            monotone: &[Increasing],
            sign: SignRule::Nonneg,
            range: |g| g.x(0).pos(),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "neg",
        title: "`neg`",
        formula: "max(−x, 0)",
        cases: &[Case {
            curve: Curve::Convex,
            monotone: &[Decreasing],
            sign: SignRule::Nonneg,
            range: |g| (-g.x(0)).pos(),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "exp",
        title: "`exp`",
        formula: "eˣ",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            curve: Curve::Convex,
            monotone: &[Increasing],
            sign: SignRule::Nonneg,
            range: |g| g.x(0).exp(),
            ..CASE
        }],
        derivative: "exp(x)",
        demand: "log(y)",
        ..ROW
    },
    Atom {
        name: "log",
        title: "`log`",
        formula: "ln x",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: &[Domain::Positive],
            curve: Curve::Concave,
            monotone: &[Increasing],
            range: |g| g.x(0).ln(),
            ..CASE
        }],
        derivative: "1 / x",
        demand: "1 / y",
        ..ROW
    },
    Atom {
        name: "log1p",
        title: "`log1p`",
        formula: "ln(1 + x)",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: &[Domain::Above(-1)],
            curve: Curve::Concave,
            monotone: &[Increasing],
            sign: SignRule::Common,
            range: |g| g.x(0).ln_1p(),
            ..CASE
        }],
        derivative: "1 / (1 + x)",
        demand: "1 / y - 1",
        ..ROW
    },
    Atom {
        name: "logistic",
        title: "`logistic`",
        formula: "ln(1 + eˣ)",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            curve: Curve::Convex,
            monotone: &[Increasing],
            sign: SignRule::Nonneg,
            range: |g| g.x(0).logistic(),
            ..CASE
        }],
        derivative: "1 / (1 + exp(-x))",
        demand: "log(y / (1 - y))",
        ..ROW
    },
    Atom {
        name: "entr",
        title: "`entr`",
        formula: "−x·ln x, and 0 at 0",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: &[Domain::Nonneg],
            curve: Curve::Concave,
            range: |g| g.x(0).entr(),
            ..CASE
        }],
        derivative: "-log(x) - 1",
        demand: "exp(-1 - y)",
        ..ROW
    },
    Atom {
        name: "xexp",
        title: "`xexp`",
        formula: "x·eˣ",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |g| g.nonneg() || g.x(0).lo >= -1.0, curve: Curve::Convex, ..XEXP },
            Case {
                when: |g| g.x(0).lo >= -2.0,
                curve: Curve::Convex,
                monotone: &[Neither],
                ..XEXP
            },
            Case {
                when: |g| g.x(0).hi <= -2.0,
                curve: Curve::Concave,
                monotone: &[Decreasing],
                ..XEXP
            },
            Case { when: |g| g.x(0).hi <= -1.0, monotone: &[Decreasing], ..XEXP },
            Case { monotone: &[Neither], ..XEXP },
        ],
        derivative: "(1 + x) * exp(x)",
        ..ROW
    },
    Atom {
        name: "kl_div",
        title: "`kl_div`",
        formula: "x·ln(x / y) − x + y, and y where x is 0",
        arity: Arity::Exactly(2),
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: &[Domain::Nonneg, Domain::Positive],
            range: ranges::kl_div,
            ..SPREAD
        }],
        ..ROW
    },
    Atom {
        name: "rel_entr",
        title: "`rel_entr`",
        formula: "x·ln(x / y), and 0 where x is 0",
        arity: Arity::Exactly(2),
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: &[Domain::Nonneg, Domain::Positive],
            curve: Curve::Convex,
            monotone: &[Neither, Decreasing],
            range: |g| g.x(0).rel_entr(g.x(1)),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "loggamma",
        title: "`loggamma`",
        formula: "ln Γ(x), to f64; CVXPY's is an approximation",
        unit: UnitRule::Dimensionless,
        cases: &[
            Case { when: |g| g.x(0).lo >= 1.5, monotone: &[Increasing], ..LOGGAMMA },
            Case {
                when: |g| g.x(0).lo >= 0.0 && g.x(0).hi <= 1.4,
                monotone: &[Decreasing],
                ..LOGGAMMA
            },
            LOGGAMMA,
        ],
        ..ROW
    },
    Atom {
        name: "log_normcdf",
        title: "`log_normcdf`",
        formula: "ln Φ(x) of the standard normal distribution; CVXPY's is an approximation",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            curve: Curve::Concave,
            monotone: &[Increasing],
            sign: SignRule::Nonpos,
            range: |g| g.x(0).log_normcdf(),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "huber",
        title: "`huber`",
        formula: "x² where |x| ≤ M, else 2M|x| − M²",
        parameters: &[Parameter::like_argument("M", Some(1))],
        unit: UnitRule::Power(2, 1),
        refuses: |p| at_least(p, 0, "M cannot be below 0"),
        cases: &[Case { range: ranges::huber, ..BOWL }],
        ..ROW
    },
    Atom {
        name: "scalene",
        title: "`scalene`",
        formula: "α·max(x, 0) + β·max(−x, 0)",
        parameters: &[Parameter::number("alpha"), Parameter::number("beta")],
        cases: &[
            Case { when: |g| g.weights_nonneg(), range: ranges::scalene, ..BOWL },
            Case {
                when: |g| g.weights_nonpos(),
                curve: Curve::Concave,
                monotone: &[AgainstOwnSign],
                sign: SignRule::Nonpos,
                range: ranges::scalene,
                ..CASE
            },
            Case { range: ranges::scalene, ..CASE },
        ],
        ..ROW
    },
    Atom {
        name: "ceil",
        title: "`ceil`",
        formula: "the least whole number not below x",
        unit: UnitRule::Dimensionless,
        cases: &[Case { range: |g| g.x(0).ceil(), ..RISING }],
        ..ROW
    },
    Atom {
        name: "floor",
        title: "`floor`",
        formula: "the largest whole number not above x",
        unit: UnitRule::Dimensionless,
        cases: &[Case { range: |g| g.x(0).floor(), ..RISING }],
        ..ROW
    },
    Atom {
        name: "sign",
        title: "`sign`",
        formula: "1 above 0, −1 below 0, 0 at 0",
        unit: UnitRule::Plain,
        cases: &[Case { range: |g| g.x(0).signum(), ..RISING }],
        ..ROW
    },
    Atom {
        name: "one_minus_pos",
        title: "`one_minus_pos`",
        formula: "1 − x for 0 < x < 1",
        unit: UnitRule::Dimensionless,
        cases: &[Case {
            domain: &[Domain::Between(0, 1)],
            extends: false,
            curve: Curve::Affine,
            monotone: &[Decreasing],
            sign: SignRule::Nonneg,
            range: |g| Interval::point(1.0) - g.x(0),
            ..CASE
        }],
        ..ROW
    },
    Atom {
        name: "diff_pos",
        title: "`diff_pos`",
        formula: "x − y; CVXPY asks for x > y > 0, here it is a difference",
        arity: Arity::Exactly(2),
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
        name: "real",
        title: "`real`",
        formula: "x: all numbers of the language are real",
        cases: &[Case { range: |g| g.x(0), ..SUM }],
        ..ROW
    },
    Atom {
        name: "conj",
        title: "`conj`",
        formula: "x: all numbers of the language are real",
        cases: &[Case { range: |g| g.x(0), ..SUM }],
        ..ROW
    },
];

const XEXP: Case =
    Case { monotone: &[Increasing], sign: SignRule::Common, range: |g| g.x(0).xexp(), ..CASE };

const LOGGAMMA: Case = Case {
    domain: &[Domain::Positive],
    curve: Curve::Convex,
    range: |g| g.x(0).loggamma(),
    ..CASE
};
