//! The five steps by which a problem becomes one that prices run, filled in for a spec.

mod implicit;
mod reach;

use std::collections::BTreeMap;

use serde::Serialize;

use super::coupling::{self, counted, first};
use super::document::curvature;
use super::text::short;
use crate::certify::Summary;
use crate::cli::spec::Checked;
use crate::plan::explain::{DecompositionReport, Explanation};
use crate::sema::hir::{
    Binder, Model, Proof, Rational, Relation, Resource, Set, SetMembers, Unit, Variable,
};

/// Most items of a kind that a step names.
const MOST_NAMED: usize = 4;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which: `variables`, `resources`, `utilities`, `decomposition`, `certificate`.
    pub step: &'static str,
    /// What it comes to, in plain words with the numbers.
    pub text: String,
}

/// The recipe of a spec; `derived` is what was derived from it, if anything was.
pub fn of(spec: &Checked, derived: Option<&Explanation>) -> Vec<Step> {
    let model = &spec.model;
    let mut steps = vec![
        Step { step: "variables", text: variables(model) },
        Step { step: "resources", text: resources(model, derived) },
        Step { step: "utilities", text: utilities(spec) },
    ];
    if let Some(derived) = derived {
        steps.push(Step { step: "decomposition", text: decomposition(&derived.decomposition) });
        let text = certificate(&derived.certificate, spec);
        steps.push(Step { step: "certificate", text });
    }
    steps
}

fn variables(model: &Model) -> String {
    if model.variables.is_empty() {
        return "nothing is decided here".to_owned();
    }
    let each: Vec<_> = model.variables.iter().map(|it| variable(model, it)).collect();
    format!("decided: {}", first(&each, MOST_NAMED))
}

/// `x (one for each of 3 Flow, from 1 Mbit/s to 100 Mbit/s)`.
fn variable(model: &Model, variable: &Variable) -> String {
    let many = many(model, &variable.index);
    let (lo, hi) = (&variable.lo, &variable.hi);
    let end = |end: &Option<Rational>| end.as_ref().map(|value| variable.unit.show(value));
    let range = match (end(lo), end(hi)) {
        (Some(lo), Some(hi)) => format!("from {lo} to {hi}"),
        (Some(lo), None) => format!("from {lo} on"),
        (None, Some(hi)) => format!("up to {hi}"),
        (None, None) => "without bounds".to_owned(),
    };
    format!("{} ({many}{range})", variable.name.value)
}

/// `one for each of 3 Flow, `; nothing of a scalar.
fn many(model: &Model, index: &[Binder]) -> String {
    let sets = index.iter().filter_map(|binder| model.sets.get(binder.set));
    let size = |set: &Set| match &set.members {
        SetMembers::Closed(members) => format!("{} {}", members.len(), set.name.value),
        SetMembers::Open(most) => format!("at most {most} {} at once", set.name.value),
    };
    match sets.map(size).collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        sizes => format!("one for each of {}, ", sizes.join(" × ")),
    }
}

fn resources(model: &Model, derived: Option<&Explanation>) -> String {
    if model.resources.is_empty() {
        return "nothing is shared: no resource couples the decisions".to_owned();
    }
    let each: Vec<_> = model.resources.iter().map(|it| resource(model, it)).collect();
    let scarce = format!("scarce: {}", first(&each, MOST_NAMED));
    match derived.map(|derived| &derived.graph) {
        Some(graph) if graph.nodes.len() == 1 => {
            format!("{scarce}; with one resource nothing is coupled")
        }
        Some(graph) => format!("{scarce}; coupling graph: {}", coupling::shape(graph)),
        None => scarce,
    }
}

