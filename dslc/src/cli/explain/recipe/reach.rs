//! Which variables expressions depend on.

use std::collections::BTreeSet;

use crate::sema::hir::{Expr, Model, Node, VariableId};

/// Every variable below these expressions, through named ones too.
pub fn variables<'e>(
    model: &'e Model,
    of: impl IntoIterator<Item = &'e Expr>,
) -> BTreeSet<VariableId> {
    let mut found = BTreeSet::new();
    let mut seen = vec![false; model.lets.len()];
    let mut left: Vec<&Expr> = of.into_iter().collect();
    while let Some(expr) = left.pop() {
        match &expr.node {
            Node::Variable(id, _) => {
                found.insert(*id);
            }
            Node::Let(id, _) => {
                if let (Some(seen), Some(item)) = (seen.get_mut(*id), model.lets.get(*id))
                    && !std::mem::replace(seen, true)
                {
                    left.push(&item.body);
                }
            }
            _ => expr.for_each_part(|part| left.push(part)),
        }
    }
    found
}
