//! From a problem in numbers to its optimum: the bridge to `runtime/solver`.
//!
//! Terms that are one concave function of an affine argument go over as they are. What the disciplined
//! rules compose goes over by graph implementations: a new variable on the right side of each atom,
//! bound by cones (Grant and Boyd 2008). What only its second derivative shows to be concave goes over
//! as a smooth function of its one variable.

mod bridge;
mod cones;
mod functions;
mod promises;
mod smooth;

use dslc_solver::{Options, Problem, Solution, Status, price_range, solve as optimise};

pub(crate) use bridge::objective;
pub use promises::Promise;

use crate::diag::{Diagnostic, codes};
use crate::instance::{Instance, Row};
use crate::sema::hir::{Relation, Span};

/// An answer, in the columns and rows of an [`Instance`].
#[derive(Debug)]
pub struct Answer {
    /// What the solver says; its first columns and rows are those of the instance.
    pub solution: Solution,
    /// The utility at the answer, calculated anew from the spec's expressions.
    pub objective: f64,
    /// The largest violation of a row or bound at the answer, calculated anew, relative to the row.
    pub violation: f64,
    /// Envelopes that promise more than their points keep.
    pub promises: Vec<Promise>,
    /// Rows whose price is not unique: the least and the largest that the optimum admits.
    pub intervals: Vec<(usize, (f64, f64))>,
}

/// Most rows of which the range of prices is looked for: each costs two linear programs.
const MOST_RANGES: usize = 64;

/// How near a kink an answer counts as on it, and how far apart two prices are not one.
const NEAR: f64 = 1e-6;

/// Solves a problem; the error says what of it cannot be handed to the solver.
pub fn solve(instance: &Instance, options: &Options) -> Result<Answer, Box<Diagnostic>> {
    let problem = bridge::problem(instance)?;
    let mut solution = optimise(&problem, options).map_err(|error| {
        let message = format!("the solver refuses this problem: {error}");
        Box::new(Diagnostic::error(codes::NOT_SOLVED, Span::default(), message))
    })?;
    let (objective, violation) = judge(instance, &mut solution, options.tolerance);
    let intervals = intervals(&problem, &solution, instance.rows.len());
    let promises = promises::promises(instance, &solution.x);
    Ok(Answer { solution, objective, violation, promises, intervals })
}

/// Utility and violation from the spec's expressions, and with them the gap: the solver saw the spec
/// through stand-ins, and what it calls optimal must be so of the spec too.
fn judge(instance: &Instance, solution: &mut Solution, tolerance: f64) -> (f64, f64) {
    // A rounding past a bound may leave the domain of a utility.
    let bounds = instance.lower.iter().zip(&instance.upper);
    for (x, (lower, upper)) in solution.x.iter_mut().zip(bounds) {
        if lower <= upper {
            *x = x.clamp(*lower, *upper);
        }
    }
    let violation = violation(instance, &solution.x);
    let anew = instance.objective.value(&solution.x);
    // A rounding outside the domain of a function leaves no value; the solver has that at its edge.
    let objective = if anew.is_finite() { anew } else { solution.objective };
    if solution.certificate.is_none() {
        let gap = (solution.bound - objective) / objective.abs().max(1.0);
        solution.gap = if gap.is_nan() { f64::INFINITY } else { solution.gap.max(gap) };
        if solution.gap.max(violation) > tolerance {
            solution.status = Status::IterationLimit;
        }
    }
    (objective, violation)
}

/// The ranges of prices at kinks, where there are few enough rows to ask.
fn intervals(problem: &Problem, solution: &Solution, rows: usize) -> Vec<(usize, (f64, f64))> {
    if rows > MOST_RANGES {
        return Vec::new();
    }
    let range = |at: usize| {
        let row = problem.row_at(at)?;
        // A range that cannot be had leaves the price as it is.
        let (low, high) = price_range(problem, solution, row, NEAR).ok().flatten()?;
        (high - low > NEAR * high.abs().max(1.0)).then_some((at, (low, high)))
    };
    (0..rows).filter_map(range).collect()
}

/// The largest violation of a row or bound, each relative to `max(1, |capacity|)`.
fn violation(instance: &Instance, x: &[f64]) -> f64 {
    let of_row = |row: &Row| {
        let excess = row.form.value(x) - row.capacity;
        let excess = match row.relation {
            Relation::AtMost => excess,
            Relation::AtLeast => -excess,
            Relation::Equal => excess.abs(),
        };
        excess / row.capacity.abs().max(row.form.largest_part(x)).max(1.0)
    };
    let rows = instance.rows.iter().map(of_row);
    let bounds = instance.lower.iter().zip(&instance.upper).zip(x);
    let bounds = bounds.map(|((lower, upper), x)| {
        let scale = |bound: f64| if bound.is_finite() { bound.abs().max(1.0) } else { 1.0 };
        ((lower - x) / scale(*lower)).max((x - upper) / scale(*upper))
    });
    let worse = |most: f64, each: f64| if each.is_nan() { f64::INFINITY } else { most.max(each) };
    rows.chain(bounds).fold(0.0, worse)
}
