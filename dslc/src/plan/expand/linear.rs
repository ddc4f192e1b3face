//! Linear forms: what a resource uses of each variable.

use super::{Bound, Expander, Key, Result, Scope, not_linear, unsupported};
use crate::sema::hir::{Binder, Curvature, Expr, Fold, Node, Number, Sign};

/// `constant + Σ coefficient · variable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// The part without a variable.
    pub constant: Number,
    /// The rest, by variable; coefficients are not 0.
    pub terms: Vec<(Key, Number)>,
}

impl Linear {
    /// Adds up what stands twice, and drops what is 0.
    fn merge(&mut self) {
        self.terms.sort_by_key(|(key, _)| *key);
        self.terms.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = kept.1.plus(&later.1);
            }
            same
        });
        self.terms.retain(|(_, coefficient)| !coefficient.is_zero());
    }
}

impl<'m> Expander<'m> {
    /// The linear form of an affine expression.
    pub fn linear(&self, expr: &'m Expr, scope: &Scope) -> Result<Linear> {
        let mut form = Linear::default();
        self.add(expr, scope, &Number::ONE, &mut form)?;
        form.merge();
        Ok(form)
    }

    /// Adds `factor · expr` to a form.
    fn add(&self, expr: &'m Expr, scope: &Scope, factor: &Number, form: &mut Linear) -> Result<()> {
        if expr.facts.curvature == Curvature::Constant {
            let value = self.value(expr, scope)?;
            form.constant = form.constant.plus(&factor.times(&value));
            return Ok(());
        }
        match &expr.node {
            Node::Variable(variable, index) => {
                let key = self.key(*variable, index, scope, expr.span)?;
                form.terms.push((key, factor.clone()));
                Ok(())
            }
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.add(body, &inner, factor, form)
            }
            Node::Neg(a) => self.add(a, scope, &factor.negated(), form),
            Node::Add(a, b) => {
                self.add(a, scope, factor, form)?;
                self.add(b, scope, factor, form)
            }
            Node::Sub(a, b) => {
                self.add(a, scope, factor, form)?;
                self.add(b, scope, &factor.negated(), form)
            }
            Node::Mul(a, b) => match (is_constant(a), is_constant(b)) {
                (true, _) => self.add(b, scope, &factor.times(&self.value(a, scope)?), form),
                (_, true) => self.add(a, scope, &factor.times(&self.value(b, scope)?), form),
                // A product is affine all the same when one factor is always 0.
                _ if expr.facts.sign == Sign::Zero => Ok(()),
                _ => Err(not_linear(expr.span)),
            },
            Node::Div(a, b) if is_constant(b) => {
                let divisor = self.value(b, scope)?.reciprocal();
                let divisor = divisor.ok_or_else(|| not_linear(expr.span))?;
                self.add(a, scope, &factor.times(&divisor), form)
            }
            Node::Fold(Fold::Sum, binder, body) => self.sum(binder, body, scope, factor, form),
            Node::Where(condition, body) => {
                if self.holds(condition, scope, body.span)? {
                    self.add(body, scope, factor, form)?;
                }
                Ok(())
            }
            _ => Err(not_linear(expr.span)),
        }
    }

    fn sum(
        &self,
        binder: &Binder,
        body: &'m Expr,
        scope: &Scope,
        factor: &Number,
        form: &mut Linear,
    ) -> Result<()> {
        let mut inner = scope.clone();
        for bound in self.bounds(binder, body, scope, Fold::Sum)? {
            inner.set(binder, bound);
            self.count_reading(body.span)?;
            if bound != Bound::Open {
                self.add(body, &inner, factor, form)?;
                continue;
            }
            let part = self.linear(body, &inner)?;
            let per_member = |(key, _): &(Key, Number)| matches!(key, Key::Member(_));
            if !part.constant.is_zero() || !part.terms.iter().all(per_member) {
                return Err(unsupported(
                    body.span,
                    format!("a term that every member of `{}` adds", binder.name),
                    "a use that depends on how many members there are",
                ));
            }
            let scaled = part.terms.into_iter().map(|(key, own)| (key, own.times(factor)));
            form.terms.extend(scaled);
        }
        Ok(())
    }
}

fn is_constant(expr: &Expr) -> bool {
    expr.facts.curvature == Curvature::Constant
}
