//! Exact values of constant expressions.
//!
//! `+ − × ÷`, whole powers, `min`, `max`, sums and roots that are rational are exact. What is not
//! rational (`log`, `exp`, `sqrt(2)`) is the nearest `f64`, taken exactly from there on.

mod alternatives;
mod atom;
mod matrix;
mod reduce;
mod scalar;
mod spectral;
mod tensor;
mod whole;

use std::borrow::Cow;
use std::collections::BTreeMap;

use num_traits::Zero;

use super::context::Context;
use super::hir::{
    Binder, BinderId, Condition, Dims, Expr, Fold, Index, Node, Rational, SetId, Span, Values,
};
pub use alternatives::alternatives;
pub use atom::atom;
pub use scalar::rational_power;
pub use tensor::Tensor;

/// Bits of the longest numerator or denominator: some 4,900 digits.
const LONGEST: u64 = 1 << 14;

/// Most steps that one value may cost.
const MOST_STEPS: usize = 100_000;

/// Why an expression has no constant value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It depends on a variable.
    Variable(Span),
    /// It depends on a member, which is not fixed here.
    Member(Span),
    /// It divides by 0.
    DivisionByZero(Span),
    /// A function has no value on its argument.
    NoValue(Span),
    /// It depends on a param whose value arrives at run time.
    Input(Span),
    /// It is the least or largest of nothing.
    NoMember(Span),
    /// The number is too long, or takes too long.
    TooLarge(Span),
    /// It depends on something that is already reported.
    Reported,
}

/// Positions of the members that binders stand for.
pub type Assignment = BTreeMap<BinderId, (SetId, usize)>;

/// The value of an expression in which no binder is free.
pub fn value(context: &Context, expr: &Expr) -> Result<Rational, Trouble> {
    value_at(context, expr, &Assignment::new())
}

/// The value of an expression for the members that its free binders stand for.
pub fn value_at(context: &Context, expr: &Expr, bound: &Assignment) -> Result<Rational, Trouble> {
    Evaluator::new(context, bound).value(expr)
}

/// The value of an expression in which no binder is free, one or many.
pub fn tensor(context: &Context, expr: &Expr) -> Result<Tensor, Trouble> {
    Evaluator::new(context, &Assignment::new()).tensor(expr)
}

/// Whether one of the conditions fails for certain, whatever the binders without a member stand for.
pub fn excludes(context: &Context, conditions: &[Condition], bound: &Assignment) -> bool {
    let mut evaluator = Evaluator::new(context, bound);
    conditions.iter().any(|condition| evaluator.truth(condition) == Ok(Some(false)))
}

struct Evaluator<'c> {
    context: &'c Context,
    bound: Assignment,
    /// Positions of the values of attributes.
    attributes: BTreeMap<(String, BinderId), usize>,
    steps: usize,
}

impl<'c> Evaluator<'c> {
    fn new(context: &'c Context, bound: &Assignment) -> Self {
        Evaluator { context, bound: bound.clone(), attributes: BTreeMap::new(), steps: 0 }
    }

    fn value(&mut self, expr: &Expr) -> Result<Rational, Trouble> {
        self.steps += 1;
        let value = self.node(expr)?;
        let long = value.numer().bits().max(value.denom().bits()) > LONGEST;
        if long || self.steps > MOST_STEPS { Err(Trouble::TooLarge(expr.span)) } else { Ok(value) }
    }

    fn node(&mut self, expr: &Expr) -> Result<Rational, Trouble> {
        if expr.facts.dims != Dims::Scalar {
            return Err(Trouble::Member(expr.span));
        }
        match &expr.node {
            Node::Number(value) => Ok(value.clone()),
            Node::Variable(..) => Err(Trouble::Variable(expr.span)),
            Node::Param(id, index) => {
                let positions = self.positions(index, expr.span)?;
                let param = self.context.params.get(*id).and_then(Option::as_ref);
                let param = param.ok_or(Trouble::Reported)?;
                if matches!(param.values, Values::Input(..)) {
                    return Err(Trouble::Input(expr.span));
                }
                let at = row_major(self.context, &param.index, &positions);
                let value = at.and_then(|at| param.values.get(at)).map(Cow::into_owned);
                value.ok_or(Trouble::Reported)
            }
            Node::Let(id, index) => {
                let positions = self.positions(index, expr.span)?;
                let context = self.context;
                let item =
                    context.lets.get(*id).and_then(Option::as_ref).ok_or(Trouble::Reported)?;
                let binders = item.index.iter().zip(positions);
                self.bound.extend(binders.map(|(binder, at)| (binder.id, (binder.set, at))));
                self.value(&item.body)
            }
            Node::Element(whole, index) => {
                let positions = self.positions(index, expr.span)?;
                let element = self.tensor(whole)?.at(&positions);
                element.ok_or(Trouble::Member(expr.span))
            }
            // These stand where a value is asked for only inside what builds them.
            Node::Vector(_) | Node::Each(..) | Node::Where(..) => Err(Trouble::Member(expr.span)),
            Node::Member(binder) => {
                let number = self.number(*binder).ok_or(Trouble::Member(expr.span))?;
                Ok(Rational::from_integer(number.into()))
            }
            Node::Neg(a) => Ok(-self.value(a)?),
            Node::Add(a, b) => Ok(self.value(a)? + self.value(b)?),
            Node::Sub(a, b) => Ok(self.value(a)? - self.value(b)?),
            Node::Mul(a, b) => Ok(self.value(a)? * self.value(b)?),
            Node::Div(a, b) => {
                let (a, divisor) = (self.value(a)?, self.value(b)?);
                if divisor.is_zero() {
                    return Err(Trouble::DivisionByZero(b.span));
                }
                Ok(a / divisor)
            }
            Node::Atom(..) => {
                let value = self.applied(expr)?;
                value.number().ok_or(Trouble::NoValue(expr.span))
            }
            Node::Fold(fold, binder, body) => {
                let total = self.fold(*fold, binder, body, expr.span)?;
                total.ok_or(Trouble::NoMember(expr.span))
            }
        }
    }

