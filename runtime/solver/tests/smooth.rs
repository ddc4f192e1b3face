//! Terms without a cone, alone and beside cones; user functions; convex rows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dslc_solver::{
    Affine, Concave, Cone, Error, Options, Problem, Route, Sense, Smooth, Solution, Status, solve,
};

/// x·e^−x, concave on 0 .. 2 (Ricker 1954).
#[derive(Debug)]
struct Ricker;

impl Smooth for Ricker {
    fn domain(&self) -> (f64, f64) {
        (0.0, 2.0)
    }
    fn value(&self, s: f64) -> f64 {
        s * (-s).exp()
    }
    fn slope(&self, s: f64) -> f64 {
        (1.0 - s) * (-s).exp()
    }
    fn curvature(&self, s: f64) -> f64 {
        (s - 2.0) * (-s).exp()
    }
}

fn optimum(problem: &Problem) -> Solution {
    let answer = solve(problem, &Options::default()).unwrap();
    assert_eq!(answer.status, Status::Optimal, "{answer:?}");
    answer
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-7, "{found}, not {expected}");
}

/// 2 atan x + atan y over x + y <= 3: at the optimum 2/(1 + x²) = 1/(1 + y²) = price.
#[test]
fn arctangents_share_a_capacity() {
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    let y = problem.variable(0.0, f64::INFINITY);
    problem.utility(2.0, Concave::Atan, x);
    problem.utility(1.0, Concave::Atan, y);
    let both = Affine::from(x) + y.into() - 3.0.into();
    let row = problem.constrain(both, Sense::AtMost);
    for route in [None, Some(Route::Network), Some(Route::Smooth)] {
        let answer = solve(&problem, &Options { route, ..Options::default() }).unwrap();
        assert_eq!(answer.status, Status::Optimal, "{answer:?}");
        // 2(1 + y²) = 1 + x² with y = 3 − x: x² − 12x + 19 = 0.
        let root = 6.0 - 17f64.sqrt();
        close(answer.x[0], root);
        close(answer.prices[row.index()], 2.0 / (1.0 + root * root));
    }
}

/// Without a row the optimum of x e^−x is at 1; a row `== ` moves it there.
#[test]
fn a_function_of_the_user() {
    let mut problem = Problem::new();
    let x = problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    let y = problem.variable(f64::NEG_INFINITY, 5.0);
    let ricker = problem.smooth(Arc::new(Ricker));
    problem.utility(1.0, ricker, Affine::from(x) - y.into());
    problem.gain(Affine::from(y) * 0.1);
    let answer = optimum(&problem);
    // y at its bound is worth 0.1; x follows at distance 1.
    close(answer.x[0] - answer.x[1], 1.0);
    close(answer.x[1], 5.0);
    close(answer.reduced_costs[1], 0.1);
    close(answer.objective, 0.5 + (-1f64).exp());
    assert!(matches!(
        solve(&problem, &Options { route: Some(Route::Conic), ..Options::default() }),
        Err(Error::Unsupported { .. })
    ));
}

/// atan(x + y) inside the unit disc: x = y = 1/√2.
#[test]
fn a_term_without_a_cone_inside_a_cone() {
    let mut problem = Problem::new();
    let x = problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    let y = problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    problem.utility(1.0, Concave::Atan, Affine::from(x) + y.into());
    problem.cone(Cone::SecondOrder, [1.0.into(), x.into(), y.into()]);
    let answer = optimum(&problem);
    close(answer.x[0], 0.5f64.sqrt());
    close(answer.x[1], 0.5f64.sqrt());
    close(answer.objective, 2f64.sqrt().atan());
}

/// A convex row and its price: e^x + e^y <= 2 under x + y maximal is x = y = 0 at price 1; with
/// atan beside it the smooth route must agree with the closed form as well.
#[test]
fn convex_rows_have_prices() {
    for with_atan in [false, true] {
        let mut problem = Problem::new();
        let x = problem.variable(-5.0, 5.0);
        let y = problem.variable(-5.0, 5.0);
        let row = problem.row(Sense::AtMost, 2.0);
        problem.row_utility(row, -1.0, Concave::NegativeExp, x);
        problem.row_utility(row, -1.0, Concave::NegativeExp, y);
        problem.gain(Affine::from(x) + y.into());
        if with_atan {
            let z = problem.variable(0.0, 1.0);
            problem.utility(1.0, Concave::Atan, z);
        }
        let answer = optimum(&problem);
        close(answer.x[0], 0.0);
        close(answer.x[1], 0.0);
        close(answer.prices[0], 1.0);
    }
}

/// The other direction: √x + √y >= 2 at least cost x + y is x = y = 1; the price of `>=` is −2.
#[test]
fn concave_rows_bound_from_below() {
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    let y = problem.variable(0.0, f64::INFINITY);
    let row = problem.row(Sense::AtLeast, 2.0);
    problem.row_utility(row, 1.0, Concave::Sqrt, x);
    problem.row_utility(row, 1.0, Concave::Sqrt, y);
    problem.gain(-(Affine::from(x) + y.into()));
    for route in [None, Some(Route::Smooth)] {
        let answer = solve(&problem, &Options { route, ..Options::default() }).unwrap();
        assert_eq!(answer.status, Status::Optimal, "{answer:?}");
        close(answer.x[0], 1.0);
        close(answer.x[1], 1.0);
        close(answer.prices[0], -2.0);
    }
}

/// Every term of the table over a budget `Σ x == n`, by cones and by Newton: the same optimum, and
/// the price is the marginal utility of each.
#[test]
fn every_term_agrees_between_cones_and_newton() {
    let terms = [
        Concave::Log,
        Concave::AlphaFair(0.5),
        Concave::AlphaFair(2.0),
        Concave::AlphaFair(3.5),
        Concave::Power(0.3),
        Concave::Power(-1.0),
        Concave::Power(-0.5),
        Concave::Power(1.5),
        Concave::Power(3.0),
        Concave::Sqrt,
        Concave::NegativeExp,
        Concave::Entropy,
        Concave::NegativeSquare,
        Concave::NegativeLogistic,
        Concave::Saturation,
    ];
    let mut problem = Problem::new();
    let x: Vec<_> = terms.iter().map(|_| problem.variable(-3.0, 50.0)).collect();
    for (&f, &x) in terms.iter().zip(&x) {
        problem.utility(1.0, f, x);
    }
    let sum: Affine = x.into_iter().map(Affine::from).sum();
    problem.constrain(sum - 10.0.into(), Sense::Equal);
    let solved = |route| {
        let answer =
            solve(&problem, &Options { route: Some(route), ..Options::default() }).unwrap();
        assert_eq!(answer.status, Status::Optimal, "{answer:?}");
        answer
    };
    let (cones, newton) = (solved(Route::Conic), solved(Route::Smooth));
    close(cones.prices[0], newton.prices[0]);
    for (a, b) in cones.x.iter().zip(&newton.x) {
        close(*a, *b);
    }
    close(newton.prices[0], 1.0 / newton.x[0]);
    close(newton.prices[0], newton.x[2].powi(-2));
}
