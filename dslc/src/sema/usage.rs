//! What depends on what: variables that nothing decides about, resources that nobody uses.

use super::context::Context;
use super::domain;
use super::hir::{Expr, LetId, Node, Resource, Utility};
use crate::diag::{Diagnostic, codes};

/// Warns of variables, resources and utilities that nothing depends on, and checks the definitions
/// that resources and utilities use.
pub fn check(context: &mut Context, resources: &[Option<Resource>], utilities: &[Utility]) {
    let mut reached = Reached::new(context);
    for resource in resources.iter().flatten() {
        if !reached.visit(context, &resource.use_) {
            let message = format!("no variable uses `{}`", resource.name.value);
            let advice = "its price stays at 0 and moves nothing";
            let warning = Diagnostic::warning(codes::UNUSED, resource.use_.span, message);
            context.report(warning.label(resource.name.span, "declared here").note(advice));
        }
    }
    for utility in utilities {
        if !reached.visit(context, &utility.body) {
            let message = "this utility depends on no variable";
            let advice = "a constant moves no optimum";
            context.report(
                Diagnostic::warning(codes::UNUSED, utility.body.span, message).note(advice),
            );
        }
    }
    let bodies: Vec<_> = (0..context.lets.len()).filter(|id| reached.lets[*id]).collect();
    for id in bodies {
        let body = context.lets.get(id).and_then(Option::as_ref).map(|item| item.body.clone());
        body.and_then(|body| domain::check(context, &body));
    }
    // Of a spec that decides nothing there is nothing to say.
    if resources.is_empty() && utilities.is_empty() {
        return;
    }
    let unused: Vec<_> = context
        .variables
        .iter()
        .zip(&reached.variables)
        .filter_map(|(variable, reached)| variable.as_ref().filter(|_| !reached))
        .map(|variable| variable.name.clone())
        .collect();
    for name in unused {
        let message = format!("no utility and no resource depends on `{}`", name.value);
        let advice = "any value of it is as good as any other";
        context.report(Diagnostic::warning(codes::UNUSED, name.span, message).note(advice));
    }
}

/// What has been found from the expressions seen so far.
struct Reached {
    variables: Vec<bool>,
    lets: Vec<bool>,
    /// Whether a definition depends on a variable; none while unknown.
    varies: Vec<Option<bool>>,
}

impl Reached {
    fn new(context: &Context) -> Self {
        Reached {
            variables: vec![false; context.variables.len()],
            lets: vec![false; context.lets.len()],
            varies: vec![None; context.lets.len()],
        }
    }

    /// Whether the expression depends on a variable; marks everything that it depends on.
    fn visit(&mut self, context: &Context, expr: &Expr) -> bool {
        match &expr.node {
            Node::Variable(id, _) => {
                if let Some(reached) = self.variables.get_mut(*id) {
                    *reached = true;
                }
                true
            }
            Node::Let(id, _) => self.visit_let(context, *id),
            _ => {
                // Every part is marked, also behind one that varies.
                let mut varies = false;
                for part in expr.parts() {
                    varies |= self.visit(context, part);
                }
                varies
            }
        }
    }

    fn visit_let(&mut self, context: &Context, id: LetId) -> bool {
        if let Some(known) = self.varies.get(id).copied().flatten() {
            return known;
        }
        let body = context.lets.get(id).and_then(Option::as_ref).map(|item| &item.body);
        let varies = body.is_some_and(|body| self.visit(context, body));
        if let (Some(reached), Some(known)) = (self.lets.get_mut(id), self.varies.get_mut(id)) {
            *reached = true;
            *known = Some(varies);
        }
        varies
    }
}
