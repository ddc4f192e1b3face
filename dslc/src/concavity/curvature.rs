//! The Hessian over intervals: negative semidefinite everywhere, and bounds of its eigenvalues, by
//! branch and bound.

use num_traits::{Signed, Zero};

use super::Rational;
use super::boxes::{self, Cuts, Ranges};
use super::expr::Expr;
use super::matrix::{self, Matrix};
use super::program::{Program, derivative};
use crate::sema::interval::Interval;

/// Largest Hessian, in nodes, that is formed by the rules of differentiation.
const LARGEST: usize = 20_000;
/// The gap between a bound and what is attained at which a search ends.
const CLOSE: f64 = 0.01;

/// Second derivatives as code over intervals.
#[derive(Debug)]
pub struct Hessian {
    program: Program,
    size: usize,
    /// How many times over the entries are given, in forms that may differ in width.
    forms: usize,
}

/// What branch and bound found out.
#[derive(Debug)]
pub enum Found {
    /// Negative semidefinite everywhere inside, on the boxes that these cuts make.
    Concave(Cuts),
    /// The largest eigenvalue seems to be above 0 at this point.
    Suspect(Vec<f64>),
    /// The box that could not be settled within the limit.
    Open(Ranges),
}

impl Hessian {
    /// Of a function of `size` variables, none of which is missing, smooth inside the box. `others` are
    /// further forms of the upper triangle by rows.
    pub fn new(of: &Expr, size: usize, others: &[Vec<Expr>]) -> Option<Self> {
        let own = upper_triangle(of, size)
            .filter(|own| own.iter().map(Expr::size).sum::<usize>() < LARGEST);
        let forms: Vec<_> = own.iter().chain(others).collect();
        if forms.is_empty() {
            return None;
        }
        let program = Program::new(forms.iter().flat_map(|form| form.iter()));
        Some(Hessian { program, size, forms: forms.len() })
    }

    fn entries(&self) -> usize {
        self.size * (self.size + 1) / 2
    }

    /// The entries on a part, and how steep they are there.
    fn enclose(&self, part: &Ranges) -> (Matrix, Vec<Interval>) {
        let jets = self.program.jets(part);
        let mut slopes = vec![Interval::ZERO; self.program.variables().len()];
        let mut upper = vec![Interval::ALL; self.entries()];
        for (at, jet) in jets.iter().enumerate() {
            for (sum, slope) in slopes.iter_mut().zip(&jet.gradient) {
                *sum = *sum + slope.abs();
            }
            let range = boxes::tightened(&self.program, at, part, jet.value, &jet.gradient);
            if let Some(entry) = upper.get_mut(at % self.entries()) {
                *entry = entry.intersect(range).unwrap_or(*entry);
            }
        }
        (Matrix::from_upper(self.size, &upper), slopes)
    }

    /// The matrix at a point.
    pub fn at(&self, point: &[Interval]) -> Matrix {
        let values = self.program.values(point);
        let mut upper = vec![Interval::ALL; self.entries()];
        for (at, value) in values.iter().enumerate().take(self.forms * self.entries()) {
            if let Some(entry) = upper.get_mut(at % self.entries()) {
                *entry = entry.intersect(*value).unwrap_or(*entry);
            }
        }
        Matrix::from_upper(self.size, &upper)
    }

    /// The largest eigenvalue at a point and its direction, in `f64`.
    pub fn steepest(&self, point: &[f64]) -> Option<(f64, Vec<f64>)> {
        let point: Vec<_> = point.iter().map(|x| Interval::point(*x)).collect();
        let (value, direction) = matrix::eigen(self.size, self.at(&point).middle()?);
        value.is_finite().then_some((value, direction))
    }

    /// Whether every matrix on a part is negative semidefinite.
    pub fn is_nonpositive(&self, part: &Ranges) -> bool {
        self.enclose(part).0.is_nonpositive()
    }

