//! The fixed JSON of `dslc explain SPEC`.

use serde::Serialize;

use super::{recipe, remap};
use crate::certify::Summary;
use crate::cli::spec::Checked;
use crate::concavity::Certificate;
use crate::diag::json;
use crate::plan::explain::{Explanation, explain};
use crate::plan::methods;
use crate::sema::hir::{Curvature, Expr, Facts, Proof, Rational, Sign};
use crate::sema::interval::Interval;

/// What is known of a spec.
#[derive(Debug, Serialize)]
pub struct Document {
    /// The fibre's name.
    pub fibre: String,
    /// How it becomes a problem that prices run, step by step.
    pub recipe: Vec<recipe::Step>,
    /// Every `let`, `resource` and `utility`, in this order.
    pub expressions: Vec<Expression>,
    /// The core that the fibre remaps, and why it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remap: Option<remap::Report>,
    /// Resources, graph, decomposition, certificate; left out when no plan can be derived.
    #[serde(flatten)]
    pub derived: Option<Explanation>,
    /// What was checked; left out when nothing was.
    #[serde(skip_serializing_if = "Certificates::is_empty")]
    pub certificate: Certificates,
}

/// What was checked of a spec.
#[derive(Debug, Serialize)]
pub struct Certificates {
    /// Of its plan.
    #[serde(flatten)]
    pub plan: Option<Summary>,
    /// Of the curvature of what the disciplined rules leave unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub concavity: Vec<Certificate>,
}

impl Certificates {
    fn is_empty(&self) -> bool {
        self.plan.is_none() && self.concavity.is_empty()
    }
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
    /// An interval that holds its values, in its unit; `null` where it is unbounded.
    pub interval: [Option<f64>; 2],
}

/// Collects what is known of a spec.
pub fn of(spec: &Checked) -> Document {
    let model = &spec.model;
    let lets = model.lets.iter().map(|each| (each.name.value.clone(), &each.body, each.proof));
    let resources =
        model.resources.iter().map(|each| (each.name.value.clone(), &each.use_, each.proof));
    let utilities = model.utilities.iter().map(|each| (each.name.clone(), &each.body, each.proof));
    let all = lets.chain(resources).chain(utilities);
    let derived = match (&spec.plan, &spec.decomposition) {
        (Some((plan, certificate)), _) => Some(explain(plan, certificate)),
        (None, decomposition) => decomposition.as_ref().map(methods::report::explain),
    };
    Document {
        fibre: model.fibre.value.clone(),
        recipe: recipe::of(spec, derived.as_ref()),
        expressions: all.map(|(name, body, proof)| expression(spec, name, body, proof)).collect(),
        remap: remap::of(spec),
        certificate: Certificates {
            plan: derived.as_ref().map(|derived| derived.certificate.clone()),
            concavity: model.certificates.clone(),
        },
        derived,
    }
}

fn expression(spec: &Checked, name: String, body: &Expr, proof: Proof) -> Expression {
    let facts = &body.facts;
    let words = spec.sources.slice(body.span).split_whitespace().collect::<Vec<_>>();
    let (file, span) = json::span(&spec.sources, spec.provenance.core_place(body.span));
    Expression {
        name,
        text: words.join(" "),
        file: file.to_owned(),
        span,
        unit: facts.unit.text.clone(),
        sign: sign(facts.sign),
        curvature: curvature(facts.curvature),
        proof: match proof {
            Proof::None => "none",
            Proof::Rules => "rules",
            Proof::Symbolic => "symbolic",
            Proof::Interval => "interval",
        },
        interval: in_unit(facts),
    }
}

/// The interval of the values in the unit that the spec writes, rounded outwards.
fn in_unit(facts: &Facts) -> [Option<f64>; 2] {
    let end = |end: f64| Some(Rational::from_float(end)? / &facts.unit.scale);
    let (lo, hi) = (end(facts.interval.0), end(facts.interval.1));
    let interval = Interval::between(lo.as_ref(), hi.as_ref());
    [interval.lo, interval.hi].map(|end| end.is_finite().then_some(end))
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
