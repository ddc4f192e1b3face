//! What was derived and why, in numbers and in sentences.

mod control;

use num_traits::ToPrimitive;
use serde::Serialize;

use super::ir::{CouplingGraph, Members, Plan, Rational, Step};
use super::methods::{self, RunnerUp};
use super::resources::{bound_formula, nearest};
use super::step;
use crate::certify::{Certificate, Summary};
use crate::graph::Clique;

pub use control::{ControlReport, EvidenceReport};

/// What a plan rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// What is scarce.
    pub resources: Vec<ResourceReport>,
    /// Who shares it.
    pub families: Vec<FamilyReport>,
    /// How the resources are coupled, by name.
    pub graph: GraphReport,
    /// How each resource is decomposed.
    pub decomposition: Vec<DecompositionReport>,
    /// What was checked.
    #[serde(skip_serializing)]
    pub certificate: Summary,
    /// The control loop, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlReport>,
}

/// One resource.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceReport {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Capacity, SI.
    pub capacity: f64,
}

/// One family.
#[derive(Clone, Debug, Serialize)]
pub struct FamilyReport {
    /// Its variable.
    pub name: String,
    /// The largest number of members.
    pub at_most: u32,
    /// Bounds, SI.
    pub bounds: (f64, f64),
    /// Strong concavity on the bounds.
    pub strong_concavity: f64,
}

/// The coupling graph.
#[derive(Clone, Debug, Serialize)]
pub struct GraphReport {
    /// Resources.
    pub nodes: Vec<String>,
    /// Pairs that share a family.
    pub edges: Vec<(String, String)>,
    /// Whether they alone are chordal.
    pub chordal: bool,
    /// A perfect elimination ordering.
    pub order: Vec<String>,
    /// Largest number of later neighbours, fill included; none when the pairs are too many to list.
    pub width: Option<usize>,
    /// Edges that a minimal completion adds; empty when they are too many to list.
    pub fill: Vec<(String, String)>,
    /// How many edges the ordering adds.
    pub fill_edges: usize,
    /// The clique tree of edges and fill together; empty when the fill is not listed.
    pub cliques: Vec<CliqueReport>,
}

/// A maximal clique.
#[derive(Clone, Debug, Serialize)]
pub struct CliqueReport {
    /// Its resources.
    pub nodes: Vec<String>,
    /// Place of the clique that it hangs on: what it shares with any other, it shares with this one.
    pub parent: Option<usize>,
}

