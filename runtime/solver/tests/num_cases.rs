//! Problems of the literature with known optimum and prices (`tests/data/num_cases.json` says where
//! each is from), by every route that can express them, at the default tolerance.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::f64::consts::LN_2;

use dslc_solver::{
    Affine, Concave, Error, Options, Piecewise, Problem, Route, Row, Sense, Solution, Status, Var,
    solve,
};
use serde_json::Value;

const CLOSE: f64 = 1e-6;

fn case(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("data/num_cases.json")).unwrap();
    all.as_array().unwrap().iter().find(|case| case["name"] == name).unwrap().clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// Solves by every route; at least one must take the problem.
fn by_every_route(problem: &Problem) -> Vec<Solution> {
    let routes = [None, Some(Route::Network), Some(Route::Conic), Some(Route::Smooth)];
    let answers: Vec<Solution> = routes
        .into_iter()
        .filter_map(|route| match solve(problem, &Options { route, ..Options::default() }) {
            Ok(answer) => Some(answer),
            Err(Error::Unsupported { .. }) if route.is_some() => None,
            Err(error) => panic!("{error}"),
        })
        .collect();
    for answer in &answers {
        assert_eq!(answer.status, Status::Optimal, "{answer:?}");
        assert!(answer.gap <= 1e-6 && answer.violation <= 1e-6, "{answer:?}");
    }
    answers
}

fn assert_close(what: &str, found: &[f64], expected: &[f64], route: Route) {
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        assert!(error <= CLOSE, "{route} {what}[{i}] = {found}, not {expected} (off by {error:e})");
    }
}

/// Compares with the closed form, the first variables and the given sign of the prices.
fn agrees(problem: &Problem, case: &Value, sign: f64) {
    let x = numbers(&case["closed_form"]["x"]);
    let x =
        if case["name"] == "tcp_vegas" { vec![100.0 / 7.0, 200.0 / 7.0, 400.0 / 7.0] } else { x };
    for answer in by_every_route(problem) {
        assert_close("x", &answer.x, &x, answer.route);
        if let Some(prices) = case["closed_form"]["prices"].as_array() {
            let prices: Vec<f64> = prices.iter().map(|p| sign * p.as_f64().unwrap()).collect();
            assert_close("price", &answer.prices, &prices, answer.route);
        }
        let objective = case["objective"].as_f64().unwrap();
        assert!((answer.objective - objective).abs() < 1e-5, "{} {answer:?}", answer.route);
    }
}

/// Variables ≥ 0 under the rows `A x <= c` of the case.
fn rows(case: &Value, sense: Sense) -> (Problem, Vec<Var>, Vec<Row>) {
    let mut problem = Problem::new();
    let rows: Vec<Vec<f64>> = case["A"].as_array().unwrap().iter().map(numbers).collect();
    let x: Vec<Var> = rows[0].iter().map(|_| problem.variable(0.0, f64::INFINITY)).collect();
    let mut links = Vec::new();
    for (coefficients, limit) in rows.iter().zip(numbers(&case["c"])) {
        let row = problem.row(sense, limit);
        for (&x, &a) in x.iter().zip(coefficients).filter(|(_, a)| **a != 0.0) {
            problem.coefficient(row, x, a);
        }
        links.push(row);
    }
    (problem, x, links)
}

fn utilities(name: &str, f: Concave, weights: &[f64]) {
    let case = case(name);
    let (mut problem, x, _) = rows(&case, Sense::AtMost);
    for (x, &weight) in x.into_iter().zip(weights) {
        problem.utility(weight, f, x);
    }
    agrees(&problem, &case, 1.0);
}

#[test]
fn proportional_fairness_on_a_line() {
    utilities("linear4_propfair", Concave::Log, &[1.0; 5]);
}

#[test]
fn least_delay_on_a_line() {
    utilities("linear4_a2_mindelay", Concave::AlphaFair(2.0), &[1.0; 5]);
}

#[test]
fn throughput_on_a_line() {
    let case = case("linear4_throughput_a0");
    let (mut problem, x, _) = rows(&case, Sense::AtMost);
    problem.gain(x.into_iter().map(Affine::from).sum::<Affine>());
    agrees(&problem, &case, 1.0);
}

#[test]
fn one_link_shared_by_weight() {
    utilities("kelly_single_link", Concave::Log, &[1.0, 2.0, 2.0]);
}

#[test]
fn a_link_with_slack_is_free() {
    let case = case("slack_link_zero_price");
    for lower in [0.0, f64::NEG_INFINITY] {
        let mut problem = Problem::new();
        let bounds = [0.0, 0.0, lower];
        let x = bounds.map(|lower| problem.variable(lower, f64::INFINITY));
        for (limit, other) in [(2.0, x[1]), (100.0, x[2])] {
            problem.constrain(Affine::from(x[0]) + other.into() - limit.into(), Sense::AtMost);
        }
        problem.utility(1.0, Concave::Log, x[0]);
        problem.utility(1.0, Concave::Log, x[1]);
        problem.utility(1.0, Concave::NegativeSquare, Affine::from(x[2]) - 3.0.into());
        agrees(&problem, &case, 1.0);
    }
}

