//! Forms at a point: values, and derivatives in the columns that they depend on.

mod atoms;
mod jet;

use std::collections::BTreeSet;

pub use atoms::{Argument, hull, points, value as atom};
pub use jet::{Jet, Real};

use super::form::{Application, Form, Matrix, Value};

impl Form {
    /// Its value where the columns have the values `x`; NaN outside its domain.
    pub fn value(&self, x: &[f64]) -> f64 {
        self.at(&0.0, &|column| x.get(column).copied().unwrap_or(f64::NAN))
    }

    /// The form in numbers of another kind; `like` is any such number.
    pub fn at<R: Real>(&self, like: &R, column: &dyn Fn(usize) -> R) -> R {
        let affine = self
            .linear
            .iter()
            .fold(like.constant(self.constant), |sum, (at, c)| sum.plus(&column(*at).scaled(*c)));
        self.terms
            .iter()
            .fold(affine, |sum, (weight, atom)| sum.plus(&atom.at(like, column).scaled(*weight)))
    }

    /// Every column that it depends on.
    pub fn columns(&self, into: &mut BTreeSet<usize>) {
        into.extend(self.linear.iter().map(|(column, _)| *column));
        self.terms.iter().for_each(|(_, atom)| atom.columns(into));
    }
}

impl Application {
    /// Its value in numbers of another kind; NaN for an atom without a formula.
    pub fn at<R: Real>(&self, like: &R, column: &dyn Fn(usize) -> R) -> R {
        let form = |form: &Form| form.at(like, column);
        let argument = |value: &Value| match value {
            Value::Scalar(one) => Argument::One(form(one)),
            Value::Vector(many) => Argument::Many(many.iter().map(form).collect()),
            Value::Matrix(table) => Argument::Table(dense(table, like, &form)),
        };
        let arguments: Vec<_> = self.arguments.iter().map(argument).collect();
        let value = atom(self.atom, &arguments, &self.parameters);
        value.unwrap_or_else(|| like.constant(f64::NAN))
    }

    /// Every column that it depends on.
    pub fn columns(&self, into: &mut BTreeSet<usize>) {
        for argument in &self.arguments {
            match argument {
                Value::Scalar(form) => form.columns(into),
                Value::Vector(forms) => forms.iter().for_each(|form| form.columns(into)),
                Value::Matrix(matrix) => {
                    matrix.rows.iter().flatten().for_each(|(_, form)| form.columns(into));
                }
            }
        }
    }

    /// Its value, gradient and Hessian in `columns`, where they have the values `x`.
    pub fn jet(&self, columns: &[usize], x: &[f64]) -> Jet {
        let slopes = |at: Option<usize>| {
            (0..columns.len()).map(|each| f64::from(u8::from(Some(each) == at))).collect()
        };
        let column = |column: usize| {
            let at = columns.iter().position(|each| *each == column);
            let value = at.and_then(|at| x.get(at)).copied().unwrap_or(f64::NAN);
            Jet::affine(value, slopes(at))
        };
        self.at(&Jet::affine(0.0, slopes(None)), &column)
    }
}

fn dense<R: Real>(matrix: &Matrix, like: &R, form: &dyn Fn(&Form) -> R) -> Vec<Vec<R>> {
    let row = |row: &Vec<(usize, Form)>| {
        let mut full = vec![like.constant(0.0); matrix.columns];
        for (column, entry) in row {
            if let Some(place) = full.get_mut(*column) {
                *place = form(entry);
            }
        }
        full
    };
    matrix.rows.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Atoms of two numbers in (0.1, 0.9) with two parameters, away from kinks.
    const SMOOTH: &[&str] = &[
        "square",
        "sqrt",
        "inv_pos",
        "exp",
        "log",
        "log1p",
        "logistic",
        "entr",
        "xexp",
        "tanh",
        "atan",
        "sigmoid",
        "sin",
        "cos",
        "tan",
        "sinh",
        "asinh",
        "atanh",
        "mul",
        "div",
        "quad_over_lin",
        "kl_div",
        "rel_entr",
    ];
    /// Of a vector.
    const OF_VECTORS: &[&str] = &[
        "sum",
        "sum_squares",
        "norm2",
        "log_sum_exp",
        "geo_mean",
        "harmonic_mean",
        "inv_prod",
        "prod",
        "var",
        "std",
        "norm1",
        "mean",
    ];
    /// With parameters.
    const WITH: &[(&str, &[f64])] = &[
        ("power", &[3.0]),
        ("power", &[0.5]),
        ("power", &[-1.5]),
        ("huber", &[0.05]),
        ("alpha_fair", &[2.0]),
        ("alpha_fair", &[1.0]),
        ("michaelis_menten", &[0.3]),
        ("hill", &[0.5, 2.0]),
    ];

    fn check(name: &'static str, vector: bool, parameters: &[f64], x: [f64; 2]) {
        let form = |at: usize| Form { linear: vec![(at, 1.0)], ..Form::default() };
        let arguments = if vector {
            vec![Value::Vector(vec![form(0), form(1)])]
        } else {
            vec![Value::Scalar(form(0)), Value::Scalar(form(1))]
        };
        let application = Application {
            atom: name,
            arguments,
            parameters: parameters.to_vec(),
            curvature: crate::sema::hir::Curvature::Unknown,
            span: crate::sema::hir::Span::default(),
        };
        let value = |x: [f64; 2]| application.at(&0.0, &|column| x[column]);
        let jet = application.jet(&[0, 1], &x);
        let moved = |i: usize, by: f64| {
            let mut moved = x;
            moved[i] += by;
            moved
        };
        let h = 1e-5;
        assert!((jet.value() - value(x)).abs() < 1e-12, "{name}");
        for i in 0..2 {
            let slope = (value(moved(i, h)) - value(moved(i, -h))) / (2.0 * h);
            assert!((jet.gradient()[i] - slope).abs() < 1e-5 * (1.0 + slope.abs()), "{name} {i}");
            for j in 0..2 {
                let gradient = |by: f64| application.jet(&[0, 1], &moved(j, by)).gradient()[i];
                let second = (gradient(h) - gradient(-h)) / (2.0 * h);
                let found = jet.hessian()[2 * i + j];
                assert!((found - second).abs() < 1e-4 * (1.0 + second.abs()), "{name} {i} {j}");
            }
        }
    }

    proptest! {
        #[test]
        fn derivatives_are_those_of_the_values(a in 0.1f64..0.9, b in 0.1f64..0.9) {
            SMOOTH.iter().for_each(|name| check(name, false, &[], [a, b]));
            OF_VECTORS.iter().for_each(|name| check(name, true, &[], [a, b]));
            WITH.iter().for_each(|(name, parameters)| check(name, false, parameters, [a, b]));
        }
    }
}
