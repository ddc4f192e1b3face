//! `dslc run`: builds, then becomes the daemon.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use super::output::Output;
use super::{Exit, artefacts, build, failures, spec};
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::Target;
use crate::sema::hir::Span;

/// Arguments of `dslc run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// Measure and report, but never act.
    #[arg(long)]
    observe_only: bool,
    /// The control group to watch; nothing outside it is touched.
    #[arg(long, value_name = "PATH", required_unless_present = "whole_host")]
    cgroup: Option<PathBuf>,
    /// Watch every process of this host.
    #[arg(long, conflicts_with = "cgroup")]
    whole_host: bool,
    /// Where `/metrics` is served.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Another folder in place of one that the spec names; may be repeated.
    #[arg(long, value_name = "SPEC=ACTUAL")]
    tree: Vec<String>,
}

/// Runs the command; on success the daemon takes this process's place.
pub fn run(args: &Args, out: &Output) -> Exit {
    let spec = match spec::load(&args.spec, out) {
        Ok(spec) => spec,
        Err(exit) => return exit,
    };
    let folder = build::default_output(&spec.plan.fibre);
    let targets = [Target::Ebpf, Target::Daemon];
    let built = artefacts::build(
        &spec.plan,
        &spec.certificate,
        &spec.concavity,
        &targets,
        &folder,
        true,
        &mut |step| out.progress(step),
    );
    match built {
        Ok(built) if built.skipped.is_empty() => {}
        Ok(built) => {
            for (what, tool) in &built.skipped {
                out.problem(tool.name, failures::missing(tool, what));
            }
            return Exit::Outside;
        }
        Err(error) => return failures::build(&error, &folder, &spec.name, out),
    }
    let program = folder.join("daemon/target/release").join(format!("{}_user", spec.plan.fibre));
    let mut command = Command::new(&program);
    command.args(args.observe_only.then_some("--observe-only"));
    match &args.cgroup {
        Some(path) => command.arg("--cgroup").arg(path),
        None => command.arg("--whole-host"),
    };
    if let Some(address) = &args.listen {
        command.args(["--listen", address]);
    }
    for tree in &args.tree {
        command.args(["--tree", tree]);
    }
    let error = command.exec();
    let message = format!("cannot start {}: {error}", program.display());
    out.problem(
        &program.display().to_string(),
        Diagnostic::error(codes::TOOL_FAILED, Span::default(), message),
    );
    Exit::Outside
}
