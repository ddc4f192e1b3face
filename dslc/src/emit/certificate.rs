//! `certificate.json`: what was derived and checked, for whoever wants to check it again.

use serde::Serialize;

use super::{Artifact, EmitError};
use crate::certify::Certificate;
use crate::plan::explain::{Explanation, explain, explain_whole};
use crate::plan::ir::Plan;
use crate::plan::whole::Whole;

/// The document.
#[derive(Serialize)]
struct Document<'a> {
    fibre: &'a str,
    source: &'a str,
    #[serde(flatten)]
    derived: Explanation,
}

/// Of a problem that dual prices take apart.
pub fn of_plan(plan: &Plan, certificate: &Certificate) -> Result<Artifact, EmitError> {
    document(&plan.fibre, &plan.source, explain(plan, certificate))
}

/// Of a problem that is run as a whole.
pub fn of_whole(whole: &Whole) -> Result<Artifact, EmitError> {
    document(&whole.fibre, &whole.source, explain_whole(whole))
}

fn document(fibre: &str, source: &str, derived: Explanation) -> Result<Artifact, EmitError> {
    let text = serde_json::to_string_pretty(&Document { fibre, source, derived });
    let text = text.map_err(|error| EmitError(format!("the certificate is no JSON: {error}")))?;
    Ok(Artifact::text("certificate.json", text + "\n"))
}
