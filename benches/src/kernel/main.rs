//! What the generated kernel program costs and how fast it is, each figure beside its peers', in
//! one run.
//!
//! `./dev bench kernel [cost] [kills] [price] [verifier] [daemon] [--kills N]`; without a name all
//! of them.
//!
//! ```text
//! cost ────── ns a system call: no program, an empty one, hand-written C, generated, bpftrace
//! kills ───── µs past the budget: generated, a supervisor in user space
//! price ───── from a new price to its effect in the kernel
//! verifier ── instructions that the verifier walks, program by program, beside hand-written C
//! daemon ──── CPU and memory with 4,096 tainted processes
//! ```

mod cost;
mod daemon;
mod figures;
mod group;
mod kills;
mod operations;
mod price;
mod program;
mod running;
mod verifier;
mod victim;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use group::Group;

/// The spec whose program is measured.
const SPEC: &str = "examples/dwell.num";
/// Victims of each kind, unless the command line says otherwise.
const KILLS: usize = 2_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["--measure", folder] => operations::measure(Path::new(folder))
            .map(|figures| figures.iter().for_each(|figure| println!("{figure}")))
            .map_err(|error| error.to_string()),
        ["--victim", kind, file] => {
            victim::live(kind, Path::new(file)).map_err(|error| error.to_string())
        }
        words => chosen(words).and_then(|(parts, kills)| run(&parts, kills)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nbench-kernel: {error}");
            ExitCode::from(3)
        }
    }
}

const PARTS: [&str; 5] = ["cost", "kills", "price", "verifier", "daemon"];

/// The parts to run, and how many victims.
fn chosen<'a>(words: &[&'a str]) -> Result<(Vec<&'a str>, usize), String> {
    let (mut parts, mut kills) = (Vec::new(), KILLS);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--kills" => {
                let number = words.next().and_then(|number| number.parse().ok());
                kills = number.ok_or("--kills takes a number")?;
            }
            part if PARTS.contains(&part) => parts.push(part),
            other => return Err(format!("no part `{other}`: {}", PARTS.join(", "))),
        }
    }
    if parts.is_empty() {
        parts.extend(PARTS);
    }
    Ok((parts, kills))
}

fn run(parts: &[&str], kills: usize) -> Result<(), String> {
    let group = Group::create()?;
    // Not in memory: on the disk's file system, as what is guarded would be.
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let folder = tempfile::tempdir_in(PathBuf::from(target)).map_err(|e| e.to_string())?;
    let folder = folder.path().canonicalize().map_err(|e| e.to_string())?;
    std::fs::create_dir(folder.join("tree")).map_err(|e| e.to_string())?;
    for part in parts {
        match *part {
            "cost" => cost::run(&group, &folder, Path::new(SPEC))?,
            "kills" => kills::run(&group, &folder, kills)?,
            "price" => price::run(&group, &folder)?,
            "verifier" => verifier::run(&group, &folder, Path::new(SPEC))?,
            _ => daemon::run(&group, &folder)?,
        }
        println!();
    }
    Ok(())
}
