//! The problem as the smooth route sees it: maximise a smooth concave function over rows
//! `G(x) <= b` with G convex and smooth, and linear equations.

use super::curve::{Curve, Jet};
use crate::concave::Function;
use crate::problem::{Affine, Cone, Form, Forms, Owner, Sense};
use crate::sparse::Matrix;

/// A term subtracted from its row, or added to the objective, with weight ≥ 0.
pub(crate) struct Term<'a> {
    /// `None` for the objective.
    pub row: Option<usize>,
    pub weight: f64,
    pub curve: Curve<'a>,
    /// Its arguments are the forms `first .. first + curve.arity()` of [`Model::arguments`].
    pub first: usize,
}

/// Rows by where they came from, each normalised to `<=` or `==`.
pub(crate) struct Model<'a> {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub gain: Vec<f64>,
    /// Linear part of the rows.
    pub rows: Matrix,
    pub limits: Vec<f64>,
    pub equal: Vec<bool>,
    /// −1 where a row of the problem was `>=`. Rows past the problem's own come from cones and
    /// from the domains of terms.
    pub signs: Vec<f64>,
    pub terms: Vec<Term<'a>>,
    pub arguments: Forms,
}

/// A point with everything that the Newton step needs.
pub(crate) struct Point {
    /// Gradient of the objective.
    pub gradient: Vec<f64>,
    /// G(x) − b.
    pub excess: Vec<f64>,
    /// Derivatives of every term, in order.
    pub jets: Vec<Jet>,
}

impl<'a> Model<'a> {
    /// `form` may hold every kind of term and cone.
    pub fn new(form: &Form<'a>) -> Self {
        let problem = form.problem;
        let sign = |sense: &Sense| if *sense == Sense::AtLeast { -1.0 } else { 1.0 };
        let signs: Vec<f64> = problem.senses.iter().map(sign).collect();
        let mut model = Model {
            lower: problem.lower.clone(),
            upper: problem.upper.clone(),
            gain: problem.gain.clone(),
            rows: Matrix::new(problem.variables()),
            limits: problem.limits.iter().zip(&signs).map(|(limit, sign)| limit * sign).collect(),
            equal: problem.senses.iter().map(|sense| *sense == Sense::Equal).collect(),
            signs,
            terms: Vec::new(),
            arguments: Forms::default(),
        };
        for (i, sign) in model.signs.iter().enumerate() {
            model.rows.push(form.rows.row(i).map(|(j, a)| (j as u32, sign * a)));
        }
        for (k, term) in form.terms() {
            let row = match term.owner {
                Owner::Objective => None,
                Owner::Row(row) => Some(row as usize),
            };
            let argument = form.arguments().get(k);
            match term.function {
                Function::Pieces(pieces) => {
                    model.pieces(row, term.weight.abs(), pieces.pieces(), argument)
                }
                function => {
                    model.domain(&function, &argument);
                    model.term(row, term.weight.abs(), Curve::Scalar(function), [argument]);
                }
            }
        }
        let mut next = 0;
        for &(cone, size) in &problem.cones {
            let size = size as usize;
            let forms = (next..next + size).map(|row| problem.cone_rows.get(row)).collect();
            model.cone(cone, forms);
            next += size;
        }
        model
    }

    pub fn variables(&self) -> usize {
        self.gain.len()
    }

    pub fn rows(&self) -> usize {
        self.limits.len()
    }

    fn term<const N: usize>(
        &mut self,
        row: Option<usize>,
        weight: f64,
        curve: Curve<'a>,
        forms: [Affine; N],
    ) {
        let first = self.arguments.constants.len();
        for form in forms {
            self.arguments.push(form);
        }
        self.terms.push(Term { row, weight, curve, first });
    }

    /// Appends the row `form <= 0` or `form == 0`.
    fn row(&mut self, form: Affine, equal: bool) -> usize {
        let form = form.collected();
        self.rows.push(form.terms.iter().map(|(var, a)| (var.0, *a)));
        self.limits.push(-form.constant);
        self.equal.push(equal);
        self.signs.push(1.0);
        self.limits.len() - 1
    }

    /// `weight · t` with a new variable `t <=` every piece.
    fn pieces(&mut self, row: Option<usize>, weight: f64, pieces: &[(f64, f64)], s: Affine) {
        let t = crate::problem::Var(self.gain.len() as u32);
        self.lower.push(f64::NEG_INFINITY);
        self.upper.push(f64::INFINITY);
        self.rows.widen(self.gain.len() + 1);
        self.gain.push(if row.is_none() { weight } else { 0.0 });
        if let Some(row) = row {
            // A linear term of a row that is already written: as a line of its own.
            self.term(Some(row), weight, Curve::Line, [t.into()]);
        }
        for &(slope, at) in pieces {
            self.row(Affine::from(t) - s.clone() * slope - at.into(), false);
        }
    }

