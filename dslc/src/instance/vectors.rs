//! Evaluates vectors and matrices, element by element.

use std::sync::Arc;

use super::evaluate::{Evaluator, Result, internal};
use super::form::{Form, Matrix, Value};
use super::layout::Layout;
use super::products::multiply;
use crate::sema::hir::{Dims, Expr, Node, ParamId, SetId, Span, Values};

impl Value {
    /// The value times a number.
    fn scaled(mut self, factor: f64) -> Value {
        self.forms_mut(&mut |form| *form = form.scaled(factor));
        self
    }

    /// Calls `each` with every form that is stored.
    pub(super) fn forms_mut(&mut self, each: &mut dyn FnMut(&mut Form)) {
        match self {
            Value::Scalar(form) => each(form),
            Value::Vector(forms) => forms.iter_mut().for_each(each),
            Value::Matrix(matrix) => {
                matrix.rows.iter_mut().flatten().for_each(|(_, form)| each(form));
            }
        }
    }

    /// `self + weight · other`; a scalar counts for every element.
    fn plus(self, weight: f64, other: &Value) -> Option<Value> {
        let sum = |mut a: Form, b: &Form| {
            a.add(weight, b);
            a.normalise();
            a
        };
        Some(match (self, other) {
            (Value::Scalar(a), Value::Scalar(b)) => Value::Scalar(sum(a, b)),
            (Value::Vector(a), Value::Scalar(b)) => {
                Value::Vector(a.into_iter().map(|a| sum(a, b)).collect())
            }
            (Value::Scalar(a), Value::Vector(b)) => {
                Value::Vector(b.iter().map(|b| sum(a.clone(), b)).collect())
            }
            (Value::Vector(a), Value::Vector(b)) if a.len() == b.len() => {
                Value::Vector(a.into_iter().zip(b).map(|(a, b)| sum(a, b)).collect())
            }
            (Value::Matrix(a), Value::Matrix(b)) if a.same_shape(b) => Value::Matrix(Matrix {
                columns: a.columns,
                rows: a.rows.into_iter().zip(&b.rows).map(|(a, b)| merged(a, weight, b)).collect(),
            }),
            (Value::Matrix(a), Value::Scalar(b)) => {
                let full = Matrix::filled(a.rows.len(), a.columns, b);
                return Value::Matrix(a).plus(weight, &Value::Matrix(full));
            }
            (Value::Scalar(a), Value::Matrix(b)) => {
                let full = Matrix::filled(b.rows.len(), b.columns, &a);
                return Value::Matrix(full).plus(weight, other);
            }
            _ => return None,
        })
    }
}

impl Matrix {
    /// By rows that are written in full.
    pub fn dense(rows: Vec<Vec<Form>>) -> Matrix {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let rows = rows.into_iter().map(|row| row.into_iter().enumerate().collect()).collect();
        Matrix { columns, rows }
    }

    /// One row in full.
    pub fn row(&self, at: usize) -> Option<Vec<Form>> {
        let mut full = vec![Form::default(); self.columns];
        for (column, form) in self.rows.get(at)? {
            if let Some(place) = full.get_mut(*column) {
                *place = form.clone();
            }
        }
        Some(full)
    }

    fn same_shape(&self, other: &Matrix) -> bool {
        self.columns == other.columns && self.rows.len() == other.rows.len()
    }

    fn filled(rows: usize, columns: usize, form: &Form) -> Matrix {
        let row: Vec<_> = (0..columns).map(|column| (column, form.clone())).collect();
        Matrix { columns, rows: vec![row; rows] }
    }
}

/// A row of a sum of matrices.
fn merged(a: Vec<(usize, Form)>, weight: f64, b: &[(usize, Form)]) -> Vec<(usize, Form)> {
    let scaled = b.iter().map(|(column, form)| (*column, form.scaled(weight)));
    let mut row: Vec<_> = a.into_iter().chain(scaled).collect();
    row.sort_by_key(|(column, _)| *column);
    row.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1.add(1.0, &next.1);
            kept.1.normalise();
        }
        same
    });
    row
}

