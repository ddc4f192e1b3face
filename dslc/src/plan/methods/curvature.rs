//! How strongly a utility curves on the box of its columns: μ and the Lipschitz constant of its slope.
//!
//! Terms of one column whose second derivative is known are bounded by intervals at the two ends of their
//! argument's range and where it turns; everything else by the second derivatives of the [engine](crate::concavity)
//! that judges concavity. Both round outwards.

use std::collections::HashMap;
use std::sync::Arc;

use num_traits::ToPrimitive;

use crate::concavity::{Bound, Domain, Expr, Function, Limits, Range, Want, curvature_bounds};
use crate::instance::{Application, Form, Value};
use crate::sema::hir::Rational;
use crate::sema::interval::Interval;
use crate::sema::past_rules::functions;

/// Bounds of −U″ on a box, in the units of the instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curvature {
    /// μ, rounded down; 0 where the utility is not known to be strictly concave.
    pub mu: f64,
    /// The slope's Lipschitz constant, rounded up; infinite where it has none that is known.
    pub lipschitz: f64,
}

impl Curvature {
    /// Of a utility that is straight.
    pub const STRAIGHT: Curvature = Curvature { mu: 0.0, lipschitz: 0.0 };
    /// Of a utility of which nothing is known.
    pub const UNKNOWN: Curvature = Curvature { mu: 0.0, lipschitz: f64::INFINITY };
}

/// A weight and what it weighs.
pub type Term = (f64, Arc<Application>);

/// Most functions that the engine is asked about: those of a large problem are mostly alike or plain.
const MOST_FUNCTIONS: usize = 512;

/// Parts of the box that the engine looks at for each bound.
const CUTS: usize = 100;

/// Bounds the curvature of utilities, and remembers what it was asked.
#[derive(Debug, Default)]
pub struct Bounds {
    known: HashMap<String, Curvature>,
}

impl Bounds {
    /// Of a sum of terms that depends on these columns, whose bounds are `bounds`.
    pub fn of(
        &mut self,
        terms: &[Term],
        columns: &[usize],
        bounds: impl Fn(usize) -> (f64, f64),
    ) -> Curvature {
        if terms.is_empty() {
            return Curvature::STRAIGHT;
        }
        if let [column] = columns {
            let range = bounds(*column);
            let ranges = terms.iter().map(|(weight, atom)| second(*weight, atom, *column, range));
            let sum = ranges.reduce(|sum, next| Some(sum? + next?)).flatten();
            if let Some(sum) = sum {
                return Curvature { mu: (-sum.hi).max(0.0), lipschitz: (-sum.lo).max(0.0) };
            }
        }
        self.by_derivatives(terms, columns, bounds).unwrap_or(Curvature::UNKNOWN)
    }

    fn by_derivatives(
        &mut self,
        terms: &[Term],
        columns: &[usize],
        bounds: impl Fn(usize) -> (f64, f64),
    ) -> Option<Curvature> {
        let term = |(weight, atom): &Term| Some(number(*weight)? * application(atom, columns)?);
        let expr = Expr::Sum(terms.iter().map(term).collect::<Option<_>>()?);
        let ranges: Vec<_> = columns.iter().map(|column| bounds(*column)).collect();
        let asked = format!("{expr:?} {ranges:?}");
        if let Some(known) = self.known.get(&asked) {
            return Some(*known);
        }
        if self.known.len() >= MOST_FUNCTIONS {
            return None;
        }
        let names = columns.iter().map(|column| format!("x{column}")).collect();
        let function = Function { expr, names };
        let limits = Limits { bounds: CUTS, ..Limits::default() };
        let on = |open: bool| {
            let domain = Domain(ranges.iter().map(|range| closed_or_open(*range, open)).collect());
            curvature_bounds(&function, &domain, Want::Concave, &limits)
        };
        // A logarithm has no value on the face of its domain, and needs none there.
        let found = on(false).or_else(|| on(true)).map_or(Curvature::UNKNOWN, |found| Curvature {
            mu: found.strong_concavity.to_f64().map_or(0.0, |mu| mu.next_down().max(0.0)),
            lipschitz: found
                .gradient_lipschitz
                .and_then(|most| most.to_f64())
                .map_or(f64::INFINITY, f64::next_up),
        });
        self.known.insert(asked, found);
        Some(found)
    }
}

/// An atom of one argument whose second derivative is known.
struct Shape {
    atom: &'static str,
    /// The second derivative, by the argument and the parameters.
    second: fn(Interval, &[f64]) -> Option<Interval>,
    /// From where on it is monotone but for the turns.
    from: f64,
    /// Where it turns: the third derivative is 0 there, and nowhere else.
    turns: &'static [f64],
}

impl Shape {
    const fn rising(atom: &'static str, second: fn(Interval, &[f64]) -> Option<Interval>) -> Self {
        Shape { atom, second, from: 0.0, turns: &[] }
    }

