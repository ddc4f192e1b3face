//! The fixed JSON of `dslc explain SPEC`.

use serde::Serialize;

use super::remap;
use crate::cli::spec::Checked;
use crate::diag::json;
use crate::plan::explain::{Explanation, explain, explain_whole};
use crate::sema::hir::{Curvature, Expr, Sign};

/// What is known of a spec.
#[derive(Debug, Serialize)]
pub struct Document {
    /// The fibre's name.
    pub fibre: String,
    /// Every `let`, `resource` and `utility`, in this order.
    pub expressions: Vec<Expression>,
    /// The core that the fibre remaps, and why it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remap: Option<remap::Report>,
    /// Resources, graph, decomposition, certificate; left out when no plan can be derived.
    #[serde(flatten)]
    pub derived: Option<Explanation>,
}

/// What is known of a named expression.
#[derive(Debug, Serialize)]
pub struct Expression {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// In which file.
    pub file: String,
    /// Where it stands.
    pub span: json::Span,
    /// Its unit as the spec writes it; empty when dimensionless.
    pub unit: String,
    /// Its sign.
    pub sign: &'static str,
    /// Its curvature in the variables.
    pub curvature: &'static str,
    /// How the curvature is known.
    pub proof: &'static str,
    /// An interval that holds its values; `null` where it is unbounded.
    pub interval: [Option<f64>; 2],
}

/// Collects what is known of a spec.
pub fn of(spec: &Checked) -> Document {
    let model = &spec.model;
    let lets = model.lets.iter().map(|each| (each.name.value.clone(), &each.body));
    let resources = model.resources.iter().map(|each| (each.name.value.clone(), &each.use_));
    let utilities = model.utilities.iter().map(|each| (each.name.clone(), &each.body));
    let all = lets.chain(resources).chain(utilities);
    Document {
        fibre: model.fibre.value.clone(),
        expressions: all.map(|(name, body)| expression(spec, name, body)).collect(),
        remap: remap::of(spec),
        derived: match (&spec.plan, &spec.whole) {
            (Some((plan, certificate)), _) => Some(explain(plan, certificate)),
            (None, whole) => whole.as_ref().map(explain_whole),
        },
    }
}

fn expression(spec: &Checked, name: String, body: &Expr) -> Expression {
    let facts = &body.facts;
    let words = spec.sources.slice(body.span).split_whitespace().collect::<Vec<_>>();
    let (file, span) = json::span(&spec.sources, spec.provenance.core_place(body.span));
    let bound = |value: f64| value.is_finite().then_some(value);
    Expression {
        name,
        text: words.join(" "),
        file: file.to_owned(),
        span,
        unit: facts.unit.text.clone(),
        sign: sign(facts.sign),
        curvature: curvature(facts.curvature),
        proof: if facts.curvature == Curvature::Unknown { "none" } else { "rules" },
        interval: [bound(facts.interval.0), bound(facts.interval.1)],
    }
}

fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Zero => "zero",
        Sign::Nonneg => "nonneg",
        Sign::Nonpos => "nonpos",
        Sign::Unknown => "unknown",
    }
}

/// A curvature's name in JSON.
pub fn curvature(curvature: Curvature) -> &'static str {
    match curvature {
        Curvature::Constant => "constant",
        Curvature::Affine => "affine",
        Curvature::Convex => "convex",
        Curvature::Concave => "concave",
        Curvature::Unknown => "unknown",
    }
}
