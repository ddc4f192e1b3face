//! From a checked spec to what every emitter reads: routes, curvature, steps, integers, ports.
//!
//! `derive` runs the stages in order; each is a file and reads only what came before it.

pub mod autoscale;
mod control;
pub mod expand;
pub mod explain;
mod families;
mod feasible;
pub mod fixed_point;
pub mod graph;
pub mod ir;
pub mod methods;
mod names;
pub mod ports;
mod presolve;
mod resources;
mod route;
pub mod step;
pub mod utility;
pub mod worth;

use crate::diag::{Diagnostic, Severity, Sources};
use crate::sema::hir::{self, Model};
use ir::{Autoscaler, Export, ExportValue, Members, Plan, Target};
use methods::Decomposition;

/// What is derived from a checked spec.
#[derive(Debug, Default)]
pub struct Derived {
    /// Agents and resources that dual prices take apart, from which artefacts are made.
    pub plan: Option<Plan>,
    /// A method for each resource of the problem in numbers, where there is no plan.
    pub decomposition: Option<Decomposition>,
    /// What there is to say.
    pub diagnostics: Vec<Diagnostic>,
}

/// Derives the plan of a checked spec; `sources` are its texts, for comments in artefacts. A plan comes
/// back only without errors; warnings may come with it.
pub fn derive(model: &Model, sources: &Sources) -> Derived {
    let mut derived = Derived::default();
    // Named expressions alone share nothing: there is nothing to plan, and nothing wrong.
    if model.resources.is_empty() || model.utilities.is_empty() {
        return derived;
    }
    let mut refusals = Vec::new();
    if route::dual_prices_may(model) {
        let plan = stages(model, sources, &mut derived.diagnostics);
        let is_error = |each: &Diagnostic| each.severity == Severity::Error;
        refusals = derived.diagnostics.extract_if(.., |each| is_error(each)).collect();
        derived.plan = plan.filter(|plan| refusals.is_empty() && route::keeps(model, plan));
    }
    if derived.plan.is_none() {
        let held = route::held_at_zero(model, &refusals);
        match route::without_a_plan(model, refusals) {
            Ok(decomposition) => {
                derived.decomposition = Some(decomposition);
                derived.diagnostics.extend(held);
            }
            Err(errors) => derived.diagnostics.extend(errors),
        }
    }
    derived
}

fn stages(model: &Model, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Plan> {
    let expander = expand::Expander::new(model);
    let mut warnings = Vec::new();
    let uses = resources::uses(model, &expander, &mut warnings);
    diagnostics.append(&mut warnings);
    let uses = keep(uses, diagnostics)?;
    let families = families::families(model, &expander, &uses, &mut warnings);
    diagnostics.append(&mut warnings);
    let families = keep(families, diagnostics)?;
    let full = feasible::check(model, &uses, &families);
    keep(if full.is_empty() { Ok(()) } else { Err(full) }, diagnostics)?;
    let resources = keep(resources::resources(model, &uses, &families), diagnostics)?;
    let graph = graph::coupling(resources.len(), &families);
    let control = control::control(model, sources, &uses, &families, &resources, &mut warnings);
    diagnostics.append(&mut warnings);
    let control = keep(control, diagnostics)?;
    let exports = exports(model, &uses, &families);
    Some(Plan {
        fibre: model.fibre.value.clone(),
        source: model.file.clone(),
        resources,
        autoscaler: autoscaler(&exports),
        families: families.into(),
        graph,
        control,
        exports,
        targets: targets(model),
    })
}

/// Moves a stage's errors to the list.
fn keep<T>(result: Result<T, Vec<Diagnostic>>, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(errors) => {
            diagnostics.extend(errors);
            None
        }
    }
}

fn exports(model: &Model, uses: &resources::Uses, families: &families::Families) -> Vec<Export> {
    let export = |export: &hir::Export| {
        let name = export.name.value.clone();
        match &export.value {
            hir::ExportValue::Price(item) => {
                let resource = uses.first_of(*item)?;
                let per = &model.resources[*item].unit.text;
                let unit = if per.is_empty() { String::new() } else { format!("1/{per}") };
                Some(Export { name, value: ExportValue::Price(resource), unit, target: None })
            }
            hir::ExportValue::Mean(variable) => {
                let family = families.index_of(*variable)?;
                let unit = model.variables[*variable].unit.text.clone();
                let target = Some(families[family].hi.clone());
                Some(Export { name, value: ExportValue::Mean(family), unit, target })
            }
        }
    };
    model.exports.iter().filter_map(export).collect()
}

fn autoscaler(exports: &[Export]) -> Option<Autoscaler> {
    let mean = exports.iter().find(|e| matches!(e.value, ExportValue::Mean(_)))?;
    Some(autoscale::shared_capacity(&mean.name, mean.target.clone()?))
}

/// Names of the artefacts, as a spec writes them.
pub const TARGETS: &[(&str, Target)] = &[
    ("ebpf", Target::Ebpf),
    ("daemon", Target::Daemon),
    ("llvm", Target::Llvm),
    ("k8s", Target::K8s),
    ("coq", Target::Coq),
];

fn targets(model: &Model) -> Vec<Target> {
    let named = |target: &&(&str, Target)| model.emits.iter().any(|emit| emit.value == target.0);
    TARGETS.iter().filter(named).map(|(_, target)| *target).collect()
}

/// Whether members of the family come and go.
pub(crate) fn is_open(members: &Members) -> bool {
    matches!(members, Members::Open { .. })
}
