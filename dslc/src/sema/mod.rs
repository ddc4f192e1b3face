//! From syntax to meaning: names, units, signs, curvature, intervals.
//!
//! [`check`] turns the items of a spec into a [`hir::Model`], or says what is wrong with them. The
//! rest of the phase are tables and rules that know nothing of items: [`units`], [`atoms`],
//! [`curvature`], [`interval`]. No input makes it panic, and it reads files through [`Files`] alone.
//!
//! A definition in error is `None` in [`context::Context`]; what uses it is passed over in silence, so
//! that no error is only the echo of another.

pub mod atoms;
pub(crate) mod constant;
pub(crate) mod context;
mod couplings;
pub mod curvature;
pub mod data;
mod declare;
mod decompositions;
mod domain;
mod expr;
mod given;
pub mod hir;
mod inputs;
pub mod interval;
pub mod names;
pub mod obligations;
mod order;
mod params;
pub mod past_rules;
mod ports;
mod print;
mod promises;
mod rewrites;
mod sets;
mod special;
mod trace;
mod tree;
pub mod units;
mod usage;
mod variables;

use std::collections::BTreeMap;

use crate::diag::{self, Diagnostic, codes};
use crate::files::Files;
use crate::remap::Instance;
use crate::syntax::ast::{Item, ItemKind};
use context::Context;
pub use context::did_you_mean;
pub use given::Given;
use hir::{Model, Utility};

/// Checks the items of a spec, whose tables are read through `files`; those of the core that it remaps,
/// if any, stand among them with its holes filled. Diagnostics are in the order of the text; where one
/// is an error, it is for the caller to say whether the model means something all the same. It has no
/// file's name yet.
pub fn check(
    items: &[Item],
    remapped: Option<&Instance>,
    files: &mut Files,
    given: &Given,
) -> (Option<Model>, Vec<Diagnostic>) {
    let mut context = Context::new(std::mem::take(files));
    context.given.clone_from(given);
    let model = model(&mut context, items, remapped);
    *files = std::mem::take(&mut context.files);
    let mut diagnostics = context.diagnostics;
    if let Some(instance) = remapped.filter(|_| context.unkept) {
        diagnostics.retain(|diagnostic| !instance.provenance.holds(diagnostic.span));
    }
    diag::sort(&mut diagnostics);
    (model, diagnostics)
}

fn model(context: &mut Context, items: &[Item], remapped: Option<&Instance>) -> Option<Model> {
    let fibre = declare::fibre(context, items);
    // An item that does not even show its name may have declared any.
    context.incomplete = items.iter().any(|item| matches!(item.kind, ItemKind::Broken(None)));
    declare::units(context, items);
    declare::names(context, items);
    definitions(context, items);
    let remap = remapped.map(|instance| obligations::check(context, instance));
    let utilities = couplings(context, items);
    let complete = context.resources.iter().all(Option::is_some);
    let asked = items.iter().filter(|item| matches!(item.kind, ItemKind::Utility(_))).count();
    couplings::check_utilities(context, &utilities);
    // While a utility or resource is in error, nobody knows what it depends on.
    if complete && utilities.len() == asked && !context.incomplete && !broken(items) {
        let resources = std::mem::take(&mut context.resources);
        usage::check(context, &resources, &utilities);
        context.resources = resources;
    }
    parts(context, items);
    let gain = utilities.first().map(|utility| utility.body.facts.unit.clone());
    let decomposition = decompositions::resolve(context, items, gain.as_ref());
    let ports = ports::ports(context, items);
    let exports = ports::exports(context, items);
    let emits = ports::emits(context, items);
    Some(Model {
        fibre: fibre?,
        file: String::new(),
        sets: all(&mut context.sets)?,
        params: all(&mut context.params)?,
        variables: all(&mut context.variables)?,
        lets: all(&mut context.lets)?,
        resources: all(&mut context.resources)?,
        utilities,
        decomposition,
        observes: ports.observes,
        inputs: ports.inputs,
        enforces: ports.enforces,
        exports,
        emits,
        remap: remap.flatten(),
        certificates: std::mem::take(&mut context.certificates),
    })
}

/// Moves the definitions out, when none is in error.
fn all<T>(definitions: &mut Vec<Option<T>>) -> Option<Vec<T>> {
    std::mem::take(definitions).into_iter().collect()
}

fn broken(items: &[Item]) -> bool {
    items.iter().any(|item| matches!(item.kind, ItemKind::Broken(_)))
}

