//! What a system call costs under the generated program, an empty one and the nearest bpftrace
//! script, inside and outside the guarded control group; all in one run, in turn.
//!
//! `./dev bench kernel` prints nanoseconds a `getppid()`: the median over rounds, and the range.

mod condition;
mod group;

use std::process::{Command, ExitCode};
use std::time::Instant;

use condition::{Condition, conditions};
use group::Group;

/// Rounds: every condition is measured once in each.
const ROUNDS: usize = 15;
/// System calls a measurement.
const CALLS: u32 = 400_000;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("--measure") {
        println!("{}", measure());
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-kernel: {error}");
            ExitCode::from(3)
        }
    }
}

/// Nanoseconds a `getppid()`, the least of five batches.
fn measure() -> f64 {
    let batch = || {
        let start = Instant::now();
        for _ in 0..CALLS / 5 {
            std::hint::black_box(rustix::process::getppid());
        }
        start.elapsed().as_nanos() as f64 / f64::from(CALLS / 5)
    };
    (0..5).map(|_| batch()).fold(f64::INFINITY, f64::min)
}

fn run() -> Result<(), String> {
    let group = Group::create()?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let conditions = conditions(&group, folder.path())?;
    let mut figures = vec![Vec::new(); conditions.len()];
    for round in 0..ROUNDS {
        eprint!("\rround {} of {ROUNDS}", round + 1);
        for (condition, figures) in conditions.iter().zip(&mut figures) {
            figures.push(one(condition, &group)?);
        }
    }
    eprintln!();
    println!("{:<44} {:>8} {:>8} {:>8}", "ns a getppid()", "median", "least", "most");
    for (condition, mut figures) in conditions.iter().zip(figures) {
        figures.sort_by(f64::total_cmp);
        let (least, most) = (figures[0], figures[figures.len() - 1]);
        let median = figures[figures.len() / 2];
        println!("{:<44} {median:>8.1} {least:>8.1} {most:>8.1}", condition.name);
    }
    Ok(())
}

/// Measures one condition: attaches, runs the loop in a process of its own, detaches.
fn one(condition: &Condition<'_>, group: &Group) -> Result<f64, String> {
    let attached = (condition.attach)()?;
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = if condition.inside { group.command(&own) } else { Command::new(&own) };
    let output = command.arg("--measure").output().map_err(|e| e.to_string())?;
    drop(attached);
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|e| format!("{}: no figure: {e}", condition.name))
}
