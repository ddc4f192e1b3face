//! Additive terms of a utility.

use num_traits::{One, Zero};

use super::{Bound, Expander, Factor, Result, Scope};
use crate::sema::hir::{
    Binder, BinderId, Condition, Curvature, Expr, Fold, Index, Node, Rational, SetId, SetMembers,
};

/// An additive term of a utility.
pub struct Term<'t, 'm> {
    /// What multiplies the expression.
    pub factor: &'t Factor,
    /// The expression.
    pub expr: &'m Expr,
    /// Where its names are bound.
    pub scope: &'t Scope,
}

impl Term<'_, '_> {
    /// The class that the term is read for: a closed set and a position in it.
    pub fn class(&self) -> Option<(SetId, usize)> {
        self.scope.class
    }
}

type Each<'a, 'm> = &'a mut dyn FnMut(Term<'_, 'm>) -> Result<()>;

impl<'m> Expander<'m> {
    /// Splits a utility into its additive terms `factor · expression`, calling `each` with the
    /// class that the term is read for.
    pub fn terms(&self, expr: &'m Expr, each: Each<'_, 'm>) -> Result<()> {
        self.split(expr, &Scope::default(), &Factor::plain(Rational::one()), each)
    }

    fn split(
        &self,
        expr: &'m Expr,
        scope: &Scope,
        factor: &Factor,
        each: Each<'_, 'm>,
    ) -> Result<()> {
        match &expr.node {
            _ if is_constant(expr) => Ok(()),
            Node::Neg(a) => self.split(a, scope, &factor.negated(), each),
            Node::Add(a, b) => {
                self.split(a, scope, factor, each)?;
                self.split(b, scope, factor, each)
            }
            Node::Sub(a, b) => {
                self.split(a, scope, factor, each)?;
                self.split(b, scope, &factor.negated(), each)
            }
            Node::Mul(a, b) if is_constant(a) || is_constant(b) => {
                let (constant, rest) = if is_constant(a) { (a, b) } else { (b, a) };
                let factor = self.scaled(factor, constant, scope)?;
                if factor.scale.is_zero() {
                    return Ok(());
                }
                self.split(rest, scope, &factor, each)
            }
            Node::Div(a, b) if is_constant(b) => match self.value(b, scope)?.reciprocal() {
                Some(divisor) => {
                    let factor = Factor {
                        scale: &factor.scale * divisor.to_rational(),
                        shares: factor.shares.clone(),
                    };
                    self.split(a, scope, &factor, each)
                }
                None => each(Term { factor, expr, scope }),
            },
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.split(body, &inner, factor, each)
            }
            Node::Fold(Fold::Sum, binder, body) => {
                let mut inner = scope.clone();
                for bound in self.bounds(binder, body, scope, Fold::Sum)? {
                    inner.set(binder, bound);
                    let classes = self.classes(binder, body, bound);
                    for class in classes {
                        inner.class = class.or(scope.class);
                        self.count_reading(body.span)?;
                        self.split(body, &inner, factor, each)?;
                    }
                }
                Ok(())
            }
            Node::Where(condition, body) => {
                if self.holds(condition, scope, body.span)? {
                    self.split(body, scope, factor, each)?;
                }
                Ok(())
            }
            _ => each(Term { factor, expr, scope }),
        }
    }

    /// The classes for which a body is read: each value of the attribute that it asks of an open
    /// binder, or none in particular.
    fn classes(&self, binder: &Binder, body: &Expr, bound: Bound) -> Vec<Option<(SetId, usize)>> {
        let set = if bound == Bound::Open { attribute_set(body, binder.id) } else { None };
        match set.map(|set| (set, &self.model.sets[set].members)) {
            Some((set, SetMembers::Closed(members))) => {
                (0..members.len()).map(|at| Some((set, at))).collect()
            }
            _ => vec![None],
        }
    }
}

fn is_constant(expr: &Expr) -> bool {
    expr.facts.curvature == Curvature::Constant
}

/// The closed set whose members are the attribute's values, when `expr` asks `binder` for one.
fn attribute_set(expr: &Expr, binder: BinderId) -> Option<SetId> {
    let of = |index: &[Index]| index.iter().find_map(|index| asked(index, binder));
    match &expr.node {
        Node::Param(_, index) | Node::Variable(_, index) | Node::Let(_, index) => of(index),
        Node::Where(condition, body) => {
            in_condition(condition, binder).or_else(|| attribute_set(body, binder))
        }
        _ => expr.parts().into_iter().find_map(|part| attribute_set(part, binder)),
    }
}

fn in_condition(condition: &Condition, binder: BinderId) -> Option<SetId> {
    match condition {
        Condition::Compare(_, a, b) => {
            attribute_set(a, binder).or_else(|| attribute_set(b, binder))
        }
        Condition::Same(a, b) => asked(a, binder).or_else(|| asked(b, binder)),
        Condition::And(a, b) | Condition::Or(a, b) => {
            in_condition(a, binder).or_else(|| in_condition(b, binder))
        }
        Condition::Not(a) => in_condition(a, binder),
    }
}

fn asked(index: &Index, binder: BinderId) -> Option<SetId> {
    match index {
        Index::Attribute { binder: asked, of, .. } if *asked == binder => Some(*of),
        _ => None,
    }
}
