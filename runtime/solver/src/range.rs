//! The prices that an optimum admits, where they are not unique.
//!
//! The optimum V as a function of a row's limit is concave, and its one-sided derivatives are the least
//! and the largest price of the row (Gauvin 1977). Each is the value of a linear program: the problem
//! at its optimum, with every curved term replaced by its slope there, every kink by its active pieces,
//! every slack row dropped, and the limit of the one row moved by ±1.

use crate::concave::Function;
use crate::error::Error;
use crate::problem::{Form, Owner, Term};
use crate::solution::{Options, Route, Solution, Status};
use crate::{Affine, Cone, Problem, Row, Sense, Var};

/// The least and the largest price of `row` at an optimum of `problem`; equal where the price is
/// unique, infinite where the row cannot be moved that way. `None` where a curved cone is involved, or
/// the answer is no optimum. What is within `tolerance` of a bound, limit or kink counts as on it.
///
/// # Errors
///
/// If the problem cannot be posed.
pub fn price_range(
    problem: &Problem,
    answer: &Solution,
    row: Row,
    tolerance: f64,
) -> Result<Option<(f64, f64)>, Error> {
    if answer.status != Status::Optimal {
        return Ok(None);
    }
    let form = Form::new(problem)?;
    let at = At { form: &form, x: &answer.x, tolerance };
    let i = row.index();
    let (Some(&sense), Some(&limit)) = (problem.senses.get(i), problem.limits.get(i)) else {
        return Err(Error::NoSuchRow { row: i, rows: problem.rows() });
    };
    let left = form.left_sides(&answer.x)[i];
    if !at.touches(slack(sense, limit, left), limit) {
        return Ok(Some((0.0, 0.0)));
    }
    let mut ends = [0.0; 2];
    for (end, direction) in ends.iter_mut().zip([1.0, -1.0]) {
        let Some(tangent) = at.tangent(row, direction) else { return Ok(None) };
        let options = Options { tolerance: 1e-7, route: Some(Route::Conic), ..Options::default() };
        let moved = crate::solve(&tangent, &options)?;
        *end = match moved.status {
            Status::Optimal => direction * moved.objective,
            // Lowering the limit leaves no choice, or nothing holds what it is worth to raise it.
            Status::Infeasible => -direction * f64::INFINITY,
            Status::Unbounded => direction * f64::INFINITY,
            Status::IterationLimit => return Ok(None),
        };
    }
    let [raised, lowered] = ends;
    Ok(Some((raised.min(lowered), raised.max(lowered))))
}

/// How far a row is from its limit.
fn slack(sense: Sense, limit: f64, left: f64) -> f64 {
    match sense {
        Sense::Equal => 0.0,
        Sense::AtMost => limit - left,
        Sense::AtLeast => left - limit,
    }
}

/// A problem at a point.
struct At<'a> {
    form: &'a Form<'a>,
    x: &'a [f64],
    tolerance: f64,
}

