//! `dslc check`: what is wrong with specs.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Exit;
use super::files::{self, Unread};
use super::output::{Format, Output};
use crate::db::Host;
use crate::diag::{self, Report, Severity};

/// Arguments of `dslc check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Specs to check.
    #[arg(required = true, value_name = "SPEC")]
    specs: Vec<PathBuf>,
    /// Check again whenever a spec changes, until interrupted.
    #[arg(long)]
    watch: bool,
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    let mut specs: Vec<_> = args.specs.iter().map(|path| Watched::new(path)).collect();
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
    stamp: Option<Stamp>,
}

/// What changes when a file is written.
type Stamp = (SystemTime, u64);

impl<'a> Watched<'a> {
    fn new(path: &'a Path) -> Self {
        Watched { path, host: Host::new(), stamp: None }
    }

    fn now(&self) -> Option<Stamp> {
        let metadata = std::fs::metadata(self.path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    fn changed(&self) -> bool {
        self.now() != self.stamp
    }

    fn check(&mut self) -> (Report, Exit) {
        self.stamp = self.now();
        match files::read(self.path) {
            Ok(source) => {
                self.host.set_text(source.text());
                let compiled = crate::compile_file(&self.host, source.name(), source.text());
                let refused = diag::has_errors(&compiled.diagnostics);
                let exit = if refused { Exit::SpecErrors } else { Exit::Fine };
                (Report { source, diagnostics: compiled.diagnostics }, exit)
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
            out.result(&format!("{}: fine\n", report.source.name()));
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
