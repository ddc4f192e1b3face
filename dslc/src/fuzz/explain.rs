//! The whole front end and what `dslc explain` says: every message renders, and every spec that is
//! accepted can be explained, for people and for programs.

use proptest::prelude::*;

use super::{corpus, inside, run};
use crate::cli::explain::{document, text};
use crate::cli::spec::Checked;
use crate::diag::{self, Report};

fn is_explained(spec: String) -> Result<(), TestCaseError> {
    let compiled = crate::compile("spec.num", &spec);
    inside(&compiled.sources, &compiled.diagnostics)?;
    let has_errors = diag::has_errors(&compiled.diagnostics);
    prop_assert!(has_errors || compiled.model.is_some());
    let diagnostics = compiled.diagnostics.into_iter().take(20).collect();
    let report = Report { sources: compiled.sources.clone(), diagnostics };
    diag::human::render(&report, true);
    diag::json::render(std::slice::from_ref(&report));
    diag::sarif::render(std::slice::from_ref(&report));
    let Some(model) = compiled.model else { return Ok(()) };
    let (sources, provenance) = (compiled.sources, compiled.provenance);
    let (plan, decomposition) = (compiled.plan, compiled.decomposition);
    let checked = Checked { sources, provenance, model, plan, decomposition, has_errors };
    let document = document::of(&checked);
    prop_assert!(text::render(&document).contains(&document.fibre));
    let json = serde_json::to_value(&document);
    let expressions = json.ok().and_then(|json| json["expressions"].as_array().map(Vec::len));
    prop_assert_eq!(expressions, Some(document.expressions.len()));
    Ok(())
}

#[test]
fn mutated_specs() {
    run(corpus::mutated(), is_explained);
}

#[test]
fn the_specs_themselves() {
    for spec in corpus::specs() {
        let told = is_explained(spec.to_owned());
        assert!(told.is_ok(), "{told:?}: {spec}");
    }
}
