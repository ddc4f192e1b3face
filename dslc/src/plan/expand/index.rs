//! What an index stands for, and where in a table or among a variable's elements that is.

use super::{Bound, Expander, Key, Result, Scope, not_linear, unsupported};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{BinderId, Expr, Index, SetId, SetMembers, Span, VariableId};

impl<'m> Expander<'m> {
    pub(super) fn bound(&self, index: &Index, scope: &Scope, span: Span) -> Result<Bound> {
        match index {
            Index::Member(_, position) => Ok(Bound::Member(*position)),
            Index::Bound(binder) => scope.get(*binder).ok_or_else(|| not_linear(span)),
            Index::Calculated { of, terms, offset } => {
                let mut number = Some(*offset);
                for (factor, binder) in terms {
                    let own = self.number(*binder, scope, span)?.checked_mul(*factor);
                    number = number.zip(own).and_then(|(sum, own)| sum.checked_add(own));
                }
                let set = &self.model.sets[*of];
                let position = match (&set.members, number) {
                    (SetMembers::Closed(members), Some(number)) => members.position_of(number),
                    _ => None,
                };
                position.map(Bound::Member).ok_or_else(|| {
                    let name = &set.name.value;
                    let number = number.map_or("this".to_owned(), |number| number.to_string());
                    let message = format!("`{name}` has no member {number}");
                    Box::new(Diagnostic::error(codes::UNKNOWN_MEMBER, span, message))
                })
            }
            Index::Attribute { of, name, .. } => match scope.class {
                Some((set, position)) if set == *of => Ok(Bound::Member(position)),
                _ => Err(unsupported(
                    span,
                    format!("a use that depends on `{name}` of a member"),
                    "routes that differ within one open set",
                )),
            },
        }
    }

    /// The whole number that a binder's member is.
    pub(super) fn number(&self, binder: BinderId, scope: &Scope, span: Span) -> Result<i64> {
        let Some((set, Bound::Member(at))) = scope.entry(binder) else {
            return Err(not_linear(span));
        };
        match &self.model.sets[set].members {
            SetMembers::Closed(members) => members.number(at).ok_or_else(|| not_linear(span)),
            SetMembers::Open(_) => Err(not_linear(span)),
        }
    }

    /// The row-major position of an element of something indexed by `sets`.
    pub(super) fn position(
        &self,
        sets: impl ExactSizeIterator<Item = SetId>,
        index: &[Index],
        scope: &Scope,
        span: Span,
    ) -> Result<usize> {
        if sets.len() != index.len() {
            return Err(whole(span));
        }
        let mut at = Some(0usize);
        for (set, index) in sets.zip(index) {
            let Bound::Member(position) = self.bound(index, scope, span)? else {
                return Err(unsupported(
                    span,
                    "a parameter of each member of an open set".to_owned(),
                    "values that arrive at run time",
                ));
            };
            at = at.and_then(|at| at.checked_mul(self.count(set))?.checked_add(position));
        }
        at.ok_or_else(|| super::too_many(span))
    }

    pub(super) fn key(
        &self,
        id: VariableId,
        index: &[Index],
        scope: &Scope,
        span: Span,
    ) -> Result<Key> {
        let own = &self.model.variables[id].index;
        let open = |set: SetId| matches!(self.model.sets[set].members, SetMembers::Open(_));
        match own.as_slice() {
            [only] if open(only.set) && index.len() == 1 => Ok(Key::Member(id)),
            several if several.iter().any(|binder| open(binder.set)) => Err(unsupported(
                span,
                "a variable indexed by an open set and another".to_owned(),
                "families of families",
            )),
            _ => {
                let sets = own.iter().map(|binder| binder.set);
                Ok(Key::Element(id, self.position(sets, index, scope, span)?))
            }
        }
    }

    pub(super) fn enter_let(
        &self,
        id: usize,
        index: &[Index],
        scope: &Scope,
        span: Span,
    ) -> Result<(&'m Expr, Scope)> {
        let item = &self.model.lets[id];
        if item.index.len() != index.len() {
            return Err(whole(span));
        }
        let mut inner = Scope::of_class(scope.class);
        for (binder, index) in item.index.iter().zip(index) {
            inner.set(binder, self.bound(index, scope, span)?);
        }
        Ok((&item.body, inner))
    }
}

pub(super) fn whole(span: Span) -> Box<Diagnostic> {
    unsupported(span, "a vector".to_owned(), "each element written with its index")
}
