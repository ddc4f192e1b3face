//! `dslc explain`: what was derived from a spec and why, or what a code means.

mod coupling;
pub(crate) mod document;
mod drawing;
mod page;
mod recipe;
mod remap;
pub(crate) mod text;

use std::path::Path;

use serde::Serialize;

use super::Exit;
use super::arguments::Values;
use super::output::{Format, Output};
use super::spec;
use crate::diag::codes::{FILE_MISSING, ROWS};
use crate::diag::{Code, Diagnostic, pages};
use crate::sema::hir::Span;

/// Arguments of `dslc explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A spec, or the code of a diagnostic such as N0102.
    #[arg(value_name = "SPEC|CODE")]
    subject: String,
    /// Print the spec with its core filled: it needs neither the core nor its sigils.
    #[arg(long, conflicts_with = "graph")]
    expand: bool,
    /// Draw how the resources are coupled, too: OUT ends in `.svg` or `.dot`.
    #[arg(long, value_name = "OUT", value_parser = drawing::target)]
    graph: Option<drawing::Target>,
    #[command(flatten)]
    values: Values,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let path = Path::new(&args.subject);
    if let Some(code) = Code::parse(&args.subject).filter(|_| !path.exists()) {
        if args.graph.is_some() {
            let message = "a code has no coupling graph: `--graph` is for a spec";
            out.problem(&args.subject, Diagnostic::error(FILE_MISSING, Span::default(), message));
            return Exit::Usage;
        }
        return explain_code(code, out);
    }
    if looks_like_code(&args.subject) && !path.exists() {
        return no_such_code(&args.subject, out);
    }
    let spec = match spec::check(path, args.values.given(), out) {
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
    if let Some(target) = &args.graph
        && let Err(exit) = drawing::draw(&spec, target, out)
    {
        return if spec.has_errors { Exit::SpecErrors } else { exit };
    }
    let document = document::of(&spec);
    match out.format() {
        Format::Human => out.result(&text::render(&document)),
        Format::Json | Format::Sarif => out.json(&document),
    }
    if !spec.has_errors { Exit::Fine } else { Exit::SpecErrors }
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
    group: &'static str,
    page: &'static str,
}

fn explain_code(code: Code, out: &Output) -> Exit {
    let page = pages::page(code).unwrap_or_default();
    match out.format() {
        Format::Human if out.styled() => out.result(&page::styled(page)),
        Format::Human => out.result(page),
        Format::Json | Format::Sarif => {
            let (title, group) = (code.title(), code.group());
            out.json(&CodeDocument { code: code.to_string(), title, group, page });
        }
    }
    Exit::Fine
}

/// Whether somebody meant a code: an N and digits.
fn looks_like_code(subject: &str) -> bool {
    let digits = subject.strip_prefix(['N', 'n']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Most digits by which a code that is meant may differ from what was written.
const NEAR: usize = 1;

fn no_such_code(subject: &str, out: &Output) -> Exit {
    let message = format!("there is no code `{subject}`, and no file of that name");
    let written = subject.to_uppercase();
    let distance = |code: Code| strsim::damerau_levenshtein(&code.to_string(), &written);
    let near = ROWS.iter().map(|row| row.code).filter(|code| distance(*code) <= NEAR);
    let near = near.min_by_key(|code| distance(*code));
    let advice = match near {
        Some(code) => format!("did you mean `{code}` ({})?", code.title()),
        None => {
            "a code is an N and four digits, as in `N0102`: it stands in the message".to_owned()
        }
    };
    out.problem(subject, Diagnostic::error(FILE_MISSING, Span::default(), message).note(advice));
    Exit::Usage
}
