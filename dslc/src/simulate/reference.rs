//! The optimum beside which a run is seen.

use std::ops::Range;

use dslc_solver::{Options, Status};

use super::Frame;
use super::derive::without;
use crate::diag::{Diagnostic, codes};
use crate::instance::Instance;
use crate::sema::hir::{Model, Relation, Span};
use crate::solve::solve;

/// How accurately the optimum is asked for.
const ACCURACY: f64 = 1e-9;

/// How far a round is from the optimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// Largest distance of a column, relative to the largest column of its variable.
    pub variables: f64,
    /// Largest distance of a price, relative to the largest price of its resource's instances.
    pub prices: f64,
    /// Utility of the optimum less that of the round, relative to `max(1, |optimum|)`: below 0 where limits
    /// are exceeded.
    pub gap: f64,
    /// Largest violation of a row, relative to it.
    pub violation: f64,
}

impl Distance {
    /// The largest of all four.
    pub fn largest(&self) -> f64 {
        let all = [self.variables, self.prices, self.gap.abs(), self.violation];
        // A run that is no number any more is not near.
        all.into_iter().fold(0.0, |most, each| if each <= most { most } else { each })
    }
}

/// The optimum of those who are present.
#[derive(Debug)]
pub struct Reference {
    /// Its columns.
    pub x: Vec<f64>,
    /// Its prices.
    pub prices: Vec<f64>,
    /// Its utility.
    pub objective: f64,
    /// The gap that the solver certifies.
    pub gap: f64,
    /// Where a price is not unique, its range.
    intervals: Vec<(usize, (f64, f64))>,
    present: Vec<bool>,
    columns: Vec<Range<usize>>,
    rows: Vec<Range<usize>>,
    /// What is maximised by whoever is present; none while everybody is.
    restricted: Option<Instance>,
}

impl Reference {
    /// The optimum of those present in a frame.
    ///
    /// # Errors
    ///
    /// A problem without an optimum, or one that the solver does not take.
    pub fn new(
        model: &Model,
        instance: &Instance,
        frame: &Frame<'_>,
    ) -> Result<Self, Box<Diagnostic>> {
        let everybody = frame.present.iter().all(|present| *present);
        let restricted = (!everybody).then(|| without(instance, frame.present));
        let options = Options { tolerance: ACCURACY, ..Options::default() };
        let answer = solve(restricted.as_ref().unwrap_or(instance), &options)?;
        if answer.solution.certificate.is_some() || answer.solution.x.iter().any(|x| x.is_nan()) {
            let status = answer.solution.status;
            let message = format!("there is no optimum to run towards: the problem is {status}");
            let error = Diagnostic::error(codes::NOT_SOLVED, Span::default(), message);
            return Err(Box::new(error.note("`dslc solve` prints what proves it")));
        }
        if answer.solution.status != Status::Optimal && answer.solution.gap.is_nan() {
            let message = "the solver found no optimum to compare with";
            return Err(Box::new(Diagnostic::error(codes::NOT_SOLVED, Span::default(), message)));
        }
        let columns = (0..model.variables.len()).map(|id| instance.layout.range(id)).collect();
        let mut rows: Vec<Range<usize>> = Vec::new();
        for (at, pair) in instance.rows.iter().enumerate() {
            match rows.last_mut() {
                Some(range) if instance.rows[range.start].resource == pair.resource => {
                    range.end = at + 1;
                }
                _ => rows.push(at..at + 1),
            }
        }
        Ok(Reference {
            x: answer.solution.x.into_iter().take(instance.layout.columns()).collect(),
            prices: answer.solution.prices.into_iter().take(instance.rows.len()).collect(),
            objective: answer.objective,
            gap: answer.solution.gap,
            intervals: answer.intervals,
            present: frame.present.to_vec(),
            columns,
            rows,
            restricted,
        })
    }

    /// Finds the optimum anew if others are present than before.
    pub fn follow(
        &mut self,
        model: &Model,
        instance: &Instance,
        frame: &Frame<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        if !self.is_of(frame) {
            *self = Reference::new(model, instance, frame)?;
        }
        Ok(())
    }

    /// Whether it is the optimum of those present in a frame.
    pub fn is_of(&self, frame: &Frame<'_>) -> bool {
        self.present == frame.present
    }

    /// How far a frame is from it.
    pub fn distance(&self, instance: &Instance, frame: &Frame<'_>) -> Distance {
        let objective = &self.restricted.as_ref().unwrap_or(instance).objective;
        let utility = objective.value(frame.x);
        Distance {
            variables: relative(&self.columns, &self.x, |at| frame.x[at] - self.x[at]),
            prices: relative(&self.rows, &self.prices, |at| self.price_off(at, frame.prices[at])),
            gap: (self.objective - utility) / self.objective.abs().max(1.0),
            violation: violation(instance, frame),
        }
    }

    /// How far a price is from the optimum's, or from the range of those.
    fn price_off(&self, row: usize, price: f64) -> f64 {
        let range = self.intervals.iter().find(|(at, _)| *at == row).map(|(_, range)| *range);
        let (low, high) = range.unwrap_or((self.prices[row], self.prices[row]));
        (low - price).max(price - high).max(0.0)
    }
}

/// The largest of `off` over all places, relative to the largest of `size` in the same range.
fn relative(ranges: &[Range<usize>], size: &[f64], off: impl Fn(usize) -> f64) -> f64 {
    let largest = |range: &Range<usize>| {
        range.clone().filter_map(|at| size.get(at)).fold(0.0f64, |most, x| most.max(x.abs()))
    };
    let all = ranges.iter().map(largest).fold(0.0, f64::max);
    let of = |range: &Range<usize>| {
        // Where everything is 0 the others say what is large.
        let own = largest(range);
        let scale = if own > 1e-9 * all {
            own
        } else if all > 0.0 {
            all
        } else {
            1.0
        };
        range.clone().map(|at| off(at).abs() / scale).fold(0.0, worse)
    };
    ranges.iter().map(of).fold(0.0, worse)
}

/// The larger, and what is no number before all.
fn worse(most: f64, next: f64) -> f64 {
    if next <= most { most } else { next }
}

fn violation(instance: &Instance, frame: &Frame<'_>) -> f64 {
    let of = |(row, used): (&crate::instance::Row, &f64)| {
        let excess = used - row.capacity;
        let excess = match row.relation {
            Relation::AtMost => excess,
            Relation::AtLeast => -excess,
            Relation::Equal => excess.abs(),
        };
        excess / row.capacity.abs().max(1.0)
    };
    instance.rows.iter().zip(frame.uses).map(of).fold(0.0, worse)
}
