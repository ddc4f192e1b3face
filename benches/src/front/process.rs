//! `dslc build … --no-compile` as a process: from its start to its end, and how long it computed. On a
//! machine that is busy with other things the first says little.

use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use crate::figures::Table;

/// Repetitions, after one that is not counted.
const ROUNDS: usize = 25;

/// Measures it.
pub fn measure(table: &mut Table) -> Result<(), String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let dslc =
        std::env::var("BENCH_DSLC").unwrap_or_else(|_| format!("{root}/target/release/dslc"));
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let (mut build, mut empty) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for round in 0..=ROUNDS {
        let out = folder.path().join(round.to_string());
        let mut command = Command::new(&dslc);
        command.arg("build").arg(format!("{root}/examples/dwell.num")).arg("--no-compile");
        let built = run(command.arg("-o").arg(out))?;
        let started = run(Command::new(&dslc).arg("--version"))?;
        if round > 0 {
            for (series, (wall, cpu)) in [(&mut build, built), (&mut empty, started)] {
                series.0.push(wall);
                series.1.push(cpu);
            }
        }
    }
    for (name, (wall, cpu)) in
        [("dslc build examples/dwell.num --no-compile", build), ("dslc --version", empty)]
    {
        table.own(name, ("ms", 1e-3), &wall);
        table.own(&format!("{name}, CPU"), ("ms", 1e-3), &cpu);
    }
    Ok(())
}

/// Seconds that the children which have ended computed, in the kernel too.
fn computed() -> Result<f64, String> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| e.to_string())?;
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// Wall and CPU time of a command.
fn run(command: &mut Command) -> Result<(f64, f64), String> {
    let before = computed()?;
    let start = Instant::now();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|e| format!("{command:?}: {e}"))?;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = computed()? - before;
    status.success().then_some((seconds, cpu)).ok_or_else(|| format!("{command:?}: {status}"))
}
