//! What was derived and why, in numbers and in sentences.

use num_traits::ToPrimitive;
use serde::Serialize;

use super::ir::{Control, CouplingGraph, Members, Plan, Rational, Step};
use super::step;
use super::whole::{Method, SAFETY, Whole};
use crate::certify::{Certificate, Summary};
use crate::graph::Clique;

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
    /// Why, in a sentence with the numbers.
    pub why: String,
}

/// The control loop.
#[derive(Clone, Debug, Serialize)]
pub struct ControlReport {
    /// Name of the price.
    pub price: String,
    /// Period in seconds.
    pub period: f64,
    /// Fractional bits of the price and of its carry.
    pub bits: (u32, u32),
    /// Range of the price, per SI unit.
    pub range: (f64, f64),
    /// The price at the start.
    pub initial: f64,
    /// What each member would get at the start, SI.
    pub initial_demand: Vec<(String, f64)>,
    /// How many members fit the capacity at their lower bounds; the price is at its ceiling beyond.
    pub fits: u64,
}

/// Explains a certified plan.
pub fn explain(plan: &Plan, certificate: &Certificate) -> Explanation {
    let names: Vec<_> = plan.resources.iter().map(|each| each.name.clone()).collect();
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
            .map(|id| decomposition(plan, certificate, id))
            .collect(),
        certificate: certificate.summary(),
        control: plan.control.as_ref().map(control_report),
    }
}

fn decomposition(plan: &Plan, certificate: &Certificate, id: usize) -> DecompositionReport {
    let resource = &plan.resources[id];
    let lipschitz = certificate.lipschitz().get(id).cloned().unwrap_or_default();
    let bound = step::bound(&lipschitz).map_or(f64::INFINITY, |bound| real(&bound));
    let l = real(&lipschitz);
    let (step, rule, why) = match &resource.step {
        Step::Constant(step) => {
            let step = real(step);
            let why = format!(
                "the spec gives {step:.4}, below 2/L = {bound:.4} with L = {l:.4} from the \
                 curvature on the variables' bounds"
            );
            (step, format!("{step}"), why)
        }
        Step::Population { numerator, terms } => {
            let term = |(family, term): &(usize, Rational)| match &plan.families[*family].members {
                Members::One => format!("{:.4}", real(term)),
                Members::Open { set, .. } => format!("{:.4}·|{set}|", real(term)),
            };
            let denominator: Vec<_> = terms.iter().map(term).collect();
            let rule = format!("{:.4} / ({})", real(numerator), denominator.join(" + "));
            let step = if l > 0.0 { real(numerator) / l } else { 0.0 };
            let why = format!(
                "several owners with strictly concave utilities share `{}`: dual ascent with the \
                 step {rule}, which is {:.0} % of the bound 2/L at every population",
                resource.name,
                50.0 * real(numerator)
            );
            (step, rule, why)
        }
    };
    let (resource, method) = (resource.name.clone(), "dual");
    let (step, step_bound) = (Some(step), Some(bound));
    DecompositionReport { resource, method, step, step_bound, step_rule: rule, why }
}

/// Explains a problem that is run as a whole.
pub fn explain_whole(whole: &Whole) -> Explanation {
    let names: Vec<_> = whole.resources.iter().map(|each| each.name.clone()).collect();
    let (certificate, rule) = match whole.method {
        Method::PrimalDual => (
            Summary {
                kind: "ergodic",
                theta: SAFETY.to_string(),
                rate: "the gap at the average of k iterates is O(1/k)".to_owned(),
                integer_bits: None,
            },
            format!("{SAFETY} / Σ|A| of its row"),
        ),
        Method::Penalty => (
            Summary {
                kind: "barrier",
                theta: "1".to_owned(),
                rate: "within mμ of the best at barrier μ, for m resources".to_owned(),
                integer_bits: None,
            },
            "found by backtracking".to_owned(),
        ),
    };
    let decomposition = whole.resources.iter().map(|each| {
        let bound = (whole.method == Method::PrimalDual && each.row_sum > 0.0)
            .then(|| each.row_sum.recip());
        DecompositionReport {
            resource: each.name.clone(),
            method: whole.method.name(),
            step: bound.map(|bound| SAFETY * bound),
            step_bound: bound,
            step_rule: rule.clone(),
            why: whole.why.clone(),
        }
    });
    Explanation {
        decomposition: decomposition.collect(),
        resources: whole
            .resources
            .iter()
            .map(|each| ResourceReport {
                name: each.name.clone(),
                unit: each.unit.clone(),
                capacity: each.capacity,
            })
            .collect(),
        families: Vec::new(),
        graph: graph_report(&whole.graph, &names),
        certificate,
        control: None,
    }
}

fn graph_report(graph: &CouplingGraph, names: &[String]) -> GraphReport {
    let name = |id: usize| names.get(id).cloned().unwrap_or_default();
    let pairs =
        |edges: &[(usize, usize)]| edges.iter().map(|(a, b)| (name(*a), name(*b))).collect();
    let clique = |clique: &Clique| CliqueReport {
        nodes: clique.members.iter().map(|id| name(*id)).collect(),
        parent: clique.parent,
    };
    GraphReport {
        nodes: names.to_vec(),
        edges: pairs(&graph.edges),
        chordal: graph.chordal,
        order: graph.order.iter().map(|id| name(*id)).collect(),
        width: graph.ordered.then_some(graph.width),
        fill: pairs(&graph.fill),
        fill_edges: graph.fill_edges,
        cliques: graph.cliques.cliques.iter().map(clique).collect(),
    }
}

fn control_report(control: &Control) -> ControlReport {
    let rule = &control.rule;
    let unit = f64::from(rule.frac_bits).exp2();
    let seconds = |quanta: u64| quanta as f64 / 1e9;
    let classes = control.classes.iter().map(|class| (&class.name, &class.demand));
    let computed = control.computed.iter().map(|agent| (&agent.name, &agent.demand));
    let always: u64 = control.computed.iter().map(|agent| agent.demand.lo).sum();
    let least = control.classes.iter().map(|class| class.demand.lo).min().unwrap_or(1).max(1);
    ControlReport {
        price: control.price_name.clone(),
        period: seconds(control.period_ns),
        bits: (rule.frac_bits, rule.carry_bits),
        range: (rule.price_lo as f64 / unit, rule.price_hi as f64 / unit),
        initial: control.initial_price as f64 / unit,
        initial_demand: classes
            .chain(computed)
            .map(|(name, demand)| (name.clone(), seconds(demand.at(control.initial_price))))
            .collect(),
        fits: (rule.capacity.saturating_sub(always) / least).min(u64::from(control.at_most)),
    }
}

fn real(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}
