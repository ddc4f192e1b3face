//! Emitters: each turns a certified plan into the text of artefacts, and nothing else. None reads a
//! file, runs a tool, or knows another.

pub mod certificate;
pub mod coq;
pub mod daemon;
pub mod ebpf;
pub mod k8s;
pub mod llvm;
pub mod template;

use std::fmt;

use crate::certify::Certificate;
use crate::plan::ir::{Plan, Target};

/// A file to be written under `generated/<fibre>/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the fibre's folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub contents: Vec<u8>,
}

impl Artifact {
    /// A text file.
    pub fn text(path: impl Into<String>, contents: String) -> Self {
        Artifact { path: path.into(), contents: contents.into_bytes() }
    }
}

/// Why an emitter cannot write a plan: what it needs, in a sentence.
#[derive(Debug)]
pub struct EmitError(pub String);

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The artefacts of one target.
pub fn emit(
    target: Target,
    plan: &Plan,
    certificate: &Certificate,
) -> Result<Vec<Artifact>, EmitError> {
    match target {
        Target::Daemon => daemon::emit(plan, certificate),
        Target::Ebpf => ebpf::emit(plan, certificate),
        Target::Llvm => llvm::emit(plan, certificate),
        Target::K8s => k8s::emit(plan, certificate),
        Target::Coq => coq::emit(plan, certificate),
    }
}