/// Resolves sets, params, variables and named expressions, each after those that it uses.
fn definitions(context: &mut Context, items: &[Item]) {
    let mut found = Vec::new();
    let mut places = BTreeMap::new();
    let mut counts = [0; 4];
    for item in items {
        let (name, kind) = match &item.kind {
            ItemKind::Set(set) => (&set.name, 0),
            ItemKind::Param(param) => (&param.name, 1),
            ItemKind::Variable(variable) => (&variable.name, 2),
            ItemKind::Let(named) => (&named.name, 3),
            _ => continue,
        };
        places.entry(name.text.as_str()).or_insert(found.len());
        found.push((item, name, counts[kind]));
        counts[kind] += 1;
    }
    let uses: Vec<_> = found.iter().map(|(item, ..)| order::uses(&item.kind, &places)).collect();
    let order = order::sort(&uses);
    for cycle in &order.cycles {
        if let Some((item, name, _)) = cycle.first().and_then(|at| found.get(*at)) {
            declare::report_cycle(context, &name.text, item.at(name.span));
        }
    }
    let looping: std::collections::BTreeSet<_> = order.cycles.iter().flatten().copied().collect();
    for at in order.sorted.into_iter().filter(|at| !looping.contains(at)) {
        if let Some((item, _, id)) = found.get(at) {
            define(context, item, *id);
        }
    }
}

fn define(context: &mut Context, item: &Item, id: usize) {
    match &item.kind {
        ItemKind::Set(set) => context.sets[id] = sets::resolve(context, item, set),
        ItemKind::Param(param) => {
            let resolved = params::resolve(context, item, param);
            context.param_facts[id] = resolved.as_ref().map(expr::of_param);
            context.params[id] = resolved;
        }
        ItemKind::Variable(variable) => {
            let resolved = variables::resolve(context, item, variable);
            context.variable_facts[id] = resolved.as_ref().map(expr::of_variable);
            context.variables[id] = resolved;
        }
        ItemKind::Let(named) => {
            if let Some((resolved, depth, void)) = variables::resolve_let(context, item, named) {
                if void {
                    context.void.insert(id);
                }
                context.lets[id] = Some(resolved);
                context.depths[id] = depth;
            }
        }
        _ => {}
    }
}

/// Resolves resources into the context, and utilities.
fn couplings(context: &mut Context, items: &[Item]) -> Vec<Utility> {
    let mut utilities = Vec::new();
    let (mut resources, mut unnamed) = (0, 0);
    for item in items {
        match &item.kind {
            ItemKind::Resource(resource) => {
                context.resources[resources] = couplings::resource(context, item, resource);
                resources += 1;
            }
            ItemKind::Utility(utility) => {
                let name = match &utility.name {
                    Some(name) => name.text.clone(),
                    None => {
                        unnamed += 1;
                        if unnamed == 1 {
                            "utility".to_owned()
                        } else {
                            format!("utility.{unnamed}")
                        }
                    }
                };
                utilities.extend(couplings::utility(context, item, utility, name));
            }
            _ => {}
        }
    }
    utilities
}

/// Says which parts a spec lacks: an error when it asks for artefacts, else a warning.
fn parts(context: &mut Context, items: &[Item]) {
    let has = |kind: fn(&ItemKind) -> bool| items.iter().any(|item| kind(&item.kind));
    if context.incomplete || broken(items) {
        return;
    }
    let Some(fibre) = items.iter().find(|item| matches!(item.kind, ItemKind::Fibre(_))) else {
        return;
    };
    let wanted = has(|kind| {
        matches!(
            kind,
            ItemKind::Emit(_)
                | ItemKind::Decomposition(_)
                | ItemKind::Observe(_)
                | ItemKind::Enforce(_)
                | ItemKind::Export(_)
        )
    });
    let lacking = [
        (
            has(|kind| matches!(kind, ItemKind::Utility(_))),
            "nothing is maximised",
            "utility log(x);",
        ),
        (
            has(|kind| matches!(kind, ItemKind::Resource(_))),
            "nothing is shared",
            "resource budget = x <= 1;",
        ),
    ];
    for (_, message, example) in lacking.iter().filter(|(has, ..)| !has) {
        let span = fibre.at(fibre.span);
        let (code, message) = (codes::NOTHING_TO_DO, format!("{message} in this spec"));
        let diagnostic = if wanted {
            Diagnostic::error(code, span, message)
        } else {
            Diagnostic::warning(code, span, message)
        };
        context.report(diagnostic.note(format!("add what it is about: `{example}`")));
    }
}
