//! Atoms of vectors: which work element by element, and which arrange elements anew.

use super::evaluate::{Evaluator, Result, internal, real};
use super::form::{Application, Form, Matrix, Value};
use super::products::matmul;
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Curvature, Dims, Expr};

impl<'m> Evaluator<'m> {
    /// Adds `weight` times a scalar-valued atom to a form.
    pub(super) fn scalar_atom(
        &mut self,
        expr: &'m Expr,
        weight: f64,
        into: &mut Form,
    ) -> Result<()> {
        let (name, arguments, parameters) = self.applied(expr)?;
        match rearranged(name, &arguments, &parameters, expr) {
            Some(Value::Scalar(form)) => into.add(weight, &form),
            Some(_) => return Err(internal(expr.span, "a vector stands for one value")),
            None => into.add(weight, &application(name, arguments, parameters, expr)),
        }
        Ok(())
    }

    /// A vector-valued atom.
    pub(super) fn vector_atom(&mut self, expr: &'m Expr) -> Result<Value> {
        let (name, arguments, parameters) = self.applied(expr)?;
        if let Some(value) = rearranged(name, &arguments, &parameters, expr) {
            return Ok(value);
        }
        elementwise(name, &arguments, &parameters, expr).ok_or_else(|| {
            let message = format!("`{name}` of a vector cannot be calculated here");
            Box::new(Diagnostic::error(codes::NOT_SOLVED, expr.span, message))
        })
    }

    /// An atom's name, the values of its arguments, and its parameters.
    fn applied(&mut self, expr: &'m Expr) -> Result<(&'static str, Vec<Value>, Vec<f64>)> {
        let applied = expr.application();
        let applied = applied.ok_or_else(|| internal(expr.span, "an atom without a row"))?;
        let arguments: Result<_> =
            applied.arguments.iter().map(|argument| self.value(argument)).collect();
        Ok((applied.atom.name, arguments?, applied.parameters.iter().map(real).collect()))
    }
}

/// An atom as a form: a number when all arguments are, and with arguments near 1 where it scales.
pub fn application(
    atom: &'static str,
    arguments: Vec<Value>,
    parameters: Vec<f64>,
    expr: &Expr,
) -> Form {
    let curvature = expr.facts.curvature;
    let application = Application { atom, arguments, parameters, curvature, span: expr.span };
    let constant =
        application.arguments.iter().flat_map(Value::forms).all(|form| form.as_number().is_some());
    if constant || curvature == Curvature::Constant {
        return Form::number(application.at(&0.0, &|_| f64::NAN));
    }
    scaled(application)
}

/// How an atom scales with its first argument, or all of several: `f(c·x) = c^degree · f(x)`.
fn degree(application: &Application) -> Option<f64> {
    let p = application.parameters.first().copied();
    Some(match application.atom {
        "abs" | "pos" | "neg" | "scalene" | "max" | "min" | "maximum" | "minimum" | "ptp"
        | "norm1" | "norm2" | "norm_inf" | "pnorm" | "tv" | "std" | "sum_largest"
        | "sum_smallest" | "geo_mean" | "harmonic_mean" => 1.0,
        "square" | "sum_squares" | "var" => 2.0,
        "sqrt" => 0.5,
        "inv_pos" => -1.0,
        "power" | "odd_power" => p?,
        "alpha_fair" if p? != 1.0 => 1.0 - p?,
        "inv_prod" => -(application.arguments.first()?.forms().len() as f64),
        "kl_div" | "rel_entr" => 1.0,
        _ => return None,
    })
}

/// The atom with arguments near 1: quantities in SI may be far from it, and solvers suffer.
fn scaled(mut application: Application) -> Form {
    let size = |form: &Form| {
        let affine = form.linear.iter().map(|(_, c)| c.abs()).fold(0.0, f64::max);
        form.terms.iter().map(|(weight, _)| weight.abs()).fold(affine, f64::max)
    };
    let largest = application.arguments.iter().flat_map(Value::forms).map(size).fold(0.0, f64::max);
    let degree = degree(&application).filter(|_| largest > 0.0 && largest.is_finite());
    let Some(degree) = degree else { return Form::atom(application) };
    // A power of 2 rounds nothing; sizes that are near 1 stay as they are written.
    let exponent = largest.log2().round();
    if exponent.abs() < 10.0 {
        return Form::atom(application);
    }
    for argument in &mut application.arguments {
        argument.forms_mut(&mut |form| *form = form.scaled((-exponent).exp2()));
    }
    Form::atom(application).scaled((exponent * degree).exp2())
}

