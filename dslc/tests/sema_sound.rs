//! Random expressions on random boxes: what the check says of sign, curvature and interval holds at
//! every sampled point.

mod common;

use std::fmt::Write as _;

use common::check;
use dslc::sema::hir::{Curvature, Facts, Sign};
use proptest::prelude::*;

/// An expression in x and y, written down once more beside the compiler's own.
#[derive(Clone, Debug)]
enum Expr {
    X,
    Y,
    Number(f64),
    Binary(char, Box<Expr>, Box<Expr>),
    Call(&'static str, Vec<Expr>),
    Power(Box<Expr>, f64),
    Neg(Box<Expr>),
}

impl Expr {
    fn text(&self) -> String {
        match self {
            Expr::X => "x".into(),
            Expr::Y => "y".into(),
            Expr::Number(value) => format!("({value})"),
            Expr::Binary(op, a, b) => format!("({} {op} {})", a.text(), b.text()),
            Expr::Call(name, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(Expr::text).collect();
                format!("{name}({})", arguments.join(", "))
            }
            Expr::Power(a, p) => format!("({} ^ ({p}))", a.text()),
            Expr::Neg(a) => format!("(-{})", a.text()),
        }
    }

    /// Its value; none outside its domain.
    fn value(&self, x: f64, y: f64) -> Option<f64> {
        let of = |expr: &Expr| expr.value(x, y);
        let within = |inside: bool, value: f64| inside.then_some(value);
        match self {
            Expr::X => Some(x),
            Expr::Y => Some(y),
            Expr::Number(value) => Some(*value),
            Expr::Neg(a) => Some(-of(a)?),
            Expr::Binary(op, a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                match op {
                    '+' => Some(a + b),
                    '-' => Some(a - b),
                    '*' => Some(a * b),
                    _ => within(b != 0.0, a / b),
                }
            }
            Expr::Power(a, p) => {
                let a = of(a)?;
                within(if *p < 0.0 { a > 0.0 } else { p.fract() == 0.0 || a >= 0.0 }, a.powf(*p))
            }
            Expr::Call(name, arguments) => {
                let values: Option<Vec<_>> = arguments.iter().map(of).collect();
                let values = values?;
                let a = values[0];
                match *name {
                    "log" => within(a > 0.0, a.ln()),
                    "exp" => Some(a.exp()),
                    "sqrt" => within(a >= 0.0, a.sqrt()),
                    "square" => Some(a * a),
                    "abs" => Some(a.abs()),
                    "inv_pos" => within(a > 0.0, 1.0 / a),
                    "entr" if a == 0.0 => Some(0.0),
                    "entr" => within(a > 0.0, -a * a.ln()),
                    "minimum" => Some(values.iter().copied().fold(a, f64::min)),
                    _ => Some(values.iter().copied().fold(a, f64::max)),
                }
            }
        }
    }
}

fn expr() -> impl Strategy<Value = Expr> {
    let number = (-8i32..=8).prop_map(|n| Expr::Number(f64::from(n) / 2.0));
    let leaf = prop_oneof![Just(Expr::X), Just(Expr::Y), number];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        let op = prop::sample::select(vec!['+', '-', '*', '/']);
        let one = vec!["log", "exp", "sqrt", "square", "abs", "inv_pos", "entr"];
        let two = prop::sample::select(vec!["minimum", "maximum"]);
        // Powers that keep their curvature as extended functions: the check refuses the others in
        // utilities where their argument may leave their domain.
        let powers = prop::sample::select(vec![-1.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0]);
        prop_oneof![
            3 => (op, pair.clone()).prop_map(|(op, (a, b))| Expr::Binary(op, a.into(), b.into())),
            3 => (prop::sample::select(one), inner.clone()).prop_map(|(f, a)| Expr::Call(f, vec![a])),
            1 => (two, pair).prop_map(|(f, (a, b))| Expr::Call(f, vec![a, b])),
            1 => (inner.clone(), powers).prop_map(|(a, p)| Expr::Power(a.into(), p)),
            1 => inner.prop_map(|a| Expr::Neg(a.into())),
        ]
    })
}

