//! `dslc explain`: what was derived from a spec and why, or what a code means.

pub(crate) mod document;
mod remap;
pub(crate) mod text;

use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::output::{Format, Output};
use super::spec;
use crate::diag::{Code, pages};

/// Arguments of `dslc explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A spec, or the code of a diagnostic such as N0102.
    #[arg(value_name = "SPEC|CODE")]
    subject: String,
    /// Print the spec with its core filled: it needs neither the core nor its sigils.
    #[arg(long)]
    expand: bool,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let path = Path::new(&args.subject);
    if let Some(code) = Code::parse(&args.subject).filter(|_| !path.exists()) {
        return explain_code(code, out);
    }
    let spec = match spec::check(path, out) {
        Ok(spec) => spec,
        Err(exit) => return exit,
    };
    if args.expand {
        let expanded = spec.provenance.expanded(&spec.sources);
        match out.format() {
            Format::Human => out.result(&expanded),
            Format::Json | Format::Sarif => {
                out.json(&ExpandedDocument { fibre: &spec.model.fibre.value, expanded });
            }
        }
        return Exit::Fine;
    }
    let document = document::of(&spec);
    match out.format() {
        Format::Human => out.result(&text::render(&document)),
        Format::Json | Format::Sarif => out.json(&document),
    }
    if document.derived.is_some() { Exit::Fine } else { Exit::SpecErrors }
}

/// What `--expand --format json` prints.
#[derive(Serialize)]
struct ExpandedDocument<'a> {
    fibre: &'a str,
    expanded: String,
}

/// What `--format json` prints of a code.
#[derive(Serialize)]
struct CodeDocument {
    code: String,
    title: &'static str,
    page: &'static str,
}

fn explain_code(code: Code, out: &Output) -> Exit {
    let page = pages::page(code).unwrap_or_default();
    match out.format() {
        Format::Human => out.result(page),
        Format::Json | Format::Sarif => {
            out.json(&CodeDocument { code: code.to_string(), title: code.title(), page });
        }
    }
    Exit::Fine
}