    const fn anywhere(self, turns: &'static [f64]) -> Self {
        Shape { from: f64::NEG_INFINITY, turns, ..self }
    }
}

/// 1/√3, where the curvature of `atan` is largest.
const STEEPEST: f64 = 0.577_350_269_189_625_8;

/// Atoms of one argument, with where their second derivatives turn.
const SHAPES: &[Shape] = &[
    Shape::rising("log", |t, _| Some(-powf(t, -2.0))),
    Shape::rising("log1p", |t, _| Some(-powf(t + Interval::point(1.0), -2.0))),
    Shape::rising("sqrt", |t, _| Some(powf(t, -1.5) * Interval::point(-0.25))),
    Shape::rising("square", |_, _| Some(Interval::point(2.0))).anywhere(&[]),
    Shape::rising("inv_pos", |t, _| Some(powf(t, -3.0) * Interval::point(2.0))),
    Shape::rising("power", |t, p| power(t, *p.first()?)),
    Shape::rising("entr", |t, _| Some(-powf(t, -1.0))),
    Shape::rising("exp", |t, _| Some(t.exp())).anywhere(&[]),
    Shape::rising("alpha_fair", |t, p| {
        let alpha = *p.first()?;
        Some(-(powf(t, -alpha - 1.0) * Interval::point(alpha)))
    }),
    Shape::rising("michaelis_menten", |t, p| {
        let half = Interval::point(*p.first()?);
        Some(-(powf(t + half, -3.0) * half * Interval::point(2.0)))
    }),
    Shape::rising("atan", |t, _| {
        let inverse = powf(Interval::point(1.0) + t.square(), -2.0);
        Some(t * inverse * Interval::point(-2.0))
    })
    .anywhere(&[-STEEPEST, STEEPEST]),
    Shape::rising("logistic", |t, _| {
        let part = t.sigmoid();
        Some(part * (Interval::point(1.0) - part))
    })
    .anywhere(&[0.0]),
];

fn power(t: Interval, p: f64) -> Option<Interval> {
    let factor = Interval::point(p) * (Interval::point(p) - Interval::point(1.0));
    Some(factor * powf(t, p - 2.0))
}

/// `t^p` of a number that is not below 0; infinite for a negative power of 0.
fn powf(t: Interval, p: f64) -> Interval {
    if p < 0.0 && t.hi <= 0.0 {
        return Interval { lo: f64::MAX, hi: f64::INFINITY };
    }
    if p == 0.0 { Interval::point(1.0) } else { t.powf(p) }
}

/// The range of the second derivative of `weight · atom`, for an atom of the table.
fn second(weight: f64, atom: &Application, column: usize, range: (f64, f64)) -> Option<Interval> {
    let shape = SHAPES.iter().find(|shape| shape.atom == atom.atom)?;
    let [Value::Scalar(form)] = atom.arguments.as_slice() else { return None };
    let ([(only, slope)], true) = (form.linear.as_slice(), form.is_affine()) else { return None };
    if *only != column {
        return None;
    }
    let at = |x: f64| Interval::point(*slope) * Interval::point(x) + Interval::point(form.constant);
    let (low, high) = if *slope > 0.0 { range } else { (range.1, range.0) };
    if !(low.is_finite() && high.is_finite()) {
        return None;
    }
    let (low, high) = (at(low), at(high));
    if low.lo < shape.from {
        return None;
    }
    let of = |t: Interval| (shape.second)(t, &atom.parameters);
    let mut all = of(low)?.hull(of(high)?);
    for turn in shape.turns.iter().filter(|turn| **turn >= low.lo && **turn <= high.hi) {
        all = all.hull(of(Interval::new(turn.next_down(), turn.next_up()))?);
    }
    let factor = Interval::point(*slope).square() * Interval::point(weight);
    Some(all * factor)
}

fn closed_or_open((lo, hi): (f64, f64), open: bool) -> Range {
    let end = |at: f64| Rational::from_float(at);
    let range = Range::closed(end(lo), end(hi));
    let opened = |bound: Bound| match bound {
        Bound::Closed(at) => Bound::Open(at),
        other => other,
    };
    if open { Range { lo: opened(range.lo), hi: opened(range.hi) } } else { range }
}

fn number(value: f64) -> Option<Expr> {
    Some(Expr::Number(Rational::from_float(value)?))
}

/// A form as a function of the columns, by their places in `columns`.
fn form(of: &Form, columns: &[usize]) -> Option<Expr> {
    let mut parts = vec![number(of.constant)?];
    for (column, coefficient) in &of.linear {
        let place = columns.iter().position(|each| each == column)?;
        parts.push(number(*coefficient)? * Expr::Variable(place));
    }
    for (weight, atom) in &of.terms {
        parts.push(number(*weight)? * application(atom, columns)?);
    }
    Some(Expr::Sum(parts))
}