/// `exposure (at most 5 s, shared by x and reserve)`.
fn resource(model: &Model, resource: &Resource) -> String {
    let relation = match resource.relation {
        Relation::AtMost => "at most",
        Relation::Equal => "exactly",
        Relation::AtLeast => "at least",
    };
    let capacity = range(&resource.unit, resource.capacity.facts.interval);
    let users = reach::variables(model, [&resource.use_]);
    let users: Vec<_> = users.iter().map(|id| model.variables[*id].name.value.as_str()).collect();
    let users = if users.is_empty() { "nothing".to_owned() } else { first(&users, MOST_NAMED) };
    let many = many(model, &resource.index);
    format!("{} ({many}{relation} {capacity}, used by {users})", resource.name.value)
}

/// One number, or from where to where.
fn range(unit: &Unit, (lo, hi): (f64, f64)) -> String {
    match (unit.show_near(lo), unit.show_near(hi)) {
        (lo, hi) if lo == hi => lo,
        (lo, hi) => format!("{lo} .. {hi}"),
    }
}

fn utilities(spec: &Checked) -> String {
    let model = &spec.model;
    let proof = |proof: Proof| match proof {
        Proof::Rules => "by the rules",
        Proof::Symbolic => "by its second derivatives in closed form",
        Proof::Interval => "by its second derivatives over intervals",
        Proof::None => "unproved",
    };
    let each: Vec<_> = model
        .utilities
        .iter()
        .map(|it| {
            let shape = curvature(it.body.facts.curvature);
            let shape = if shape == "unknown" { "concave" } else { shape };
            format!("{} ({shape} {})", it.name, proof(it.proof))
        })
        .collect();
    let explicit = match each.as_slice() {
        [] => "no utility is written".to_owned(),
        each => format!("written: {}", first(each, MOST_NAMED)),
    };
    match implicit::all(spec).as_slice() {
        [] => format!("{explicit}; implicit: none"),
        implicit => format!("{explicit}; implicit: {}", implicit.join("; ")),
    }
}

fn decomposition(reports: &[DecompositionReport]) -> String {
    let mut methods: BTreeMap<&str, Vec<&DecompositionReport>> = BTreeMap::new();
    reports.iter().for_each(|each| methods.entry(each.method).or_default().push(each));
    let part = |(method, each): (&&str, &Vec<&DecompositionReport>)| {
        let item = |it: &&DecompositionReport| it.resource.split('[').next().map(str::to_owned);
        let mut names: Vec<_> = each.iter().filter_map(item).collect();
        names.dedup();
        let steps = each.iter().filter_map(|it| Some((it.step?, it.step_bound?)));
        let steps = steps.filter(|(_, bound)| bound.is_finite() && *bound > 0.0);
        let step = steps.max_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
        let step = step.map_or(String::new(), |(step, bound)| {
            let of = if each.len() > 1 { "steps such as" } else { "step" };
            format!(", {of} {}, below the bound {}", short(step), short(bound))
        });
        // The first clause: the rest is under its resource.
        let why = each.first().map_or("", |first| first.why.as_str());
        let clause = why.split("; ").next().and_then(|why| why.split(": ").next());
        let why = clause.map_or(String::new(), |why| format!(", since {why}"));
        format!("{} by {method}{step}{why}", first(&names, MOST_NAMED))
    };
    methods.iter().map(part).collect::<Vec<_>>().join("; ")
}

fn certificate(summary: &Summary, spec: &Checked) -> String {
    let promise = match summary.kind {
        "lyapunov" => format!(
            "each round comes nearer to the optimal prices, at θ = {} of the largest step ({})",
            summary.theta, summary.rate
        ),
        _ => format!("{}: {}", summary.kind, summary.rate),
    };
    let bits = summary
        .integer_bits
        .map_or(String::new(), |bits| format!("; its integers need {bits} bits at most"));
    let concavity = match spec.model.certificates.len() {
        0 => String::new(),
        count => format!("; {} of concavity past the rules", counted(count, "certificate")),
    };
    let coq = match &spec.plan {
        Some((plan, _)) if plan.graph.is_listed() => "; `dslc prove` has Coq check it",
        _ => "",
    };
    format!("{promise}{bits}{concavity}{coq}")
}
