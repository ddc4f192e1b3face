//! Solvers that are called from Python, each in a process of its own with a limit on its time.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::contestants::{Done, Miss, Outcome};
use crate::instances::{Instance, Utility};
use crate::judge::gap;
use crate::measure::Cost;

/// Names that `peers.py` knows.
pub const PEERS: [&str; 4] = ["ecos", "scs", "osqp", "cvxpy"];

/// Lets `solver` solve the instance, for at most `limit` seconds.
pub fn run(python: &str, solver: &str, instance: &Instance, tolerance: f64, limit: f64) -> Outcome {
    if solver == "osqp" && instance.utility != Utility::Square {
        return Err(Miss::NotExpressed);
    }
    match answer(python, solver, instance, tolerance, limit) {
        Some(outcome) => outcome,
        None => Err(Miss::Failed),
    }
}

fn answer(
    python: &str,
    solver: &str,
    instance: &Instance,
    tolerance: f64,
    limit: f64,
) -> Option<Outcome> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers.py");
    let mut child = Command::new(python)
        .arg(script)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let given = json!({
        "solver": solver,
        "tolerance": tolerance,
        "utility": instance.utility.word(),
        "target": instance.target,
        "start": instance.start,
        "links": instance.links,
        "weight": instance.weight,
        "capacity": instance.capacity,
    });
    let (mut stdin, mut stdout) = (child.stdin.take()?, child.stdout.take()?);
    let writer = thread::spawn(move || stdin.write_all(given.to_string().as_bytes()));
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let begin = Instant::now();
    let mut over = false;
    while child.try_wait().ok()?.is_none() {
        if begin.elapsed() > Duration::from_secs_f64(limit) {
            child.kill().ok()?;
            child.wait().ok()?;
            over = true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let (wrote, read) = (writer.join().ok()?, reader.join().ok()?);
    if over {
        return Some(Err(Miss::Over(limit)));
    }
    wrote.ok()?;
    let answer: Value = serde_json::from_str(&read.ok()?).ok()?;
    let numbers = |key: &str| -> Option<Vec<f64>> {
        answer[key].as_array()?.iter().map(Value::as_f64).collect()
    };
    Some(Ok(Done {
        cost: Cost {
            seconds: answer["seconds"].as_f64()?,
            mebibytes: answer["mebibytes"].as_f64(),
        },
        gap: gap(instance, &numbers("x")?, &numbers("prices")?),
        status: answer["status"].as_str()?.to_owned(),
        iterations: usize::try_from(answer["iterations"].as_u64()?).ok()?,
    }))
}
