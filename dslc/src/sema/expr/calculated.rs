//! Indices that are calculated: `x[t - 1]`, `h[i + j]`, over sets of whole numbers.
//!
//! Such an index may name a number that is no member. Then the condition of the fold around it must
//! leave those members out: every combination of members that the conditions let through is tried.

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::constant::{self, Assignment};
use crate::sema::hir::{BinderId, Condition, Expr, Index, Members, Node, SetId};
use crate::syntax::ast;

/// Most combinations of members that are tried; more are looked at when the sum is written out.
const MOST_TRIED: usize = 1 << 20;

/// Factors of binders, and what is added.
type Affine = (Vec<(i64, BinderId)>, i64);

impl Builder<'_> {
    pub(super) fn calculated(&mut self, set: SetId, expr: &ast::Expr) -> Option<Index> {
        let built = self.expr(expr, 1)?;
        let Some((terms, offset)) = self.affine(&built) else {
            let message = "an index is a member, or a whole number calculated from members";
            let error = Diagnostic::error(codes::INDEX_SET, built.span, message);
            self.context.report(error.note("such as `x[t - 1]` or `h[i + 2 * j]`"));
            return None;
        };
        if terms.is_empty() {
            return self.member(set, &offset.to_string(), built.span);
        }
        if self.context.members(set).is_none_or(|members| members.numbers().is_none()) {
            let name = self.context.set_name(set);
            let message = format!("the members of `{name}` are not all whole numbers");
            let error = Diagnostic::error(codes::INDEX_SET, built.span, message);
            self.context.report(
                error.note("only those of a range, or of a list of numbers, can be calculated"),
            );
            return None;
        }
        self.stays_inside(set, &terms, offset, &built)?;
        Some(Index::Calculated { of: set, terms, offset })
    }

    /// An expression as a sum of whole multiples of members.
    fn affine(&self, expr: &Expr) -> Option<Affine> {
        let number = |expr: &Expr| {
            let value = constant::value(self.context, expr).ok()?;
            let whole = value.is_integer() && expr.facts.unit.is_dimensionless();
            if whole { i64::try_from(value.to_integer()).ok() } else { None }
        };
        match &expr.node {
            Node::Member(binder) => Some((vec![(1, *binder)], 0)),
            Node::Neg(a) => multiplied(self.affine(a)?, -1),
            Node::Add(a, b) => added(self.affine(a)?, self.affine(b)?),
            Node::Sub(a, b) => added(self.affine(a)?, multiplied(self.affine(b)?, -1)?),
            Node::Mul(a, b) => match (number(a), number(b)) {
                (Some(factor), _) => multiplied(self.affine(b)?, factor),
                (_, Some(factor)) => multiplied(self.affine(a)?, factor),
                _ => None,
            },
            _ => Some((Vec::new(), number(expr)?)),
        }
    }

    fn stays_inside(
        &mut self,
        set: SetId,
        terms: &[(i64, BinderId)],
        offset: i64,
        built: &Expr,
    ) -> Option<()> {
        let context = &*self.context;
        let members = context.members(set)?;
        let known: Option<Vec<Condition>> = self.conditions.iter().cloned().collect();
        if self.reaches_only(members, terms, offset)? {
            return Some(());
        }
        // What a condition in error leaves out is not known.
        let known = known?;
        let Some((assignment, number)) = self.outside(members, terms, offset, &known) else {
            return Some(());
        };
        let named = self.scope.iter().filter(|binder| terms.iter().any(|(_, id)| *id == binder.id));
        let place = named.filter_map(|binder| {
            let (set, at) = assignment.get(&binder.id)?;
            Some(format!("`{}` = {}", binder.name, context.members(*set)?.name(*at)?))
        });
        let place = place.collect::<Vec<_>>().join(", ");
        let name = context.set_name(set);
        let message = format!("for {place} this is {number}, and `{name}` has no member {number}");
        let error = Diagnostic::error(codes::UNKNOWN_MEMBER, built.span, message)
            .note("the condition of a sum can leave that member out: `for t in T if t > 1`")
            .note(
                "outside a sum, add up over the one member that fits, if any: \
                 `sum(x[s] for s in T if s == t - 1)`",
            );
        self.context.report(error);
        None
    }

    /// Whether the calculated number is a member whatever the binders stand for: a set without gaps
    /// that holds both its ends.
    fn reaches_only(
        &self,
        members: &Members,
        terms: &[(i64, BinderId)],
        offset: i64,
    ) -> Option<bool> {
        let (least, largest) = members.numbers()?;
        let (mut low, mut high) = (i128::from(offset), i128::from(offset));
        for (factor, id) in terms {
            let binder = self.scope.iter().find(|binder| binder.id == *id)?;
            let (first, last) = self.context.members(binder.set)?.numbers()?;
            let ends = [first, last].map(|end| i128::from(*factor) * i128::from(end));
            low += ends[0].min(ends[1]);
            high += ends[0].max(ends[1]);
        }
        let gapless = i128::from(largest) - i128::from(least) + 1 == members.len() as i128;
        Some(gapless && low >= least.into() && high <= largest.into())
    }

    /// Members that the conditions let through and for which the calculated number is no member.
    fn outside(
        &self,
        members: &Members,
        terms: &[(i64, BinderId)],
        offset: i64,
        conditions: &[Condition],
    ) -> Option<(Assignment, i128)> {
        let matters = |id: BinderId| {
            terms.iter().any(|(_, own)| *own == id)
                || conditions.iter().any(|condition| mentions(condition, id))
        };
        let binders = self.scope.iter().filter(|binder| matters(binder.id));
        let of = binders.filter_map(|b| Some((b.id, b.set, self.context.members(b.set)?)));
        let of: Vec<_> = of.collect();
        let count = of.iter().try_fold(1usize, |all, (.., one)| all.checked_mul(one.len()))?;
        (0..count.min(MOST_TRIED)).filter(|_| count <= MOST_TRIED).find_map(|at| {
            let mut rest = at;
            let mut assignment = Assignment::new();
            let mut number = i128::from(offset);
            for (id, set, of) in &of {
                let position = rest % of.len();
                rest /= of.len();
                assignment.insert(*id, (*set, position));
                for (factor, _) in terms.iter().filter(|(_, own)| own == id) {
                    number += i128::from(*factor) * i128::from(of.number(position)?);
                }
            }
            let inside = i64::try_from(number).ok().and_then(|number| members.position_of(number));
            let open =
                inside.is_none() && !constant::excludes(self.context, conditions, &assignment);
            open.then_some((assignment, number))
        })
    }
}

