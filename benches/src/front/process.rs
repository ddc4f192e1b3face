//! `dslc build … --no-compile` as a process, from its start to its end.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::figures::Table;

/// Repetitions, after one that is not counted.
const ROUNDS: usize = 25;

/// Measures it.
pub fn measure(table: &mut Table) -> Result<(), String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let dslc =
        std::env::var("BENCH_DSLC").unwrap_or_else(|_| format!("{root}/target/release/dslc"));
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let (mut build, mut empty) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let out = folder.path().join(round.to_string());
        let mut command = Command::new(&dslc);
        command.arg("build").arg(format!("{root}/examples/dwell.num")).arg("--no-compile");
        let built = run(command.arg("-o").arg(out))?;
        let started = run(Command::new(&dslc).arg("--version"))?;
        if round > 0 {
            build.push(built);
            empty.push(started);
        }
    }
    table.own("dslc build examples/dwell.num --no-compile", ("ms", 1e-3), &build);
    table.own("dslc --version", ("ms", 1e-3), &empty);
    Ok(())
}

fn run(command: &mut Command) -> Result<f64, String> {
    let start = Instant::now();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|e| format!("{command:?}: {e}"))?;
    let seconds = start.elapsed().as_secs_f64();
    status.success().then_some(seconds).ok_or_else(|| format!("{command:?}: {status}"))
}
