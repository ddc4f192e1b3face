//! Exact values of constant expressions.
//!
//! `+ − × ÷`, whole powers, `min`, `max` and roots that are rational are exact. What is not
//! rational (`log`, `exp`, `sqrt(2)`) is the nearest `f64`, taken exactly from there on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive, Zero};

mod vectors;

use super::context::Context;
use super::hir::{
    Binder, BinderId, Condition, Dims, Expr, Fold, Index, Node, Rational, SetId, Span, Values,
};

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
    Evaluator { context, bound: bound.clone(), steps: 0 }.value(expr)
}

/// The numbers of an expression, row by row, for the members that its free binders stand for.
pub fn elements_at(
    context: &Context,
    expr: &Expr,
    bound: &Assignment,
) -> Result<Vec<Rational>, Trouble> {
    Evaluator { context, bound: bound.clone(), steps: 0 }.elements(expr)
}

/// Whether one of the conditions fails for certain, whatever the binders without a member stand for.
pub fn excludes(context: &Context, conditions: &[Condition], bound: &Assignment) -> bool {
    let mut evaluator = Evaluator { context, bound: bound.clone(), steps: 0 };
    conditions.iter().any(|condition| evaluator.truth(condition) == Ok(Some(false)))
}

struct Evaluator<'c> {
    context: &'c Context,
    bound: Assignment,
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
            // These stand where a value is asked for only inside what builds them.
            Node::Vector(_) | Node::Each(..) | Node::Where(..) => Err(Trouble::Member(expr.span)),
            Node::Element(whole, index) => self.element(whole, index, expr.span),
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
            Node::Atom(name, arguments)
                if arguments.iter().any(|a| a.facts.dims != Dims::Scalar) =>
            {
                self.of_vectors(name, arguments, expr.span)
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
            Index::Attribute { .. } => None,
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
        _ => vectors::number(name, arguments).map(Some),
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