#[test]
fn vegas() {
    utilities("tcp_vegas", Concave::Log, &[0.02, 0.04, 0.08]);
}

/// With y = log P: y₁ − log(0.1 + 0.1 e^y₂) + y₂ − log(0.05 + 0.2 e^y₁), y <= 0.
#[test]
fn power_control() {
    let case = case("power_control_highsir");
    let mut problem = Problem::new();
    let y = [0, 1].map(|_| problem.variable(f64::NEG_INFINITY, f64::INFINITY));
    for y in y {
        problem.constrain(y, Sense::AtMost);
        problem.gain(y);
    }
    problem.gain(Affine::constant(-(0.1f64.ln()) - 0.05f64.ln()));
    problem.utility(1.0, Concave::NegativeLogistic, y[1]);
    problem.utility(1.0, Concave::NegativeLogistic, Affine::from(y[0]) + (2.0 * LN_2).into());
    for answer in by_every_route(&problem) {
        assert_close("log power", &answer.x, &[0.0, 0.0], answer.route);
        assert_close(
            "price",
            &answer.prices,
            &numbers(&case["closed_form"]["prices"]),
            answer.route,
        );
        assert!((answer.objective - 20f64.ln()).abs() < CLOSE);
    }
}

#[test]
fn random_access_of_largest_entropy() {
    let case = case("csma_3line");
    let (mut problem, u, _) = rows(&case, Sense::AtLeast);
    for &u in &u {
        problem.utility(1.0, Concave::Entropy, u);
    }
    problem.constrain(u.into_iter().map(Affine::from).sum::<Affine>() - 1.0.into(), Sense::Equal);
    agrees(&problem, &case, -1.0);
}

#[test]
fn a_budget_between_two_groups() {
    let case = case("primal_decomp_budget");
    let mut problem = Problem::new();
    let x = [0; 4].map(|_| problem.variable(0.0, f64::INFINITY));
    let y = [0; 2].map(|_| problem.variable(0.0, f64::INFINITY));
    for (group, y) in [[x[0], x[1]], [x[2], x[3]]].into_iter().zip(y) {
        let used: Affine = group.into_iter().map(Affine::from).sum();
        problem.constrain(used - y.into(), Sense::AtMost);
    }
    problem.constrain(Affine::from(y[0]) + y[1].into() - 12.0.into(), Sense::AtMost);
    for (x, weight) in x.into_iter().zip([1.0, 1.0, 2.0, 2.0]) {
        problem.utility(weight, Concave::Log, x);
    }
    agrees(&problem, &case, 1.0);
}

#[test]
fn consensus_is_the_mean() {
    let case = case("consensus_quadratic");
    let mut problem = Problem::new();
    let x = problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    for a in [1.0, 7.0] {
        problem.utility(0.5, Concave::NegativeSquare, Affine::from(x) - a.into());
    }
    agrees(&problem, &case, 1.0);
}

#[test]
fn equal_dominant_shares() {
    let case = case("drf_ghodsi");
    let (mut problem, x, _) = rows(&case, Sense::AtMost);
    let t = problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    for (x, share) in x.into_iter().zip([4.0 / 18.0, 3.0 / 9.0]) {
        problem.constrain(Affine::from(t) - Affine::from(x) * share, Sense::AtMost);
    }
    problem.gain(t);
    agrees(&problem, &case, 1.0);
    for answer in by_every_route(&problem) {
        assert_close("price", &answer.prices, &[2.0 / 27.0, 0.0], answer.route);
    }
}

/// The price at a kink is an interval: between the slopes to its right and to its left.
#[test]
fn a_cache_shared_by_its_hull() {
    let case = case("cache_mrc_talus");
    let (mut problem, x, _) = rows(&case, Sense::AtMost);
    for (&x, hits) in x.iter().zip(case["hits"].as_array().unwrap()) {
        let hits = numbers(hits);
        let hull = upper_hull(&hits);
        let f = problem.piecewise(Piecewise::through(&hull).unwrap());
        problem.utility(1.0, f, x);
        problem.constrain(Affine::from(x) - (hits.len() as f64 - 1.0).into(), Sense::AtMost);
    }
    let interval = numbers(&case["price_interval"]);
    for answer in by_every_route(&problem) {
        assert_close("x", &answer.x, &numbers(&case["closed_form"]["x"]), answer.route);
        let price = answer.prices[0];
        assert!(interval[0] - CLOSE <= price && price <= interval[1] + CLOSE, "{price}");
    }
}

/// The points of the least concave function above `values` at 0, 1, ….
fn upper_hull(values: &[f64]) -> Vec<(f64, f64)> {
    let mut hull: Vec<(f64, f64)> = Vec::new();
    for (s, &value) in values.iter().enumerate() {
        let point = (s as f64, value);
        while let [.., a, b] = hull[..] {
            if (b.1 - a.1) * (point.0 - a.0) > (point.1 - a.1) * (b.0 - a.0) {
                break;
            }
            hull.pop();
        }
        hull.push(point);
    }
    hull
}
