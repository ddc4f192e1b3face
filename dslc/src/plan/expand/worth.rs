//! Factors of a utility that observed inputs lower: `scale · max(0, 1 − Σ share · input)`.

use std::collections::BTreeMap;

use num_traits::{One, Signed, Zero};

use super::{Bound, Expander, Result, Scope};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Condition, Expr, Index, Node, ParamId, Rational, Span, Values};

/// What one unit of each observed input takes from a worth of 1; above 0.
pub type Shares = BTreeMap<ParamId, Rational>;

/// A factor of a utility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its value while the observed inputs are 0.
    pub scale: Rational,
    /// What lowers it; it never goes below 0.
    pub shares: Shares,
}

impl Factor {
    /// A factor that nothing lowers.
    pub fn plain(scale: Rational) -> Self {
        Factor { scale, shares: Shares::new() }
    }

    /// The factor the other way round.
    pub fn negated(&self) -> Self {
        Factor { scale: -&self.scale, shares: self.shares.clone() }
    }

    /// Both factors; refused when evidence lowers either, since then the product is no such factor.
    fn times(&self, other: Factor, span: Span) -> Result<Self> {
        let scale = &self.scale * other.scale;
        match (self.shares.is_empty(), other.shares.is_empty()) {
            (_, true) => Ok(Factor { scale, shares: self.shares.clone() }),
            (true, _) => Ok(Factor { scale, shares: other.shares }),
            _ => Err(refused(span, "two factors of one term are lowered")
                .note("write one factor: `pos(1 - harm[t] / 24 - doubt[t] / 48)`")
                .into()),
        }
    }
}

/// `constant + Σ coefficient · input`.
struct Affine {
    constant: Rational,
    coefficients: BTreeMap<ParamId, Rational>,
}

impl<'m> Expander<'m> {
    /// `factor` times an expression that depends on no variable.
    pub(super) fn scaled(&self, factor: &Factor, by: &'m Expr, scope: &Scope) -> Result<Factor> {
        let own = if self.tells(by) {
            let worth = self.worth(by, scope)?;
            if !worth.shares.is_empty() && scope.open_members() > 1 {
                let what = "what is known of one member lowers the worth of another";
                return Err(refused(by.span, what).into());
            }
            worth
        } else {
            Factor::plain(self.value(by, scope)?.to_rational())
        };
        factor.times(own, by.span)
    }

    /// Whether an expression depends on an observed input.
    fn tells(&self, expr: &Expr) -> bool {
        if self.model.inputs.is_empty() {
            return false;
        }
        match &expr.node {
            Node::Param(id, _) => self.is_observed(*id),
            Node::Let(id, _) => self.tells(&self.model.lets[*id].body),
            Node::Where(condition, body) => self.tells_if(condition) || self.tells(body),
            _ => expr.parts().into_iter().any(|part| self.tells(part)),
        }
    }

