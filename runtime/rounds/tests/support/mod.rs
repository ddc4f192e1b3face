//! Random small problems, in the solver's form and in rounds.
#![allow(dead_code, reason = "each test file is a crate of its own and uses some of it")]

use dslc_rounds::{Agent, Column, Disturbances, Method, Problem, Resource, Run, Sense, Use};
use dslc_solver::{Concave, Options, Status, solve};
use proptest::prelude::*;

/// `Σ w_j log x_j` over rows `Σ a_ij x_j <= c_i`, `x` in a box that no row's need leaves.
#[derive(Clone, Debug)]
pub struct Network {
    pub weights: Vec<f64>,
    /// Coefficients ≥ 0, by row.
    pub rows: Vec<Vec<f64>>,
    pub capacities: Vec<f64>,
}

pub const LOWER: f64 = 0.2;
pub const UPPER: f64 = 4.0;

/// What the solver says of a network.
pub struct Optimum {
    pub x: Vec<f64>,
    pub prices: Vec<f64>,
}

pub fn networks(rows: std::ops::Range<usize>) -> impl Strategy<Value = Network> {
    (2..6usize, rows).prop_flat_map(|(columns, rows)| {
        let coefficient = prop_oneof![Just(0.0), 0.3f64..2.0];
        let row = prop::collection::vec(coefficient, columns);
        (
            prop::collection::vec(0.5f64..3.0, columns),
            prop::collection::vec(row, rows),
            prop::collection::vec(0.3f64..0.8, rows),
        )
            .prop_map(|(weights, rows, tightness)| {
                // Between what the least of everybody uses and what the most would.
                let capacity = |(row, t): (&Vec<f64>, &f64)| {
                    let sum: f64 = row.iter().sum();
                    sum * (LOWER + t * t * (UPPER - LOWER)) + 0.1
                };
                let capacities = rows.iter().zip(&tightness).map(capacity).collect();
                Network { weights, rows, capacities }
            })
    })
}

impl Network {
    pub fn solver(&self) -> dslc_solver::Problem {
        let mut problem = dslc_solver::Problem::new();
        let columns: Vec<_> = self.weights.iter().map(|_| problem.variable(LOWER, UPPER)).collect();
        for (row, capacity) in self.rows.iter().zip(&self.capacities) {
            let solver_row = problem.row(dslc_solver::Sense::AtMost, *capacity);
            for (column, a) in columns.iter().zip(row).filter(|(_, a)| **a != 0.0) {
                problem.coefficient(solver_row, *column, *a);
            }
        }
        for (column, weight) in columns.iter().zip(&self.weights) {
            problem.utility(*weight, Concave::Log, *column);
        }
        problem
    }

    /// `Σ w_j log x_j`.
    pub fn utility(&self, x: &[f64]) -> f64 {
        x.iter().zip(&self.weights).map(|(x, w)| w * x.ln()).sum()
    }

    pub fn optimum(&self) -> Optimum {
        let options = Options { tolerance: 1e-10, ..Options::default() };
        let answer = solve(&self.solver(), &options);
        let answer = answer.unwrap_or_else(|error| unreachable!("{error}"));
        assert_eq!(answer.status, Status::Optimal, "{self:?}");
        Optimum { x: answer.x, prices: answer.prices }
    }

    /// The same in rounds; `method` is asked for each row.
    pub fn rounds(&self, method: impl Fn(usize) -> Method) -> Problem {
        let scalars = self.solver().scalars().into_iter().flatten();
        let agents = scalars.enumerate().map(|(column, utility)| Agent {
            columns: vec![column],
            utility: Box::new(utility),
            family: None,
        });
        let agents: Vec<_> = agents.collect();
        let resources: Vec<_> = (0..self.rows.len())
            .map(|at| Resource {
                uses: Use::Affine(self.entries(at)),
                sense: Sense::AtMost,
                capacity: self.capacities[at],
                method: method(at),
                by_members: None,
            })
            .collect();
        let tau = |column: usize| {
            let owned =
                (0..self.rows.len()).filter(|at| matches!(method(*at), Method::PrimalDual { .. }));
            0.99 / owned.fold(0.0, |sum, at| sum + self.rows[at][column])
        };
        let columns = (0..self.weights.len())
            .map(|at| Column { lower: LOWER, upper: UPPER, start: LOWER, tau: tau(at) })
            .collect();
        Problem { columns, agents, resources }
    }

    pub fn entries(&self, row: usize) -> Vec<(usize, f64)> {
        let entries = self.rows[row].iter().copied().enumerate();
        entries.filter(|(_, a)| *a != 0.0).collect()
    }

    /// `‖A diag(1/μ) Aᵀ‖` of some rows, by power iteration from above: `max_l (Mv)_l/v_l` with v > 0
    /// (Collatz and Wielandt), M ≥ 0.
    pub fn lipschitz(&self, rows: &[usize]) -> f64 {
        // −U″ = w/x² is least at the upper end.
        let flat = |column: usize| UPPER * UPPER / self.weights[column];
        let apply = |v: &[f64]| -> Vec<f64> {
            let column = |j: usize| {
                let up: f64 = rows.iter().zip(v).map(|(row, v)| self.rows[*row][j] * v).sum();
                flat(j) * up
            };
            let columns: Vec<f64> = (0..self.weights.len()).map(column).collect();
            let row = |row: &usize| self.rows[*row].iter().zip(&columns).map(|(a, x)| a * x).sum();
            rows.iter().map(row).collect()
        };
        let mut v = vec![1.0; rows.len()];
        for _ in 0..200 {
            let next = apply(&v);
            let most = next.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            v = v.iter().zip(next).map(|(v, next)| 0.5 * (v + next / most)).collect();
        }
        apply(&v).iter().zip(&v).map(|(next, v)| next / v).fold(0.0, f64::max)
    }

    /// The share of the row's coefficients of σ: `0.99 / Σ|a|`.
    pub fn sigma(&self, row: usize) -> f64 {
        0.99 / self.rows[row].iter().sum::<f64>()
    }
}

/// The largest distance of a column from the optimum's after so many rounds.
pub fn distance(problem: &Problem, optimum: &Optimum, rounds: u64, with: Disturbances) -> f64 {
    let mut run = Run::new(problem, with).unwrap_or_else(|error| unreachable!("{error}"));
    for _ in 0..rounds {
        run.round();
    }
    let x = run.tick().x;
    x.iter().zip(&optimum.x).map(|(x, best)| (x - best).abs()).fold(0.0, f64::max)
}

pub fn all(rows: &Network) -> Vec<usize> {
    (0..rows.rows.len()).collect()
}
