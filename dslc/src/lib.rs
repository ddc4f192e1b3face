//! Compiles network utility maximisation specs into artefacts that run them.
//!
//! Data has one direction; a phase knows only what the one before it gives:
//!
//! | phase | from | to |
//! |---|---|---|
//! | [`syntax`] | text | items |
//! | [`sema`] | items | [`Model`](sema::hir::Model): names, units, signs, curvature |
//! | [`plan`] | model | [`Plan`]: routes, steps, integers, ports |
//! | [`certify`] | plan | [`Certificate`]: every condition checked again |
//! | [`emit`] | plan and certificate | artefacts |
//!
//! [`db`] keeps what an edit does not touch; [`diag`] is what every phase says of a spec; only [`cli`]
//! reads files, runs tools and prints.

pub mod certify;
pub mod cli;
pub mod db;
pub mod diag;
pub mod emit;
pub mod plan;
pub mod sema;
pub mod syntax;

use certify::Certificate;
use db::Host;
use diag::{Diagnostic, codes};
use plan::ir::Plan;
use sema::hir::Model;

/// What a spec compiles to.
#[derive(Debug)]
pub struct Compiled {
    /// What it means; none when it has errors.
    pub model: Option<Model>,
    /// What is derived from it, and what was checked of that; none when it has errors.
    pub plan: Option<(Plan, Certificate)>,
    /// What there is to say about it, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a spec; `file` is its name for messages and comments.
pub fn compile(file: &str, text: &str) -> Compiled {
    let mut host = Host::new();
    host.set_text(text);
    compile_file(&host, file, text)
}

/// Compiles the file of a host, whose text is `text`.
pub fn compile_file(host: &Host, file: &str, text: &str) -> Compiled {
    let (model, mut diagnostics) = host.check(file);
    let mut plan = None;
    if let Some(model) = &model {
        let (derived, found) = plan::derive(model, text);
        diagnostics.extend(found);
        if let Some(derived) = derived {
            match certify::certify(&derived) {
                Ok(certificate) => plan = Some((derived, certificate)),
                Err(violations) => diagnostics.extend(violations.iter().map(|violation| {
                    Diagnostic::error(codes::NOT_CERTIFIED, model.fibre.span, violation.to_string())
                        .note("the compiler derived a plan that fails its own check: please report it")
                })),
            }
        }
        diag::sort(&mut diagnostics);
    }
    Compiled { model, plan, diagnostics }
}