    fn tells_if(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Compare(_, a, b) => self.tells(a) || self.tells(b),
            Condition::Same(..) => false,
            Condition::And(a, b) | Condition::Or(a, b) => self.tells_if(a) || self.tells_if(b),
            Condition::Not(a) => self.tells_if(a),
        }
    }

    fn is_observed(&self, id: ParamId) -> bool {
        self.model.inputs.iter().any(|input| input.of.value == id)
    }

    fn worth(&self, expr: &'m Expr, scope: &Scope) -> Result<Factor> {
        if !self.tells(expr) {
            return Ok(Factor::plain(self.value(expr, scope)?.to_rational()));
        }
        match &expr.node {
            Node::Mul(a, b) => self.worth(a, scope)?.times(self.worth(b, scope)?, expr.span),
            Node::Div(a, b) if !self.tells(b) => {
                let divisor = self.value(b, scope)?.reciprocal();
                let divisor = divisor.ok_or_else(|| form(expr.span))?;
                self.worth(a, scope)?.times(Factor::plain(divisor.to_rational()), expr.span)
            }
            Node::Neg(a) => Ok(self.worth(a, scope)?.negated()),
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.worth(body, &inner)
            }
            Node::Atom("pos", arguments) => match arguments.as_slice() {
                [inside] => self.points(inside, scope)?.floored(expr.span),
                _ => Err(form(expr.span)),
            },
            Node::Atom("maximum", arguments) => match arguments.as_slice() {
                [zero, inside] | [inside, zero] if is_zero(zero) => {
                    self.points(inside, scope)?.floored(expr.span)
                }
                _ => Err(form(expr.span)),
            },
            _ => {
                let affine = self.points(expr, scope)?;
                if self.least(&affine).is_negative() {
                    let what = "within the ranges of its inputs this worth falls below 0";
                    return Err(refused(expr.span, what)
                        .note("write what happens there: `pos(…)` is 0 below 0")
                        .into());
                }
                affine.floored(expr.span)
            }
        }
    }

    fn points(&self, expr: &'m Expr, scope: &Scope) -> Result<Affine> {
        if !self.tells(expr) {
            let constant = self.value(expr, scope)?.to_rational();
            return Ok(Affine { constant, coefficients: BTreeMap::new() });
        }
        match &expr.node {
            Node::Param(id, index) => {
                let [Index::Bound(binder)] = index.as_slice() else { return Err(form(expr.span)) };
                if scope.get(*binder) != Some(Bound::Open) {
                    return Err(form(expr.span));
                }
                let coefficients = [(*id, Rational::one())].into();
                Ok(Affine { constant: Rational::zero(), coefficients })
            }
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.points(body, &inner)
            }
            Node::Neg(a) => Ok(self.points(a, scope)?.times(&-Rational::one())),
            Node::Add(a, b) => Ok(self.points(a, scope)?.plus(self.points(b, scope)?)),
            Node::Sub(a, b) => {
                let minus = self.points(b, scope)?.times(&-Rational::one());
                Ok(self.points(a, scope)?.plus(minus))
            }
            Node::Mul(a, b) => match (self.tells(a), self.tells(b)) {
                (true, false) => {
                    Ok(self.points(a, scope)?.times(&self.value(b, scope)?.to_rational()))
                }
                (false, true) => {
                    Ok(self.points(b, scope)?.times(&self.value(a, scope)?.to_rational()))
                }
                _ => Err(form(expr.span)),
            },
            Node::Div(a, b) if !self.tells(b) => {
                let divisor = self.value(b, scope)?.reciprocal();
                let divisor = divisor.ok_or_else(|| form(expr.span))?;
                Ok(self.points(a, scope)?.times(&divisor.to_rational()))
            }
            _ => Err(form(expr.span)),
        }
    }

    /// The least value over the ranges of the inputs.
    fn least(&self, affine: &Affine) -> Rational {
        let parts = affine.coefficients.iter().map(|(id, coefficient)| {
            match &self.model.params[*id].values {
                Values::Input(lo, hi) => (coefficient * lo).min(coefficient * hi),
                Values::Dense(_) | Values::Sparse(_) => Rational::zero(),
            }
        });
        parts.fold(affine.constant.clone(), |sum, part| sum + part)
    }
}

impl Affine {
    fn times(mut self, factor: &Rational) -> Self {
        self.constant *= factor;
        self.coefficients.values_mut().for_each(|coefficient| *coefficient *= factor);
        self
    }

    fn plus(mut self, other: Affine) -> Self {
        self.constant += other.constant;
        for (id, coefficient) in other.coefficients {
            *self.coefficients.entry(id).or_insert_with(Rational::zero) += coefficient;
        }
        self
    }

    /// `max(0, self)` as a factor.
    fn floored(self, span: Span) -> Result<Factor> {
        if !self.constant.is_positive() {
            let what = "with nothing known, this worth is not above 0";
            return Err(refused(span, what).into());
        }
        let mut shares = Shares::new();
        for (id, coefficient) in self.coefficients {
            if coefficient.is_positive() {
                let what = "evidence lowers a worth, and this would raise it";
                return Err(refused(span, what)
                    .note("the step is derived for the worth with nothing known; start from the highest: `w * pos(1 - harm[t] / 24)`")
                    .into());
            }
            if coefficient.is_negative() {
                shares.insert(id, -coefficient / &self.constant);
            }
        }
        Ok(Factor { scale: self.constant, shares })
    }
}

fn is_zero(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Number(value) if value.is_zero())
}

fn refused(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(codes::WORTH_FORM, span, what)
}

fn form(span: Span) -> Box<Diagnostic> {
    Box::new(
        refused(span, "evidence can lower a worth only in proportion to its points")
            .note("the kernel computes `w * pos(1 - harm[t] / 24 - doubt[t] / 48)` in integers: a sum of inputs of the same member, each times a number"),
    )
}
