//! `dslc solve`: optimal variables, prices and the gap that is certified.

mod document;
mod table;
mod text;

use std::path::PathBuf;
use std::time::Instant;

use dslc_solver::{Options, Status};

use super::output::{Format, Output};
use super::{Exit, arguments, spec};
use crate::diag::{Diagnostic, Report};
use crate::instance::{Inputs, Instance};
use crate::solve;

/// Arguments of `dslc solve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// Relative gap and violation that an optimum must be within.
    #[arg(long, value_name = "TOL", default_value_t = 1e-6, value_parser = arguments::tolerance)]
    tol: f64,
    #[command(flatten)]
    values: arguments::Values,
    /// Members of an open set: `Task=8`, or by attribute `Task=batch:6,interactive:2`.
    #[arg(long = "members", value_name = "SET=COUNT", value_parser = arguments::members)]
    members: Vec<arguments::Members>,
    /// Steps after which it stops without an optimum.
    #[arg(long, value_name = "N", default_value_t = 200)]
    max_iterations: usize,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let start = Instant::now();
    let given = args.values.given();
    let (sources, model) = match spec::meaning(&args.spec, given.clone(), out) {
        Ok(meaning) => meaning,
        Err(exit) => return exit,
    };
    let inputs = Inputs {
        members: args.members.iter().cloned().map(|each| (each.set, each.population)).collect(),
    };
    let refuse = |diagnostic: Diagnostic| {
        let report = Report { sources: sources.clone(), diagnostics: vec![diagnostic] };
        out.diagnostics(&[report]);
        Exit::SpecErrors
    };
    let model = &model;
    let instance = match arguments::unknown(model, &given, &inputs)
        .map_or_else(|| Instance::new(model, &inputs), |error| Err(Box::new(error)))
    {
        Ok(instance) => instance,
        Err(error) => return refuse(*error),
    };
    let compiled = start.elapsed();
    out.progress("solving");
    let options =
        Options { tolerance: args.tol, max_iterations: args.max_iterations, ..Options::default() };
    let start = Instant::now();
    let answer = match solve::solve(&instance, &options) {
        Ok(answer) => answer,
        Err(error) => return refuse(*error),
    };
    let seconds =
        document::Seconds { compile: compiled.as_secs_f64(), solve: start.elapsed().as_secs_f64() };
    let document = document::of(model, &instance, &answer, seconds);
    match out.format() {
        Format::Human => out.result(&text::render(&document)),
        Format::Json | Format::Sarif => out.json(&document),
    }
    match answer.solution.status {
        Status::Optimal => Exit::Fine,
        // The problem that the spec states has no optimum.
        Status::Infeasible | Status::Unbounded => Exit::SpecErrors,
        Status::IterationLimit => Exit::Outside,
    }
}
