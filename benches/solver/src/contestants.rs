//! The solvers that are compared, each in one thread on the same instance.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};
use dslc_solver::{Affine, Concave, Options, Problem, Route, Sense};

use crate::instances::{Instance, Utility};
use crate::judge::gap;
use crate::measure::{Cost, measure};

/// What one solver did with one instance.
pub struct Done {
    /// Time and memory of the solve, data structures of the problem included.
    pub cost: Cost,
    /// Judged here, not what the solver says.
    pub gap: f64,
    /// What the solver says.
    pub status: String,
    /// Its steps.
    pub iterations: usize,
}

/// Why there is no result.
pub enum Miss {
    /// It took longer than the limit, in seconds.
    Over(f64),
    /// It took a tenth of the limit for a smaller instance of the structure.
    NotTried,
    /// It failed.
    Failed,
    /// It cannot express the problem.
    NotExpressed,
}

/// What came of a run.
pub type Outcome = Result<Done, Miss>;

/// This repository's solver; with `polish`, on to exact prices.
pub fn ours(instance: &Instance, tolerance: f64, polish: bool) -> Outcome {
    let mut problem = Problem::new();
    let links: Vec<_> =
        instance.capacity.iter().map(|&capacity| problem.row(Sense::AtMost, capacity)).collect();
    for i in 0..instance.sources() {
        let x = problem.variable(0.0, f64::INFINITY);
        let (function, argument) = match instance.utility {
            Utility::Fair(alpha) => (Concave::AlphaFair(alpha), Affine::from(x)),
            Utility::Square => {
                (Concave::NegativeSquare, Affine::from(x) - instance.target[i].into())
            }
        };
        let factor = if instance.utility == Utility::Square { 0.5 } else { 1.0 };
        problem.utility(factor * instance.weight[i], function, argument);
        for &l in instance.route(i) {
            problem.coefficient(links[l as usize], x, 1.0);
        }
    }
    let options = Options { tolerance, polish, route: Some(Route::Network), ..Options::default() };
    let (answer, cost) = measure(|| dslc_solver::solve(&problem, &options));
    let answer = answer.map_err(|_| Miss::Failed)?;
    Ok(Done {
        cost,
        gap: gap(instance, &answer.x, &answer.prices),
        status: answer.status.to_string(),
        iterations: answer.iterations,
    })
}

/// Clarabel, its cones written by hand: an exponential cone a source for the logarithm, a
/// second-order cone for α = 2, a power cone otherwise; squares in its objective.
pub fn clarabel(instance: &Instance, tolerance: f64, limit: f64) -> Outcome {
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
    let mut square = vec![0.0; 2 * sources];
    for i in 0..sources {
        for &l in instance.route(i) {
            put(l as usize, i, 1.0);
        }
        let (x, t, at) = (i, sources + i, right.len());
        let alpha = match instance.utility {
            Utility::Fair(alpha) => alpha,
            Utility::Square => {
                put(at, x, -1.0);
                right.push(0.0);
                cones.push(SupportedConeT::NonnegativeConeT(1));
                square[x] = instance.weight[i];
                cost[x] = -instance.weight[i] * instance.target[i];
                continue;
            }
        };
        if alpha == 1.0 {
            put(at, t, -1.0);
            put(at + 2, x, -1.0);
            right.extend([0.0, 1.0, 0.0]);
            cones.push(SupportedConeT::ExponentialConeT());
            cost[t] = -instance.weight[i];
        } else if alpha == 2.0 {
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
            cones.push(SupportedConeT::PowerConeT(1.0 / alpha));
            cost[t] = instance.weight[i] / (alpha - 1.0);
        }
    }
    let size = right.len();
    let matrix = CscMatrix::new_from_triplets(size, 2 * sources, row, column, value);
    let at: Vec<usize> = (0..square.len()).filter(|&j| square[j] != 0.0).collect();
    let diagonal = at.iter().map(|&j| square[j]).collect();
    let size = square.len();
    let quadratic = CscMatrix::new_from_triplets(size, size, at.clone(), at, diagonal);
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
    let solution = solution.ok_or(Miss::Failed)?;
    if solution.status == SolverStatus::MaxTime {
        return Err(Miss::Over(limit));
    }
    Ok(Done {
        cost,
        gap: gap(instance, &solution.x[..sources], &solution.z[..links]),
        status: format!("{:?}", solution.status),
        iterations: solution.iterations as usize,
    })
}
