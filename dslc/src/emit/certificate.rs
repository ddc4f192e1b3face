//! `certificate.json`: what was derived and checked, for whoever wants to check it again.

use serde::Serialize;

use super::{Artifact, EmitError};
use crate::certify::{Certificate, Summary};
use crate::concavity;
use crate::plan::explain::{Explanation, explain};
use crate::plan::ir::Plan;
use crate::plan::methods::{self, Decomposition};

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    fibre: &'a str,
    source: &'a str,
    #[serde(flatten)]
    derived: &'a Explanation,
    certificate: Checked<'a>,
}

/// What was checked of the plan, and of the curvature that the rules leave unknown.
#[derive(Serialize)]
struct Checked<'a> {
    #[serde(flatten)]
    plan: &'a Summary,
    concavity: &'a [concavity::Certificate],
}

/// Of a problem that dual prices take apart.
pub fn of_plan(
    plan: &Plan,
    certificate: &Certificate,
    concavity: &[concavity::Certificate],
) -> Result<Artifact, EmitError> {
    document(&plan.fibre, &plan.source, &explain(plan, certificate), concavity)
}

/// Of a problem without a plan.
pub fn of_decomposition(
    decomposition: &Decomposition,
    concavity: &[concavity::Certificate],
) -> Result<Artifact, EmitError> {
    let Decomposition { fibre, source, .. } = decomposition;
    document(fibre, source, &methods::report::explain(decomposition), concavity)
}

fn document(
    fibre: &str,
    source: &str,
    derived: &Explanation,
    concavity: &[concavity::Certificate],
) -> Result<Artifact, EmitError> {
    let certificate = Checked { plan: &derived.certificate, concavity };
    let document = Document { fibre, source, derived, certificate };
    let text = serde_json::to_string_pretty(&document);
    let text = text.map_err(|error| EmitError(format!("the certificate is no JSON: {error}")))?;
    Ok(Artifact::text("certificate.json", text + "\n"))
}