/// Affine atoms that add up, pick or arrange the elements of their arguments.
fn rearranged(name: &str, arguments: &[Value], parameters: &[f64], expr: &Expr) -> Option<Value> {
    let first = arguments.first()?;
    let forms = || first.forms();
    let second = || arguments.get(1);
    let number = |at: usize| {
        let given = parameters.get(at).copied();
        given.or_else(|| match arguments.get(at + 1)? {
            Value::Scalar(form) => form.as_number(),
            _ => None,
        })
    };
    Some(match name {
        "matmul" => return matmul(first, second()?, expr),
        "sum" => Value::Scalar(total(&forms())),
        "mean" => {
            let count = match first {
                Value::Matrix(matrix) => matrix.rows.len() * matrix.columns,
                _ => forms().len(),
            };
            Value::Scalar(total(&forms()).scaled((count as f64).recip()))
        }
        "trace" => Value::Scalar(total(&diagonal(first)?.iter().collect::<Vec<_>>())),
        "dot" => Value::Scalar(inner(&full(first), &full(second()?))?),
        "index" => {
            let at = number(0)? as usize;
            Value::Scalar(full(first).get(at.checked_sub(1)?)?.clone())
        }
        "hstack" | "concatenate" => Value::Vector(arguments.iter().flat_map(full).collect()),
        "vstack" => Value::Matrix(Matrix::dense(arguments.iter().map(full).collect())),
        "vec" => Value::Vector(full(&transposed(first))),
        "transpose" => transposed(first),
        "cumsum" => {
            let mut sum = Form::default();
            let mut sums = Vec::new();
            for form in full(first) {
                sum.add(1.0, &form);
                sum.normalise();
                sums.push(sum.clone());
            }
            Value::Vector(sums)
        }
        "diff" => {
            let forms = full(first);
            let step = |pair: &[Form]| total(&[&pair[1], &pair[0].scaled(-1.0)]);
            Value::Vector(forms.windows(2).map(step).collect())
        }
        "diag" => match first {
            Value::Matrix(_) => Value::Vector(diagonal(first)?),
            _ => {
                let forms = full(first);
                let row = |(at, form): (usize, Form)| vec![(at, form)];
                let columns = forms.len();
                Value::Matrix(Matrix {
                    columns,
                    rows: forms.into_iter().enumerate().map(row).collect(),
                })
            }
        },
        "outer" => {
            let (a, b) = (full(first), full(second()?));
            let row = |a: &Form| b.iter().map(|b| product(a, b)).collect::<Option<Vec<_>>>();
            Value::Matrix(Matrix::dense(a.iter().map(row).collect::<Option<_>>()?))
        }
        "convolve" => {
            let (a, b) = (full(first), full(second()?));
            let mut sums = vec![Form::default(); (a.len() + b.len()).saturating_sub(1)];
            for (i, a) in a.iter().enumerate() {
                for (j, b) in b.iter().enumerate() {
                    sums.get_mut(i + j)?.add(1.0, &product(a, b)?);
                }
            }
            sums.iter_mut().for_each(Form::normalise);
            Value::Vector(sums)
        }
        _ => return None,
    })
}

fn total(forms: &[&Form]) -> Form {
    let mut sum = Form::default();
    forms.iter().for_each(|form| sum.add(1.0, form));
    sum.normalise();
    sum
}

/// Every element, row by row, those that are 0 among them.
fn full(value: &Value) -> Vec<Form> {
    match value {
        Value::Scalar(form) => vec![form.clone()],
        Value::Vector(forms) => forms.clone(),
        Value::Matrix(matrix) => {
            (0..matrix.rows.len()).filter_map(|row| matrix.row(row)).flatten().collect()
        }
    }
}

fn diagonal(value: &Value) -> Option<Vec<Form>> {
    let Value::Matrix(matrix) = value else { return None };
    (0..matrix.rows.len()).map(|at| matrix.row(at)?.get(at).cloned()).collect()
}

fn transposed(value: &Value) -> Value {
    let Value::Matrix(matrix) = value else { return value.clone() };
    let mut rows = vec![Vec::new(); matrix.columns];
    for (at, row) in matrix.rows.iter().enumerate() {
        for (column, form) in row {
            if let Some(place) = rows.get_mut(*column) {
                place.push((at, form.clone()));
            }
        }
    }
    Value::Matrix(Matrix { columns: matrix.rows.len(), rows })
}

/// The product of a number and a form.
fn product(a: &Form, b: &Form) -> Option<Form> {
    match (a.as_number(), b.as_number()) {
        (Some(factor), _) => Some(b.scaled(factor)),
        (_, Some(factor)) => Some(a.scaled(factor)),
        _ => None,
    }
}

fn inner(a: &[Form], b: &[Form]) -> Option<Form> {
    let products: Option<Vec<_>> = a.iter().zip(b).map(|(a, b)| product(a, b)).collect();
    Some(total(&products?.iter().collect::<Vec<_>>()))
}

/// An atom of scalars on each element; scalars go with every element.
fn elementwise(
    name: &'static str,
    arguments: &[Value],
    parameters: &[f64],
    expr: &Expr,
) -> Option<Value> {
    // Maxima of ever more elements.
    if name == "cummax" {
        let forms = full(arguments.first()?);
        let upto = |end: usize| {
            let some = forms.iter().take(end).cloned().collect();
            application("max", vec![Value::Vector(some)], Vec::new(), expr)
        };
        return Some(Value::Vector((1..=forms.len()).map(upto).collect()));
    }
    let columns = arguments.iter().find_map(|argument| match argument {
        Value::Matrix(matrix) => Some(matrix.columns),
        _ => None,
    });
    let elements: Vec<Vec<Form>> = arguments.iter().map(full).collect();
    let count = elements.iter().map(Vec::len).max()?;
    let at = |place: usize| {
        let element = |forms: &Vec<Form>| match forms.as_slice() {
            [one] => Some(Value::Scalar(one.clone())),
            many => many.get(place).cloned().map(Value::Scalar),
        };
        let arguments = elements.iter().map(element).collect::<Option<Vec<_>>>()?;
        Some(application(name, arguments, parameters.to_vec(), expr))
    };
    let forms = (0..count).map(at).collect::<Option<Vec<_>>>()?;
    match (expr.facts.dims, columns) {
        (Dims::Matrix(..), Some(columns)) => Some(Value::Matrix(Matrix::dense(
            forms.chunks(columns.max(1)).map(<[Form]>::to_vec).collect(),
        ))),
        _ => Some(Value::Vector(forms)),
    }
}
