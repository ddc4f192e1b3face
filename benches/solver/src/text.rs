//! From text to answer: `dslc solve` on a spec and its tables beside a CVXPY model that reads the same
//! tables, each as a process of its own, by the CPU time and memory that the kernel counts for it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use serde_json::Value;

use crate::instances::{Instance, Utility};

/// What a process cost and said.
struct Cost {
    seconds: f64,
    mebibytes: f64,
    /// None if it ran into the limit.
    exit: Option<i64>,
    output: Value,
}

/// Writes the instance as tables and a spec.
fn write(instance: &Instance, folder: &Path) -> io::Result<()> {
    let mut routes = "L,S,a\n".to_owned();
    let mut sources = "S,weight,target\n".to_owned();
    let mut links = "L,capacity\n".to_owned();
    // Writing into a string does not fail.
    for i in 0..instance.sources() {
        for l in instance.route(i) {
            let _ = writeln!(routes, "l{l},s{i},1");
        }
        let _ = writeln!(sources, "s{i},{},{}", instance.weight[i], instance.target[i]);
    }
    for (l, capacity) in instance.capacity.iter().enumerate() {
        let _ = writeln!(links, "l{l},{capacity}");
    }
    let utility = match instance.utility {
        Utility::Square => "-0.5 * square(x[s] - d[s])".to_owned(),
        Utility::Fair(1.0) => "log(x[s])".to_owned(),
        Utility::Fair(2.0) => "(-inv_pos(x[s]))".to_owned(),
        Utility::Fair(alpha) => format!("power(x[s], {}) / {}", 1.0 - alpha, 1.0 - alpha),
    };
    let spec = format!(
        "fibre network;
set S from \"sources.csv\" column \"S\";
set L from \"links.csv\" column \"L\";
param A[L, S] from \"routes.csv\" column \"a\";
param w[S] from \"sources.csv\" column \"weight\";
param d[S] from \"sources.csv\" column \"target\";
param c[L] from \"links.csv\" column \"capacity\";
variable x[s in S] in 0 .. inf;
resource link[l in L] = sum(A[l, s] * x[s] for s in S) <= c[l];
utility sum(w[s] * {utility} for s in S);
"
    );
    for (name, text) in [
        ("routes.csv", routes),
        ("sources.csv", sources),
        ("links.csv", links),
        ("network.num", spec),
    ] {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

fn measured(python: &str, limit: f64, command: &[&str]) -> Option<Cost> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/measured.py");
    let output = Command::new(python)
        .arg(script)
        .arg(limit.to_string())
        .args(command)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .output()
        .ok()?;
    let said: Value = serde_json::from_slice(&output.stdout).ok()?;
    Some(Cost {
        seconds: said["seconds"].as_f64()?,
        mebibytes: said["mebibytes"].as_f64()?,
        exit: said["exit"].as_i64(),
        output: serde_json::from_str(said["output"].as_str()?).unwrap_or_default(),
    })
}

/// Prints the rows of one instance.
pub fn run(instance: &Instance, dslc: &str, python: &str, tolerance: f64, limit: f64) {
    let folder = std::env::temp_dir().join(format!("bench-solver-{}", std::process::id()));
    let wrote = fs::create_dir_all(&folder).and_then(|()| write(instance, &folder));
    if let Err(error) = wrote {
        return println!("the tables cannot be written: {error}");
    }
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let tolerance = tolerance.to_string();
    let spec = path("network.num");
    let ours = [dslc, "--format", "json", "solve", "--tol", &tolerance, &spec];
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/model.py");
    let tables = folder.to_string_lossy();
    let theirs = [python, model, &tables, instance.utility.word(), &tolerance];
    for (name, command) in [("dslc solve", &ours[..]), ("model.py (CVXPY)", &theirs[..])] {
        let what = format!(
            "| {} | {} | {} × {} | {} | {name}",
            instance.name,
            instance.utility,
            instance.sources(),
            instance.capacity.len(),
            instance.links.len()
        );
        match measured(python, limit, command) {
            Some(Cost { exit: None, .. }) => println!("{what} | over {limit} s | – | – | – | – |"),
            Some(Cost { seconds, mebibytes, output, .. }) => {
                let part = |stage: &str| output["seconds"][stage].as_f64();
                // Stages are told in wall time; their shares hold for the CPU time too.
                let reading = part("compile")
                    .zip(part("solve"))
                    .map_or("–".to_owned(), |(a, b)| format!("{:.2}", seconds * a / (a + b)));
                let objective = output["objective"].as_f64().unwrap_or(f64::NAN);
                let status = output["status"].as_str().unwrap_or("failed");
                println!(
                    "{what} | {seconds:.2} | {reading} | {mebibytes:.0} | {objective:.9e} | {status} |"
                );
            }
            None => println!("{what} | – | – | – | – | could not be run |"),
        }
    }
    if let Err(error) = fs::remove_dir_all(&folder) {
        println!("{} is left over: {error}", folder.display());
    }
}

/// The head of the table.
pub fn head() {
    println!(
        "| structure | utility | sources × links | nonzeros | process | CPU s | of it reading | MiB | objective | says |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
}
