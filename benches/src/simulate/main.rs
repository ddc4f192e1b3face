//! Rounds of a loop in the kernel's integers, by the functions of `runtime/core` and by machine code that
//! is compiled from the same plan. Both must end at the same price.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use dslc::emit::llvm::jit::{Context, Jit};
use dslc::files::NoFiles;
use dslc::plan::ir::Control;
use dslc::simulate::integers::of_control;
use dslc_rounds::Disturbances;
use dslc_rounds::fixed::{Arithmetic, FixedRun, Loop};

/// Members and rounds of each comparison.
const RUNS: &[(usize, u64)] = &[(1, 20_000_000), (8, 10_000_000), (512, 500_000)];

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/dwell.num");
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let compiled = dslc::compile_with(Arc::new(NoFiles), "dwell.num", &text);
    let control = compiled.plan.and_then(|(plan, _)| plan.control);
    let control: Control = control.ok_or("dwell.num has no loop")?;
    let fibre = of_control(&control);
    let start = Instant::now();
    let context = Context::create();
    let jit = Jit::new(&context, &control).map_err(|error| error.to_string())?;
    println!("compiling the price step: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    println!(
        "{:>8} {:>10} {:>14} {:>14} {:>7}",
        "members", "rounds", "core ns/round", "jit ns/round", "ratio"
    );
    for (members, rounds) in RUNS {
        let (core, ended) = run(&fibre, &fibre, *members, *rounds)?;
        let (machine, again) = run(&fibre, &jit, *members, *rounds)?;
        if ended != again {
            return Err(format!("the core ends at {ended} and machine code at {again}"));
        }
        println!("{members:>8} {rounds:>10} {core:>14.1} {machine:>14.1} {:>7.2}", core / machine);
    }
    Ok(())
}

/// Nanoseconds a round, and the last price.
fn run(
    fibre: &Loop,
    arithmetic: &dyn Arithmetic,
    members: usize,
    rounds: u64,
) -> Result<(f64, u64), String> {
    let classes = (0..members).map(|member| member % fibre.classes.len().max(1)).collect();
    // Members come and go, so that the price keeps moving.
    let disturbances = Disturbances { seed: 1, churn: 0.01, ..Disturbances::default() };
    let run = FixedRun::new(fibre, arithmetic, classes, disturbances);
    let mut run = run.map_err(|error| error.to_string())?;
    let start = Instant::now();
    for _ in 0..rounds {
        run.round();
    }
    Ok((start.elapsed().as_secs_f64() * 1e9 / rounds as f64, run.tick().price))
}
