//! How long a spec over a large table takes from text to plan, stage by stage, and how much memory.
//!
//! ```text
//! bench-routing [--sources N] [--links N] [--out FOLDER]
//! ```
//!
//! Random routing, 3 to 8 links a source, capacities and weights over a decade. `--out` writes the spec
//! and its tables for other tools, and measures nothing.

mod spec;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use dslc::db::Host;
use dslc::{certify, plan};
use spec::{Routing, Size};

fn main() -> ExitCode {
    let (size, out) = match arguments() {
        Ok(given) => given,
        Err(message) => {
            eprintln!("{message}\nusage: bench-routing [--sources N] [--links N] [--out FOLDER]");
            return ExitCode::from(2);
        }
    };
    let routing = Routing::new(size);
    let done = match out {
        Some(folder) => routing.write(folder.as_ref()).map_err(|error| error.to_string()),
        None => measure(&routing),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<(Size, Option<String>), String> {
    let mut size = Size { sources: 100_000, links: 20_000 };
    let mut out = None;
    let mut given = std::env::args().skip(1);
    while let Some(option) = given.next() {
        let value = given.next().ok_or_else(|| format!("`{option}` lacks its value"))?;
        let number = || value.parse().map_err(|_| format!("`{value}` is no number"));
        match option.as_str() {
            "--sources" => size.sources = number()?,
            "--links" => size.links = number()?,
            "--out" => out = Some(value),
            _ => return Err(format!("there is no option `{option}`")),
        }
    }
    Ok((size, out))
}

fn measure(routing: &Routing) -> Result<(), String> {
    let files: BTreeMap<String, Vec<u8>> = routing.tables().into_iter().collect();
    let bytes: usize = files.values().map(Vec::len).sum();
    let Size { sources, links } = routing.size();
    let entries = routing.entries();
    println!("{sources} sources × {links} links, {entries} entries, {bytes} bytes of tables");
    let mut host = Host::new(Arc::new(files));
    host.set_text(&routing.spec());
    let start = Instant::now();
    let checked = host.check("routing.num");
    report("read and check", start);
    let said = || checked.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>();
    let model = checked.model.as_ref().ok_or_else(|| said().join("; "))?;
    let start = Instant::now();
    let plan::Derived { plan, diagnostics, .. } = plan::derive(model, &checked.sources);
    report("plan", start);
    let plan = plan.ok_or_else(|| {
        diagnostics.iter().map(|d| d.message.as_str()).collect::<Vec<_>>().join("; ")
    })?;
    let start = Instant::now();
    certify::certify(&plan).map_err(|violations| {
        violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    })?;
    report("certify", start);
    Ok(())
}

/// Prints the time since `start` and the most memory that was resident so far.
fn report(stage: &str, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    println!("{stage:15} {seconds:8.3} s   peak {}", peak.trim());
}
