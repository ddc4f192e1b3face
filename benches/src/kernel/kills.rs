//! How long past its budget a process lives: generated program, a program that looks at system
//! calls only, and a supervisor in user space.

use std::path::Path;
use std::time::Duration;

use dslc_agent::kernel::Kernel;
use dslc_agent::plant::{EventKind, Plant};

use crate::figures::Sample;
use crate::group::Group;
use crate::program::Generated;
use crate::victim::{Kind, Victim, monotonic_ns};

/// The budget of every victim.
const BUDGET: Duration = Duration::from_millis(1);
/// Victims of the supervisor, which needs no more to be told apart.
const SUPERVISED: usize = 200;
/// A victim that lives so much longer was missed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Prints a row a kind and peer. `count` victims of each kind meet the generated program.
pub fn run(group: &Group, folder: &Path, count: usize) -> Result<(), String> {
    let tree = folder.join("tree");
    let generated =
        Generated::build("kills.num", include_str!("kills.num"), &folder.join("kills"))?;
    println!(
        "{:<34} {:>7} {:>6} {:>8} {:>8} {:>8}",
        "µs past a budget of 1 ms", "victims", "lost", "p50", "p99", "most"
    );
    for kind in Kind::ALL {
        let mut kernel = generated.attach(group, &tree, true)?;
        let price = generated.demand.numerator / BUDGET.as_nanos() as u64;
        kernel.set_price(price).map_err(|e| e.to_string())?;
        let (mut late, mut lost) = (Sample::default(), 0);
        for done in 0..count {
            if done % 100 == 0 {
                eprint!("\rkills: {} {done} of {count} ", kind.name());
            }
            match killed(group, &tree, kind, &mut kernel)? {
                Some(nanoseconds) => late.push(nanoseconds / 1e3),
                None => lost += 1,
            }
        }
        row(&format!("generated, {}", kind.name()), &late, lost);
        drop(kernel);
        let mut late = Sample::default();
        for _ in 0..SUPERVISED.min(count) {
            late.push(supervised(group, &tree, kind)? / 1e3);
        }
        row(&format!("supervisor, {}", kind.name()), &late, 0);
    }
    Ok(())
}

fn row(name: &str, late: &Sample, lost: usize) {
    let [half, most_of, all] = [0.5, 0.99, 1.0].map(|share| late.quantile(share));
    let count = late.values().len() + lost;
    println!("\r{name:<34} {count:>7} {lost:>6} {half:>8.0} {most_of:>8.0} {all:>8.0}");
}

/// Nanoseconds past the budget at which the program signalled a victim; none if it was missed.
fn killed(
    group: &Group,
    tree: &Path,
    kind: Kind,
    kernel: &mut Kernel,
) -> Result<Option<f64>, String> {
    let mut victim = Victim::start(group, tree, kind)?;
    let ended = victim.ends_within(PATIENCE);
    let mut late = None;
    let id = victim.id();
    kernel
        .drain(&mut |event| {
            if event.member.tgid == id && matches!(event.kind, EventKind::Acted { .. }) {
                late = Some(event.member.dwell_ns as f64 - event.member.budget_ns as f64);
            }
        })
        .map_err(|e| e.to_string())?;
    Ok(late.filter(|_| ended))
}

/// The same for a process that is told at once when a victim has destroyed something, sleeps for
/// its budget and kills it.
fn supervised(group: &Group, tree: &Path, kind: Kind) -> Result<f64, String> {
    let mut victim = Victim::start(group, tree, kind)?;
    let tainted = victim.tainted_at().ok_or("a victim said nothing")?;
    let due = tainted + BUDGET.as_nanos() as u64;
    std::thread::sleep(Duration::from_nanos(due.saturating_sub(monotonic_ns())));
    victim.kill();
    Ok(monotonic_ns() as f64 - due as f64)
}
