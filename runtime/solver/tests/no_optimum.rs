//! Problems without an optimum: the answer is a certificate, checked here against the data.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use dslc_solver::{
    Affine, Certificate, Concave, Cone, Error, Options, Problem, Sense, Solution, Status, Var,
    solve,
};
use proptest::prelude::*;

fn answer(problem: &Problem) -> Solution {
    solve(problem, &Options::default()).unwrap()
}

/// Rows as dense numbers, to check certificates by their definition.
struct Rows {
    a: Vec<Vec<f64>>,
    senses: Vec<Sense>,
    limits: Vec<f64>,
    bounds: Vec<(f64, f64)>,
}

impl Rows {
    fn problem(&self) -> (Problem, Vec<Var>) {
        let mut problem = Problem::new();
        let x: Vec<Var> = self.bounds.iter().map(|&(lo, hi)| problem.variable(lo, hi)).collect();
        for ((a, &sense), &limit) in self.a.iter().zip(&self.senses).zip(&self.limits) {
            let row = problem.row(sense, limit);
            for (&x, &a) in x.iter().zip(a).filter(|(_, a)| **a != 0.0) {
                problem.coefficient(row, x, a);
            }
        }
        (problem, x)
    }

    /// `Σ price·row + Σ multiplier·bound` must be `0 <= −margin`.
    fn assert_farkas(&self, certificate: Option<&Certificate>) {
        let Some(Certificate::Infeasible { prices, bounds, margin, .. }) = certificate else {
            panic!("no proof: {certificate:?}");
        };
        let mut right = 0.0;
        let mut left = vec![0.0; self.bounds.len()];
        for (i, price) in prices.iter().enumerate() {
            match self.senses[i] {
                Sense::AtMost => assert!(*price >= 0.0),
                Sense::AtLeast => assert!(*price <= 0.0),
                Sense::Equal => {}
            }
            right += price * self.limits[i];
            for (left, a) in left.iter_mut().zip(&self.a[i]) {
                *left += price * a;
            }
        }
        for (j, (multiplier, (lower, upper))) in bounds.iter().zip(&self.bounds).enumerate() {
            left[j] += multiplier;
            if *multiplier != 0.0 {
                right += multiplier * if *multiplier > 0.0 { upper } else { lower };
            }
        }
        assert!(left.iter().all(|left| left.abs() < 1e-6), "{left:?}");
        assert!(*margin > 0.0 && (right + margin).abs() < 1e-6, "{right} {margin}");
    }
}

#[test]
fn rows_that_exclude_each_other() {
    let infinite = f64::INFINITY;
    let rows = Rows {
        a: vec![vec![1.0, 1.0], vec![1.0, 1.0]],
        senses: vec![Sense::AtMost, Sense::AtLeast],
        limits: vec![1.0, 2.0],
        bounds: vec![(-infinite, infinite); 2],
    };
    let (mut problem, x) = rows.problem();
    problem.gain(x[0]);
    let found = answer(&problem);
    assert_eq!(found.status, Status::Infeasible);
    assert_eq!(found.objective, f64::NEG_INFINITY);
    rows.assert_farkas(found.certificate.as_ref());
}

#[test]
fn needs_above_a_capacity_are_seen_without_a_solver() {
    let rows = Rows {
        a: vec![vec![2.0, 1.0], vec![1.0, 0.0]],
        senses: vec![Sense::AtMost, Sense::AtMost],
        limits: vec![3.0, 5.0],
        bounds: vec![(1.0, f64::INFINITY), (2.0, 4.0)],
    };
    let (mut problem, x) = rows.problem();
    for x in x {
        problem.utility(1.0, Concave::Log, x);
    }
    let found = answer(&problem);
    assert_eq!((found.status, found.iterations), (Status::Infeasible, 0));
    rows.assert_farkas(found.certificate.as_ref());
}

#[test]
fn a_domain_that_the_rows_exclude() {
    let mut problem = Problem::new();
    let x = problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    let y = problem.variable(0.0, 1.0);
    problem.utility(1.0, Concave::Log, Affine::from(x) - y.into());
    problem.constrain(Affine::from(x) + 1.0.into(), Sense::AtMost);
    let found = answer(&problem);
    assert_eq!(found.status, Status::Infeasible);
    problem.utility(1.0, Concave::Atan, y);
    assert_eq!(answer(&problem).status, Status::Infeasible);
}

