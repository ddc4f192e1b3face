//! Problems that dual prices alone do not take apart: what runs them instead, and why.
//!
//! | method | where | condition, checked | certificate |
//! |---|---|---|---|
//! | primal_dual | rows affine, utility separable | `‖Σ^½ A T^½‖ < 1` | ergodic O(1/k) (Chambolle, Pock 2011) |
//! | penalty | everything else | strictly feasible | within mμ of the best at barrier μ |
//!
//! The steps of `primal_dual` are diagonal (Pock and Chambolle 2011): `τ_j = θ / Σ_i |A_ij|` and
//! `σ_i = θ / Σ_j |A_ij|` with θ < 1, so that an agent needs only its own coefficients and a resource
//! only those of its row. By the Schur test `‖Σ^½ A T^½‖² ≤ max_i σ_i Σ_j |A_ij| · max_j τ_j Σ_i |A_ij|`.

use std::collections::BTreeSet;

use super::expand::unsupported;
use super::graph;
use super::ir::CouplingGraph;
use crate::diag::{Code, Diagnostic, codes};
use crate::instance::{Form, Inputs, Instance};
use crate::sema::hir::{Model, SetMembers, Values};

/// How much of the largest admissible step is taken.
pub const SAFETY: f64 = 0.99;

/// A problem that is run by one method as a whole.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Name of the fibre.
    pub fibre: String,
    /// The spec's file name, without its folder.
    pub source: String,
    /// Every resource, in the order of the spec.
    pub resources: Vec<Resource>,
    /// Coupling of the resources through the variables.
    pub graph: CouplingGraph,
    /// What runs it.
    pub method: Method,
    /// Why, in a sentence.
    pub why: String,
}

/// One instance of a resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name, with its members.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// What there is, in that unit.
    pub capacity: f64,
    /// `Σ_j |A_ij|` in units of the spec: a step of `primal_dual` stays below its reciprocal.
    pub row_sum: f64,
}

/// What runs a problem as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Primal-dual hybrid gradient.
    PrimalDual,
    /// Log barrier, by one owner.
    Penalty,
}

impl Method {
    /// Its name in a spec.
    pub fn name(self) -> &'static str {
        match self {
            Method::PrimalDual => "primal_dual",
            Method::Penalty => "penalty",
        }
    }
}

/// What dual ascent refuses and another method may take.
const REFUSALS: &[Code] = &[
    codes::NOT_DECOMPOSED_YET,
    codes::NOT_LINEAR,
    codes::NO_CAPACITY,
    codes::UNBOUNDED,
    codes::NOT_STRICTLY_CONCAVE,
];

/// The method that a spec asks for, when it is one of these; none for `dual` and `auto`.
pub fn asked(model: &Model) -> Option<Method> {
    let names = model.decomposition.iter().map(|each| each.method.value.as_str());
    let methods = [Method::PrimalDual, Method::Penalty];
    names.filter_map(|name| methods.into_iter().find(|method| method.name() == name)).next()
}

/// Whether the whole may be run by another method than dual ascent, which refuses it for these reasons
/// or was not asked for; the errors say why not.
pub fn may_take(
    model: &Model,
    refusals: Vec<Diagnostic>,
) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let dual = model.decomposition.iter().find(|each| each.method.value == "dual");
    let uses = [
        model.emits.first().map(|emit| ("an artefact", emit.span)),
        model.observes.first().map(|port| ("a port", port.span)),
        model.enforces.first().map(|port| ("a port", port.span)),
    ];
    let used = uses.into_iter().flatten().next();
    match (asked(model), dual, used) {
        (Some(method), Some(dual), _) => {
            let what = format!("one resource by `dual` and another by `{}`", method.name());
            Err(vec![*unsupported(dual.method.span, what, "one method for all of them")])
        }
        (Some(method), None, Some((what, span))) => {
            let what = format!("{what} of a problem that `{}` runs", method.name());
            Err(vec![*unsupported(span, what, "`dual`, whose prices each layer reads by itself")])
        }
        (Some(_), None, None) => Ok(refusals),
        (None, dual, used) => {
            let other = refusals.iter().any(|each| !REFUSALS.contains(&each.code));
            if dual.is_some() || used.is_some() || other { Err(refusals) } else { Ok(refusals) }
        }
    }
}

