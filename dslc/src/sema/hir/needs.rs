//! What a problem depends on: a set or param that nothing reaches changes no answer.

use std::collections::BTreeSet;

use super::{Binder, Condition, Expr, LetId, Model, Node, ParamId, SetId, VariableId};

/// Sets and params that the resources and utilities reach.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Sets that index a variable, a resource or a fold.
    pub sets: BTreeSet<SetId>,
    /// Params that occur.
    pub params: BTreeSet<ParamId>,
    lets: BTreeSet<LetId>,
    variables: BTreeSet<VariableId>,
}

impl Model {
    /// What its resources and utilities depend on.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        for resource in &self.resources {
            needs.bind(&resource.index);
            needs.expr(self, &resource.use_);
            needs.expr(self, &resource.capacity);
        }
        for utility in &self.utilities {
            needs.expr(self, &utility.body);
        }
        needs
    }
}

impl Needs {
    fn bind(&mut self, binders: &[Binder]) {
        self.sets.extend(binders.iter().map(|binder| binder.set));
    }

    fn expr(&mut self, model: &Model, expr: &Expr) {
        match &expr.node {
            Node::Param(id, _) => {
                self.params.insert(*id);
                self.sets.extend(model.params.get(*id).into_iter().flat_map(|own| &own.index));
            }
            Node::Variable(id, _) => {
                if self.variables.insert(*id)
                    && let Some(variable) = model.variables.get(*id)
                {
                    self.bind(&variable.index);
                    let ends = [&variable.each.0, &variable.each.1];
                    ends.into_iter().flatten().for_each(|end| self.expr(model, end));
                }
            }
            Node::Let(id, _) => {
                if self.lets.insert(*id)
                    && let Some(own) = model.lets.get(*id)
                {
                    self.expr(model, &own.body);
                }
            }
            Node::Fold(_, binder, _) | Node::Each(binder, _) => {
                self.sets.insert(binder.set);
            }
            Node::Where(condition, _) => self.condition(model, condition),
            _ => {}
        }
        expr.for_each_part(|part| self.expr(model, part));
    }

    fn condition(&mut self, model: &Model, condition: &Condition) {
        match condition {
            Condition::Compare(_, a, b) => {
                self.expr(model, a);
                self.expr(model, b);
            }
            Condition::And(a, b) | Condition::Or(a, b) => {
                self.condition(model, a);
                self.condition(model, b);
            }
            Condition::Not(a) => self.condition(model, a),
            Condition::Same(..) => {}
        }
    }
}
