//! Scalar forms: an affine part, and weighted atoms of other forms.

use std::collections::HashMap;
use std::sync::Arc;

use crate::sema::hir::{Curvature, Span};

/// `constant + Σ coefficient · column + Σ weight · atom(…)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// The part without a variable.
    pub constant: f64,
    /// Columns and coefficients. After [`Form::normalise`]: ascending, each column once, none 0.
    pub linear: Vec<(usize, f64)>,
    /// Weights and atoms; each atom once after [`Form::normalise`].
    pub terms: Vec<(f64, Arc<Application>)>,
}

/// An atom on its arguments.
#[derive(Debug, PartialEq)]
pub struct Application {
    /// Its name in the atom table; `mul` and `div` of two forms that both vary.
    pub atom: &'static str,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// Values of its constant parameters.
    pub parameters: Vec<f64>,
    /// Its curvature in the variables.
    pub curvature: Curvature,
    /// Where it stands.
    pub span: Span,
}

/// One form or many.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One.
    Scalar(Form),
    /// One for each place.
    Vector(Vec<Form>),
    /// By rows.
    Matrix(Matrix),
}

impl Value {
    /// Its forms, row by row; those of a matrix without the ones that are 0.
    pub fn forms(&self) -> Vec<&Form> {
        match self {
            Value::Scalar(form) => vec![form],
            Value::Vector(forms) => forms.iter().collect(),
            Value::Matrix(matrix) => matrix.rows.iter().flatten().map(|(_, form)| form).collect(),
        }
    }
}

/// A matrix by its rows, each with the columns that are not 0, ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// How many columns there are.
    pub columns: usize,
    /// The rows.
    pub rows: Vec<Vec<(usize, Form)>>,
}

impl Form {
    /// A number.
    pub fn number(constant: f64) -> Self {
        Form { constant, ..Form::default() }
    }

    /// A variable.
    pub fn column(column: usize) -> Self {
        Form { linear: vec![(column, 1.0)], ..Form::default() }
    }

    /// An atom.
    pub fn atom(application: Application) -> Self {
        Form { terms: vec![(1.0, Arc::new(application))], ..Form::default() }
    }

    /// Its value, when it depends on no variable.
    pub fn as_number(&self) -> Option<f64> {
        (self.linear.is_empty() && self.terms.is_empty()).then_some(self.constant)
    }

    /// Whether it is affine.
    pub fn is_affine(&self) -> bool {
        self.terms.is_empty()
    }

    /// The largest part of its affine part at `x`, by size.
    pub fn largest_part(&self, x: &[f64]) -> f64 {
        let part = |(column, c): &(usize, f64)| Some((c * x.get(*column)?).abs());
        self.linear.iter().filter_map(part).fold(0.0, f64::max)
    }

    /// Adds `weight · other`.
    pub fn add(&mut self, weight: f64, other: &Form) {
        if weight == 0.0 {
            return;
        }
        self.constant += weight * other.constant;
        self.linear.extend(other.linear.iter().map(|(column, c)| (*column, weight * c)));
        self.terms.extend(other.terms.iter().map(|(w, atom)| (weight * w, Arc::clone(atom))));
    }

    /// The form times a number.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Form {
        let mut scaled = Form::default();
        scaled.add(factor, self);
        scaled
    }

    /// Sorts the columns, adds up equal ones and drops what vanishes.
    pub fn normalise(&mut self) {
        let ascending = self.linear.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !ascending {
            self.linear.sort_by_key(|(column, _)| *column);
            self.linear.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
        }
        self.linear.retain(|(_, coefficient)| *coefficient != 0.0);
        if self.terms.len() > 1 {
            self.merge_terms();
        }
        self.terms.retain(|(weight, _)| *weight != 0.0);
    }

    /// Adds up the weights of one and the same atom, in the order of first appearance.
    fn merge_terms(&mut self) {
        let mut places = HashMap::new();
        let mut merged: Vec<(f64, Arc<Application>)> = Vec::new();
        for (weight, atom) in std::mem::take(&mut self.terms) {
            let place = *places.entry(Arc::as_ptr(&atom).addr()).or_insert(merged.len());
            match merged.get_mut(place) {
                Some(kept) => kept.0 += weight,
                None => merged.push((weight, atom)),
            }
        }
        self.terms = merged;
    }
}
