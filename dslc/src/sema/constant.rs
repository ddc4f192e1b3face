//! Exact values of constant expressions.
//!
//! `+ − × ÷`, whole powers, `min`, `max` and roots that are rational are exact. What is not
//! rational (`log`, `exp`, `sqrt(2)`) is the nearest `f64`, taken exactly from there on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::context::Context;
use super::hir::{BinderId, Expr, Fold, Index, Node, Rational, SetId, Span};

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
    /// The number is too long, or takes too long.
    TooLarge(Span),
    /// It depends on something that is already reported.
    Reported,
}

/// The value of an expression in which no binder is free.
pub fn value(context: &Context, expr: &Expr) -> Result<Rational, Trouble> {
    Evaluator { context, bound: BTreeMap::new(), steps: 0 }.value(expr)
}

struct Evaluator<'c> {
    context: &'c Context,
    bound: BTreeMap<BinderId, usize>,
    steps: usize,
}

impl Evaluator<'_> {
    fn value(&mut self, expr: &Expr) -> Result<Rational, Trouble> {
        self.steps += 1;
        let value = self.node(expr)?;
        let long = value.numer().bits().max(value.denom().bits()) > LONGEST;
        if long || self.steps > MOST_STEPS { Err(Trouble::TooLarge(expr.span)) } else { Ok(value) }
    }

    fn node(&mut self, expr: &Expr) -> Result<Rational, Trouble> {
        match &expr.node {
            Node::Number(value) => Ok(value.clone()),
            Node::Variable(..) => Err(Trouble::Variable(expr.span)),
            Node::Param(id, index) => {
                let positions = self.positions(index, expr.span)?;
                let param = self.context.params.get(*id).and_then(Option::as_ref);
                let param = param.ok_or(Trouble::Reported)?;
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
                self.bound.extend(binders.map(|(binder, at)| (binder.id, at)));
                self.value(&item.body)
            }
            // These stand where a value is asked for only inside what builds them.
            Node::Member(_)
            | Node::Vector(_)
            | Node::Each(..)
            | Node::Element(..)
            | Node::Where(..) => Err(Trouble::Member(expr.span)),
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
            Node::Atom(name, arguments) => {
                let values: Result<Vec<_>, _> = arguments.iter().map(|a| self.value(a)).collect();
                match atom(name, &values?) {
                    Some(Some(value)) => Ok(value),
                    Some(None) => Err(Trouble::TooLarge(expr.span)),
                    None => Err(Trouble::NoValue(expr.span)),
                }
            }
            Node::Fold(fold, binder, body) => {
                let members = self.context.members(binder.set);
                let count = members.ok_or(Trouble::Member(expr.span))?.len();
                let mut total: Option<Rational> = None;
                for position in 0..count {
                    self.bound.insert(binder.id, position);
                    let next = self.value(body)?;
                    total = Some(match (total, fold) {
                        (None, _) => next,
                        (Some(total), Fold::Sum) => total + next,
                        (Some(total), Fold::Min) => total.min(next),
                        (Some(total), Fold::Max) => total.max(next),
                    });
                }
                total.ok_or(Trouble::Reported)
            }
        }
    }

    fn positions(&self, index: &[Index], span: Span) -> Result<Vec<usize>, Trouble> {
        let position = |index: &Index| match index {
            Index::Member(_, position) => Ok(*position),
            Index::Bound(binder) => self.bound.get(binder).copied().ok_or(Trouble::Member(span)),
            Index::Calculated { .. } | Index::Attribute { .. } => Err(Trouble::Member(span)),
        };
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

/// An atom's value: none outside its domain, and none inside that where it is too large.
pub fn atom(name: &str, arguments: &[Rational]) -> Option<Option<Rational>> {
    let first = arguments.first()?;
    match name {
        "maximum" => Some(arguments.iter().max().cloned()),
        "minimum" => Some(arguments.iter().min().cloned()),
        "abs" => Some(Some(first.abs())),
        "square" => Some(Some(first * first)),
        "inv_pos" => first.is_positive().then(|| Some(first.recip())),
        "sqrt" => power(first, &Rational::new(1.into(), 2.into())),
        "power" | "odd_power" => power(first, arguments.get(1)?),
        "log" => first.is_positive().then(|| nearest(first, f64::ln)),
        "exp" => Some(nearest(first, f64::exp)),
        "entr" if first.is_zero() => Some(Some(Rational::zero())),
        "entr" => first.is_positive().then(|| nearest(first, |x| -x * x.ln())),
        _ => None,
    }
}

fn nearest(value: &Rational, function: impl Fn(f64) -> f64) -> Option<Rational> {
    Rational::from_float(function(value.to_f64()?))
}

fn power(base: &Rational, exponent: &Rational) -> Option<Option<Rational>> {
    let inside = match (base.is_negative(), exponent.is_integer()) {
        (true, whole) => whole,
        (false, _) => !base.is_zero() || !exponent.is_negative(),
    };
    let whole = |n: &BigInt| n.to_i64();
    let exact = whole(exponent.numer()).zip(whole(exponent.denom()));
    let exact = exact.and_then(|(n, d)| rational_power(base, Ratio::new(n, d)));
    let near = || nearest(base, |base| base.powf(exponent.to_f64().unwrap_or(f64::NAN)));
    inside.then(|| exact.or_else(near))
}

/// `base^exponent`, when it is rational and not too long.
pub fn rational_power(base: &Rational, exponent: Ratio<i64>) -> Option<Rational> {
    if base.is_zero() {
        return match exponent.cmp(&Ratio::zero()) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(Rational::one()),
            std::cmp::Ordering::Greater => Some(Rational::zero()),
        };
    }
    let root = exponent.denom().to_u32()?;
    if base.is_negative() && root != 1 {
        return None;
    }
    let whole = exponent.numer().to_i32()?;
    let bits = base.numer().bits().max(base.denom().bits());
    if bits.checked_mul(whole.unsigned_abs().into())? > LONGEST {
        return None;
    }
    let raised = base.pow(whole);
    let exact = |n: &BigInt| {
        let nearest = n.nth_root(root);
        (nearest.pow(root) == *n).then_some(nearest)
    };
    Some(Rational::new(exact(raised.numer())?, exact(raised.denom())?))
}
