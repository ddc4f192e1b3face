//! Values of vectors and matrices.

use std::borrow::Cow;

use num_traits::Zero;

use super::{Evaluator, MOST_STEPS, Tensor, Trouble};
use crate::sema::atoms;
use crate::sema::atoms::layout::Extent;
use crate::sema::hir::{Binder, Dims, Expr, Node, Rational, Span, Values};

impl Evaluator<'_> {
    /// The value of an expression, one or many.
    pub(super) fn tensor(&mut self, expr: &Expr) -> Result<Tensor, Trouble> {
        if expr.facts.dims == Dims::Scalar {
            return self.value(expr).map(Tensor::of);
        }
        let value = self.many(expr)?;
        self.count(value.elements.len(), expr.span)?;
        Ok(value)
    }

    fn count(&mut self, steps: usize, span: Span) -> Result<(), Trouble> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MOST_STEPS { Err(Trouble::TooLarge(span)) } else { Ok(()) }
    }

    fn many(&mut self, expr: &Expr) -> Result<Tensor, Trouble> {
        let span = expr.span;
        match &expr.node {
            Node::Param(id, _) => self.whole_param(*id, span),
            Node::Variable(..) => Err(Trouble::Variable(span)),
            Node::Let(id, index) if !index.is_empty() => {
                let positions = self.positions(index, span)?;
                let context = self.context;
                let item =
                    context.lets.get(*id).and_then(Option::as_ref).ok_or(Trouble::Reported)?;
                let binders = item.index.iter().zip(positions);
                self.bound.extend(binders.map(|(binder, at)| (binder.id, (binder.set, at))));
                self.tensor(&item.body)
            }
            Node::Let(id, _) => {
                let context = self.context;
                let item =
                    context.lets.get(*id).and_then(Option::as_ref).ok_or(Trouble::Reported)?;
                self.over(&item.index, &item.body, span)
            }
            Node::Each(binder, body) => self.over(std::slice::from_ref(binder), body, span),
            // A list that is left out.
            Node::Vector(parts) if parts.is_empty() => Ok(Tensor::vector(Vec::new())),
            Node::Vector(parts) => {
                let parts: Result<Vec<_>, _> = parts.iter().map(|part| self.tensor(part)).collect();
                Tensor::stacked(parts?).ok_or(Trouble::NoValue(span))
            }
            Node::Neg(a) => Ok(self.tensor(a)?.map(|a| -a)),
            Node::Add(a, b) => self.pair(a, b, span, |a, b| Ok(a + b)),
            Node::Sub(a, b) => self.pair(a, b, span, |a, b| Ok(a - b)),
            Node::Mul(a, b) => self.pair(a, b, span, |a, b| Ok(a * b)),
            Node::Div(a, b) => {
                let divisor = b.span;
                self.pair(a, b, span, |a, b| {
                    if b.is_zero() { Err(Trouble::DivisionByZero(divisor)) } else { Ok(a / b) }
                })
            }
            Node::Atom(..) => self.applied(expr),
            Node::Number(_)
            | Node::Member(_)
            | Node::Element(..)
            | Node::Where(..)
            | Node::Fold(..) => Err(Trouble::Member(span)),
        }
    }

    fn pair(
        &mut self,
        a: &Expr,
        b: &Expr,
        span: Span,
        operation: impl Fn(&Rational, &Rational) -> Result<Rational, Trouble>,
    ) -> Result<Tensor, Trouble> {
        let (a, b) = (self.tensor(a)?, self.tensor(b)?);
        a.each(&b, operation).ok_or(Trouble::NoValue(span))?
    }

    fn whole_param(&mut self, id: usize, span: Span) -> Result<Tensor, Trouble> {
        let context = self.context;
        let param = context.params.get(id).and_then(Option::as_ref).ok_or(Trouble::Reported)?;
        if matches!(param.values, Values::Input(..)) {
            return Err(Trouble::Input(span));
        }
        let length = |set| context.members(set).map(|members| members.len());
        let extent = match param.index.as_slice() {
            [set] => length(*set).map(Extent::vector),
            [rows, columns] => {
                length(*rows).zip(length(*columns)).map(|(r, c)| Extent::matrix(r, c))
            }
            _ => None,
        };
        let extent = extent.ok_or(Trouble::Member(span))?;
        self.count(extent.count(), span)?;
        let value = |at| param.values.get(at).map(Cow::into_owned).ok_or(Trouble::Reported);
        let elements = (0..extent.count()).map(value).collect::<Result<_, _>>()?;
        Ok(Tensor { extent, elements })
    }

    /// The values of a body for every member of the binders.
    fn over(&mut self, binders: &[Binder], body: &Expr, span: Span) -> Result<Tensor, Trouble> {
        let Some((binder, rest)) = binders.split_first() else { return self.tensor(body) };
        let members = self.context.members(binder.set);
        let count = members.ok_or(Trouble::Member(span))?.len();
        let mut parts = Vec::new();
        for position in 0..count {
            self.count(1, span)?;
            self.bound.insert(binder.id, (binder.set, position));
            parts.push(self.over(rest, body, span)?);
        }
        Tensor::stacked(parts).ok_or(Trouble::NoMember(span))
    }

    /// An atom on its arguments.
    pub(super) fn applied(&mut self, expr: &Expr) -> Result<Tensor, Trouble> {
        let Node::Atom(name, parts) = &expr.node else { return Err(Trouble::NoValue(expr.span)) };
        let row = atoms::find(name).ok_or(Trouble::Reported)?;
        let count = parts.len().saturating_sub(row.parameters.len());
        let (mut arguments, mut parameters) = (Vec::new(), Vec::new());
        for (at, part) in parts.iter().enumerate() {
            let value = self.tensor(part)?;
            if at < count {
                arguments.push(value);
            } else {
                parameters.extend(value.elements);
            }
        }
        super::atom::apply(name, &arguments, &parameters).map_err(|lack| match lack {
            super::atom::Lack::NoValue => Trouble::NoValue(expr.span),
            super::atom::Lack::TooLarge => Trouble::TooLarge(expr.span),
        })
    }
}
