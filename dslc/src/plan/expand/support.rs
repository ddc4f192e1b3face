//! Which members of a set can matter to a fold: those for which its body may be other than 0, or its
//! condition may hold. A sum over a table from a file then costs the entries of the table.

use std::ops::Range;
use std::rc::Rc;

use num_traits::Zero;

use super::shadow::Shadow;
use super::{Bound, Expander, MOST_READINGS, Result, Scope, too_many};
use crate::sema::hir::{
    Binder, BinderId, Comparison, Condition, Expr, Fold, Index, Node, Number, SetId, SetMembers,
    Span,
};

/// The binder of a fold, and what is known around it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The binder.
    pub binder: BinderId,
    /// The closed set that it runs over.
    pub set: SetId,
    /// What the other names stand for; a binder that is not there may be any member.
    pub scope: &'a Scope,
}

/// Positions of members, ascending.
#[derive(Clone, Debug)]
pub enum Support {
    /// Entries of a table that stand side by side.
    Entries(Rc<Shadow>, Range<usize>),
    /// These.
    Few(Vec<usize>),
}

impl Support {
    fn len(&self) -> usize {
        match self {
            Support::Entries(_, range) => range.len(),
            Support::Few(members) => members.len(),
        }
    }

    fn members(self) -> Vec<usize> {
        match self {
            Support::Entries(shadow, range) => {
                shadow.get(range).unwrap_or_default().iter().map(|(_, member)| *member).collect()
            }
            Support::Few(members) => members,
        }
    }
}