fn range() -> impl Strategy<Value = (f64, f64)> {
    (-6i32..=6, 0i32..=8).prop_map(|(lo, width)| (f64::from(lo) / 2.0, f64::from(lo + width) / 2.0))
}

const STEPS: i32 = 8;

/// Values beyond this are not compared: rounding in the test's own arithmetic would decide.
const LARGEST: f64 = 1e6;

struct Samples {
    facts: Facts,
    text: String,
    /// Values on a grid over the box; none outside the domain.
    grid: Vec<Vec<Option<f64>>>,
}

impl Samples {
    fn check(&self) -> Result<(), TestCaseError> {
        let (lo, hi) = self.facts.interval;
        let values = self.grid.iter().flatten().copied().flatten();
        for value in values.filter(|value| value.abs() < LARGEST) {
            let slack = 1e-9 * (1.0 + value.abs());
            prop_assert!(value >= lo - slack && value <= hi + slack, "{value} of {}", self.text);
            let sign = match self.facts.sign {
                Sign::Zero => value.abs() <= slack,
                Sign::Nonneg => value >= -slack,
                Sign::Nonpos => value <= slack,
                Sign::Unknown => true,
            };
            prop_assert!(sign, "{value} of {}: {:?}", self.text, self.facts.sign);
        }
        use Curvature::{Affine, Concave, Constant, Convex};
        if matches!(self.facts.curvature, Constant | Affine | Convex) {
            self.check_convex(1.0)?;
        }
        if matches!(self.facts.curvature, Constant | Affine | Concave) {
            self.check_convex(-1.0)?;
        }
        Ok(())
    }

    /// Midpoints of every pair of grid points whose midpoint is on the grid. Outside its domain a
    /// convex function is +∞.
    fn check_convex(&self, sign: f64) -> Result<(), TestCaseError> {
        let at = |(i, j): (usize, usize)| self.grid[i][j].map_or(f64::INFINITY, |v| sign * v);
        let points: Vec<_> = (0..self.grid.len())
            .flat_map(|i| (0..self.grid[i].len()).map(move |j| (i, j)))
            .collect();
        for &a in &points {
            for &b in points.iter().filter(|b| (a.0 + b.0) % 2 == 0 && (a.1 + b.1) % 2 == 0) {
                let (left, right) = (at(a), at(b));
                let middle = at(((a.0 + b.0) / 2, (a.1 + b.1) / 2));
                let scale = [left, right, middle].map(f64::abs).into_iter().fold(1.0, f64::max);
                if left.max(right).abs() >= LARGEST || left.min(right).abs() >= LARGEST {
                    continue;
                }
                let chord = f64::midpoint(left, right);
                prop_assert!(middle <= chord + 1e-7 * scale, "{}: {a:?} {b:?}", self.text);
            }
        }
        Ok(())
    }
}

fn samples(expr: &Expr, x: (f64, f64), y: (f64, f64)) -> Option<Samples> {
    let mut text = String::from("fibre t;\n");
    let _ = writeln!(text, "variable x in {} .. {};\nvariable y in {} .. {};", x.0, x.1, y.0, y.1);
    let _ = writeln!(text, "let e = {};", expr.text());
    // An error here is a division by 0 or a function that has no value: nothing is claimed.
    let facts = check(&text).0?.lets.first()?.body.facts.clone();
    let at = |(lo, hi): (f64, f64), i: i32| lo + (hi - lo) * f64::from(i) / f64::from(STEPS);
    let row = |i| (0..=STEPS).map(|j| expr.value(at(x, i), at(y, j))).collect();
    Some(Samples { facts, text, grid: (0..=STEPS).map(row).collect() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_said_of_an_expression_holds(expr in expr(), x in range(), y in range()) {
        if let Some(samples) = samples(&expr, x, y) {
            samples.check()?;
        }
    }
}