/// Whether a condition depends on what a binder stands for.
fn mentions(condition: &Condition, binder: BinderId) -> bool {
    match condition {
        Condition::Compare(_, a, b) => depends(a, binder) || depends(b, binder),
        Condition::Same(a, b) => names(a, binder) || names(b, binder),
        Condition::And(a, b) | Condition::Or(a, b) => mentions(a, binder) || mentions(b, binder),
        Condition::Not(a) => mentions(a, binder),
    }
}

fn depends(expr: &Expr, binder: BinderId) -> bool {
    match &expr.node {
        Node::Member(own) => *own == binder,
        Node::Param(_, index) | Node::Let(_, index) => {
            index.iter().any(|index| names(index, binder))
        }
        _ => expr.parts().into_iter().any(|part| depends(part, binder)),
    }
}

fn names(index: &Index, binder: BinderId) -> bool {
    match index {
        Index::Bound(own) | Index::Attribute { binder: own, .. } => *own == binder,
        Index::Calculated { terms, .. } => terms.iter().any(|(_, own)| *own == binder),
        Index::Member(..) => false,
    }
}

fn added((mut terms, offset): Affine, (others, more): Affine) -> Option<Affine> {
    for (factor, binder) in others {
        match terms.iter_mut().find(|(_, id)| *id == binder) {
            Some((own, _)) => *own = own.checked_add(factor)?,
            None => terms.push((factor, binder)),
        }
    }
    terms.retain(|(factor, _)| *factor != 0);
    Some((terms, offset.checked_add(more)?))
}

fn multiplied((terms, offset): Affine, factor: i64) -> Option<Affine> {
    let terms: Option<Vec<_>> =
        terms.into_iter().map(|(own, id)| Some((own.checked_mul(factor)?, id))).collect();
    let terms = terms?.into_iter().filter(|(factor, _)| *factor != 0).collect();
    Some((terms, offset.checked_mul(factor)?))
}
