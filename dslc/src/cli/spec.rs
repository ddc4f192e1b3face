//! What most commands start with: a spec that is read, checked and planned.

use std::path::Path;

use super::Exit;
use super::arguments;
use super::files::{self, Disk, Unread};
use super::output::Output;
use crate::Compiled;
use crate::certify::Certificate;
use crate::concavity;
use crate::db::Host;
use crate::diag::{Diagnostic, Report, Source, Sources, codes, has_errors};
use crate::instance::Inputs;
use crate::plan::ir::Plan;
use crate::plan::methods::Decomposition;
use crate::remap::provenance::Provenance;
use crate::sema::Given;
use crate::sema::hir::{Model, Span};

/// A spec without errors.
#[derive(Debug)]
pub struct Spec {
    /// Its path, as the user wrote it.
    pub name: String,
    /// What is derived from it.
    pub plan: Plan,
    /// What was checked of the plan.
    pub certificate: Certificate,
    /// What was checked of the curvature that the rules leave unknown.
    pub concavity: Vec<concavity::Certificate>,
}

/// A spec that means something, though perhaps no plan can be derived from it.
#[derive(Debug)]
pub struct Checked {
    /// Its text, and the files that it names.
    pub sources: Sources,
    /// Where the core that it fills comes from.
    pub provenance: Provenance,
    /// What it means.
    pub model: Model,
    /// What is derived from it.
    pub plan: Option<(Plan, Certificate)>,
    /// How it is run where no plan takes it apart: a method for each resource.
    pub decomposition: Option<Decomposition>,
    /// Whether its diagnostics refuse it.
    pub has_errors: bool,
}

/// Reads and compiles the spec at `path`, for a command that needs a plan. Its diagnostics are printed;
/// the error is how the command ends.
pub fn load(path: &Path, out: &Output) -> Result<Spec, Exit> {
    let Checked { sources, model, plan, decomposition, .. } = buildable(path, out)?;
    let name = sources.main().name().to_owned();
    let Some((plan, certificate)) = plan else {
        if let Some(decomposition) = decomposition {
            let message = format!("no plan takes this apart: {}", decomposition.summary());
            let diagnostic = Diagnostic::error(codes::NOT_EMITTED, Span::default(), message);
            out.problem(&name, diagnostic);
        }
        return Err(Exit::SpecErrors);
    };
    Ok(Spec { name, plan, certificate, concavity: model.certificates })
}

/// The same for a command that a whole problem suits too.
pub fn buildable(path: &Path, out: &Output) -> Result<Checked, Exit> {
    let checked = check(path, Given::new(), out)?;
    if checked.plan.is_some() || checked.decomposition.is_some() {
        return Ok(checked);
    }
    // Unless its diagnostics have said why, there was nothing to derive a plan from.
    if !checked.has_errors {
        let message = "this spec shares nothing: it has no resource, or no utility";
        let diagnostic = Diagnostic::error(codes::NOT_EMITTED, Span::default(), message);
        out.problem(checked.sources.main().name(), diagnostic);
    }
    Err(Exit::SpecErrors)
}

/// The same for a command that can do without a plan, with values of params in place of the spec's.
pub fn check(path: &Path, given: Given, out: &Output) -> Result<Checked, Exit> {
    let source = files::read(path).map_err(|Unread { report, exit }| {
        out.diagnostics(&[report]);
        exit
    })?;
    let Compiled { sources, provenance, model, plan, decomposition, diagnostics } =
        compile(&source, given);
    let report = Report { sources, diagnostics };
    out.diagnostics(std::slice::from_ref(&report));
    let model = model.ok_or(Exit::SpecErrors)?;
    let has_errors = has_errors(&report.diagnostics);
    Ok(Checked { sources: report.sources, provenance, model, plan, decomposition, has_errors })
}

/// Compiles a spec with values of params in place of its own; a value that it has no param for is an
/// error.
fn compile(source: &Source, given: Given) -> Compiled {
    let mut host = Host::new(Disk::loader());
    host.set_text(source.text());
    host.give(given.clone());
    let mut compiled = crate::compile_host(&mut host, source.name());
    let unknown = |model| arguments::unknown(model, &given, &Inputs::default());
    compiled.diagnostics.extend(compiled.model.as_ref().and_then(unknown));
    compiled
}

/// The same for the command that needs no plan, with values of params in place of the spec's. That no
/// choice keeps a resource is left to the solver, which proves it.
pub fn meaning(path: &Path, given: Given, out: &Output) -> Result<(Sources, Model), Exit> {
    let source = files::read(path).map_err(|Unread { report, exit }| {
        out.diagnostics(&[report]);
        exit
    })?;
    let mut host = Host::new(Disk::loader());
    host.set_text(source.text());
    host.give(given);
    host.leave(codes::INFEASIBLE);
    let checked = host.check(source.name());
    let report = Report { sources: checked.sources, diagnostics: checked.diagnostics };
    out.diagnostics(std::slice::from_ref(&report));
    Ok((report.sources, checked.model.ok_or(Exit::SpecErrors)?))
}
