//! Utilities that grow without end although no cone says so: `log x + log y` along `x = y`.
//!
//! A logarithm's gain along a direction vanishes, so that its cone has no ray of gain and an
//! interior-point method walks for ever. What proves it is a direction that every row, bound and
//! cone allows for ever, that no term loses along, and that takes a term without an upper bound to
//! infinity. Such a direction is a point of a linear program with the problem's own cones.

use super::bound::distance;
use super::point;
use crate::concave::Function;
use crate::problem::{Affine, Cone, Form, Owner, Problem, Sense, Term, Var};
use crate::solution::{Certificate, Options};

/// Far out on an axis.
const FAR: f64 = 1e150;
/// Rounding of a direction of length 1.
const ROUNDING: f64 = 1e-7;

/// How a term behaves along its argument for ever.
#[derive(Clone, Copy)]
struct Tail {
    /// It may rise without falling behind.
    may_rise: bool,
    /// It may fall without falling behind.
    may_fall: bool,
    /// It is unbounded as it rises.
    endless: bool,
}

fn tail(function: &Function<'_>) -> Tail {
    let (low, high) = function.domain();
    let flat = |s: f64, sign: f64| sign * function.slope(s) >= -1.0 / FAR;
    let may_rise = high.is_infinite() && flat(FAR, 1.0);
    let proven = matches!(function, Function::Row(..));
    Tail {
        may_rise,
        may_fall: low.is_infinite() && flat(-FAR, -1.0),
        endless: proven && may_rise && function.value(FAR * FAR) - function.value(FAR) > 1.0,
    }
}

/// Whether `function` grows without end along its argument.
pub(crate) fn is_endless(function: &Function<'_>) -> bool {
    tail(function).endless
}

/// A direction of endless growth, checked; the caller knows that there is a feasible point.
pub(crate) fn direction(form: &Form<'_>, options: &Options) -> Option<Certificate> {
    let endless = |term: &Term<'_>| term.owner == Owner::Objective && is_endless(&term.function);
    if !form.terms().any(|(_, term)| endless(&term)) {
        return None;
    }
    let d = point(&recession(form), options)?;
    let rate: f64 = form.problem.gain.iter().zip(&d).map(|(gain, d)| gain * d).sum();
    let grows =
        form.terms().any(|(k, term)| endless(&term) && linear(form, k).at(&d) >= 1e3 * ROUNDING);
    (grows && rate >= -ROUNDING && stays(form, &d))
        .then(|| Certificate::Unbounded { direction: d, rate: rate.max(0.0) })
}

/// The argument of a term without its constant.
fn linear(form: &Form<'_>, k: usize) -> Affine {
    Affine { constant: 0.0, ..form.arguments().get(k) }
}

/// Directions in `−1 ..= 1` that stay feasible and lose nothing; maximises the rise of what is
/// endless.
fn recession(form: &Form<'_>) -> Problem {
    let given = form.problem;
    let mut problem = Problem::new();
    for (&lower, &upper) in given.lower.iter().zip(&given.upper) {
        let low = if lower.is_finite() { 0.0 } else { -1.0 };
        let high = if upper.is_finite() { 0.0 } else { 1.0 };
        problem.variable(low, high);
    }
    for (i, &sense) in given.senses.iter().enumerate() {
        let terms = form.rows.row(i).map(|(j, a)| (Var(j as u32), a)).collect();
        problem.constrain(Affine { terms, constant: 0.0 }, sense);
    }
    let mut next = 0;
    for &(cone, size) in &given.cones {
        let parts = next..next + size as usize;
        next = parts.end;
        problem.cone(cone, parts.map(|i| Affine { constant: 0.0, ..given.cone_rows.get(i) }));
    }
    for (k, term) in form.terms() {
        let tail = tail(&term.function);
        let argument = linear(form, k);
        if !tail.may_rise {
            problem.constrain(argument.clone(), Sense::AtMost);
        }
        if !tail.may_fall {
            problem.constrain(argument.clone(), Sense::AtLeast);
        }
        if tail.endless && term.owner == Owner::Objective {
            problem.gain(argument);
        }
    }
    let gain = given.gain.iter().enumerate().filter(|(_, gain)| **gain != 0.0);
    let terms = gain.map(|(j, gain)| (Var(j as u32), *gain)).collect();
    problem.constrain(Affine { terms, constant: 0.0 }, Sense::AtLeast);
    problem
}

/// The constraints of [`recession`] again, from the problem and not from the solver.
fn stays(form: &Form<'_>, d: &[f64]) -> bool {
    let given = form.problem;
    let row = |(i, sense): (usize, &Sense)| {
        let (change, size) = (form.rows.dot(i, d), form.rows.values(i).iter().map(|a| a.abs()));
        let off = match sense {
            Sense::AtMost => change,
            Sense::Equal => change.abs(),
            Sense::AtLeast => -change,
        };
        off <= ROUNDING * size.sum::<f64>()
    };
    let bound = |(j, d): (usize, &f64)| {
        (*d >= -ROUNDING || given.lower[j].is_infinite())
            && (*d <= ROUNDING || given.upper[j].is_infinite())
    };
    let term = |k: usize, function: &Function<'_>| {
        let (change, tail) = (linear(form, k).at(d), tail(function));
        (change >= -ROUNDING || tail.may_fall) && (change <= ROUNDING || tail.may_rise)
    };
    let mut next = 0;
    let cone = |&(cone, size): &(Cone, u32)| {
        let parts = next..next + size as usize;
        next = parts.end;
        let v: Vec<f64> = parts.map(|i| given.cone_rows.matrix.dot(i, d)).collect();
        distance(cone, &v) <= ROUNDING
    };
    given.senses.iter().enumerate().all(row)
        && d.iter().enumerate().all(bound)
        && given.cones.iter().all(cone)
        && form.terms().all(|(k, t)| term(k, &t.function))
}
