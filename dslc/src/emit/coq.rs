//! The proof: an instance of the library `Num` with this plan's numbers.

use serde::Serialize;

use super::{Artifact, EmitError, template};
use crate::certify::Certificate;
use crate::plan::fixed_point::least_price;
use crate::plan::ir::{Family, Kind, Members, Plan, Rational, Step, Utility};

#[derive(Serialize)]
struct Context {
    fibre: String,
    spec_file: String,
    links: Vec<LinkContext>,
    families: Vec<FamilyContext>,
    fill: Vec<(usize, usize)>,
    theta: String,
    width: usize,
    delay: u32,
    worth: Option<WorthContext>,
}

#[derive(Serialize)]
struct WorthContext {
    floor: String,
    families: Vec<usize>,
}

#[derive(Serialize)]
struct LinkContext {
    id: usize,
    name: String,
    capacity: String,
    scale: String,
    neighbours: Vec<usize>,
    step: StepContext,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum StepContext {
    Population { num: String, per_family: Vec<Denominator> },
    Constant { alpha: String },
}

#[derive(Serialize)]
struct Denominator {
    family: usize,
    den: String,
}

#[derive(Serialize)]
struct FamilyContext {
    id: usize,
    name: String,
    kinds: Vec<KindContext>,
    mu: String,
    route: Vec<RouteContext>,
    at_most: u32,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum KindContext {
    Log { w: String, lo: String, hi: String },
    Quad { b: String, k: String, lo: String, hi: String },
}

#[derive(Serialize)]
struct RouteContext {
    link: usize,
    coefficient: String,
}

/// `proofs/<fibre>_stable.v`.
pub fn emit(plan: &Plan, certificate: &Certificate) -> Result<Vec<Artifact>, EmitError> {
    let path = format!("proofs/{}_stable.v", plan.fibre);
    Ok(vec![Artifact::text(path, proof(plan, certificate)?)])
}

/// The text of the proof.
pub fn proof(plan: &Plan, certificate: &Certificate) -> Result<String, EmitError> {
    if !plan.graph.is_listed() {
        let needs = "the proof follows an elimination ordering of the coupling graph, and the edges of this one are too many to list";
        return Err(EmitError(needs.to_owned()));
    }
    let families: Result<Vec<_>, _> = plan.families.iter().enumerate().map(family).collect();
    let context = Context {
        fibre: plan.fibre.clone(),
        spec_file: plan.source.clone(),
        // Coq reads the elimination ordering off the order of the links.
        links: plan.graph.order.iter().map(|&id| link(plan, id)).collect(),
        families: families?,
        fill: plan.graph.fill.iter().map(|(a, b)| (a + 1, b + 1)).collect(),
        theta: literal(certificate.theta()),
        width: plan.graph.width,
        delay: certificate.delay(),
        worth: worth(plan),
    };
    template::render("coq/stable.v.j2", context)
}

/// The families whose worth evidence lowers, and the least price of the loop that prices them.
fn worth(plan: &Plan) -> Option<WorthContext> {
    let falls = |family: &Family| family.kinds.iter().any(|kind| !kind.lowering.is_empty());
    let families: Vec<_> =
        (1..).zip(&plan.families).filter_map(|(id, family)| falls(family).then_some(id)).collect();
    let control = plan.control.as_ref().filter(|_| !families.is_empty())?;
    Some(WorthContext { floor: literal(&least_price(&control.rule)), families })
}

fn link(plan: &Plan, id: usize) -> LinkContext {
    let resource = &plan.resources[id];
    let edges = plan.graph.edges.iter().chain(&plan.graph.fill);
    let neighbour = |&(a, b): &(usize, usize)| match (a == id, b == id) {
        (true, _) => Some(b + 1),
        (_, true) => Some(a + 1),
        _ => None,
    };
    LinkContext {
        id: id + 1,
        name: resource.name.clone(),
        capacity: literal(&resource.capacity),
        scale: literal(&resource.scale),
        neighbours: edges.filter_map(neighbour).collect(),
        step: match &resource.step {
            Step::Constant(alpha) => StepContext::Constant { alpha: literal(alpha) },
            Step::Population { numerator, terms } => StepContext::Population {
                num: literal(numerator),
                per_family: terms
                    .iter()
                    .map(|(family, term)| Denominator { family: family + 1, den: literal(term) })
                    .collect(),
            },
        },
    }
}

fn family((id, family): (usize, &Family)) -> Result<FamilyContext, EmitError> {
    let kinds: Result<Vec<_>, _> = family.kinds.iter().map(|of| kind(family, of)).collect();
    Ok(FamilyContext {
        id: id + 1,
        name: family.name.clone(),
        kinds: kinds?,
        mu: literal(&family.mu),
        route: family
            .route
            .iter()
            .map(|(link, a)| RouteContext { link: link + 1, coefficient: literal(a) })
            .collect(),
        at_most: match family.members {
            Members::One => 1,
            Members::Open { at_most, .. } => at_most,
        },
    })
}

fn kind(family: &Family, kind: &Kind) -> Result<KindContext, EmitError> {
    let (lo, hi) = (literal(&family.lo), literal(&kind.hi));
    match &kind.utility {
        Utility::Log { weight } => Ok(KindContext::Log { w: literal(weight), lo, hi }),
        Utility::Quadratic { slope, curvature } => {
            Ok(KindContext::Quad { b: literal(slope), k: literal(curvature), lo, hi })
        }
        Utility::Power { .. } | Utility::Entropy { .. } | Utility::Sum(_) => {
            Err(EmitError(format!(
                "the proof library has no lemma yet for the utility of `{}`: it knows weighted \
                 logarithms and strictly concave quadratics",
                family.name
            )))
        }
    }
}

/// A rational as Coq's `Q` reads it.
fn literal(value: &Rational) -> String {
    format!("({}#{})", value.numer(), value.denom())
}
