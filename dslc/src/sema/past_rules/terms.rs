//! An expression as a sum of terms for certain members: those that the rules know, and the others.

use num_traits::{One, Signed};

use super::Rational;
use super::translate::{Outside, Scope, Translator, outside};
use crate::concavity::{Expr as Function, Want};
use crate::sema::context::Context;
use crate::sema::hir::{Binder, Condition, Expr, Fold, Index, Node, SetMembers};

/// Most terms, over all members.
const MOST_TERMS: usize = 20_000;
/// Most combinations of attributes of one member.
const MOST_ATTRIBUTES: usize = 64;

/// One term of the sum.
#[derive(Debug)]
pub struct Term {
    /// The function, its constant factor included.
    pub function: Function,
    /// Which others it is added to: terms of some member of an open set stand for any number of
    /// members, and each combination of its attributes for another kind of member.
    pub tag: Tag,
}

/// Stands in a tag for a condition that some members may not meet.
pub const CONDITION: usize = usize::MAX;

/// The members that a term is added up over, open sets with the attributes chosen.
pub type Tag = Vec<(usize, Vec<(String, usize)>)>;

/// Collects the terms of an expression.
pub struct Terms<'t, 'c> {
    context: &'c Context,
    /// Numbers the elements that the terms depend on.
    pub translator: &'t mut Translator<'c>,
    want: Want,
    /// Terms that the rules do not know to curve as wanted.
    pub found: Vec<Term>,
    /// What they do know, not yet taken apart: it may be long, and is seldom needed.
    known: Vec<(&'c Expr, Rational, Scope)>,
}

impl<'t, 'c> Terms<'t, 'c> {
    /// Nothing found yet.
    pub fn new(context: &'c Context, translator: &'t mut Translator<'c>, want: Want) -> Self {
        Terms { context, translator, want, found: Vec::new(), known: Vec::new() }
    }

    /// Adds the terms of `factor · expr`.
    pub fn add(&mut self, expr: &'c Expr, factor: &Rational, scope: &Scope) -> Result<(), Outside> {
        if self.is_known(expr, factor) {
            self.known.push((expr, factor.clone(), scope.clone()));
            return Ok(());
        }
        self.take_apart(expr, factor, scope)
    }

    /// Adds the terms that the rules know; false when not all of them can be written out.
    pub fn add_known(&mut self) -> bool {
        let mut complete = true;
        // Parts of what is known are known.
        while let Some((expr, factor, scope)) = self.known.pop() {
            complete &= self.take_apart(expr, &factor, &scope).is_ok();
        }
        complete
    }

    fn take_apart(
        &mut self,
        expr: &'c Expr,
        factor: &Rational,
        scope: &Scope,
    ) -> Result<(), Outside> {
        match &expr.node {
            Node::Neg(a) => self.add(a, &-factor, scope),
            Node::Add(a, b) => {
                self.add(a, factor, scope)?;
                self.add(b, factor, scope)
            }
            Node::Sub(a, b) => {
                self.add(a, factor, scope)?;
                self.add(b, &-factor, scope)
            }
            Node::Mul(a, b) => {
                let constant = |part: &Expr| self.translator.constant(part, scope);
                match (constant(a), constant(b)) {
                    (Some(by), _) => self.add(b, &(factor * by), scope),
                    (None, Some(by)) => self.add(a, &(factor * by), scope),
                    (None, None) => self.whole(expr, factor, scope),
                }
            }
            Node::Div(a, b) => match self.translator.constant(b, scope) {
                Some(by) if by != Rational::default() => self.add(a, &(factor / by), scope),
                _ => self.whole(expr, factor, scope),
            },
            Node::Let(id, index) => {
                let context = self.context;
                let item = context.lets.get(*id).and_then(Option::as_ref);
                let item = item.ok_or_else(|| outside(expr, "a definition in error"))?;
                if item.index.len() != index.len() {
                    return self.whole(expr, factor, scope);
                }
                let inner = self.translator.bound(&item.index, index, scope, expr)?;
                self.add(&item.body, factor, &inner)
            }
            Node::Fold(Fold::Sum, binder, body) => {
                for inner in self.members(binder, scope, expr)? {
                    self.part(body, factor, &inner)?;
                }
                Ok(())
            }
            _ => self.whole(expr, factor, scope),
        }
    }

