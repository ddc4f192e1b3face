//! Parameters that differ from member to member: every value that they have.

use std::collections::{BTreeMap, BTreeSet};

use super::{Assignment, Evaluator, Trouble};
use crate::sema::context::Context;
use crate::sema::hir::{BinderId, Expr, Index, Node, Rational, SetId};

/// Most combinations of members.
const MOST: usize = 1 << 17;

/// The distinct values that expressions have together, for all members that their free binders may
/// stand for, and all values of attributes; values of one combination stand one after the other.
/// Members for which there is no value take no part, unless there is none for any.
pub fn alternatives(context: &Context, exprs: &[&Expr]) -> Result<Vec<Vec<Rational>>, Trouble> {
    let mut free = Free::default();
    exprs.iter().for_each(|expr| free.visit(expr));
    let span = exprs.first().map_or_else(Default::default, |expr| expr.span);
    let mut choices = Vec::new();
    for choice in free.found {
        let set = match &choice {
            Choice::Member(binder) => context.binder_set(*binder),
            Choice::Attribute(_, _, of) => Some(*of),
        };
        let set = set.ok_or(Trouble::Reported)?;
        let count = context.members(set).ok_or(Trouble::Member(span))?.len();
        choices.push((choice, set, count));
    }
    let count = choices.iter().try_fold(1usize, |all, (.., one)| all.checked_mul(*one));
    let count = count.filter(|count| *count <= MOST).ok_or(Trouble::TooLarge(span))?;
    let mut found = BTreeSet::new();
    let mut trouble = Trouble::NoMember(span);
    for at in 0..count {
        let (mut rest, mut bound, mut attributes) = (at, Assignment::new(), BTreeMap::new());
        for (choice, set, count) in &choices {
            let position = rest % count;
            rest /= count;
            match choice {
                Choice::Member(binder) => {
                    bound.insert(*binder, (*set, position));
                }
                Choice::Attribute(name, binder, _) => {
                    attributes.insert((name.clone(), *binder), position);
                }
            }
        }
        let mut evaluator = Evaluator { attributes, ..Evaluator::new(context, &bound) };
        let values: Result<Vec<_>, _> = exprs.iter().map(|expr| evaluator.tensor(expr)).collect();
        match values {
            Ok(values) => {
                found.insert(values.into_iter().flat_map(|value| value.elements).collect());
            }
            Err(own) => trouble = own,
        }
    }
    if found.is_empty() { Err(trouble) } else { Ok(found.into_iter().collect()) }
}

/// What a value depends on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Member(BinderId),
    Attribute(String, BinderId, SetId),
}

#[derive(Default)]
struct Free {
    found: BTreeSet<Choice>,
    /// Binders of folds inside.
    inner: Vec<BinderId>,
}

impl Free {
    fn visit(&mut self, expr: &Expr) {
        match &expr.node {
            Node::Member(binder) => self.member(*binder),
            Node::Param(_, index) | Node::Variable(_, index) | Node::Let(_, index) => {
                index.iter().for_each(|index| self.index(index));
            }
            Node::Element(whole, index) => {
                index.iter().for_each(|index| self.index(index));
                self.visit(whole);
            }
            Node::Fold(_, binder, body) | Node::Each(binder, body) => {
                self.inner.push(binder.id);
                self.visit(body);
                self.inner.pop();
            }
            _ => expr.parts().into_iter().for_each(|part| self.visit(part)),
        }
    }

    fn index(&mut self, index: &Index) {
        match index {
            Index::Member(..) => {}
            Index::Bound(binder) => self.member(*binder),
            Index::Calculated { terms, .. } => {
                terms.iter().for_each(|(_, binder)| self.member(*binder));
            }
            Index::Attribute { name, binder, of } => {
                self.found.insert(Choice::Attribute(name.clone(), *binder, *of));
            }
        }
    }

    fn member(&mut self, binder: BinderId) {
        if !self.inner.contains(&binder) {
            self.found.insert(Choice::Member(binder));
        }
    }
}