impl At<'_> {
    /// Whether `slack` is none, for quantities of this size.
    fn touches(&self, slack: f64, size: f64) -> bool {
        slack.is_finite() && slack <= self.tolerance * size.abs().max(1.0)
    }

    /// The problem for small changes of the point, with the limit of `row` moved in a direction.
    fn tangent(&self, row: Row, direction: f64) -> Option<Problem> {
        let problem = self.form.problem;
        let mut tangent = Problem::new();
        for (j, (&lower, &upper)) in problem.lower.iter().zip(&problem.upper).enumerate() {
            let x = self.x.get(j).copied()?;
            let at_lower = self.touches(x - lower, lower);
            let at_upper = self.touches(upper - x, upper);
            tangent.variable(
                if at_lower { 0.0 } else { f64::NEG_INFINITY },
                if at_upper { 0.0 } else { f64::INFINITY },
            );
        }
        let gain = problem.gain.iter().enumerate().map(|(j, gain)| (Var(j as u32), *gain));
        tangent.gain(Affine { terms: gain.collect(), constant: 0.0 });
        let mut slopes = vec![Affine::default(); problem.rows()];
        for (k, term) in self.form.terms() {
            let slope = self.slope(k, &term, &mut tangent)?;
            match term.owner {
                Owner::Objective => tangent.gain(slope * term.weight),
                Owner::Row(i) => {
                    let sum = slopes.get_mut(i as usize)?;
                    *sum = std::mem::take(sum) + slope * term.weight;
                }
            }
        }
        let left = self.form.left_sides(self.x);
        for (i, slope) in slopes.into_iter().enumerate() {
            let (sense, limit) = (problem.senses[i], problem.limits[i]);
            if !self.touches(slack(sense, limit, left[i]), limit) {
                continue;
            }
            let linear = self.form.rows.row(i).map(|(j, a)| (Var(j as u32), a)).collect();
            let moved = if i == row.index() { direction } else { 0.0 };
            tangent.constrain(Affine { terms: linear, constant: -moved } + slope, sense);
        }
        self.cones(&mut tangent)?;
        Some(tangent)
    }

    /// How a term changes with the point: its slope, or the least of the pieces that meet there.
    fn slope(&self, k: usize, term: &Term<'_>, tangent: &mut Problem) -> Option<Affine> {
        let argument = self.form.arguments().get(k);
        let s = argument.at(self.x);
        let change = Affine { constant: 0.0, ..argument };
        let Function::Pieces(pieces) = term.function else {
            return Some(change * term.function.slope(s))
                .filter(|a| a.terms.iter().all(|t| t.1.is_finite()));
        };
        // A kink in a row is a kink of what the row holds: not followed here.
        if term.owner != Owner::Objective {
            return None;
        }
        let least = term.function.value(s);
        let least_of_all = tangent.variable(f64::NEG_INFINITY, f64::INFINITY);
        for (slope, intercept) in pieces.pieces() {
            if self.touches(slope * s + intercept - least, least) {
                let room = change.clone() * *slope - Affine::from(least_of_all);
                tangent.constrain(room, Sense::AtLeast);
            }
        }
        Some(least_of_all.into())
    }

    /// The faces of straight cones that the point is on.
    fn cones(&self, tangent: &mut Problem) -> Option<()> {
        let problem = self.form.problem;
        let mut at = 0usize;
        for &(cone, size) in &problem.cones {
            for part in at..at + size as usize {
                let form = problem.cone_rows.get(part);
                let value = form.at(self.x);
                let change = Affine { constant: 0.0, ..form };
                match cone {
                    Cone::Zero => drop(tangent.constrain(change, Sense::Equal)),
                    Cone::Nonnegative => {
                        let size = change.terms.iter().map(|(var, a)| a * self.x[var.index()]);
                        if self.touches(value, size.fold(0.0, |most, part| part.abs().max(most))) {
                            tangent.constrain(change, Sense::AtLeast);
                        }
                    }
                    Cone::SecondOrder | Cone::Exponential | Cone::Power(_) => return None,
                }
            }
            at += size as usize;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Concave, Piecewise, solve};

    fn range(problem: &Problem, row: Row) -> Option<(f64, f64)> {
        let answer = solve(problem, &Options { tolerance: 1e-9, ..Options::default() });
        let answer = answer.unwrap_or_else(|error| unreachable!("{error}"));
        price_range(problem, &answer, row, 1e-6).unwrap_or_else(|error| unreachable!("{error}"))
    }

    fn near(found: Option<(f64, f64)>, low: f64, high: f64) {
        let (a, b) = found.unwrap_or((f64::NAN, f64::NAN));
        let close = |x: f64, y: f64| x == y || (x - y).abs() < 1e-6;
        assert!(close(a, low) && close(b, high), "[{a}, {b}], not [{low}, {high}]");
    }

    /// Two caches of 6 ways at the corners of both hulls (Beckmann and Sanchez 2015).
    #[test]
    fn a_price_at_a_kink_is_an_interval() {
        let first = [(0.0, 0.0), (4.0, 60.0), (5.0, 62.0), (8.0, 65.0)];
        let second = [(0.0, 0.0), (1.0, 25.0), (2.0, 40.0), (3.0, 50.0), (4.0, 56.0)];
        let mut problem = Problem::new();
        let ways = problem.row(Sense::AtMost, 6.0);
        for points in [&first[..], &second[..]] {
            let x = problem.variable(0.0, 8.0);
            problem.coefficient(ways, x, 1.0);
            let hits = Piecewise::through(points).unwrap_or_else(|| unreachable!("concave"));
            let hits = problem.piecewise(hits);
            problem.utility(1.0, hits, x);
        }
        near(range(&problem, ways), 10.0, 15.0);
    }

    #[test]
    fn a_smooth_price_is_one_number() {
        let mut problem = Problem::new();
        let link = problem.row(Sense::AtMost, 3.0);
        let slack = problem.row(Sense::AtMost, 100.0);
        for weight in [1.0, 2.0] {
            let x = problem.variable(0.0, 10.0);
            problem.coefficient(link, x, 1.0);
            problem.coefficient(slack, x, 1.0);
            problem.utility(weight, Concave::Log, x);
        }
        near(range(&problem, link), 1.0, 1.0);
        near(range(&problem, slack), 0.0, 0.0);
    }

    /// x ≤ 1 twice: either row may carry the price alone, and only both together can be raised.
    #[test]
    fn redundant_rows_share_a_price() {
        let mut problem = Problem::new();
        let x = problem.variable(0.0, f64::INFINITY);
        problem.gain(x);
        let rows = [problem.row(Sense::AtMost, 1.0), problem.row(Sense::AtMost, 1.0)];
        for row in rows {
            problem.coefficient(row, x, 1.0);
        }
        near(range(&problem, rows[0]), 0.0, 1.0);
        // At the lower bound the limit cannot be lowered.
        let mut problem = Problem::new();
        let x = problem.variable(1.0, f64::INFINITY);
        problem.gain(x);
        let row = problem.row(Sense::AtMost, 1.0);
        problem.coefficient(row, x, 1.0);
        near(range(&problem, row), 1.0, f64::INFINITY);
    }
}
