//! Values of constant vectors, and of functions of them.

use num_traits::ToPrimitive;

use super::{Evaluator, Trouble, row_major};
use crate::instance::numeric::{Argument, atom as numeric};
use crate::sema::atoms::{self, Arity};
use crate::sema::hir::{Axis, Dims, Expr, Index, Node, Rational, SetId, Span};

/// Most elements of a constant vector.
const MOST_ELEMENTS: usize = 1 << 16;

impl Evaluator<'_> {
    /// The numbers of an expression, row by row.
    pub(super) fn elements(&mut self, expr: &Expr) -> Result<Vec<Rational>, Trouble> {
        if expr.facts.dims == Dims::Scalar && !matches!(&expr.node, Node::Vector(_)) {
            return Ok(vec![self.value(expr)?]);
        }
        match &expr.node {
            Node::Vector(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.elements(part)?);
                }
                Ok(all)
            }
            Node::Each(binder, body) => {
                let count = self.size(binder.set, expr.span)?;
                let mut all = Vec::new();
                let before = self.bound.get(&binder.id).copied();
                for at in 0..count {
                    self.bound.insert(binder.id, (binder.set, at));
                    all.extend(self.elements(body)?);
                }
                match before {
                    Some(before) => self.bound.insert(binder.id, before),
                    None => self.bound.remove(&binder.id),
                };
                Ok(all)
            }
            Node::Param(id, index) if index.is_empty() => {
                let param = self.context.params.get(*id).and_then(Option::as_ref);
                let param = param.ok_or(Trouble::Reported)?;
                let mut count = 1usize;
                for set in &param.index {
                    count = count.saturating_mul(self.size(*set, expr.span)?);
                }
                let value = |at| param.values.get(at).map(std::borrow::Cow::into_owned);
                if count > MOST_ELEMENTS {
                    return Err(Trouble::TooLarge(expr.span));
                }
                (0..count).map(|at| value(at).ok_or(Trouble::Input(expr.span))).collect()
            }
            Node::Let(id, index) if index.is_empty() => {
                let item = self.context.lets.get(*id).and_then(Option::as_ref);
                let item = item.ok_or(Trouble::Reported)?;
                match item.index.as_slice() {
                    [] => self.elements(&item.body),
                    [binder] => {
                        let mut all = Vec::new();
                        for at in 0..self.size(binder.set, expr.span)? {
                            self.bound.insert(binder.id, (binder.set, at));
                            all.push(self.value(&item.body)?);
                        }
                        Ok(all)
                    }
                    _ => Err(Trouble::Member(expr.span)),
                }
            }
            Node::Neg(a) => Ok(self.elements(a)?.into_iter().map(|a| -a).collect()),
            Node::Add(a, b) => self.each_pair(a, b, |a, b| Some(a + b)),
            Node::Sub(a, b) => self.each_pair(a, b, |a, b| Some(a - b)),
            Node::Mul(a, b) => self.each_pair(a, b, |a, b| Some(a * b)),
            Node::Div(a, b) => {
                let zero = Rational::default();
                self.each_pair(a, b, |a, b| (*b != zero).then(|| a / b))
            }
            Node::Variable(..) => Err(Trouble::Variable(expr.span)),
            Node::Atom(name, arguments) => self.each_of(name, arguments, expr.span),
            _ => Err(Trouble::Member(expr.span)),
        }
    }

    fn size(&self, set: SetId, span: Span) -> Result<usize, Trouble> {
        let members = self.context.members(set).ok_or(Trouble::Member(span))?;
        if members.len() > MOST_ELEMENTS { Err(Trouble::TooLarge(span)) } else { Ok(members.len()) }
    }

    fn each_pair(
        &mut self,
        a: &Expr,
        b: &Expr,
        of: impl Fn(&Rational, &Rational) -> Option<Rational>,
    ) -> Result<Vec<Rational>, Trouble> {
        let span = b.span;
        let (a, b) = (self.elements(a)?, self.elements(b)?);
        let count = a.len().max(b.len());
        let at = |all: &[Rational], at: usize| match all {
            [one] => Some(one.clone()),
            many => many.get(at).cloned(),
        };
        let pair = |place| {
            let (a, b) = at(&a, place).zip(at(&b, place)).ok_or(Trouble::Reported)?;
            of(&a, &b).ok_or(Trouble::DivisionByZero(span))
        };
        (0..count).map(pair).collect()
    }

    /// A function of numbers on every element.
    fn each_of(
        &mut self,
        name: &'static str,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Vec<Rational>, Trouble> {
        let all: Result<Vec<_>, _> = arguments.iter().map(|a| self.elements(a)).collect();
        let all = all?;
        let count = all.iter().map(Vec::len).max().unwrap_or(0);
        let of = |place: usize| {
            let values: Option<Vec<_>> = all
                .iter()
                .map(|values| match values.as_slice() {
                    [one] => Some(one.clone()),
                    many => many.get(place).cloned(),
                })
                .collect();
            let value = super::atom(name, &values.ok_or(Trouble::Reported)?);
            value.flatten().ok_or(Trouble::NoValue(span))
        };
        (0..count).map(of).collect()
    }

    /// A number that a function makes of vectors.
    pub(super) fn of_vectors(
        &mut self,
        name: &'static str,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Rational, Trouble> {
        let all: Result<Vec<_>, _> = arguments.iter().map(|a| self.elements(a)).collect();
        let all = all?;
        let first = all.first().ok_or(Trouble::Reported)?;
        let exact = match name {
            "sum" => Some(first.iter().sum()),
            "max" => first.iter().max().cloned(),
            "min" => first.iter().min().cloned(),
            "mean" if !first.is_empty() => {
                let sum: Rational = first.iter().sum();
                Some(sum / Rational::from_integer(first.len().into()))
            }
            "dot" => all.get(1).map(|second| first.iter().zip(second).map(|(a, b)| a * b).sum()),
            "index" => {
                let at = all.get(1).and_then(|place| place.first()?.to_integer().to_usize());
                at.and_then(|at| first.get(at.checked_sub(1)?)).cloned()
            }
            "norm1" => Some(first.iter().map(num_traits::Signed::abs).sum()),
            "norm_inf" => first.iter().map(num_traits::Signed::abs).max(),
            "sum_squares" => Some(first.iter().map(|x| x * x).sum()),
            _ => None,
        };
        if let Some(exact) = exact {
            return Ok(exact);
        }
        let below = first.iter().any(num_traits::Signed::is_negative);
        if below && matches!(name, "inv_prod" | "geo_mean" | "harmonic_mean") {
            return Err(Trouble::NoValue(span));
        }
        let row = atoms::find(name).ok_or(Trouble::Reported)?;
        let own = all.len().saturating_sub(row.parameters.len());
        let real = |values: &[Rational]| {
            values.iter().map(|v| v.to_f64().unwrap_or(f64::NAN)).collect::<Vec<_>>()
        };
        let parameters: Vec<_> = all.iter().skip(own).flat_map(|values| real(values)).collect();
        let values: Vec<_> =
            all.iter().take(own).map(|values| Argument::Many(real(values))).collect();
        let value = numeric(name, &values, &parameters).and_then(Rational::from_float);
        value.ok_or(Trouble::NoValue(span))
    }

    /// An element of a constant vector or matrix.
    pub(super) fn element(
        &mut self,
        whole: &Expr,
        index: &[Index],
        span: Span,
    ) -> Result<Rational, Trouble> {
        let sets: Vec<_> = match whole.facts.dims {
            Dims::Vector(Axis::Set(set)) => vec![set],
            Dims::Matrix(Axis::Set(rows), Axis::Set(columns)) => vec![rows, columns],
            _ => return Err(Trouble::Member(span)),
        };
        let positions = self.positions(index, span)?;
        let all = self.elements(whole)?;
        let at = row_major(self.context, &sets, &positions);
        at.and_then(|at| all.get(at)).cloned().ok_or(Trouble::Reported)
    }
}

/// The nearest `f64` to a function of numbers, its parameters last; none outside its domain.
pub(super) fn number(name: &str, values: &[Rational]) -> Option<Rational> {
    let row = atoms::find(name)?;
    let own = match row.arity {
        Arity::Exactly(count) => count,
        Arity::AtLeast(_) => values.len().checked_sub(row.parameters.len())?,
    };
    let real: Option<Vec<_>> = values.iter().map(ToPrimitive::to_f64).collect();
    let real = real?;
    let (arguments, parameters) = real.split_at_checked(own)?;
    let arguments: Vec<_> = arguments.iter().map(|value| Argument::One(*value)).collect();
    Rational::from_float(numeric(name, &arguments, parameters)?)
}
