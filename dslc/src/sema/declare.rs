//! The names and units that a spec declares.

use std::collections::BTreeMap;

use super::context::{Context, Declared, Entity};
use super::expr::Builder;
use super::hir::{Span, Spanned};
use super::order;
use super::units::{Power, coherent};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{Item, ItemKind, Name};

/// Enters the name of every item. Of two items with one name the first keeps it.
pub fn names(context: &mut Context, items: &[Item]) {
    for item in items {
        let (name, entity) = match &item.kind {
            ItemKind::Set(set) => {
                context.sets.push(None);
                (&set.name, Entity::Set(context.sets.len() - 1))
            }
            ItemKind::Param(param) => {
                context.params.push(None);
                context.param_facts.push(None);
                (&param.name, Entity::Param(context.params.len() - 1))
            }
            ItemKind::Variable(variable) => {
                context.variables.push(None);
                context.variable_facts.push(None);
                (&variable.name, Entity::Variable(context.variables.len() - 1))
            }
            ItemKind::Let(named) => {
                context.lets.push(None);
                context.depths.push(0);
                (&named.name, Entity::Let(context.lets.len() - 1))
            }
            ItemKind::Resource(resource) => {
                context.resources.push(None);
                (&resource.name, Entity::Resource(context.resources.len() - 1))
            }
            ItemKind::Utility(utility) => match &utility.name {
                Some(name) => (name, Entity::Utility),
                None => continue,
            },
            ItemKind::Data(data) => {
                context.data.push(item.clone());
                (&data.name, Entity::Data(context.data.len() - 1))
            }
            ItemKind::Broken(Some(name)) => (name, Entity::Broken),
            _ => continue,
        };
        declare(context, name, item.at(name.span), entity);
    }
}

fn declare(context: &mut Context, name: &Name, span: Span, entity: Entity) {
    match context.names.get(&name.text) {
        None => {
            context.names.insert(name.text.clone(), Declared { entity, span });
        }
        Some(first) if first.entity != Entity::Broken && entity != Entity::Broken => {
            let message = format!("`{}` is declared twice", name.text);
            let error = Diagnostic::error(codes::DUPLICATE_NAME, span, message)
                .label(first.span, format!("first here, as {}", first.entity.kind()))
                .label(span, format!("here again, as {}", entity.kind()));
            context.report(error);
        }
        Some(_) => {}
    }
}

/// Finds the fibre; a spec has one.
pub fn fibre(context: &mut Context, items: &[Item]) -> Option<Spanned<String>> {
    let fibres = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Fibre(fibre) => Some((item, fibre)),
        _ => None,
    });
    // The spec's own stands before those of its imports.
    let mut fibres: Vec<_> = fibres.collect();
    fibres.sort_by_key(|(item, _)| item.base);
    let mut found: Option<Spanned<String>> = None;
    for (item, fibre) in fibres {
        let span = item.at(fibre.name.span);
        if let Some(first) = &found {
            let message = "a spec has one fibre, and this is another";
            let error = Diagnostic::error(codes::FIBRE, span, message);
            context
                .report(error.label(first.span, "the first").note("write it in a file of its own"));
            continue;
        }
        found = Some(Spanned { value: fibre.name.text.clone(), span });
    }
    // An item that does not parse may have been the fibre.
    let broken = items.iter().any(|item| matches!(item.kind, ItemKind::Broken(_)));
    if found.is_none() && !broken {
        let own = |base: &usize| context.files.sources().file_of(*base) == 0;
        let start = items.iter().map(|item| item.base).filter(own).min().unwrap_or_default();
        let span = Span { start, end: start };
        context.report(
            Diagnostic::error(codes::FIBRE, span, "this spec has no name")
                .note("the name of the problem is the name of its artefacts")
                .fix("name it", span, "fibre problem;\n\n"),
        );
    }
    found
}

/// Resolves the units of the spec's own, each after those that it uses.
pub fn units(context: &mut Context, items: &[Item]) {
    let declared: Vec<_> = items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Unit(unit) => Some((item, unit)),
            _ => None,
        })
        .collect();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut usable = vec![true; declared.len()];
    for (at, (item, unit)) in declared.iter().enumerate() {
        let (name, span) = (unit.name.text.as_str(), item.at(unit.name.span));
        let error = |message| Diagnostic::error(codes::KNOWN_UNIT, span, message);
        if let Some(first) = places.get(name).and_then(|first| declared.get(*first)) {
            let first = first.0.at(first.1.name.span);
            context.report(
                error(format!("the unit `{name}` is declared twice")).label(first, "first here"),
            );
            usable[at] = false;
        } else if context.units.find(name).is_some() {
            let advice = "every spec knows it, prefixes included; give yours another name";
            context.report(error(format!("there is a unit `{name}` already")).note(advice));
            usable[at] = false;
        } else {
            places.insert(name, at);
        }
    }
    let uses: Vec<Vec<usize>> = declared
        .iter()
        .map(|(_, unit)| {
            let factors = unit.definition.iter().flat_map(|definition| &definition.factors);
            factors.filter_map(|factor| places.get(factor.name.text.as_str()).copied()).collect()
        })
        .collect();
    let order = order::sort(&uses);
    for cycle in &order.cycles {
        let first = cycle.first().and_then(|at| declared.get(*at));
        if let Some((item, unit)) = first {
            report_cycle(context, &unit.name.text, item.at(unit.name.span));
        }
    }
    for at in order.sorted {
        let Some((item, unit)) = declared.get(at).filter(|_| usable[at]) else { continue };
        let name = &unit.name.text;
        let in_cycle = order.cycles.iter().any(|cycle| cycle.contains(&at));
        let resolved = match &unit.definition {
            Some(definition) if !in_cycle => Builder::new(context, item.base).unit(definition),
            // A unit in error stands for one of its own: what uses it is not reported again.
            _ => Some(coherent(vec![(name.clone(), Power::from_integer(1))])),
        };
        let fallback = || coherent(vec![(name.clone(), Power::from_integer(1))]);
        context.units.declare(name, resolved.unwrap_or_else(fallback));
    }
}

/// Says that a definition needs itself.
pub fn report_cycle(context: &mut Context, name: &str, span: Span) {
    let message = format!("`{name}` needs itself");
    let advice = "follow the names in its definition: one of them leads back here";
    context.report(Diagnostic::error(codes::CYCLE, span, message).note(advice));
}