fn application(of: &Application, columns: &[usize]) -> Option<Expr> {
    if let [Value::Vector(elements)] = of.arguments.as_slice() {
        let elements = elements.iter().map(|each| form(each, columns)).collect::<Option<_>>()?;
        return functions::vector(of.atom, elements);
    }
    let argument = |value: &Value| match value {
        Value::Scalar(one) => form(one, columns),
        Value::Vector(_) | Value::Matrix(_) => None,
    };
    let arguments: Vec<_> = of.arguments.iter().map(argument).collect::<Option<_>>()?;
    match (of.atom, arguments.as_slice()) {
        ("mul", [a, b]) => Some(a.clone() * b.clone()),
        ("div", [a, b]) => Some(a.clone() * b.clone().power(Rational::from_integer((-1).into()))),
        _ => {
            let exact = |p: &f64| Rational::from_float(*p);
            let parameters: Vec<_> = of.parameters.iter().map(exact).collect::<Option<_>>()?;
            functions::scalar(of.atom, &arguments, &parameters)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sema::hir::{Curvature as Shape, Span};

    fn term(atom: &'static str, slope: f64, constant: f64, parameters: &[f64]) -> Term {
        let argument = Form { constant, linear: vec![(0, slope)], terms: Vec::new() };
        let arguments = vec![Value::Scalar(argument)];
        let (curvature, span) = (Shape::Concave, Span::default());
        let parameters = parameters.to_vec();
        let sign =
            if matches!(atom, "square" | "inv_pos" | "exp" | "logistic") { -1.5 } else { 1.5 };
        (sign, Arc::new(Application { atom, arguments, parameters, curvature, span }))
    }

    /// The table's bounds hold at every point, are met near one, and the engine agrees with them.
    #[test]
    fn both_ways_bound_the_second_derivative_closely() {
        let cases = [
            term("log", 2.0, 0.5, &[]),
            term("log1p", 0.5, 0.0, &[]),
            term("sqrt", 1.0, 0.25, &[]),
            term("square", -1.0, 3.0, &[]),
            term("inv_pos", 2.0, 0.0, &[]),
            term("power", 1.0, 0.0, &[0.3]),
            term("entr", 0.7, 0.1, &[]),
            term("exp", -0.6, 0.2, &[]),
            term("alpha_fair", 1.0, 0.0, &[2.5]),
            term("michaelis_menten", 1.0, 0.0, &[0.4]),
            term("atan", 0.5, 0.0, &[]),
            term("logistic", 1.0, -1.4, &[]),
        ];
        let range = (0.5, 3.0);
        for term in cases {
            let atom = term.1.atom;
            let found = Bounds::default().of(std::slice::from_ref(&term), &[0], |_| range);
            let points = (0..=2_000).map(|at| range.0 + (range.1 - range.0) * f64::from(at) / 2e3);
            let curvature = |x: f64| {
                -term.0 * term.1.jet(&[0], &[x]).hessian().first().copied().unwrap_or(f64::NAN)
            };
            let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
            for value in points.map(curvature) {
                (least, most) = (least.min(value), most.max(value));
            }
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-5 * b.abs();
            assert!(
                found.mu <= least * (1.0 + 1e-12) && close(found.mu, least),
                "{atom} {found:?}"
            );
            assert!(found.lipschitz >= most * (1.0 - 1e-12), "{atom} {found:?} {most}");
            assert!(close(found.lipschitz, most), "{atom}: {found:?} {most}");
            let engine = Bounds::default().by_derivatives(&[term], &[0], |_| range);
            let engine = engine.unwrap_or(Curvature::UNKNOWN);
            assert!(engine.mu <= least && engine.mu > 0.5 * least, "{atom}: {engine:?} {least}");
            assert!(
                engine.lipschitz >= most && engine.lipschitz < 2.0 * most,
                "{atom}: {engine:?}"
            );
        }
    }

    #[test]
    fn what_is_straight_or_unknown_has_no_curvature() {
        let of = |term: Term, range| Bounds::default().of(&[term], &[0], |_| range);
        // Concave on the half line only: nothing is known of the rest.
        assert_eq!(of(term("log", 1.0, 0.0, &[]), (0.5, f64::INFINITY)).mu, 0.0);
        assert_eq!(of(term("pwl", 1.0, 0.0, &[0.0, 0.0, 1.0, 1.0]), (0.0, 1.0)).mu, 0.0);
        // At 0 a logarithm has no slope, and its curvature is least at the other end.
        let found = of(term("log", 1.0, 0.0, &[]), (0.0, 2.0));
        assert!((found.mu - 1.5 / 4.0).abs() < 1e-12 && found.lipschitz.is_infinite(), "{found:?}");
    }
}
