//! From a certified plan to a fibre's folder: emit, stage, compile and check, commit.

use std::path::Path;

use super::compile::{CompileError, STEPS, Site};
use super::proof::ProofError;
use super::staging::{Staging, StagingError};
use super::tools::{Tool, ToolError};
use crate::certify::Certificate;
use crate::concavity;
use crate::emit::{self, Artifact, EmitError};
use crate::plan::ir::{Plan, Target};
use crate::plan::methods::Decomposition;

/// What a build wrote and checked.
#[derive(Debug, Default)]
pub struct Built {
    /// Every file, below the fibre's folder, sorted.
    pub files: Vec<String>,
    /// What was compiled and checked.
    pub done: Vec<&'static str>,
    /// What was not, because its tool is missing.
    pub skipped: Vec<(&'static str, &'static Tool)>,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum BuildError {
    /// An emitter cannot write this plan.
    Emit(EmitError),
    /// The folder cannot be written.
    Staging(StagingError),
    /// An artefact does not compile or is not valid: which step, and why.
    Compile(&'static str, CompileError),
}

impl From<StagingError> for BuildError {
    fn from(error: StagingError) -> Self {
        BuildError::Staging(error)
    }
}

/// Builds the plan's artefacts into `output`. With `compile`, each is compiled or checked first; one
/// whose tool is missing is written as text and reported. `progress` is told what comes next.
pub fn build(
    plan: &Plan,
    certificate: &Certificate,
    concavity: &[concavity::Certificate],
    targets: &[Target],
    output: &Path,
    compile: bool,
    progress: &mut dyn FnMut(&str),
) -> Result<Built, BuildError> {
    let mut artifacts = Vec::new();
    for target in targets {
        let emitted = emit::emit(*target, plan, certificate);
        artifacts.extend(emitted.map_err(BuildError::Emit)?);
    }
    artifacts
        .push(emit::certificate::of_plan(plan, certificate, concavity).map_err(BuildError::Emit)?);
    let staging = staged(&artifacts, output)?;
    let mut built = Built::default();
    if compile {
        let site = Site { folder: staging.folder(), output, fibre: &plan.fibre };
        for step in STEPS.iter().filter(|step| targets.contains(&step.target)) {
            progress(step.what);
            match (step.run)(&site) {
                Ok(()) => built.done.push(step.what),
                Err(error) => match missing_tool(&error) {
                    Some(tool) => built.skipped.push((step.what, tool)),
                    None => return Err(BuildError::Compile(step.what, error)),
                },
            }
        }
    }
    built.files = staging.commit()?;
    Ok(built)
}

/// Writes what there is of a problem that is run as a whole: its certificate.
pub fn build_certificate(
    decomposition: &Decomposition,
    concavity: &[concavity::Certificate],
    output: &Path,
) -> Result<Built, BuildError> {
    let artifact =
        emit::certificate::of_decomposition(decomposition, concavity).map_err(BuildError::Emit)?;
    let files = staged(&[artifact], output)?.commit()?;
    Ok(Built { files, ..Built::default() })
}

fn staged(artifacts: &[Artifact], output: &Path) -> Result<Staging, StagingError> {
    let staging = Staging::open(output)?;
    for artifact in artifacts {
        staging.write(&artifact.path, &artifact.contents)?;
    }
    Ok(staging)
}

fn missing_tool(error: &CompileError) -> Option<&'static Tool> {
    match error {
        CompileError::Tool(ToolError::Missing(tool))
        | CompileError::Proof(ProofError::Tool(ToolError::Missing(tool))) => Some(tool),
        _ => None,
    }
}
