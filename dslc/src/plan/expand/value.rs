//! Values of constants, and conditions, for the members that binders stand for.

use super::{Bound, Expander, Result, Scope, index, not_linear, unsupported};
use crate::sema::constant;
use crate::sema::hir::{Condition, Expr, Fold, Index, Node, Number, Span, Values};

impl<'m> Expander<'m> {
    /// The value of an expression that depends on no variable.
    pub fn value(&self, expr: &'m Expr, scope: &Scope) -> Result<Number> {
        let lost = || not_linear(expr.span);
        match &expr.node {
            Node::Number(value) => Ok(value.into()),
            Node::Param(id, index) => {
                let param = &self.model.params[*id];
                let sets = param.index.iter().copied();
                let at = self.position(sets, index, scope, expr.span)?;
                let value = match &param.values {
                    Values::Dense(values) => values.get(at).map(Number::from),
                    Values::Sparse(entries) => {
                        let found = entries.binary_search_by_key(&at, |(position, _)| *position);
                        let entry = found.ok().and_then(|found| entries.get(found));
                        Some(entry.map_or(Number::ZERO, |(_, value)| value.clone()))
                    }
                    Values::Input(..) => None,
                };
                value.ok_or_else(|| {
                    let what = format!("`{}`, which arrives at run time,", param.name.value);
                    unsupported(expr.span, what, "a plan for every value that it may have")
                })
            }
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.value(body, &inner)
            }
            Node::Member(binder) => self.number(*binder, scope, expr.span).map(Number::from),
            Node::Neg(a) => Ok(self.value(a, scope)?.negated()),
            Node::Add(a, b) => Ok(self.value(a, scope)?.plus(&self.value(b, scope)?)),
            Node::Sub(a, b) => Ok(self.value(a, scope)?.plus(&self.value(b, scope)?.negated())),
            Node::Mul(a, b) => Ok(self.value(a, scope)?.times(&self.value(b, scope)?)),
            Node::Div(a, b) => {
                let divisor = self.value(b, scope)?.reciprocal().ok_or_else(lost)?;
                Ok(self.value(a, scope)?.times(&divisor))
            }
            Node::Atom(name, arguments) => {
                let value = |argument| Ok(self.value(argument, scope)?.to_rational());
                let values: Result<Vec<_>> = arguments.iter().map(value).collect();
                let value = constant::atom(name, &values?).flatten();
                value.map(Number::from).ok_or_else(lost)
            }
            Node::Fold(fold, ..) => match (self.folded(expr, scope)?, fold) {
                (Some(value), _) => Ok(value),
                (None, Fold::Sum) => Ok(Number::ZERO),
                (None, _) => Err(lost()),
            },
            Node::Variable(..) | Node::Where(..) => Err(lost()),
            Node::Vector(_) | Node::Each(..) | Node::Element(..) => Err(index::whole(expr.span)),
        }
    }

    /// The value of a fold, or of its body; none when no member takes part.
    fn folded(&self, expr: &'m Expr, scope: &Scope) -> Result<Option<Number>> {
        match &expr.node {
            Node::Where(condition, body) => {
                if self.holds(condition, scope, body.span)? {
                    self.folded(body, scope)
                } else {
                    Ok(None)
                }
            }
            Node::Fold(fold, binder, body) => {
                let mut total: Option<Number> = None;
                let mut inner = scope.clone();
                for bound in self.bounds(binder, body, scope, *fold)? {
                    if bound == Bound::Open {
                        return Err(not_linear(expr.span));
                    }
                    inner.set(binder, bound);
                    self.count_reading(body.span)?;
                    let Some(next) = self.folded(body, &inner)? else { continue };
                    total = Some(match (total, fold) {
                        (None, _) => next,
                        (Some(total), Fold::Sum) => total.plus(&next),
                        (Some(total), Fold::Min) => total.min(next),
                        (Some(total), Fold::Max) => total.max(next),
                    });
                }
                Ok(if *fold == Fold::Sum { Some(total.unwrap_or_default()) } else { total })
            }
            _ => self.value(expr, scope).map(Some),
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, condition: &'m Condition, scope: &Scope, at: Span) -> Result<bool> {
        match condition {
            Condition::Compare(how, a, b) => {
                Ok(how.holds(&self.value(a, scope)?, &self.value(b, scope)?))
            }
            Condition::Same(a, b) => self.same(a, b, scope, at),
            Condition::And(a, b) => Ok(self.holds(a, scope, at)? && self.holds(b, scope, at)?),
            Condition::Or(a, b) => Ok(self.holds(a, scope, at)? || self.holds(b, scope, at)?),
            Condition::Not(a) => Ok(!self.holds(a, scope, at)?),
        }
    }

    fn same(&self, a: &Index, b: &Index, scope: &Scope, span: Span) -> Result<bool> {
        match (self.bound(a, scope, span)?, self.bound(b, scope, span)?) {
            (Bound::Member(a), Bound::Member(b)) => Ok(a == b),
            _ => Err(unsupported(
                span,
                "a condition on the members of an open set".to_owned(),
                "routes that differ within one open set",
            )),
        }
    }
}