/// The smaller of two; none is everything.
fn either(a: Option<Support>, b: Option<Support>) -> Option<Support> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.len() < a.len() { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// What is in one or the other.
fn both(a: Option<Support>, b: Option<Support>) -> Option<Support> {
    let (mut all, other) = (a?.members(), b?.members());
    all.extend(other);
    all.sort_unstable();
    all.dedup();
    Some(Support::Few(all))
}

impl<'m> Expander<'m> {
    /// What the binder of a fold stands for, one after the other: the members that can matter, or a
    /// single symbol for those of an open set.
    pub(super) fn bounds(
        &self,
        binder: &Binder,
        body: &'m Expr,
        scope: &Scope,
        fold: Fold,
    ) -> Result<Vec<Bound>> {
        let SetMembers::Closed(members) = &self.model.sets[binder.set].members else {
            return Ok(vec![Bound::Open]);
        };
        let left = MOST_READINGS.saturating_sub(self.readings.get());
        match self.candidates(fold, binder, body, scope) {
            Some(members) => Ok(members.into_iter().map(Bound::Member).collect()),
            None if members.len() > left => Err(too_many(body.span)),
            None => Ok((0..members.len()).map(Bound::Member).collect()),
        }
    }

    /// Members, ascending, of the closed set of a binder that can matter to a fold over it; none where
    /// each of them can. Binders that are not in the scope may stand for any member.
    pub fn candidates(
        &self,
        fold: Fold,
        binder: &Binder,
        body: &'m Expr,
        scope: &Scope,
    ) -> Option<Vec<usize>> {
        let asked = Asked { binder: binder.id, set: binder.set, scope };
        let support = match fold {
            Fold::Sum => self.support(body, &asked),
            Fold::Min | Fold::Max => self.part(body, &asked),
        };
        support.map(Support::members)
    }

    /// Where an expression may be other than 0; none is everywhere.
    fn support(&self, expr: &'m Expr, asked: &Asked<'_>) -> Option<Support> {
        match &expr.node {
            Node::Number(value) => value.is_zero().then(|| Support::Few(Vec::new())),
            Node::Param(id, index) => self.entries(*id, index, asked),
            Node::Let(id, index) => {
                let item = self.model.lets.get(*id)?;
                let mut inner = Scope::of_class(asked.scope.class);
                let mut own = None;
                for (binder, index) in item.index.iter().zip(index) {
                    match self.bound(index, asked.scope, expr.span) {
                        Ok(bound) => inner.set(binder, bound),
                        Err(_) if *index == Index::Bound(asked.binder) && own.is_none() => {
                            own = Some(binder);
                        }
                        Err(_) => {}
                    }
                }
                let own = own?;
                let asked = Asked { binder: own.id, set: own.set, scope: &inner };
                self.support(&item.body, &asked)
            }
            Node::Neg(a) | Node::Fold(Fold::Sum, _, a) | Node::Div(a, _) => self.support(a, asked),
            Node::Mul(a, b) => either(self.support(a, asked), self.support(b, asked)),
            Node::Add(a, b) | Node::Sub(a, b) => {
                both(self.support(a, asked), self.support(b, asked))
            }
            Node::Where(condition, body) => {
                either(self.where_(condition, asked), self.support(body, asked))
            }
            _ => None,
        }
    }

    /// Where the body of a `min` or `max` takes part; none is everywhere.
    fn part(&self, expr: &'m Expr, asked: &Asked<'_>) -> Option<Support> {
        match &expr.node {
            Node::Where(condition, body) => {
                either(self.where_(condition, asked), self.part(body, asked))
            }
            Node::Fold(Fold::Min | Fold::Max, _, body) => self.part(body, asked),
            _ => None,
        }
    }

    /// Where a condition may hold; none is everywhere.
    fn where_(&self, condition: &'m Condition, asked: &Asked<'_>) -> Option<Support> {
        match condition {
            Condition::Compare(how, a, b) => {
                let solved = (*how == Comparison::Equal).then(|| self.solve(a, b, asked)).flatten();
                solved
                    .or_else(|| self.unless_zero(a, *how, b, asked))
                    .or_else(|| self.unless_zero(b, how.mirrored(), a, asked))
            }
            Condition::Same(a, b) => {
                let other = match (a, b) {
                    (Index::Bound(own), other) | (other, Index::Bound(own))
                        if *own == asked.binder =>
                    {
                        other
                    }
                    _ => return None,
                };
                match self.bound(other, asked.scope, Span::default()) {
                    Ok(Bound::Member(at)) => Some(Support::Few(vec![at])),
                    _ => None,
                }
            }
            Condition::And(a, b) => either(self.where_(a, asked), self.where_(b, asked)),
            Condition::Or(a, b) => both(self.where_(a, asked), self.where_(b, asked)),
            Condition::Not(_) => None,
        }
    }

    /// `A[l, s] > 0` holds only where `A` has entries.
    fn unless_zero(
        &self,
        side: &'m Expr,
        how: Comparison,
        other: &'m Expr,
        asked: &Asked<'_>,
    ) -> Option<Support> {
        let other = self.value(other, asked.scope).ok()?;
        (!how.holds(&Number::ZERO, &other)).then(|| self.support(side, asked)).flatten()
    }

    /// The one member for which two sides are equal, when both are affine in its number.
    fn solve(&self, a: &'m Expr, b: &'m Expr, asked: &Asked<'_>) -> Option<Support> {
        let ((a, b), (c, d)) = (self.affine(a, asked)?, self.affine(b, asked)?);
        let factor = a.plus(&c.negated()).reciprocal()?;
        let number = d.plus(&b.negated()).times(&factor).to_rational();
        let SetMembers::Closed(members) = &self.model.sets[asked.set].members else { return None };
        let member = Some(number).filter(|number| number.is_integer());
        let member = member.and_then(|number| number.to_integer().try_into().ok());
        let member = member.and_then(|number: i64| members.position_of(number));
        Some(Support::Few(member.into_iter().collect()))
    }

    /// Factor and rest of an expression that is affine in the binder's number.
    fn affine(&self, expr: &'m Expr, asked: &Asked<'_>) -> Option<(Number, Number)> {
        match &expr.node {
            Node::Member(binder) if *binder == asked.binder => Some((Number::ONE, Number::ZERO)),
            Node::Neg(a) => self.affine(a, asked).map(|(a, b)| (a.negated(), b.negated())),
            Node::Add(a, b) => {
                let ((a, b), (c, d)) = (self.affine(a, asked)?, self.affine(b, asked)?);
                Some((a.plus(&c), b.plus(&d)))
            }
            Node::Sub(a, b) => {
                let ((a, b), (c, d)) = (self.affine(a, asked)?, self.affine(b, asked)?);
                Some((a.plus(&c.negated()), b.plus(&d.negated())))
            }
            Node::Mul(a, b) => {
                let (a, b) = (self.affine(a, asked)?, self.affine(b, asked)?);
                let (factor, varies) = if a.0.is_zero() { (a, b) } else { (b, a) };
                let affine = (varies.0.times(&factor.1), varies.1.times(&factor.1));
                factor.0.is_zero().then_some(affine)
            }
            _ => Some((Number::ZERO, self.value(expr, asked.scope).ok()?)),
        }
    }
}
