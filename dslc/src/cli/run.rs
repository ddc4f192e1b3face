//! `dslc run`.

use std::path::PathBuf;

use super::output::Output;
use super::{Exit, spec};

/// Arguments of `dslc run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    match spec::load(&args.spec, out) {
        Ok(_) => Exit::Fine,
        Err(exit) => exit,
    }
}
