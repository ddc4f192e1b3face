//! Bounds of ‖A diag(1/μ) Aᵀ‖ over chosen rows, in `f64` rounded upwards.

use std::collections::BTreeMap;

use super::facts::Facts;

/// Rounding of a sum of nonnegative products, with room to spare.
const ROUNDED: f64 = 1.0 + 1e-11;

/// How fast the uses of chosen rows answer their prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// For each chosen row, `R_l = Σ_j |A_lj| (Σ_m |A_mj| v_m) / (μ_j v_l)`: the largest of them bounds
    /// the norm for every v > 0 (Collatz, Wielandt).
    pub rows: Vec<f64>,
    /// For each chosen row, the largest part that one agent has in that sum.
    pub users: Vec<f64>,
    /// L̄S̄/μ, the bound of Low and Lapsley (1999): `max 1/μ_j · max_j Σ_l |A_lj| · max_l Σ_j |A_lj|`.
    pub low_lapsley: f64,
}

impl Response {
    /// Of these rows, whose columns are strictly concave.
    pub fn new(facts: &Facts, rows: &[usize]) -> Self {
        let uses = |row: &usize| {
            let entries = facts.rows[*row].entries.iter();
            entries.map(|(column, a)| (*column, a.abs())).collect::<Vec<_>>()
        };
        let rows: Vec<_> = rows.iter().map(uses).collect();
        let flatness: Vec<_> = facts.columns.iter().map(super::facts::Column::flatness).collect();
        let matrix = Matrix { rows: &rows, flatness: &flatness };
        let v = matrix.weights();
        let at_columns = matrix.transposed(&v);
        // What each agent adds to a row.
        let terms = |(row, v): (&Vec<(usize, f64)>, &f64)| {
            let mut by_agent: BTreeMap<usize, f64> = BTreeMap::new();
            for (j, a) in row {
                let term = a * flatness[*j] * at_columns[*j] / v;
                *by_agent.entry(facts.columns[*j].agent).or_default() += term;
            }
            by_agent.into_values().collect::<Vec<_>>()
        };
        let terms: Vec<_> = rows.iter().zip(&v).map(terms).collect();
        let ones = vec![1.0; rows.len()];
        let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
        let routes = matrix.transposed(&ones);
        let used = rows.iter().flatten().map(|(j, _)| *j);
        let low_lapsley = largest(&mut used.map(|j| flatness[j]))
            * largest(&mut routes.into_iter())
            * largest(&mut rows.iter().map(|row| row.iter().map(|(_, a)| a).sum()));
        Response {
            // A sum of nothing is −0, and what is divided by it −∞.
            rows: terms
                .iter()
                .map(|terms| terms.iter().fold(0.0, |a, b| a + b) * ROUNDED)
                .collect(),
            users: terms
                .iter()
                .map(|terms| largest(&mut terms.iter().copied()) * ROUNDED)
                .collect(),
            low_lapsley: low_lapsley * ROUNDED,
        }
    }

    /// The bound itself.
    pub fn largest(&self) -> f64 {
        self.rows.iter().copied().fold(0.0, f64::max)
    }
}

/// |A| by rows, and 1/μ by columns.
struct Matrix<'a> {
    rows: &'a [Vec<(usize, f64)>],
    flatness: &'a [f64],
}

impl Matrix<'_> {
    /// |A|ᵀv.
    fn transposed(&self, v: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.flatness.len()];
        for (row, v) in self.rows.iter().zip(v) {
            row.iter().for_each(|(j, a)| sums[*j] += a * v);
        }
        sums
    }

    /// Weights that make the bound tight: a few power iterations. Any v > 0 is sound.
    fn weights(&self) -> Vec<f64> {
        let mut v = vec![1.0; self.rows.len()];
        for _ in 0..ITERATIONS {
            let sums = self.transposed(&v);
            let next: Vec<f64> = self
                .rows
                .iter()
                .map(|row| row.iter().map(|(j, a)| a * self.flatness[*j] * sums[*j]).sum())
                .collect();
            let norm = next.iter().copied().fold(0.0, f64::max);
            if !(norm > 0.0 && norm.is_finite()) {
                break;
            }
            // Averaging with the last iterate stops the oscillation of a bipartite coupling.
            for (v, next) in v.iter_mut().zip(&next) {
                *v = f64::midpoint(*v, next / norm).max(LEAST);
            }
        }
        v
    }
}

/// Power iterations; more of them tighten the bound by little.
const ITERATIONS: usize = 50;

/// The least weight: the bound of a row of its own component divides by it.
const LEAST: f64 = 1e-5;
