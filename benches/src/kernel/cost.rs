//! Nanoseconds a system call under each program, inside and outside the group.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::figures::{Sample, median};
use crate::group::Group;
use crate::operations::OPERATIONS;
use crate::program::{ByHand, Generated, Told, clang};
use crate::running::Running;

/// Rounds: every condition is measured once in each, so that what disturbs disturbs all.
const ROUNDS: usize = 15;

/// A program, or none, and where the measured process runs.
struct Condition<'a> {
    name: &'static str,
    /// Outside, inside the group.
    places: &'static [bool],
    /// Attaches; dropping what comes back detaches.
    attach: Box<dyn Fn() -> Result<Box<dyn Any>, String> + 'a>,
}

/// Where the measured process runs, in the order of the columns.
const BOTH: &[bool] = &[false, true];

/// Prints a table a place and the two ratios that are promised.
pub fn run(group: &Group, folder: &Path, spec: &Path) -> Result<(), String> {
    let conditions = conditions(group, folder, spec)?;
    let places: Vec<(usize, bool)> = conditions
        .iter()
        .enumerate()
        .flat_map(|(at, condition)| condition.places.iter().map(move |inside| (at, *inside)))
        .collect();
    let mut samples = vec![vec![Sample::default(); OPERATIONS.len()]; places.len()];
    for round in 0..ROUNDS {
        eprint!("\rcost: round {} of {ROUNDS}", round + 1);
        for (at, condition) in conditions.iter().enumerate() {
            let attached = (condition.attach)()?;
            for (row, _) in places.iter().enumerate().filter(|(_, (of, _))| *of == at) {
                let figures = measured(group, folder, places[row].1)?;
                for (sample, figure) in samples[row].iter_mut().zip(figures) {
                    sample.push(figure);
                }
            }
            drop(attached);
        }
    }
    eprintln!();
    print!("{:<34}", format!("ns a call, median of {ROUNDS} (spread)"));
    for operation in OPERATIONS {
        print!(" {:>20}", operation.name);
    }
    println!();
    for ((at, inside), samples) in places.iter().zip(&samples) {
        let place = if *inside { "inside" } else { "outside" };
        print!("{:<34}", format!("{}, {place}", conditions[*at].name));
        for sample in samples {
            print!(" {:>20}", sample.to_string());
        }
        println!();
    }
    let row = |name: &str, inside: bool| {
        let fits = |(at, place): &(usize, bool)| conditions[*at].name == name && *place == inside;
        places.iter().position(fits).and_then(|row| samples.get(row))
    };
    if let (Some(ours), Some(hand)) = (row("generated", true), row("by hand", true)) {
        compare("generated / by hand, inside", ours, hand, |a, b| a / b);
    }
    if let (Some(ours), Some(empty)) = (row("generated", false), row("empty", false)) {
        compare("generated − empty, outside, ns", ours, empty, |a, b| a - b);
    }
    Ok(())
}

/// The median over the rounds of what two figures of one round say together.
fn compare(name: &str, ours: &[Sample], theirs: &[Sample], of: fn(f64, f64) -> f64) {
    print!("{name:<34}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        let each = ours.values().iter().zip(theirs.values()).map(|(a, b)| of(*a, *b));
        print!(" {:>20.3}", median(each.collect()));
    }
    println!();
}

fn conditions<'a>(
    group: &'a Group,
    folder: &'a Path,
    spec: &Path,
) -> Result<Vec<Condition<'a>>, String> {
    let text = std::fs::read_to_string(spec).map_err(|e| format!("{}: {e}", spec.display()))?;
    let generated = Generated::build(&spec.display().to_string(), &text, &folder.join("cost"))?;
    let by_hand = |name: &str, source: &str| -> Result<PathBuf, String> {
        let path = folder.join(name);
        std::fs::write(&path, source).map_err(|e| e.to_string())?;
        clang(&path)
    };
    let empty = by_hand("empty.bpf.c", include_str!("../../kernel/empty.bpf.c"))?;
    let hand = by_hand("hand.bpf.c", include_str!("../../kernel/hand.bpf.c"))?;
    let told = move || -> Result<Told, String> {
        use std::os::unix::fs::MetadataExt;
        let tree = std::fs::metadata(folder.join("tree")).map_err(|e| e.to_string())?.ino();
        Ok(Told { group: group.id()?, tree })
    };
    Ok(vec![
        Condition { name: "no program", places: &[false], attach: Box::new(|| Ok(Box::new(()))) },
        Condition {
            name: "empty",
            places: &[false],
            attach: Box::new(move || Ok(Box::new(ByHand::attach(&empty, &told()?)?))),
        },
        Condition {
            name: "by hand",
            places: BOTH,
            attach: Box::new(move || Ok(Box::new(ByHand::attach(&hand, &told()?)?))),
        },
        Condition {
            name: "generated",
            places: BOTH,
            attach: Box::new(move || {
                Ok(Box::new(generated.attach(group, &folder.join("tree"), false)?))
            }),
        },
        Condition {
            name: "nearest bpftrace script",
            places: BOTH,
            attach: Box::new(move || Ok(Box::new(Running::bpftrace(group)?))),
        },
    ])
}

/// One process that times every operation.
fn measured(group: &Group, folder: &Path, inside: bool) -> Result<Vec<f64>, String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = if inside { group.command(&own) } else { Command::new(&own) };
    let output = command.arg("--measure").arg(folder.join("tree")).output();
    let output = output.map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
    match figures {
        Ok(figures) if figures.len() == OPERATIONS.len() => Ok(figures),
        _ => Err(format!("no figures: {text}{}", String::from_utf8_lossy(&output.stderr))),
    }
}
