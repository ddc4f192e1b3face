//! Compiles and checks what the emitters wrote, in the staging folder.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;

use super::proof::{self, ProofError};
use super::staging;
use super::tools::{self, CARGO, CLANG, STRIP, ToolError};
use crate::emit::llvm::commands;
use crate::plan::ir::Target;

/// Where a build stands.
#[derive(Debug)]
pub struct Site<'a> {
    /// The staging folder: everything that was emitted is in it.
    pub folder: &'a Path,
    /// The folder that it will become: what `cargo` keeps between builds stays in it.
    pub output: &'a Path,
    /// The fibre's name.
    pub fibre: &'a str,
}

/// Why an artefact is not compiled or not valid.
#[derive(Debug)]
pub enum CompileError {
    /// A tool is missing or failed.
    Tool(ToolError),
    /// A file could not be read or written.
    Io(PathBuf, io::Error),
    /// The proof was not accepted.
    Proof(ProofError),
    /// The artefact is not what its reader accepts.
    Invalid(String),
}

impl From<ToolError> for CompileError {
    fn from(error: ToolError) -> Self {
        CompileError::Tool(error)
    }
}

impl CompileError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> CompileError {
        let path = path.to_owned();
        move |error| CompileError::Io(path, error)
    }
}

/// One way in which an artefact is compiled or checked.
#[derive(Debug)]
pub struct Step {
    /// The artefact.
    pub target: Target,
    /// What it does, for progress and reports.
    pub what: &'static str,
    /// Does it.
    pub run: fn(&Site<'_>) -> Result<(), CompileError>,
}

/// Every step. The daemon embeds the kernel program: the order matters.
pub const STEPS: &[Step] = &[
    Step { target: Target::Ebpf, what: "kernel program compiled", run: kernel },
    Step { target: Target::Daemon, what: "daemon built", run: daemon },
    Step { target: Target::Llvm, what: "pass compiled and loaded", run: pass },
    Step { target: Target::Llvm, what: "probe built", run: probe },
    Step { target: Target::K8s, what: "autoscaler valid", run: autoscaler },
    Step { target: Target::Coq, what: "proof checked", run: prove },
];

/// Options that keep the build folder out of what is compiled.
const REPRODUCIBLE: &[&str] = &["-ffile-compilation-dir=.", "-Wno-unused-command-line-argument"];

fn kernel(site: &Site<'_>) -> Result<(), CompileError> {
    let (source, object) =
        (format!("bpf/{}_kern.c", site.fibre), format!("bpf/{}_kern.o", site.fibre));
    let options = ["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Werror", "-Ibpf", "-c"];
    let files = [source.as_str(), "-o", object.as_str()];
    CLANG.run(site.folder, options.iter().chain(REPRODUCIBLE).chain(&files), &[])?;
    // The loader reads BTF; DWARF would triple the size.
    STRIP.run(site.folder, ["-g", object.as_str()], &[])?;
    Ok(())
}

fn daemon(site: &Site<'_>) -> Result<(), CompileError> {
    let folder = site.folder.join("daemon");
    let object = format!("{}_kern.o", site.fibre);
    let (from, to) = (site.folder.join("bpf").join(&object), folder.join("object").join(&object));
    let bytes = fs::read(&from).map_err(CompileError::at(&from))?;
    let current = site.output.join("daemon/object").join(&object);
    fs::create_dir_all(folder.join("object"))
        .and_then(|()| staging::place(&bytes, &current, &to))
        .map_err(CompileError::at(&to))?;
    let target = absolute(site.output)?.join("daemon/target");
    let environment = [("CARGO_TARGET_DIR", OsString::from(target))];
    CARGO.run(&folder, ["build", "--release", "--locked", "--quiet"], &environment)?;
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf, CompileError> {
    std::path::absolute(path).map_err(CompileError::at(path))
}

fn pass(site: &Site<'_>) -> Result<(), CompileError> {
    run(site, &commands::pass(site.fibre))?;
    run(site, &commands::load_pass(site.fibre))
}

fn probe(site: &Site<'_>) -> Result<(), CompileError> {
    let scratch = site.folder.join(PROBE_SCRATCH);
    fs::create_dir_all(&scratch).map_err(CompileError::at(&scratch))?;
    for command in commands::library(site.fibre, PROBE_SCRATCH) {
        run(site, &command)?;
    }
    fs::remove_dir_all(&scratch).map_err(CompileError::at(&scratch))
}

/// Holds what is between the probe's sources and its library.
const PROBE_SCRATCH: &str = "lib/.probe";

fn run(site: &Site<'_>, command: &commands::Command) -> Result<(), CompileError> {
    let tool = tools::named(command.tool)
        .ok_or_else(|| CompileError::Invalid(format!("`{}` has no row", command.tool)))?;
    tool.run(site.folder, &command.arguments, &[])?;
    Ok(())
}

/// The manifest means what was written: its reader's types know every field of it.
fn autoscaler(site: &Site<'_>) -> Result<(), CompileError> {
    let path = site.folder.join("config/hpa.yaml");
    let text = fs::read_to_string(&path).map_err(CompileError::at(&path))?;
    let invalid = |error: serde_yaml::Error| CompileError::Invalid(format!("hpa.yaml: {error}"));
    let typed: HorizontalPodAutoscaler = serde_yaml::from_str(&text).map_err(invalid)?;
    let read: serde_yaml::Value = serde_yaml::from_str(&text).map_err(invalid)?;
    if serde_yaml::to_value(&typed).map_err(invalid)? == read {
        Ok(())
    } else {
        Err(CompileError::Invalid("hpa.yaml: a field that autoscaling/v2 does not know".to_owned()))
    }
}

fn prove(site: &Site<'_>) -> Result<(), CompileError> {
    let file = format!("{}_stable.v", site.fibre);
    proof::check(&site.folder.join("proofs"), &file).map_err(CompileError::Proof)?;
    Ok(())
}
