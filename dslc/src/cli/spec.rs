//! What most commands start with: a spec that is read, checked and planned.

use std::path::Path;

use super::Exit;
use super::files::{self, Unread};
use super::output::Output;
use crate::Compiled;
use crate::certify::Certificate;
use crate::diag::{Diagnostic, Report, Source, codes, has_errors};
use crate::plan::ir::Plan;
use crate::sema::hir::{Model, Span};

/// A spec without errors.
#[derive(Debug)]
pub struct Spec {
    /// Its text.
    pub source: Source,
    /// What is derived from it.
    pub plan: Plan,
    /// What was checked of the plan.
    pub certificate: Certificate,
}

/// A spec that means something, though perhaps no plan can be derived from it.
#[derive(Debug)]
pub struct Checked {
    /// Its text.
    pub source: Source,
    /// What it means.
    pub model: Model,
    /// What is derived from it.
    pub plan: Option<(Plan, Certificate)>,
    /// Whether its diagnostics refuse it.
    pub has_errors: bool,
}

/// Reads and compiles the spec at `path`. Its diagnostics are printed; the error is how the command
/// ends.
pub fn load(path: &Path, out: &Output) -> Result<Spec, Exit> {
    let Checked { source, plan, has_errors, .. } = check(path, out)?;
    let Some((plan, certificate)) = plan else {
        // Unless its diagnostics have said why, there was nothing to derive one from.
        if !has_errors {
            let message = "this spec shares nothing: it has no resource, or no utility";
            let diagnostic = Diagnostic::error(codes::NOT_EMITTED, Span::default(), message);
            out.problem(source.name(), diagnostic);
        }
        return Err(Exit::SpecErrors);
    };
    Ok(Spec { source, plan, certificate })
}

/// The same for a command that can do without a plan.
pub fn check(path: &Path, out: &Output) -> Result<Checked, Exit> {
    let source = files::read(path).map_err(|Unread { report, exit }| {
        out.diagnostics(&[report]);
        exit
    })?;
    let Compiled { model, plan, diagnostics } = crate::compile(source.name(), source.text());
    let report = Report { source, diagnostics };
    out.diagnostics(std::slice::from_ref(&report));
    let model = model.ok_or(Exit::SpecErrors)?;
    let has_errors = has_errors(&report.diagnostics);
    Ok(Checked { source: report.source, model, plan, has_errors })
}