    /// A scope for each member, or for each kind of member of an open set.
    pub fn members(
        &self,
        binder: &Binder,
        scope: &Scope,
        of: &Expr,
    ) -> Result<Vec<Scope>, Outside> {
        let open = self.context.set(binder.set).map(|set| &set.members);
        if !matches!(open, Some(SetMembers::Open(_))) {
            return self.translator.members(binder, scope, of);
        }
        if scope.any.values().any(|set| *set == binder.set) {
            return Err(outside(of, "two members of one open set"));
        }
        let mut scopes = vec![scope.clone()];
        scopes[0].any.insert(binder.id, binder.set);
        let mut asked = Vec::new();
        attributes(of, binder, self.context, &mut asked);
        for (name, set) in asked {
            let count = self.context.members(set).map_or(0, crate::sema::hir::Members::len);
            if count.saturating_mul(scopes.len()) > MOST_ATTRIBUTES {
                return Err(outside(of, "more kinds of members than are tried"));
            }
            let with = |scope: &Scope| {
                let scope = scope.clone();
                let name = name.clone();
                (0..count).map(move |at| {
                    let mut kind = scope.clone();
                    kind.attributes.insert((binder.id, name.clone()), at);
                    kind
                })
            };
            scopes = scopes.iter().flat_map(with).collect();
        }
        Ok(scopes)
    }

    /// A fold's body for members that may take part.
    fn part(&mut self, body: &'c Expr, factor: &Rational, scope: &Scope) -> Result<(), Outside> {
        match &body.node {
            Node::Where(condition, inner) => match self.translator.holds(condition, scope) {
                Some(false) => Ok(()),
                Some(true) => self.part(inner, factor, scope),
                // With and without it the sum must curve as wanted: it stands for itself.
                None => {
                    let from = self.found.len();
                    self.part(inner, factor, scope)?;
                    for (at, term) in self.found.iter_mut().enumerate().skip(from) {
                        term.tag.push((CONDITION, vec![(String::new(), at)]));
                    }
                    Ok(())
                }
            },
            _ => self.add(body, factor, scope),
        }
    }

    /// Whether the rules know `factor · expr` to curve as wanted.
    fn is_known(&self, expr: &Expr, factor: &Rational) -> bool {
        let concave = (self.want == Want::Concave) != factor.is_negative();
        if concave { expr.shape().is_concave() } else { expr.shape().is_convex() }
    }

    fn whole(&mut self, expr: &Expr, factor: &Rational, scope: &Scope) -> Result<(), Outside> {
        let function = self.translator.scalar(expr, scope)?;
        if self.found.len() >= MOST_TERMS {
            return Err(outside(expr, "more terms than are written out"));
        }
        let function =
            if factor.is_one() { function } else { Function::Number(factor.clone()) * function };
        let attributes = |binder: &usize| {
            let own = scope.attributes.iter().filter(move |((id, _), _)| id == binder);
            own.map(|((_, name), at)| (name.clone(), *at)).collect()
        };
        let tag = scope.any.iter().map(|(binder, set)| (*set, attributes(binder))).collect();
        self.found.push(Term { function, tag });
        Ok(())
    }
}

/// Attributes that an expression asks of a binder's member, with the sets of their values.
fn attributes(of: &Expr, binder: &Binder, context: &Context, found: &mut Vec<(String, usize)>) {
    let mut ask = |index: &[Index]| {
        for index in index {
            if let Index::Attribute { name, binder: asked, of } = index {
                let entry = (name.clone(), *of);
                if *asked == binder.id && !found.contains(&entry) {
                    found.push(entry);
                }
            }
        }
    };
    match &of.node {
        Node::Param(_, index) | Node::Variable(_, index) | Node::Element(_, index) => ask(index),
        Node::Let(id, index) => {
            ask(index);
            // The body asks of its own binder what it is given for it.
            let item = context.lets.get(*id).and_then(Option::as_ref);
            if let Some(item) = item {
                for (own, given) in item.index.iter().zip(index) {
                    if *given == Index::Bound(binder.id) {
                        attributes(&item.body, own, context, found);
                    }
                }
            }
        }
        Node::Where(condition, _) => asked_by_condition(condition, &mut ask),
        _ => {}
    }
    for part in of.parts() {
        attributes(part, binder, context, found);
    }
}

fn asked_by_condition(condition: &Condition, ask: &mut impl FnMut(&[Index])) {
    match condition {
        Condition::Same(a, b) => ask(&[a.clone(), b.clone()]),
        Condition::And(a, b) | Condition::Or(a, b) => {
            asked_by_condition(a, ask);
            asked_by_condition(b, ask);
        }
        Condition::Not(a) => asked_by_condition(a, ask),
        Condition::Compare(..) => {}
    }
}