    /// The value of a fold; none of a least or largest value when no member takes part.
    fn fold(
        &mut self,
        fold: Fold,
        binder: &Binder,
        body: &Expr,
        span: Span,
    ) -> Result<Option<Rational>, Trouble> {
        let members = self.context.members(binder.set);
        let count = members.ok_or(Trouble::Member(span))?.len();
        let mut total = (fold == Fold::Sum).then(Rational::zero);
        for position in 0..count {
            self.bound.insert(binder.id, (binder.set, position));
            let Some(next) = self.part(body)? else { continue };
            total = Some(match (total, fold) {
                (None, _) => next,
                (Some(total), Fold::Sum) => total + next,
                (Some(total), Fold::Min) => total.min(next),
                (Some(total), Fold::Max) => total.max(next),
            });
        }
        Ok(total)
    }

    /// The value of a fold's body; none when it takes no part.
    fn part(&mut self, body: &Expr) -> Result<Option<Rational>, Trouble> {
        self.steps += 1;
        match &body.node {
            _ if self.steps > MOST_STEPS => Err(Trouble::TooLarge(body.span)),
            Node::Where(condition, body) => match self.truth(condition)? {
                Some(true) => self.part(body),
                Some(false) => Ok(None),
                None => Err(Trouble::Member(body.span)),
            },
            Node::Fold(fold, binder, inner) => self.fold(*fold, binder, inner, body.span),
            _ => self.value(body).map(Some),
        }
    }

    /// Whether a condition holds; none where that depends on a member that is not fixed.
    fn truth(&mut self, condition: &Condition) -> Result<Option<bool>, Trouble> {
        Ok(match condition {
            Condition::Compare(how, a, b) => match (self.value(a), self.value(b)) {
                (Ok(a), Ok(b)) => Some(how.holds(&a, &b)),
                (Err(Trouble::Member(_) | Trouble::Input(_)), _)
                | (_, Err(Trouble::Member(_) | Trouble::Input(_))) => None,
                (Err(trouble), _) | (_, Err(trouble)) => return Err(trouble),
            },
            Condition::Same(a, b) => {
                let places = (self.position(a), self.position(b));
                places.0.zip(places.1).map(|(a, b)| a == b)
            }
            Condition::And(a, b) => match self.truth(a)? {
                Some(false) => Some(false),
                first => match self.truth(b)? {
                    Some(false) => Some(false),
                    second => first.and(second),
                },
            },
            Condition::Or(a, b) => match self.truth(a)? {
                Some(true) => Some(true),
                first => match self.truth(b)? {
                    Some(true) => Some(true),
                    second => first.and(second),
                },
            },
            Condition::Not(a) => self.truth(a)?.map(|a| !a),
        })
    }

    fn number(&self, binder: BinderId) -> Option<i64> {
        let (set, at) = self.bound.get(&binder)?;
        self.context.members(*set)?.number(*at)
    }

    fn position(&self, index: &Index) -> Option<usize> {
        match index {
            Index::Member(_, position) => Some(*position),
            Index::Bound(binder) => self.bound.get(binder).map(|(_, at)| *at),
            Index::Calculated { of, terms, offset } => {
                let mut number = *offset;
                for (factor, binder) in terms {
                    let own = self.number(*binder)?.checked_mul(*factor)?;
                    number = number.checked_add(own)?;
                }
                self.context.members(*of)?.position_of(number)
            }
            Index::Attribute { name, binder, .. } => {
                self.attributes.get(&(name.clone(), *binder)).copied()
            }
        }
    }

    fn positions(&self, index: &[Index], span: Span) -> Result<Vec<usize>, Trouble> {
        let position = |index| self.position(index).ok_or(Trouble::Member(span));
        index.iter().map(position).collect()
    }
}

/// Position of an element among values in row-major order; none when a set is open or in error.
pub fn row_major(context: &Context, sets: &[SetId], positions: &[usize]) -> Option<usize> {
    let mut at = 0usize;
    for (set, position) in sets.iter().zip(positions) {
        at = at.checked_mul(context.members(*set)?.len())?.checked_add(*position)?;
    }
    Some(at)
}