#[test]
fn gain_without_end() {
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    let y = problem.variable(0.0, f64::INFINITY);
    problem.constrain(Affine::from(x) - y.into() - 1.0.into(), Sense::AtMost);
    problem.gain(Affine::from(x) - Affine::from(y) * 0.5);
    let found = answer(&problem);
    assert_eq!(found.status, Status::Unbounded);
    let Some(Certificate::Unbounded { direction, rate }) = &found.certificate else {
        panic!("no proof");
    };
    assert!(direction[0] <= direction[1] + 1e-6 && direction.iter().all(|d| *d >= -1e-9));
    assert!(*rate > 0.0 && (direction[0] - 0.5 * direction[1] - rate).abs() < 1e-6);
}

/// A ray of gain proves nothing where there is no point to start from.
#[test]
fn gain_without_end_in_an_empty_set_is_infeasible() {
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    let y = problem.variable(0.0, 1.0);
    problem.constrain(Affine::from(y) - 2.0.into(), Sense::AtLeast);
    problem.gain(x);
    assert_eq!(answer(&problem).status, Status::Infeasible);
}

#[test]
fn a_logarithm_without_a_limit() {
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    let y = problem.variable(0.0, f64::INFINITY);
    problem.utility(1.0, Concave::Log, x);
    problem.utility(1.0, Concave::Log, y);
    problem.constrain(Affine::from(y) - 2.0.into(), Sense::AtMost);
    assert_eq!(answer(&problem).status, Status::Unbounded);
    // The same where no single variable is free: both grow along the row.
    problem.constrain(Affine::from(x) - y.into(), Sense::AtMost);
    assert_eq!(answer(&problem).status, Status::Optimal);
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    let y = problem.variable(0.0, f64::INFINITY);
    problem.utility(1.0, Concave::Log, x);
    problem.utility(1.0, Concave::Log, y);
    problem.constrain(Affine::from(x) - y.into(), Sense::Equal);
    let found = answer(&problem);
    assert_eq!(found.status, Status::Unbounded, "{found:?}");
}

/// A supremum that no point attains is not called an optimum far away.
#[test]
fn a_supremum_at_infinity_is_no_optimum() {
    let mut problem = Problem::new();
    let x = problem.variable(0.0, f64::INFINITY);
    problem.utility(1.0, Concave::AlphaFair(2.0), x);
    let found = answer(&problem);
    assert_ne!(found.status, Status::Infeasible);
    assert_ne!(found.status, Status::Unbounded);
}

#[test]
fn a_cone_that_a_bound_excludes() {
    let mut problem = Problem::new();
    let x = problem.variable(2.0, 3.0);
    let t = problem.variable(0.0, 1.0);
    problem.cone(Cone::SecondOrder, [t.into(), x.into()]);
    problem.gain(x);
    assert_eq!(answer(&problem).status, Status::Infeasible);
}

#[test]
fn few_iterations_are_not_called_optimal() {
    let mut problem = Problem::new();
    let row = problem.row(Sense::AtMost, 3.0);
    for weight in [1.0, 5.0] {
        let x = problem.variable(0.0, f64::INFINITY);
        problem.coefficient(row, x, 1.0);
        problem.utility(weight, Concave::Log, x);
    }
    let options = Options { max_iterations: 1, ..Options::default() };
    for route in [None, Some(dslc_solver::Route::Network), Some(dslc_solver::Route::Conic)] {
        let found = solve(&problem, &Options { route, ..options.clone() }).unwrap();
        assert!(found.status != Status::Optimal || found.gap <= 1e-6, "{found:?}");
    }
}

