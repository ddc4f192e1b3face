//! `dslc check`: what is wrong with specs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::Exit;
use super::arguments::{self, Values};
use super::files::{self, Disk, Unread};
use super::output::{Format, Output};
use crate::Compiled;
use crate::db::Host;
use crate::diag::{self, Report, Severity};
use crate::files::{Loader, ReadError};
use crate::instance::Inputs;
use crate::sema::Given;

/// Arguments of `dslc check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Specs to check.
    #[arg(required = true, value_name = "SPEC")]
    specs: Vec<PathBuf>,
    /// Check again whenever a spec changes, until interrupted.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    values: Values,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let mut specs: Vec<_> =
        args.specs.iter().map(|path| Watched::new(path, args.values.given())).collect();
    let exit = check_all(&mut specs, out);
    if !args.watch {
        return exit;
    }
    loop {
        std::thread::sleep(POLL);
        if specs.iter().any(Watched::changed) {
            check_all(&mut specs, out);
        }
    }
}

/// How often a watched file is looked at.
const POLL: Duration = Duration::from_millis(200);

/// A spec and what is kept of it between two checks.
struct Watched<'a> {
    path: &'a Path,
    host: Host,
    /// Values in place of the spec's.
    given: Given,
    stamp: Option<Stamp>,
    /// What the last check asked for, and what it was then.
    asked: Arc<Asked>,
    stamps: Vec<(PathBuf, Option<Stamp>)>,
}

/// What changes when a file is written.
type Stamp = (SystemTime, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The disk, and which of its files were asked for, there or not.
#[derive(Debug, Default)]
struct Asked(Mutex<BTreeSet<PathBuf>>);

impl Loader for Asked {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(PathBuf::from(path));
        Disk.read(path, limit)
    }
}

impl<'a> Watched<'a> {
    fn new(path: &'a Path, given: Given) -> Self {
        let asked = Arc::new(Asked::default());
        let mut host = Host::new(Arc::clone(&asked) as Arc<dyn Loader>);
        host.give(given.clone());
        Watched { path, host, given, stamp: None, asked, stamps: Vec::new() }
    }

    fn changed(&self) -> bool {
        stamp(self.path) != self.stamp
            || self.stamps.iter().any(|(path, before)| stamp(path) != *before)
    }

    fn check(&mut self) -> (Report, Exit) {
        self.stamp = stamp(self.path);
        let checked = self.read();
        let asked =
            std::mem::take(&mut *self.asked.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.stamps = asked.into_iter().map(|path| (path.clone(), stamp(&path))).collect();
        checked
    }

    fn read(&mut self) -> (Report, Exit) {
        match files::read(self.path) {
            Ok(source) => {
                self.host.set_text(source.text());
                let mut compiled = crate::compile_host(&mut self.host, source.name());
                let unknown = |model| arguments::unknown(model, &self.given, &Inputs::default());
                compiled.diagnostics.extend(compiled.model.as_ref().and_then(unknown));
                let refused = diag::has_errors(&compiled.diagnostics);
                let exit = if refused { Exit::SpecErrors } else { Exit::Fine };
                let Compiled { sources, diagnostics, .. } = compiled;
                (Report { sources, diagnostics }, exit)
            }
            Err(Unread { report, exit }) => (report, exit),
        }
    }
}

/// Checks every spec; the exit is the gravest.
fn check_all(specs: &mut [Watched<'_>], out: &Output) -> Exit {
    let mut exit = Exit::Fine;
    let mut reports = Vec::with_capacity(specs.len());
    for spec in specs {
        let (report, ended) = spec.check();
        exit = exit.max(ended);
        reports.push(report);
    }
    out.verdict(&reports);
    if out.format() == Format::Human {
        for report in reports.iter().filter(|report| report.diagnostics.is_empty()) {
            out.result(&format!("{}: fine\n", report.sources.main().name()));
        }
        if let Some(line) = summary(&reports) {
            out.remark(&line);
        }
    }
    exit
}

/// "2 errors, 1 warning"; nothing when there is nothing to count.
fn summary(reports: &[Report]) -> Option<String> {
    let count = |severity: Severity| {
        let all = reports.iter().flat_map(|report| &report.diagnostics);
        all.filter(|diagnostic| diagnostic.severity == severity).count()
    };
    let part = |severity: Severity| match count(severity) {
        0 => None,
        1 => Some(format!("1 {}", severity.name())),
        many => Some(format!("{many} {}s", severity.name())),
    };
    let parts: Vec<_> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(part).collect();
    let explain = reports.iter().flat_map(|report| &report.diagnostics).next()?;
    Some(format!("{}; `dslc explain {}` says more", parts.join(", "), explain.code))
}