impl<'m> Evaluator<'m> {
    /// The value of an expression, one form or many.
    pub(super) fn value(&mut self, expr: &'m Expr) -> Result<Value> {
        match (expr.facts.dims, &expr.node) {
            (Dims::Scalar, _) => Ok(Value::Scalar(self.scalar(expr)?)),
            (_, Node::Param(id, _)) => self.whole_param(*id, expr.span),
            (_, Node::Variable(id, _)) => {
                let item = &self.model.variables[*id];
                let sets: Vec<_> = item.index.iter().map(|binder| binder.set).collect();
                let scale = super::real(&item.unit.scale);
                let first = self.layout.first(*id);
                let element = |at| Ok(Form::column(first + at).scaled(scale));
                whole(self.layout, &sets, expr.span, element)
            }
            (_, Node::Let(id, _)) => {
                let item = &self.model.lets[*id];
                if item.index.is_empty() {
                    return Ok((*self.named(*id, Vec::new())?).clone());
                }
                let sets: Vec<_> = item.index.iter().map(|binder| binder.set).collect();
                let layout = self.layout;
                whole(layout, &sets, expr.span, |at| {
                    match &*self.named(*id, layout.members(&sets, at))? {
                        Value::Scalar(form) => Ok(form.clone()),
                        _ => Err(internal(expr.span, "an element is a vector")),
                    }
                })
            }
            (_, Node::Vector(elements)) => self.literal(elements, expr.span),
            (_, Node::Neg(a)) => Ok(self.value(a)?.scaled(-1.0)),
            (_, Node::Add(a, b)) => self.sum(a, 1.0, b, expr.span),
            (_, Node::Sub(a, b)) => self.sum(a, -1.0, b, expr.span),
            (_, Node::Mul(a, b)) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                multiply(a, b, expr).ok_or_else(|| internal(expr.span, "two shapes that differ"))
            }
            (_, Node::Div(a, b)) => {
                let (a, divisor) = (self.value(a)?, self.number(b)?);
                Ok(a.scaled(divisor.recip()))
            }
            (_, Node::Each(binder, body)) => {
                let mut elements = Vec::new();
                for member in 0..self.layout.size(binder.set) {
                    self.bind(std::slice::from_ref(binder), &[member]);
                    if let Some(body) = self.taking_part(body)? {
                        elements.push(self.value(body)?);
                    }
                }
                stacked(elements, expr.span)
            }
            (_, Node::Element(whole, index)) => {
                let members = self.members(index, expr.span)?;
                let whole = self.shared(whole)?;
                pick(&whole, &members).ok_or_else(|| internal(expr.span, "an element is missing"))
            }
            (_, Node::Atom(..)) => self.vector_atom(expr),
            (_, Node::Number(_) | Node::Member(_) | Node::Fold(..) | Node::Where(..)) => {
                Err(internal(expr.span, "a scalar has the shape of a vector"))
            }
        }
    }

    fn whole_param(&mut self, id: ParamId, span: Span) -> Result<Value> {
        let item = &self.model.params[id];
        let layout = self.layout;
        if let ([rows, columns], Values::Sparse(entries)) = (item.index.as_slice(), &item.values) {
            let columns = layout.size(*columns);
            let mut matrix = Matrix { columns, rows: vec![Vec::new(); layout.size(*rows)] };
            for (at, value) in entries {
                if let Some(row) = matrix.rows.get_mut(at / columns.max(1)) {
                    row.push((at % columns.max(1), Form::number(value.to_f64())));
                }
            }
            return Ok(Value::Matrix(matrix));
        }
        let sets = item.index.clone();
        let members = |at| layout.members(&sets, at);
        let values: Result<Vec<_>> = {
            let count = sets.iter().map(|set| layout.size(*set)).product::<usize>();
            (0..count).map(|at| self.element(id, &members(at), span)).collect()
        };
        let values = values?;
        whole(layout, &sets, span, |at| {
            Ok(Form::number(values.get(at).copied().unwrap_or_default()))
        })
    }

    fn literal(&mut self, elements: &'m [Expr], span: Span) -> Result<Value> {
        let elements: Result<_> = elements.iter().map(|element| self.value(element)).collect();
        stacked(elements?, span)
    }

    /// A value that is asked for one element at a time: that of a `let` is kept.
    pub(super) fn shared(&mut self, expr: &'m Expr) -> Result<Arc<Value>> {
        match &expr.node {
            Node::Let(id, index) if index.is_empty() && self.model.lets[*id].index.is_empty() => {
                self.named(*id, Vec::new())
            }
            _ => Ok(Arc::new(self.value(expr)?)),
        }
    }

    fn sum(&mut self, a: &'m Expr, weight: f64, b: &'m Expr, span: Span) -> Result<Value> {
        let (a, b) = (self.value(a)?, self.value(b)?);
        a.plus(weight, &b).ok_or_else(|| internal(span, "two shapes that do not add up"))
    }
}

/// Every element of something indexed by one or two sets.
fn whole(
    layout: &Layout,
    sets: &[SetId],
    span: Span,
    mut element: impl FnMut(usize) -> Result<Form>,
) -> Result<Value> {
    let size = |set: &SetId| layout.size(*set);
    match sets {
        [set] => {
            let forms: Result<_> = (0..size(set)).map(element).collect();
            Ok(Value::Vector(forms?))
        }
        [rows, columns] => {
            let columns = size(columns);
            let row = |row: usize| {
                let entry = |at| Ok((at, element(row * columns + at)?));
                (0..columns).map(entry).collect()
            };
            let rows: Result<_> = (0..size(rows)).map(row).collect();
            Ok(Value::Matrix(Matrix { columns, rows: rows? }))
        }
        _ => Err(internal(span, "only vectors and matrices stand without an index")),
    }
}

/// Scalars as a vector, or vectors as the rows of a matrix.
fn stacked(elements: Vec<Value>, span: Span) -> Result<Value> {
    let mut forms = Vec::new();
    let mut rows = Vec::new();
    for element in elements {
        match element {
            Value::Scalar(form) => forms.push(form),
            Value::Vector(row) => rows.push(row),
            Value::Matrix(_) => return Err(internal(span, "a vector of matrices")),
        }
    }
    if rows.is_empty() {
        return Ok(Value::Vector(forms));
    }
    Ok(Value::Matrix(Matrix::dense(rows)))
}

/// The element at these places.
pub(super) fn pick(value: &Value, at: &[usize]) -> Option<Value> {
    match (value, at) {
        (Value::Vector(forms), [at]) => forms.get(*at).cloned().map(Value::Scalar),
        (Value::Matrix(matrix), [row, column]) => {
            let row = matrix.rows.get(*row)?;
            let found = row.binary_search_by_key(column, |(at, _)| *at).ok();
            let form = found.and_then(|found| row.get(found)).map(|(_, form)| form.clone());
            (*column < matrix.columns).then(|| Value::Scalar(form.unwrap_or_default()))
        }
        (Value::Matrix(matrix), [row]) => Some(Value::Vector(matrix.row(*row)?)),
        _ => None,
    }
}
