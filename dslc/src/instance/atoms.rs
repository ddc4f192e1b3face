//! Atoms of vectors: which work element by element, and which arrange elements anew.

use super::evaluate::{Evaluator, Result, internal};
use super::form::{Application, Form, Matrix, Value};
use super::products::{matmul, multiply};
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms;
use crate::sema::atoms::layout::{self, Extent};
use crate::sema::hir::{Axis, Curvature, Dims, Expr, Node, Rational};

impl<'m> Evaluator<'m> {
    /// Adds `weight` times a scalar-valued atom to a form.
    pub(super) fn scalar_atom(
        &mut self,
        expr: &'m Expr,
        weight: f64,
        into: &mut Form,
    ) -> Result<()> {
        let (name, arguments, parameters) = self.applied(expr)?;
        match self.rearranged(name, &arguments, &parameters, expr) {
            Some(Value::Scalar(form)) => into.add(weight, &form),
            Some(_) => return Err(internal(expr.span, "a vector stands for one value")),
            None => into.add(weight, &application(name, arguments, parameters, expr)),
        }
        Ok(())
    }

    /// A vector-valued atom.
    pub(super) fn vector_atom(&mut self, expr: &'m Expr) -> Result<Value> {
        let (name, arguments, parameters) = self.applied(expr)?;
        if let Some(value) = self.rearranged(name, &arguments, &parameters, expr) {
            return Ok(value);
        }
        elementwise(name, &arguments, &parameters, expr).ok_or_else(|| {
            let message = format!("`{name}` of a vector cannot be calculated here");
            Box::new(Diagnostic::error(codes::NOT_SOLVED, expr.span, message))
        })
    }

    /// An atom's name, the values of its arguments, and its parameters.
    fn applied(&mut self, expr: &'m Expr) -> Result<(&'static str, Vec<Value>, Vec<f64>)> {
        let missing = || internal(expr.span, "an atom without a row");
        let Node::Atom(name, parts) = &expr.node else { return Err(missing()) };
        let row = atoms::find(name).ok_or_else(missing)?;
        let own = parts.len().checked_sub(row.parameters.len()).ok_or_else(missing)?;
        let (arguments, written) = parts.split_at_checked(own).ok_or_else(missing)?;
        let arguments: Result<_> = arguments.iter().map(|argument| self.value(argument)).collect();
        let mut parameters = Vec::new();
        for part in written {
            if matches!(&part.node, Node::Vector(parts) if parts.is_empty()) {
                continue;
            }
            for form in full(&self.value(part)?) {
                let number = form.as_number();
                parameters.push(number.ok_or_else(|| internal(part.span, "a parameter varies"))?);
            }
        }
        Ok((row.name, arguments?, parameters))
    }

    fn extent(&self, dims: Dims) -> Extent {
        let length = |axis: Axis| match axis {
            Axis::Length(length) => length,
            Axis::Set(set) => self.layout.size(set),
        };
        match dims {
            Dims::Scalar => Extent::NUMBER,
            Dims::Vector(along) => Extent::vector(length(along)),
            Dims::Matrix(rows, columns) => Extent::matrix(length(rows), length(columns)),
        }
    }

    /// Atoms that add up, pick or arrange the elements of their arguments, and products with numbers.
    fn rearranged(
        &self,
        name: &'static str,
        arguments: &[Value],
        parameters: &[f64],
        expr: &Expr,
    ) -> Option<Value> {
        let first = arguments.first()?;
        let second = || arguments.get(1);
        match name {
            "matmul" => return matmul(first, second()?, expr),
            "multiply" => return multiply(first.clone(), second()?.clone(), expr),
            "mean" => {
                let forms = full(first);
                let count = forms.len() as f64;
                return Some(Value::Scalar(total(&forms).scaled(count.recip())));
            }
            "dot" => return matmul(&flat(first), &flat(second()?), expr),
            "length" => return None,
            "outer" => {
                let (a, b) = (full(first), full(second()?));
                let row = |a: &Form| b.iter().map(|b| product(a, b)).collect::<Option<Vec<_>>>();
                return Some(Value::Matrix(Matrix::dense(
                    a.iter().map(row).collect::<Option<_>>()?,
                )));
            }
            "convolve" => return convolved(&full(first), &full(second()?)),
            _ => {}
        }
        let times =
            if name == "diff" { parameters.first().map_or(1, |times| *times as usize) } else { 1 };
        let mut arguments: Vec<Value> = arguments.to_vec();
        for _ in 1..times.max(1) {
            arguments = vec![self.moved(name, &arguments, &[], None)?];
        }
        self.moved(name, &arguments, parameters, (times <= 1).then_some(expr.facts.dims))
    }

    fn moved(
        &self,
        name: &str,
        arguments: &[Value],
        parameters: &[f64],
        dims: Option<Dims>,
    ) -> Option<Value> {
        let extents: Vec<_> = arguments.iter().map(extent).collect();
        let parameters: Option<Vec<_>> =
            parameters.iter().map(|p| Rational::from_float(*p)).collect();
        let parameters = parameters?;
        let result = match dims {
            Some(dims) => self.extent(dims),
            None => Extent::vector(extents.first()?.rows.checked_sub(1)?),
        };
        let elements: Vec<Vec<Form>> = arguments.iter().map(full).collect();
        let element = |at: usize| {
            let mut sum = Form::default();
            for term in layout::terms(name, &parameters, &extents, result, at)? {
                let form = elements.get(term.argument)?.get(term.element)?;
                sum.add(if term.negative { -1.0 } else { 1.0 }, form);
            }
            sum.normalise();
            Some(sum)
        };
        let forms = (0..result.count()).map(element).collect::<Option<Vec<_>>>()?;
        shaped(forms, result)
    }
}

/// Forms in an extent.
fn shaped(forms: Vec<Form>, extent: Extent) -> Option<Value> {
    Some(match extent.rank {
        0 => Value::Scalar(forms.into_iter().next()?),
        1 => Value::Vector(forms),
        _ => Value::Matrix(Matrix::dense(
            forms.chunks(extent.columns.max(1)).map(<[Form]>::to_vec).collect(),
        )),
    })
}

fn extent(value: &Value) -> Extent {
    match value {
        Value::Scalar(_) => Extent::NUMBER,
        Value::Vector(forms) => Extent::vector(forms.len()),
        Value::Matrix(matrix) => Extent::matrix(matrix.rows.len(), matrix.columns),
    }
}

fn flat(value: &Value) -> Value {
    Value::Vector(full(value))
}

fn convolved(a: &[Form], b: &[Form]) -> Option<Value> {
    let mut sums = vec![Form::default(); (a.len() + b.len()).saturating_sub(1)];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            sums.get_mut(i + j)?.add(1.0, &product(a, b)?);
        }
    }
    sums.iter_mut().for_each(Form::normalise);
    Some(Value::Vector(sums))
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

fn total(forms: &[Form]) -> Form {
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

/// The product of a number and a form.
fn product(a: &Form, b: &Form) -> Option<Form> {
    match (a.as_number(), b.as_number()) {
        (Some(factor), _) => Some(b.scaled(factor)),
        (_, Some(factor)) => Some(a.scaled(factor)),
        _ => None,
    }
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
