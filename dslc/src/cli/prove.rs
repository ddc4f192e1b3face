//! `dslc prove`: the proof of a spec through `coqc`, with what it assumes.

use std::path::PathBuf;

use serde::Serialize;

use super::output::{Format, Output};
use super::{Exit, failures, proof, spec};
use crate::emit;

/// Arguments of `dslc prove`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    fibre: &'a str,
    theorem: String,
    checked: bool,
    assumptions: &'a [String],
    /// Reads that are so many rounds old stay outside of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<u32>,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let spec = match spec::load(&args.spec, out) {
        Ok(spec) => spec,
        Err(exit) => return exit,
    };
    let text = match emit::coq::proof(&spec.plan, &spec.certificate) {
        Ok(text) => text,
        Err(error) => {
            return failures::emit(&error, &spec.name, out);
        }
    };
    out.progress("checking the proof");
    let theorem = format!("{}_stable", spec.plan.fibre);
    match proof::check_text(&format!("{theorem}.v"), text.as_bytes()) {
        Ok(assumptions) => {
            let fibre = spec.plan.fibre.as_str();
            let delay = Some(spec.certificate.delay()).filter(|delay| *delay > 0);
            let assumptions = assumptions.as_slice();
            print(&Document { fibre, theorem, checked: true, assumptions, delay }, out);
            Exit::Fine
        }
        Err(error) => failures::prove(&error, &spec.name, out),
    }
}

fn print(document: &Document<'_>, out: &Output) {
    if out.format() != Format::Human {
        out.json(document);
        return;
    }
    let assumes = if document.assumptions.is_empty() {
        "nothing".to_owned()
    } else {
        document.assumptions.join(", ")
    };
    let delay = document.delay.map_or(String::new(), |rounds| {
        format!(
            "  reads that are up to {rounds} rounds old are beyond it: their proof is on paper\n"
        )
    });
    out.result(&format!(
        "{}: `{}` is checked by coqc\n  it assumes {assumes}\n{delay}",
        document.fibre, document.theorem
    ));
}
