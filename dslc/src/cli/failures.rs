//! What went wrong outside the spec, as diagnostics: what, why, and what to do next.

use std::io;
use std::path::Path;

use super::Exit;
use super::artefacts::BuildError;
use super::compile::CompileError;
use super::output::Output;
use super::proof::ProofError;
use super::staging::StagingError;
use super::tools::{Tool, ToolError};
use crate::diag::{Code, Diagnostic, codes};
use crate::emit::EmitError;
use crate::sema::hir::Span;

/// Lines of a tool's output that a message repeats.
const SHOWN_LINES: usize = 40;

fn problem(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, Span::default(), message)
}

/// A tool that an artefact needs is not installed.
pub fn missing(tool: &Tool, what: &str) -> Diagnostic {
    problem(codes::TOOL_MISSING, format!("`{}` is not installed, so not done: {what}", tool.name))
        .note(format!("it {}", tool.purpose))
        .note(format!("install the Debian package {}", tool.package))
}

/// Prints why a build wrote nothing; returns how the command ends.
pub fn build(error: &BuildError, output: &Path, spec: &str, out: &Output) -> Exit {
    match error {
        BuildError::Emit(error) => emit(error, spec, out),
        BuildError::Staging(error) => {
            out.problem(&output.display().to_string(), staging(error));
            Exit::Outside
        }
        BuildError::Compile(what, error) => {
            let diagnostic = compile(error).note(format!("not done: {what}"));
            let kept = "nothing was written: the output folder is as it was";
            out.problem(spec, diagnostic.note(kept));
            Exit::Outside
        }
    }
}

/// Prints why an emitter cannot write a plan; returns how the command ends.
pub fn emit(error: &EmitError, spec: &str, out: &Output) -> Exit {
    let diagnostic = problem(codes::NOT_EMITTED, error.to_string());
    out.problem(
        spec,
        diagnostic.note("leave the artefact out of `emit`, or give it what it needs"),
    );
    Exit::SpecErrors
}

/// Prints why a proof is not checked; returns how the command ends.
pub fn prove(error: &ProofError, spec: &str, out: &Output) -> Exit {
    out.problem(spec, proof(error));
    Exit::Outside
}

fn staging(error: &StagingError) -> Diagnostic {
    match error {
        StagingError::Busy(output) => {
            problem(codes::BUILD_BUSY, format!("another build writes {}", output.display()))
                .note("wait until it is done, or give this one another folder with --output")
        }
        StagingError::Io(path, error) => unwritable(path, error),
    }
}

/// A file or folder that cannot be written, and what to do about it.
pub fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    let next = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "give a folder that you may write, with --output"
        }
        _ => "look at what stands at that path, or give another folder with --output",
    };
    problem(codes::OUTPUT_UNWRITABLE, format!("cannot write {}: {error}", path.display()))
        .note(next)
        .note("what was there before is as it was")
}

fn compile(error: &CompileError) -> Diagnostic {
    match error {
        CompileError::Tool(error) => tool(error),
        CompileError::Io(path, error) => unwritable(path, error),
        CompileError::Proof(error) => proof(error),
        CompileError::Invalid(why) => problem(codes::ARTEFACT_INVALID, why.clone())
            .note("the compiler wrote something its reader refuses: please report it"),
    }
}

fn proof(error: &ProofError) -> Diagnostic {
    match error {
        ProofError::Tool(error) => tool(error),
        ProofError::Io(path, error) => unwritable(path, error),
        ProofError::Axioms(axioms) => {
            let list = axioms.join(", ");
            problem(
                codes::AXIOMS,
                format!("the proof rests on axioms that are not allowed: {list}"),
            )
            .note("proofs/axioms.allow lists those that are")
        }
    }
}

fn tool(error: &ToolError) -> Diagnostic {
    match error {
        ToolError::Missing(tool) => missing(tool, tool.purpose),
        ToolError::Start(tool, error) => {
            problem(codes::TOOL_FAILED, format!("`{}` cannot be started: {error}", tool.name))
        }
        ToolError::Failed { tool, command, said } => {
            let mut lines: Vec<_> = said.lines().take(SHOWN_LINES).collect();
            if said.lines().count() > SHOWN_LINES {
                lines.push("…");
            }
            problem(codes::TOOL_FAILED, format!("`{}` refuses what it was given", tool.name))
                .note(format!("command: {command}"))
                .note(lines.join("\n"))
        }
    }
}