    /// Keeps the argument inside the domain where the function itself does not, since its slope is
    /// finite at the end: by a bound if it is one variable, else by a row.
    fn domain(&mut self, function: &Function<'_>, s: &Affine) {
        let (low, high) = function.domain();
        let s = s.clone().collected();
        for (end, side) in [(low, 1.0), (high, -1.0)] {
            if end.is_infinite() || !function.slope(end).is_finite() {
                continue;
            }
            // side · (s − end) >= 0
            match s.terms[..] {
                [(var, a)] if a * side > 0.0 => {
                    let lower = &mut self.lower[var.index()];
                    *lower = lower.max((end - s.constant) / a);
                }
                [(var, a)] => {
                    let upper = &mut self.upper[var.index()];
                    *upper = upper.min((end - s.constant) / a);
                }
                _ => {
                    self.row((Affine::constant(end) - s.clone()) * side, false);
                }
            }
        }
    }

    /// A cone as rows, each `v <= f(others)` with f smooth and concave inside the cone.
    fn cone(&mut self, cone: Cone, v: Vec<Affine>) {
        let mut v = v.into_iter();
        match (cone, v.len()) {
            (Cone::Zero, _) => v.for_each(|v| {
                self.row(v, true);
            }),
            (Cone::Nonnegative, _) | (Cone::SecondOrder, 1) => v.for_each(|v| {
                self.row(-v, false);
            }),
            (Cone::SecondOrder, _) => {
                let Some(first) = v.next() else { return };
                // Σ vᵢ²/v₀ <= v₀
                let row = self.row(-first.clone(), false);
                for other in v {
                    self.term(Some(row), 1.0, Curve::SquareOver, [other, first.clone()]);
                }
            }
            (Cone::Exponential, _) => {
                let (Some(u), Some(v), Some(w)) = (v.next(), v.next(), v.next()) else { return };
                // u <= v log(w/v)
                let row = self.row(u, false);
                self.term(Some(row), 1.0, Curve::RelativeEntropy, [v, w]);
            }
            (Cone::Power(a), _) => {
                let (Some(u), Some(v), Some(w)) = (v.next(), v.next(), v.next()) else { return };
                for side in [w.clone(), -w] {
                    let row = self.row(side, false);
                    self.term(Some(row), 1.0, Curve::Mean(a), [u.clone(), v.clone()]);
                }
            }
        }
    }

    /// The arguments of a term at `x`.
    pub fn arguments_at(&self, term: &Term<'_>, x: &[f64]) -> [f64; 2] {
        let mut v = [0.0; 2];
        for (k, v) in v.iter_mut().enumerate().take(term.curve.arity()) {
            *v = self.arguments.at(term.first + k, x);
        }
        v
    }

    /// Everything at `x`; `None` outside the domain of a term.
    pub fn at(&self, x: &[f64]) -> Option<Point> {
        let mut gradient = self.gain.clone();
        let mut excess = vec![0.0; self.rows()];
        self.rows.multiply(x, &mut excess);
        for (excess, limit) in excess.iter_mut().zip(&self.limits) {
            *excess -= limit;
        }
        let mut jets = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            let jet = term.curve.jet(self.arguments_at(term, x));
            if !jet.value.is_finite() || jet.slope.iter().any(|slope| !slope.is_finite()) {
                return None;
            }
            match term.row {
                Some(row) => excess[row] -= term.weight * jet.value,
                None => {
                    for k in 0..term.curve.arity() {
                        let matrix = &self.arguments.matrix;
                        matrix.add_to(term.first + k, term.weight * jet.slope[k], &mut gradient);
                    }
                }
            }
            jets.push(jet);
        }
        Some(Point { gradient, excess, jets })
    }

    /// `y ← y + factor · Jᵀ v`, J the derivative of G at the point.
    pub fn add_jacobian_transposed(&self, point: &Point, v: &[f64], factor: f64, y: &mut [f64]) {
        for (i, v) in v.iter().enumerate() {
            self.rows.add_to(i, factor * v, y);
        }
        for (term, jet) in self.terms.iter().zip(&point.jets) {
            let Some(row) = term.row else { continue };
            for k in 0..term.curve.arity() {
                let weight = -factor * v[row] * term.weight * jet.slope[k];
                self.arguments.matrix.add_to(term.first + k, weight, y);
            }
        }
    }
}
