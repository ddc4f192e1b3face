//! The main job on real input: a daemon built from `examples/time_budget.num` guards a control group in
//! which an opponent encrypts a tree of its own, beside three ordinary workloads.
//!
//! Everything happens in a temporary folder and a control group that this program makes and removes,
//! also after Ctrl-C. The opponent touches nothing but the tree that was made for it.

mod cgroup;
mod daemon;
mod opponent;
mod picture;
mod pipeline;
mod run;
mod summary;
mod table;
mod tree;
mod workloads;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Guards a throw-away tree against an opponent, and says what came of it.
#[derive(Debug, Parser)]
#[command(name = "demo")]
struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// Write the figures of the summary here, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the price over time here.
    #[arg(long, value_name = "FILE", default_value = "demo.svg")]
    svg: PathBuf,
    /// The spec to build and run.
    #[arg(long, default_value = "examples/time_budget.num")]
    spec: PathBuf,
    /// Files in the opponent's tree.
    #[arg(long, default_value_t = 2_000)]
    files: usize,
    /// Processes that the opponent spreads its work over.
    #[arg(long, default_value_t = 1)]
    workers: usize,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// The opponent itself: encrypts every file of a tree that this program made.
    #[command(hide = true)]
    Opponent {
        /// The tree.
        tree: PathBuf,
        /// Processes to spread the files over.
        workers: usize,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.part {
        Some(Part::Opponent { tree, workers }) => opponent::encrypt(tree, *workers),
        None => run::demo(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::from(3)
        }
    }
}

/// What stops a demo: what was tried, and why it failed.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Failure(text.into())
    }

    /// Adds what was tried to an error.
    fn because<E: std::fmt::Display>(what: impl Into<String>) -> impl FnOnce(E) -> Failure {
        let what = what.into();
        move |error| Failure(format!("{what}: {error}"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

type Result<T> = std::result::Result<T, Failure>;
