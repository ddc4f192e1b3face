//! The solvers that are compared, each in one thread on the same instance.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SupportedConeT};
use dslc_solver::{Concave, Options, Problem, Route, Sense};

use crate::instances::Instance;
use crate::judge::gap;
use crate::measure::{Cost, measure};

/// What one solver did with one instance.
pub struct Result {
    /// Time and memory of the solve, data structures of the problem included.
    pub cost: Cost,
    /// Judged here, not what the solver says.
    pub gap: f64,
    /// What the solver says.
    pub status: String,
    /// Its steps.
    pub iterations: usize,
}

/// This repository's solver; with `polish`, on to exact prices.
pub fn ours(instance: &Instance, tolerance: f64, polish: bool) -> Option<Result> {
    let mut problem = Problem::new();
    let links: Vec<_> =
        instance.capacity.iter().map(|&capacity| problem.row(Sense::AtMost, capacity)).collect();
    for i in 0..instance.sources() {
        let x = problem.variable(0.0, f64::INFINITY);
        problem.utility(instance.weight[i], Concave::AlphaFair(instance.alpha), x);
        for &l in instance.route(i) {
            problem.coefficient(links[l as usize], x, 1.0);
        }
    }
    let options = Options { tolerance, polish, route: Some(Route::Network), ..Options::default() };
    let (answer, cost) = measure(|| dslc_solver::solve(&problem, &options));
    let answer = answer.ok()?;
    Some(Result {
        cost,
        gap: gap(instance, &answer.x, &answer.prices),
        status: answer.status.to_string(),
        iterations: answer.iterations,
    })
}

/// Clarabel, its cones written by hand: an exponential cone a source for the logarithm, a
/// second-order cone for α = 2, a power cone otherwise.
pub fn clarabel(instance: &Instance, tolerance: f64, limit: f64) -> Option<Result> {
    let (sources, links) = (instance.sources(), instance.capacity.len());
    let (mut row, mut column, mut value) = (Vec::new(), Vec::new(), Vec::new());
    let mut put = |i: usize, j: usize, v: f64| {
        row.push(i);
        column.push(j);
        value.push(v);
    };
    let mut right = instance.capacity.clone();
    let mut cones = vec![SupportedConeT::NonnegativeConeT(links)];
    let mut cost = vec![0.0; 2 * sources];
    for i in 0..sources {
        for &l in instance.route(i) {
            put(l as usize, i, 1.0);
        }
        let (x, t, at) = (i, sources + i, right.len());
        if instance.alpha == 1.0 {
            put(at, t, -1.0);
            put(at + 2, x, -1.0);
            right.extend([0.0, 1.0, 0.0]);
            cones.push(SupportedConeT::ExponentialConeT());
            cost[t] = -instance.weight[i];
        } else if instance.alpha == 2.0 {
            // t·x ≥ 1
            put(at, t, -1.0);
            put(at, x, -1.0);
            put(at + 1, t, -1.0);
            put(at + 1, x, 1.0);
            right.extend([0.0, 0.0, 2.0]);
            cones.push(SupportedConeT::SecondOrderConeT(3));
            cost[t] = instance.weight[i];
        } else {
            // t^(1/α) · x^(1−1/α) ≥ 1
            put(at, t, -1.0);
            put(at + 1, x, -1.0);
            right.extend([0.0, 0.0, 1.0]);
            cones.push(SupportedConeT::PowerConeT(1.0 / instance.alpha));
            cost[t] = instance.weight[i] / (instance.alpha - 1.0);
        }
    }
    let size = right.len();
    let matrix = CscMatrix::new_from_triplets(size, 2 * sources, row, column, value);
    let quadratic = CscMatrix::zeros((2 * sources, 2 * sources));
    let settings = DefaultSettings::<f64> {
        verbose: false,
        tol_gap_abs: tolerance,
        tol_gap_rel: tolerance,
        tol_feas: tolerance,
        max_threads: 1,
        time_limit: limit,
        ..DefaultSettings::default()
    };
    let (solution, cost) = measure(|| {
        let mut solver =
            DefaultSolver::new(&quadratic, &cost, &matrix, &right, &cones, settings).ok()?;
        solver.solve();
        Some(solver.solution)
    });
    let solution = solution?;
    Some(Result {
        cost,
        gap: gap(instance, &solution.x[..sources], &solution.z[..links]),
        status: format!("{:?}", solution.status),
        iterations: solution.iterations as usize,
    })
}
