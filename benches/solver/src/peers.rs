//! Solvers that are called from Python, each in a process of its own with a limit on its time.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::contestants::Result;
use crate::instances::Instance;
use crate::judge::gap;
use crate::measure::Cost;

/// Names that `peers.py` knows.
pub const PEERS: [&str; 3] = ["ecos", "scs", "cvxpy"];

/// Lets `solver` solve the instance; `None` if it fails or takes longer than `limit` seconds.
pub fn run(
    python: &str,
    solver: &str,
    instance: &Instance,
    tolerance: f64,
    limit: f64,
) -> Option<Result> {
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
        "alpha": instance.alpha,
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
    while child.try_wait().ok()?.is_none() {
        if begin.elapsed() > Duration::from_secs_f64(limit) {
            child.kill().ok()?;
            child.wait().ok()?;
        }
        thread::sleep(Duration::from_millis(20));
    }
    writer.join().ok()?.ok()?;
    let answer: Value = serde_json::from_str(&reader.join().ok()?.ok()?).ok()?;
    let numbers = |key: &str| -> Option<Vec<f64>> {
        answer[key].as_array()?.iter().map(Value::as_f64).collect()
    };
    Some(Result {
        cost: Cost { seconds: answer["seconds"].as_f64()?, mebibytes: None },
        gap: gap(instance, &numbers("x")?, &numbers("prices")?),
        status: answer["status"].as_str()?.to_owned(),
        iterations: usize::try_from(answer["iterations"].as_u64()?).ok()?,
    })
}