    /// Searches the box, with at most `limit` parts, which count down.
    pub fn prove(&self, ranges: &Ranges, limit: &mut usize) -> Found {
        let mut cuts = Cuts::new();
        let mut waiting = vec![ranges.clone()];
        while let Some(part) = waiting.pop() {
            if *limit == 0 {
                return Found::Open(part);
            }
            *limit -= 1;
            let (matrix, slopes) = self.enclose(&part);
            if matrix.is_nonpositive() {
                cuts.push('.');
                continue;
            }
            for point in boxes::corners(&part) {
                let thin: Vec<_> = point.iter().map(|x| Interval::point(*x)).collect();
                let Some((value, direction)) = self.steepest(&point) else { continue };
                let direction: Vec<_> = direction.into_iter().map(Interval::point).collect();
                if value > 0.0 && self.at(&thin).form(&direction).lo > 0.0 {
                    return Found::Suspect(point);
                }
            }
            let Some((variable, low, high)) =
                boxes::halves(&part, &slopes, self.program.variables())
            else {
                return Found::Open(part);
            };
            cuts.push(boxes::digit(variable));
            waiting.push(high);
            waiting.push(low);
        }
        Found::Concave(cuts)
    }

    /// Bounds of the eigenvalues of −H on the box, the lower one rounded down and the upper one up,
    /// each within a hundredth of what is attained unless the limit is reached first; infinite where
    /// they are not bounded.
    pub fn eigenvalues(&self, ranges: &Ranges, limit: usize) -> (f64, f64) {
        let least = -self.largest(ranges, limit, false);
        let most = self.largest(ranges, limit, true);
        (least, most)
    }

    /// An upper bound of the largest eigenvalue of H, or of −H.
    fn largest(&self, ranges: &Ranges, limit: usize, negated: bool) -> f64 {
        let bound = |part: &Ranges| {
            let (matrix, slopes) = self.enclose(part);
            let matrix = if negated { matrix.negated() } else { matrix };
            (matrix.largest(), slopes)
        };
        let attained = |point: &[f64]| {
            let point: Vec<_> = point.iter().map(|x| Interval::point(*x)).collect();
            let matrix = self.at(&point);
            let matrix = if negated { matrix.negated() } else { matrix };
            matrix.middle().map(|middle| matrix::eigen(self.size, middle).0)
        };
        let mut best = f64::NEG_INFINITY;
        let mut parts = vec![(bound(ranges), ranges.clone())];
        for _ in 0..limit {
            let highest = |(a, b): (usize, usize)| parts[a].0.0.total_cmp(&parts[b].0.0);
            let Some(at) = (0..parts.len()).max_by(|a, b| highest((*a, *b))) else { break };
            let ((high, slopes), part) = parts.swap_remove(at);
            for point in boxes::corners(&part) {
                best = best.max(attained(&point).unwrap_or(best));
            }
            let halves = boxes::halves(&part, &slopes, self.program.variables());
            let close = high.is_finite() && high - best <= CLOSE * high.abs().min(best.abs());
            match halves {
                Some((_, low, upper)) if !close => {
                    parts.extend([low, upper].map(|part| (bound(&part), part)));
                }
                _ => return high,
            }
        }
        parts.iter().map(|((high, _), _)| *high).fold(f64::NEG_INFINITY, f64::max)
    }
}

/// The upper triangle by the rules of differentiation.
fn upper_triangle(of: &Expr, size: usize) -> Option<Vec<Expr>> {
    let mut entries = Vec::new();
    for row in 0..size {
        let slope = derivative(of, row)?;
        for column in row..size {
            entries.push(derivative(&slope, column)?);
        }
    }
    Some(entries)
}

/// A finite bound as an exact number, at least 0.
pub fn exact(bound: f64) -> Option<Rational> {
    let value = Rational::from_float(bound)?;
    Some(if value.is_negative() { Rational::zero() } else { value })
}
