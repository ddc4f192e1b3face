//! Iterates of the primal-dual method and what is left of their equations.

use super::model::{Model, Point};

/// Curvature that holds a variable whose bounds are equal.
const FIXED: f64 = 1e30;

/// A point with slacks and multipliers.
#[derive(Clone)]
pub(crate) struct State {
    pub x: Vec<f64>,
    /// Of rows `<=`; 0 in equations.
    pub slack: Vec<f64>,
    /// Of rows: > 0 for `<=`.
    pub multipliers: Vec<f64>,
    /// Of lower bounds; 0 where there is none.
    pub low: Vec<f64>,
    /// Of upper bounds; 0 where there is none.
    pub high: Vec<f64>,
}

/// The linear part of what is left: stationarity and rows.
pub(crate) struct Residual {
    /// ∇f − Jᵀλ + z_lo − z_hi
    pub gradient: Vec<f64>,
    /// G + s − b
    pub rows: Vec<f64>,
    size: (f64, f64),
}

/// A change of a [`State`].
pub(crate) struct Step {
    pub x: Vec<f64>,
    pub slack: Vec<f64>,
    pub multipliers: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Residual {
    /// What one unit of each part weighs in the merit.
    pub fn scale(&self) -> (f64, f64) {
        (1.0 / self.size.0, 1.0 / self.size.1)
    }
}

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(1.0, |most, v| v.abs().max(most))
}

impl State {
    pub fn is_fixed(&self, model: &Model<'_>, j: usize) -> bool {
        model.lower[j] >= model.upper[j]
    }

    /// Distance to the lower and the upper bound; infinite where there is none, and where the
    /// variable is fixed.
    fn distances(&self, model: &Model<'_>, j: usize) -> (f64, f64) {
        match self.is_fixed(model, j) {
            true => (f64::INFINITY, f64::INFINITY),
            false => (self.x[j] - model.lower[j], model.upper[j] - self.x[j]),
        }
    }

    pub fn residual(&self, model: &Model<'_>, point: &Point) -> Residual {
        let mut gradient = point.gradient.clone();
        let size = (largest(&gradient), largest(&model.limits));
        model.add_jacobian_transposed(point, &self.multipliers, -1.0, &mut gradient);
        for (j, gradient) in gradient.iter_mut().enumerate() {
            *gradient += self.low[j] - self.high[j];
            if self.is_fixed(model, j) {
                *gradient = 0.0;
            }
        }
        let rows = point.excess.iter().zip(&self.slack).map(|(excess, s)| excess + s).collect();
        Residual { gradient, rows, size }
    }

    /// Average product of multiplier and distance.
    pub fn complementarity(&self, model: &Model<'_>) -> f64 {
        let (mut sum, mut count) = (0.0, 0usize);
        let mut add = |distance: f64, multiplier: f64| {
            if distance.is_finite() {
                sum += distance * multiplier;
                count += 1;
            }
        };
        for (i, &equal) in model.equal.iter().enumerate() {
            if !equal {
                add(self.slack[i], self.multipliers[i]);
            }
        }
        for j in 0..self.x.len() {
            let (low, high) = self.distances(model, j);
            add(low, self.low[j]);
            add(high, self.high[j]);
        }
        sum / count.max(1) as f64
    }

    /// Curvature that the bounds add.
    pub fn bound_curvature(&self, model: &Model<'_>) -> Vec<f64> {
        let curvature = |j: usize| {
            let (low, high) = self.distances(model, j);
            if self.is_fixed(model, j) { FIXED } else { self.low[j] / low + self.high[j] / high }
        };
        (0..self.x.len()).map(curvature).collect()
    }

    /// Slack over multiplier of each row.
    pub fn ratio(&self, model: &Model<'_>) -> Vec<f64> {
        let ratio =
            |i: usize| if model.equal[i] { 0.0 } else { self.slack[i] / self.multipliers[i] };
        (0..self.slack.len()).map(ratio).collect()
    }

    /// The right side of the Newton system for the target `mu`.
    pub fn right_side(&self, model: &Model<'_>, residual: &Residual, mu: f64) -> Vec<f64> {
        let mut right = Vec::with_capacity(self.x.len() + self.slack.len());
        for (j, gradient) in residual.gradient.iter().enumerate() {
            let (low, high) = self.distances(model, j);
            right.push(gradient + (mu / low - self.low[j]) - (mu / high - self.high[j]));
        }
        for (i, row) in residual.rows.iter().enumerate() {
            let centre = match model.equal[i] {
                true => 0.0,
                false => mu / self.multipliers[i] - self.slack[i],
            };
            right.push(-row - centre);
        }
        right
    }

    /// The whole step from the solution of the Newton system.
    pub fn step(&self, model: &Model<'_>, mu: f64, solution: &[f64]) -> Step {
        let (dx, dm) = solution.split_at(self.x.len());
        let mut step = Step {
            x: dx.to_vec(),
            slack: vec![0.0; self.slack.len()],
            multipliers: dm.to_vec(),
            low: vec![0.0; dx.len()],
            high: vec![0.0; dx.len()],
        };
        for (i, slack) in step.slack.iter_mut().enumerate() {
            if !model.equal[i] {
                let (s, m) = (self.slack[i], self.multipliers[i]);
                *slack = (mu - m * s - s * dm[i]) / m;
            }
        }
        for (j, dx) in dx.iter().enumerate() {
            let (low, high) = self.distances(model, j);
            step.low[j] = (mu - self.low[j] * dx) / low - self.low[j];
            step.high[j] = (mu + self.high[j] * dx) / high - self.high[j];
            if self.is_fixed(model, j) {
                step.x[j] = 0.0;
            }
        }
        step
    }

    pub fn moved(&self, step: &Step, length: f64) -> State {
        let add = |from: &[f64], step: &[f64]| -> Vec<f64> {
            from.iter().zip(step).map(|(from, step)| from + length * step).collect()
        };
        State {
            x: add(&self.x, &step.x),
            slack: add(&self.slack, &step.slack),
            multipliers: add(&self.multipliers, &step.multipliers),
            low: add(&self.low, &step.low),
            high: add(&self.high, &step.high),
        }
    }

    /// Norm of everything that is left, for the target `mu`.
    pub fn merit(
        &self,
        model: &Model<'_>,
        residual: &Residual,
        mu: f64,
        (gradient, rows): (f64, f64),
    ) -> f64 {
        let square = |sum: f64, v: f64| sum + v * v;
        let mut sum = residual.gradient.iter().map(|v| v * gradient).fold(0.0, square);
        sum = residual.rows.iter().map(|v| v * rows).fold(sum, square);
        let mut add = |distance: f64, multiplier: f64| {
            if distance.is_finite() {
                let off = (distance * multiplier - mu) * gradient;
                sum += off * off;
            }
        };
        for (i, &equal) in model.equal.iter().enumerate() {
            if !equal {
                add(self.slack[i], self.multipliers[i]);
            }
        }
        for j in 0..self.x.len() {
            let (low, high) = self.distances(model, j);
            add(low, self.low[j]);
            add(high, self.high[j]);
        }
        sum.sqrt()
    }
}