/// One resource's decomposition.
#[derive(Clone, Debug, Serialize)]
pub struct DecompositionReport {
    /// The resource.
    pub resource: String,
    /// The method.
    pub method: &'static str,
    /// The step at the largest population, SI; none for a method that searches its own.
    pub step: Option<f64>,
    /// What a constant step must stay below: 2/L for `dual`.
    pub step_bound: Option<f64>,
    /// The step as a function of who is present.
    pub step_rule: String,
    /// L at the largest population: how fast uses answer prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lipschitz: Option<f64>,
    /// The bound of Low and Lapsley (1999) on the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_lapsley: Option<f64>,
    /// Reads are at most so many rounds old.
    #[serde(skip_serializing_if = "is_zero")]
    pub delay: u32,
    /// Why, in a sentence with the numbers.
    pub why: String,
    /// What would have been taken next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
    /// What would change the choice.
    pub would_change: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(rounds: &u32) -> bool {
    *rounds == 0
}

/// Explains a certified plan.
pub fn explain(plan: &Plan, certificate: &Certificate) -> Explanation {
    let names: Vec<_> = plan.resources.iter().map(|each| each.name.clone()).collect();
    let low_lapsley = step::low_lapsley(&plan.families, plan.resources.len());
    Explanation {
        resources: plan
            .resources
            .iter()
            .map(|resource| ResourceReport {
                name: resource.name.clone(),
                unit: resource.unit.clone(),
                capacity: real(&resource.capacity),
            })
            .collect(),
        families: plan
            .families
            .iter()
            .map(|family| FamilyReport {
                name: family.name.clone(),
                at_most: match family.members {
                    Members::One => 1,
                    Members::Open { at_most, .. } => at_most,
                },
                bounds: (real(&family.lo), real(&family.hi)),
                strong_concavity: real(&family.mu),
            })
            .collect(),
        graph: graph_report(&plan.graph, &names),
        decomposition: (0..plan.resources.len())
            .map(|id| decomposition(plan, certificate, id, low_lapsley))
            .collect(),
        certificate: certificate.summary(),
        control: plan.control.as_ref().map(control::report),
    }
}

fn decomposition(
    plan: &Plan,
    certificate: &Certificate,
    id: usize,
    low_lapsley: f64,
) -> DecompositionReport {
    let resource = &plan.resources[id];
    let delay = resource.delay;
    let lipschitz = certificate.lipschitz().get(id).cloned().unwrap_or_default();
    let bound = step::bound(&lipschitz, resource.delay).map_or(f64::INFINITY, |bound| real(&bound));
    let l = real(&lipschitz);
    let formula = bound_formula(resource.delay);
    let delayed = match resource.delay {
        0 => String::new(),
        rounds => format!(", for reads up to D = {rounds} rounds old"),
    };
    let (step, rule, why) = match &resource.step {
        Step::Constant(step) => {
            let step = real(step);
            let why = format!(
                "the spec gives {}, below {formula} = {} with L = {} from the curvature on the \
                 variables' bounds",
                nearest(step),
                nearest(bound),
                nearest(l)
            );
            (step, nearest(step), why)
        }
        Step::Population { numerator, terms } => {
            let rule = population_rule(plan, numerator, terms);
            let step = if l > 0.0 { real(numerator) / l } else { 0.0 };
            let why = format!(
                "several owners with strictly concave utilities share `{}`: dual ascent with the \
                 step {rule}, which is {:.0} % of the bound {formula} at every population{delayed}",
                resource.name,
                50.0 * real(&(numerator * step::delayed(resource.delay)))
            );
            (step, rule, why)
        }
    };
    let (resource, method) = (resource.name.clone(), "dual");
    let (step, step_bound) = (Some(step), Some(bound));
    DecompositionReport {
        resource,
        method,
        step,
        step_bound,
        step_rule: rule,
        lipschitz: Some(l),
        low_lapsley: Some(low_lapsley),
        delay,
        why,
        runner_up: Some(RunnerUp::to_dual()),
        would_change: methods::CHANGES_DUAL.to_owned(),
    }
}

/// The step as a function of who is present; those that are always there are one number.
fn population_rule(plan: &Plan, numerator: &Rational, terms: &[(usize, Rational)]) -> String {
    let mut always = 0.0;
    let mut parts = Vec::new();
    for (family, term) in terms {
        match &plan.families[*family].members {
            Members::One => always += real(term),
            Members::Open { set, .. } => parts.push(format!("{}·|{set}|", nearest(real(term)))),
        }
    }
    if always > 0.0 || parts.is_empty() {
        parts.insert(0, nearest(always));
    }
    let parts = parts.join(" + ");
    let parts = if parts.contains('+') { format!("({parts})") } else { parts };
    format!("{} / {parts}", nearest(real(numerator)))
}

/// The coupling graph of resources with these names.
pub fn graph_report(graph: &CouplingGraph, names: &[String]) -> GraphReport {
    let name = |id: usize| names.get(id).cloned().unwrap_or_default();
    let pairs =
        |edges: &[(usize, usize)]| edges.iter().map(|(a, b)| (name(*a), name(*b))).collect();
    let clique = |clique: &Clique| CliqueReport {
        nodes: clique.members.iter().map(|id| name(*id)).collect(),
        parent: clique.parent,
    };
    GraphReport {
        nodes: names.iter().take(graph.nodes).cloned().collect(),
        edges: pairs(&graph.edges),
        chordal: graph.chordal,
        order: graph.order.iter().map(|id| name(*id)).collect(),
        width: graph.ordered.then_some(graph.width),
        fill: pairs(&graph.fill),
        fill_edges: graph.fill_edges,
        cliques: graph.cliques.cliques.iter().map(clique).collect(),
    }
}

fn real(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}