#[test]
fn bad_input_is_an_error_by_name() {
    let nan = f64::NAN;
    let build = |change: &dyn Fn(&mut Problem, Var)| {
        let mut problem = Problem::new();
        let x = problem.variable(0.0, 1.0);
        problem.gain(x);
        change(&mut problem, x);
        solve(&problem, &Options::default()).unwrap_err().to_string()
    };
    let mut other = Problem::new();
    let foreign = [0; 9].map(|_| other.variable(0.0, 1.0))[8];
    let row = other.row(Sense::AtMost, 1.0);
    type Change<'a> = &'a dyn Fn(&mut Problem, Var);
    let cases: [(Change<'_>, &str); 13] = [
        (
            &|p, _| {
                let _ = p.variable(1.0, 0.0);
            },
            "variable 1 has the empty range 1 .. 0",
        ),
        (
            &|p, _| {
                let _ = p.variable(nan, 0.0);
            },
            "a bound of variable 1 is NaN",
        ),
        (
            &|p, _| {
                let _ = p.variable(f64::INFINITY, f64::INFINITY);
            },
            "a bound of variable 1 is inf",
        ),
        (
            &|p, _| {
                let _ = p.row(Sense::AtMost, f64::INFINITY);
            },
            "the limit of row 0 is inf",
        ),
        (&|p, x| p.coefficient(row, x, 1.0), "row 0 is used, but the problem has only 0"),
        (
            &|p, x| p.gain(Affine { terms: vec![(x, nan)], constant: 0.0 }),
            "the gain of variable 0 is NaN",
        ),
        (&|p, _| p.gain(foreign), "variable 8 is used, but the problem has only 1"),
        (&|p, _| p.utility(1.0, Concave::Log, foreign), "variable 8 is used"),
        (&|p, x| p.utility(-1.0, Concave::Log, x), "the weight -1 of term 0 has the wrong sign"),
        (&|p, x| p.utility(1.0, Concave::AlphaFair(-1.0), x), "AlphaFair(-1.0) is out of range"),
        (&|p, x| p.utility(1.0, Concave::Log, Affine::from(x) * nan), "argument of term 0 is NaN"),
        (&|p, x| p.cone(Cone::Exponential, [x.into()]), "cone 0 is Exponential over 1"),
        (
            &|p, x| {
                let row = p.row(Sense::AtMost, 1.0);
                p.coefficient(row, x, 1.0);
                p.coefficient(row, x, 2.0);
            },
            "row 0 names variable 0 twice",
        ),
    ];
    for (change, message) in cases {
        let error = build(change);
        assert!(error.contains(message), "{error:?} does not say {message:?}");
    }
    assert_eq!(solve(&Problem::new(), &Options::default()), Err(Error::NoVariables));
}

#[test]
fn a_capacity_of_0_holds_what_it_can_and_refuses_what_it_cannot() {
    let zero = |f: Concave| {
        let mut problem = Problem::new();
        let x = problem.variable(0.0, f64::INFINITY);
        let y = problem.variable(0.0, 2.0);
        let row = problem.row(Sense::AtMost, 0.0);
        problem.coefficient(row, x, 1.0);
        problem.utility(1.0, f, x);
        problem.utility(1.0, Concave::Log, y);
        answer(&problem)
    };
    let held = zero(Concave::Saturation);
    assert_eq!(held.status, Status::Optimal);
    assert!(held.x[0].abs() < 1e-7 && (held.x[1] - 2.0).abs() < 1e-7, "{held:?}");
    assert_ne!(zero(Concave::Log).status, Status::Optimal);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the numbers are: an answer or an error, never a panic, and no optimum that is not one.
    #[test]
    fn anything_is_answered(
        bounds in prop::collection::vec((-5.0..5.0f64, -5.0..5.0f64), 1..5),
        rows in prop::collection::vec((prop::collection::vec(-3i32..4, 4), 0..3, -5.0..5.0f64), 0..6),
        gains in prop::collection::vec(-2.0..2.0f64, 5),
        terms in prop::collection::vec((0usize..5, 0usize..8, 0.0..3.0f64), 0..5),
    ) {
        let senses = [Sense::AtMost, Sense::Equal, Sense::AtLeast];
        let rows = Rows {
            a: rows.iter().map(|(a, ..)| a.iter().take(bounds.len()).map(|&a| a.into()).collect()).collect(),
            senses: rows.iter().map(|&(_, sense, _)| senses[sense as usize]).collect(),
            limits: rows.iter().map(|row| row.2).collect(),
            bounds: bounds.iter().map(|&(a, b)| (a.min(b), if a > 4.0 { f64::INFINITY } else { a.max(b) })).collect(),
        };
        let (mut problem, x) = rows.problem();
        for (&x, &gain) in x.iter().zip(&gains) {
            problem.gain(Affine::from(x) * gain);
        }
        let functions = [
            Concave::Log, Concave::AlphaFair(3.0), Concave::NegativeSquare, Concave::Entropy,
            Concave::Atan, Concave::NegativeExp, Concave::Power(2.5), Concave::NegativeLogistic,
        ];
        for (at, f, weight) in terms {
            problem.utility(weight, functions[f], x[at % x.len()]);
        }
        match solve(&problem, &Options::default()) {
            Ok(found) if found.status == Status::Optimal => {
                prop_assert!(found.gap <= 1e-6 && found.violation <= 1e-6, "{:?}", found);
            }
            Ok(found) if found.status == Status::Infeasible => {
                if let Some(Certificate::Infeasible { radius, .. }) = &found.certificate {
                    prop_assert!(*radius >= 1e6);
                } else {
                    prop_assert!(false, "no proof");
                }
            }
            Ok(found) => prop_assert!(found.status != Status::Unbounded || found.certificate.is_some()),
            Err(error) => prop_assert_eq!(error, Error::NoStart),
        }
    }
}
