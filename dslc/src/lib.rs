//! Compiles network utility maximisation specs into artefacts that run them.
//!
//! Data has one direction; a phase knows only what the one before it gives:
//!
//! | phase | from | to |
//! |---|---|---|
//! | [`syntax`] | text | items |
//! | [`remap`] | a core and a fibre of it | items without holes |
//! | [`sema`] | items | [`Model`](sema::hir::Model): names, units, signs, curvature |
//! | [`plan`] | model | [`Plan`]: routes, steps, integers, ports |
//! | [`certify`] | plan | [`Certificate`]: every condition checked again |
//! | [`emit`] | plan and certificate | artefacts |
//!
//! [`instance`] writes a spec out in numbers; [`solve`] finds its optimum, and [`simulate`] runs what was
//! derived, round by round.
//!
//! [`concavity`] decides by second derivatives what the rules of [`sema`] leave unknown; [`graph`]
//! eliminates the graph of coupled resources.
//!
//! [`db`] keeps what an edit does not touch; [`files`] are those that a spec names; [`diag`] is what
//! every phase says of a spec; only [`cli`] reads files, runs tools and prints.

pub mod certify;
pub mod cli;
pub mod concavity;
pub mod db;
pub mod diag;
pub mod emit;
pub mod files;
#[cfg(test)]
mod fuzz;
pub mod graph;
pub mod instance;
pub mod plan;
pub mod remap;
pub mod sema;
pub mod simulate;
pub mod solve;
pub mod syntax;

use std::sync::Arc;

use certify::Certificate;
use db::{Checked, Host};
use diag::{Diagnostic, Sources, codes};
use files::{Loader, NoFiles};
use plan::ir::Plan;
use plan::methods::Decomposition;
use remap::provenance::Provenance;
use sema::hir::Model;

/// What a spec compiles to.
#[derive(Debug)]
pub struct Compiled {
    /// Every file that took part, the spec first.
    pub sources: Sources,
    /// Where the core that the fibre fills comes from.
    pub provenance: Provenance,
    /// What it means; none when it has errors.
    pub model: Option<Model>,
    /// What is derived from it, and what was checked of that; none when it has errors.
    pub plan: Option<(Plan, Certificate)>,
    /// How it is run where no plan takes it apart: a method for each resource.
    pub decomposition: Option<Decomposition>,
    /// What there is to say about it, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a spec that names no file but those that ship; `file` is its name for messages and
/// comments.
pub fn compile(file: &str, text: &str) -> Compiled {
    compile_with(Arc::new(NoFiles), file, text)
}

/// Compiles a spec whose path is `file`; the loader reads the files that it names.
pub fn compile_with(loader: Arc<dyn Loader>, file: &str, text: &str) -> Compiled {
    let mut host = Host::new(loader);
    host.set_text(text);
    compile_host(&mut host, file)
}

/// Compiles the spec of a host; `file` is its path.
pub fn compile_host(host: &mut Host, file: &str) -> Compiled {
    let Checked { sources, provenance, model, mut diagnostics } = host.check(file);
    let (mut plan, mut decomposition) = (None, None);
    if let Some(model) = &model {
        let derived = plan::derive(model, &sources);
        diagnostics.extend(derived.diagnostics);
        decomposition = derived.decomposition;
        if let Some(decomposition) = &decomposition {
            let shown = |variable| decomposition.facts.is_strict(variable);
            diagnostics.extend(remap::not_strict(model, shown));
        }
        if let Some(derived) = derived.plan {
            match certify::certify(&derived) {
                Ok(certificate) => plan = Some((derived, certificate)),
                Err(violations) => diagnostics.extend(violations.iter().map(|violation| {
                    Diagnostic::error(codes::NOT_CERTIFIED, model.fibre.span, violation.to_string())
                        .note("the compiler derived a plan that fails its own check: please report it")
                })),
            }
        }
        diagnostics.iter_mut().for_each(|diagnostic| provenance.translate(diagnostic));
        diag::sort(&mut diagnostics);
    }
    Compiled { sources, provenance, model, plan, decomposition, diagnostics }
}
