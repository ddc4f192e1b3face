//! Products: element by element, and of matrices.

use std::collections::BTreeMap;

use super::atoms::application;
use super::form::{Form, Matrix, Value};
use crate::sema::hir::Expr;

/// The product element by element; a scalar goes with each element. None for shapes that differ.
pub fn multiply(a: Value, b: Value, expr: &Expr) -> Option<Value> {
    Some(match (a, b) {
        (Value::Scalar(a), mut b) => {
            b.forms_mut(&mut |form| *form = product(&a, form, expr));
            b
        }
        (mut a, Value::Scalar(b)) => {
            a.forms_mut(&mut |form| *form = product(form, &b, expr));
            a
        }
        (Value::Vector(a), Value::Vector(b)) if a.len() == b.len() => {
            Value::Vector(a.iter().zip(&b).map(|(a, b)| product(a, b, expr)).collect())
        }
        (Value::Matrix(a), Value::Matrix(b)) if a.rows.len() == b.rows.len() => {
            let rows = a.rows.iter().zip(&b.rows).map(|(a, b)| {
                let other: BTreeMap<_, _> = b.iter().map(|(at, form)| (at, form)).collect();
                let entry =
                    |(at, form): &(usize, Form)| Some((*at, product(form, other.get(at)?, expr)));
                a.iter().filter_map(entry).collect()
            });
            Value::Matrix(Matrix { columns: a.columns, rows: rows.collect() })
        }
        _ => return None,
    })
}

/// The product of matrices and vectors; of two vectors their inner product.
pub fn matmul(a: &Value, b: &Value, expr: &Expr) -> Option<Value> {
    let sums = |row: &[(usize, Form)], b: &Matrix| {
        let mut sums: BTreeMap<usize, Form> = BTreeMap::new();
        for (at, a) in row {
            for (column, b) in b.rows.get(*at).into_iter().flatten() {
                sums.entry(*column).or_default().add(1.0, &product(a, b, expr));
            }
        }
        sums.values_mut().for_each(Form::normalise);
        sums.into_iter().collect::<Vec<_>>()
    };
    let places = |forms: &[Form]| forms.iter().cloned().enumerate().collect::<Vec<_>>();
    Some(match (a, b) {
        (Value::Matrix(a), Value::Vector(b)) => {
            Value::Vector(a.rows.iter().map(|row| dot(row, b, expr)).collect())
        }
        (Value::Vector(a), Value::Matrix(b)) => {
            let product = Matrix { columns: b.columns, rows: vec![sums(&places(a), b)] };
            Value::Vector(product.row(0)?)
        }
        (Value::Matrix(a), Value::Matrix(b)) => {
            let rows = a.rows.iter().map(|row| sums(row, b)).collect();
            Value::Matrix(Matrix { columns: b.columns, rows })
        }
        (Value::Vector(a), Value::Vector(b)) => Value::Scalar(dot(&places(a), b, expr)),
        _ => return None,
    })
}

/// The product of two forms: affine when one of them is a number.
fn product(a: &Form, b: &Form, expr: &Expr) -> Form {
    match (a.as_number(), b.as_number()) {
        (Some(factor), _) => b.scaled(factor),
        (_, Some(factor)) => a.scaled(factor),
        _ => {
            let arguments = vec![Value::Scalar(a.clone()), Value::Scalar(b.clone())];
            application("mul", arguments, Vec::new(), expr)
        }
    }
}

/// The inner product of a sparse row with a vector.
fn dot(row: &[(usize, Form)], vector: &[Form], expr: &Expr) -> Form {
    let mut sum = Form::default();
    for (at, a) in row {
        if let Some(b) = vector.get(*at) {
            sum.add(1.0, &product(a, b, expr));
        }
    }
    sum.normalise();
    sum
}