/// Chooses the method of a whole problem; `refusals` say why it is not dual ascent.
pub fn derive(model: &Model, refusals: &[Diagnostic]) -> Result<Whole, Box<Diagnostic>> {
    let late = late(model);
    let because = match (refusals.first(), &late) {
        (_, Some(late)) => late.clone(),
        (Some(first), None) => format!("dual ascent does not settle here: {}", first.message),
        (None, None) => "the spec asks for it".to_owned(),
    };
    if late.is_some() {
        let (method, why) = (Method::Penalty, format!("{because}; its owner solves it then"));
        let (resources, graph) = (Vec::new(), CouplingGraph::default());
        let (fibre, source) = (model.fibre.value.clone(), model.file.clone());
        return Ok(Whole { fibre, source, resources, graph, method, why });
    }
    let instance = Instance::new(model, &Inputs::default())?;
    let method = match (asked(model), separable(&instance)) {
        (Some(Method::Penalty), _) => Method::Penalty,
        (_, Ok(())) => Method::PrimalDual,
        (None, Err(_)) => Method::Penalty,
        (Some(Method::PrimalDual), Err(what)) => return Err(not_separable(model, &what)),
    };
    let why = match (method, separable(&instance)) {
        (Method::PrimalDual, _) => format!(
            "{because}; primal-dual steps settle for every concave utility, with \
             σ = {SAFETY} / Σ|A| along each resource and τ = {SAFETY} / Σ|A| along each variable, \
             whose product bounds ‖A‖² by {:.4} < 1",
            SAFETY * SAFETY
        ),
        (Method::Penalty, Ok(())) => format!("{because}; its owner follows the barrier's path"),
        (Method::Penalty, Err(what)) => {
            format!("{because}; {what}, so that one owner follows the barrier's path")
        }
    };
    Ok(Whole {
        fibre: model.fibre.value.clone(),
        source: model.file.clone(),
        resources: resources(model, &instance),
        graph: coupling(&instance),
        method,
        why,
    })
}

/// What is known only at run time, if anything is.
fn late(model: &Model) -> Option<String> {
    let input = model.params.iter().find(|param| matches!(param.values, Values::Input(..)));
    let open = model.sets.iter().find(|set| matches!(set.members, SetMembers::Open(_)));
    match (input, open) {
        (Some(param), _) => Some(format!("`{}` is known only at run time", param.name.value)),
        (None, Some(set)) => {
            Some(format!("the members of `{}` are known only at run time", set.name.value))
        }
        (None, None) => None,
    }
}

/// Whether every row is affine and every term of the utility depends on one variable; or what is not.
fn separable(instance: &Instance) -> Result<(), String> {
    if instance.rows.iter().any(|row| !row.form.is_affine()) {
        return Err("a resource is used by a curved function of the variables".to_owned());
    }
    for (_, atom) in &instance.objective.terms {
        let mut columns = BTreeSet::new();
        atom.columns(&mut columns);
        if columns.len() > 1 {
            return Err(format!("`{}` in the utility joins several variables", atom.atom));
        }
    }
    Ok(())
}

fn not_separable(model: &Model, what: &str) -> Box<Diagnostic> {
    let asked = model.decomposition.iter().find(|each| each.method.value == "primal_dual");
    let span = asked.map_or(model.fibre.span, |each| each.method.span);
    Box::new(
        Diagnostic::error(
            codes::NOT_LINEAR,
            span,
            format!("`primal_dual` cannot run this: {what}"),
        )
        .note("its steps are those of each variable alone, against affine resources")
        .fix("let the compiler choose", span, "auto"),
    )
}

fn resources(model: &Model, instance: &Instance) -> Vec<Resource> {
    let resource = |row: &crate::instance::Row| Resource {
        name: instance.row_name(model, row),
        unit: model.resources[row.resource].unit.text.clone(),
        capacity: row.capacity,
        row_sum: row.form.linear.iter().map(|(_, coefficient)| coefficient.abs()).sum(),
    };
    instance.rows.iter().map(resource).collect()
}

fn coupling(instance: &Instance) -> CouplingGraph {
    let mut routes = vec![Vec::new(); instance.layout.columns()];
    for (id, row) in instance.rows.iter().enumerate() {
        for column in all_columns(&row.form) {
            if let Some(route) = routes.get_mut(column) {
                route.push(id);
            }
        }
    }
    graph::through(instance.rows.len(), routes.iter().map(Vec::as_slice))
}

fn all_columns(form: &Form) -> BTreeSet<usize> {
    let mut columns = BTreeSet::new();
    form.columns(&mut columns);
    columns
}
