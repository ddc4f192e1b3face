//! Names in expressions: what they stand for, with their indices.

use super::{Builder, facts};
use crate::diag::{Diagnostic, codes};
use crate::sema::context::Entity;
use crate::sema::hir::{Dims, Expr, Index, Members, Node, Span};
use crate::syntax::ast::{self, Name};

impl Builder<'_> {
    /// A name without an index.
    pub(super) fn name(&mut self, name: &Name, depth: usize) -> Option<Expr> {
        let span = self.at(name.span);
        if let Some(binder) = self.scope.iter().rev().find(|binder| binder.name == name.text) {
            let set = self.context.set(binder.set)?.name.value.clone();
            let numbers = self.context.members(binder.set).and_then(Members::numbers);
            if let Some(ends) = numbers {
                let node = Node::Member(binder.id);
                return Some(Expr { node, span, facts: facts::of_member(ends) });
            }
            let message = format!("`{}` is a member of `{set}`, not a number", name.text);
            self.context.report(Diagnostic::error(codes::WRONG_KIND, span, message).note(format!(
                "use it as an index: `w[{}]`; only members of a set of whole numbers are numbers",
                name.text
            )));
            return None;
        }
        if !self.context.names.contains_key(&name.text) {
            // `5 m/s` reads as `(5 m) / s`.
            if let Some(unit) = self.context.units.find(&name.text) {
                let value = unit.scale.clone();
                let facts = facts::of_number(&value, unit);
                return Some(Expr { facts, node: Node::Number(value), span });
            }
        }
        self.indexed(name, &[], span, depth)
    }

    pub(super) fn indexed(
        &mut self,
        name: &Name,
        index: &[ast::Expr],
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        let entity = self.entity(name)?;
        let sets: Vec<_> = match entity {
            Entity::Param(id) => self.context.params.get(id)?.as_ref()?.index.clone(),
            Entity::Variable(id) => {
                let variable = self.context.variables.get(id)?.as_ref()?;
                variable.index.iter().map(|binder| binder.set).collect()
            }
            Entity::Let(id) => {
                let item = self.context.lets.get(id)?.as_ref()?;
                item.index.iter().map(|binder| binder.set).collect()
            }
            _ => return None,
        };
        if index.is_empty() && !sets.is_empty() {
            return self.whole_name(name, (entity, &sets), span);
        }
        if !index.is_empty() && sets.is_empty() {
            let whole = self.leaf(entity, Vec::new(), span)?;
            if whole.facts.dims != Dims::Scalar {
                return self.element(name, whole, index, span);
            }
        }
        let index = self.indices(name, &sets, index, span)?;
        self.deepest = match entity {
            Entity::Let(id) => {
                let inner = self.context.depths.get(id).copied().unwrap_or_default();
                self.deepest.max(depth + inner)
            }
            _ => self.deepest,
        };
        self.leaf(entity, index, span)
    }

    /// The value that a name stands for.
    fn entity(&mut self, name: &Name) -> Option<Entity> {
        let span = self.at(name.span);
        let Some(declared) = self.context.names.get(&name.text).copied() else {
            if name.text.eq_ignore_ascii_case("nan") {
                let message = format!("`{}` is no value: every number is known", name.text);
                let advice =
                    "what comes only at run time has a range and no value: `param c in 0 .. 9;`";
                let error = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
                self.context.report(error.note(advice));
                return None;
            }
            let mut known = self.context.known(|entity| {
                matches!(entity, Entity::Param(_) | Entity::Variable(_) | Entity::Let(_))
            });
            known.extend(self.scope.iter().map(|binder| binder.name.clone()));
            let message = format!("nothing is called `{}` here", name.text);
            let known = known.iter().map(String::as_str);
            self.context.unknown(codes::UNKNOWN_NAME, (&name.text, span), message, known);
            return None;
        };
        match declared.entity {
            Entity::Param(_) | Entity::Variable(_) | Entity::Let(_) => Some(declared.entity),
            Entity::Broken => None,
            entity @ (Entity::Set(_) | Entity::Resource(_) | Entity::Utility | Entity::Data(_)) => {
                let message = format!("`{}` is {}, not a number", name.text, entity.kind());
                let diagnostic = Diagnostic::error(codes::WRONG_KIND, span, message)
                    .label(declared.span, "declared here");
                let advice = match entity {
                    Entity::Data(_) => {
                        format!("read a param from it: `param w[I] from {};`", name.text)
                    }
                    Entity::Set(_) => format!("add up over it: `sum(x[i] for i in {})`", name.text),
                    _ => "give the expression a name with `let` to use it twice".to_owned(),
                };
                self.context.report(diagnostic.note(advice));
                None
            }
        }
    }

    pub(super) fn leaf(&mut self, entity: Entity, index: Vec<Index>, span: Span) -> Option<Expr> {
        let (node, facts) = match entity {
            Entity::Param(id) => {
                (Node::Param(id, index), self.context.param_facts.get(id)?.clone()?)
            }
            Entity::Variable(id) => {
                (Node::Variable(id, index), self.context.variable_facts.get(id)?.clone()?)
            }
            Entity::Let(id) => {
                if self.context.void.contains(&id) {
                    self.void(span, "this divides by 0, and has no value")?;
                }
                let facts = self.context.lets.get(id)?.as_ref()?.body.facts.clone();
                (Node::Let(id, index), facts)
            }
            _ => return None,
        };
        Some(Expr { node, span, facts })
    }
}
