//! `dslc build`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::artefacts::{self, BuildError, Built};
use super::output::{Format, Output};
use super::{Exit, failures, spec};
use crate::emit::EmitError;
use crate::plan::TARGETS;
use crate::plan::ir::Target;

/// Arguments of `dslc build`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// Where the artefacts go, instead of `generated/<fibre>`.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Which artefacts, instead of those that the spec names.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = target_names())]
    emit: Option<Vec<String>>,
    /// Write text only: neither compile nor check.
    #[arg(long)]
    no_compile: bool,
}

fn target_names() -> clap::builder::PossibleValuesParser {
    TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>().into()
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    fibre: &'a str,
    output: &'a Path,
    files: &'a [String],
    done: &'a [&'static str],
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct Skipped {
    what: &'static str,
    tool: &'static str,
    package: &'static str,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let spec = match spec::buildable(&args.spec, out) {
        Ok(spec) => spec,
        Err(exit) => return exit,
    };
    let fibre = spec.model.fibre.value.as_str();
    let folder = args.output.clone().unwrap_or_else(|| default_output(fibre));
    let concavity = spec.model.certificates.as_slice();
    let built = match (&spec.plan, &spec.decomposition) {
        (Some((plan, certificate)), _) => {
            let targets = match &args.emit {
                Some(names) => chosen(names),
                None => plan.targets.clone(),
            };
            let compile = !args.no_compile;
            artefacts::build(
                plan,
                certificate,
                concavity,
                &targets,
                &folder,
                compile,
                &mut |step| {
                    out.progress(step);
                },
            )
        }
        (None, Some(decomposition)) => match args.emit.as_deref().and_then(<[String]>::first) {
            Some(target) => {
                let how = decomposition.summary();
                let needs = format!("`{target}` is made from a plan of dual prices; {how}");
                Err(BuildError::Emit(EmitError(needs)))
            }
            None => artefacts::build_certificate(decomposition, concavity, &folder),
        },
        (None, None) => return Exit::SpecErrors,
    };
    match built {
        Ok(built) => {
            report(&built, fibre, &folder, out);
            if built.skipped.is_empty() { Exit::Fine } else { Exit::Outside }
        }
        Err(error) => failures::build(&error, &folder, spec.sources.main().name(), out),
    }
}

/// `generated/<fibre>`.
pub fn default_output(fibre: &str) -> PathBuf {
    Path::new("generated").join(fibre)
}

fn chosen(names: &[String]) -> Vec<Target> {
    let named = |target: &&(&str, Target)| names.iter().any(|name| name == target.0);
    TARGETS.iter().filter(named).map(|(_, target)| *target).collect()
}

fn report(built: &Built, fibre: &str, folder: &Path, out: &Output) {
    for (what, tool) in &built.skipped {
        out.problem(tool.name, failures::missing(tool, what));
    }
    let skipped = built.skipped.iter();
    let document = Document {
        fibre,
        output: folder,
        files: &built.files,
        done: &built.done,
        skipped: skipped
            .map(|(what, tool)| Skipped { what, tool: tool.name, package: tool.package })
            .collect(),
    };
    if out.format() == Format::Human {
        let files = built.files.len();
        let done: String = built.done.iter().map(|what| format!("  {what}\n")).collect();
        out.result(&format!("{fibre}: {files} files in {}\n{done}", folder.display()));
    } else {
        out.json(&document);
    }
}
