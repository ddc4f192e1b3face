//! A checked problem with its rows assembled: what every route reads.

use super::{Affine, Cone, Forms, Owner, Problem, Sense};
use crate::concave::{Concave, Function};
use crate::error::Error;
use crate::sparse::Matrix;

/// A problem that passed [`check`](super::check), its rows in compressed form.
pub(crate) struct Form<'a> {
    pub problem: &'a Problem,
    /// The linear part of the rows.
    pub rows: Matrix,
}

/// One `weight · φ(⟨a, x⟩ + b)`.
pub(crate) struct Term<'a> {
    pub owner: Owner,
    pub weight: f64,
    pub function: Function<'a>,
}

impl<'a> Form<'a> {
    /// Checks `problem` and assembles its rows.
    pub fn new(problem: &'a Problem) -> Result<Self, Error> {
        problem.check()?;
        let rows = Matrix::from_entries(problem.rows(), problem.variables(), &problem.entries);
        match rows.duplicate() {
            Some((row, var)) => Err(Error::Duplicate { row, var }),
            None => Ok(Form { problem, rows }),
        }
    }

    pub fn arguments(&self) -> &'a Forms {
        &self.problem.arguments
    }

    /// Every term with a weight other than 0, with its position in [`Form::arguments`].
    pub fn terms(&self) -> impl Iterator<Item = (usize, Term<'a>)> + '_ {
        let problem = self.problem;
        (0..problem.weights.len()).filter(|&k| problem.weights[k] != 0.0).filter_map(move |k| {
            let function = problem.functions[k].find(&problem.library)?;
            Some((k, Term { owner: problem.owners[k], weight: problem.weights[k], function }))
        })
    }

    /// Every term is given by a cone or is smooth in one variable's own right: see
    /// [`Concave`](crate::Concave).
    pub fn is_conic(&self) -> bool {
        let has_cone = |f: &Concave| !matches!(f, Concave::Atan | Concave::Smooth(_));
        self.problem.functions.iter().all(has_cone)
    }

    /// The constraints alone: rows, cones, bounds, and the domains of the terms of the objective.
    pub fn constraints(&self) -> Problem {
        let mut plain = self.problem.clone();
        plain.gain.fill(0.0);
        plain.offset = 0.0;
        for (k, term) in self.terms().filter(|(_, term)| term.owner == Owner::Objective) {
            plain.weights[k] = 0.0;
            let (argument, (low, high)) = (self.arguments().get(k), term.function.domain());
            if low.is_finite() {
                plain.cone(Cone::Nonnegative, [argument.clone() - low.into()]);
            }
            if high.is_finite() {
                plain.cone(Cone::Nonnegative, [Affine::from(high) - argument]);
            }
        }
        plain
    }

    /// What is maximised, at `x`.
    pub fn objective(&self, x: &[f64]) -> f64 {
        let linear: f64 = self.problem.gain.iter().zip(x).map(|(gain, x)| gain * x).sum();
        let terms = self.terms().filter(|(_, term)| term.owner == Owner::Objective);
        let utility: f64 = terms.map(|(k, term)| self.worth(k, &term, x)).sum();
        self.problem.offset + linear + utility
    }

    /// A term at `x`; outside its domain, at the nearest end: [`Form::violation`] counts the distance.
    fn worth(&self, k: usize, term: &Term<'_>, x: &[f64]) -> f64 {
        let (low, high) = term.function.domain();
        term.weight * term.function.value(self.arguments().at(k, x).max(low).min(high))
    }

    /// Left sides of the rows, at `x`.
    pub fn left_sides(&self, x: &[f64]) -> Vec<f64> {
        let mut left = vec![0.0; self.rows.rows()];
        self.rows.multiply(x, &mut left);
        for (k, term) in self.terms() {
            if let Owner::Row(row) = term.owner {
                left[row as usize] += self.worth(k, &term, x);
            }
        }
        left
    }

    /// The largest violation of a row, a bound or a term's domain at `x`, each relative to the size of
    /// its parts: `max(1, |limit|, max |a_j x_j|)`; infinite if one cannot be calculated. Cones are
    /// judged by the route that uses them.
    pub fn violation(&self, x: &[f64]) -> f64 {
        let problem = self.problem;
        let mut worst = 0.0f64;
        let mut judge = |violation: f64| {
            worst = if violation.is_nan() { f64::INFINITY } else { worst.max(violation) };
        };
        for (i, left) in self.left_sides(x).into_iter().enumerate() {
            let limit = problem.limits[i];
            let parts = self.rows.row(i).map(|(j, a)| (a * x[j]).abs()).fold(1.0, f64::max);
            let excess = match problem.senses[i] {
                Sense::AtMost => left - limit,
                Sense::Equal => (left - limit).abs(),
                Sense::AtLeast => limit - left,
            };
            judge(excess / parts.max(limit.abs()));
        }
        for (k, term) in self.terms() {
            let (low, high) = term.function.domain();
            let argument = self.arguments().at(k, x);
            let parts = self.arguments().matrix.row(k).map(|(j, a)| (a * x[j]).abs());
            let size = parts.fold(1.0, f64::max);
            judge((low - argument).max(argument - high) / size);
        }
        for (j, &x) in x.iter().enumerate() {
            let (lower, upper) = (problem.lower[j], problem.upper[j]);
            let relative = |excess: f64, bound: f64| {
                if bound.is_finite() { excess / bound.abs().max(1.0) } else { 0.0 }
            };
            judge(relative(lower - x, lower));
            judge(relative(x - upper, upper));
        }
        worst
    }
}
