//! The daemon's log on standard output: one JSON object a line, or the same in words.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use crate::fibre::Fibre;
use crate::plant::{Event, EventKind};
use crate::units::{monotonic_ns, price, seconds, unix_seconds_at};

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For programs.
    Json,
    /// For people.
    #[default]
    Human,
}

/// Something worth a line. Times are in seconds, prices in utility per second.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Record {
    /// The programs are attached and the loop runs.
    Started {
        /// The fibre.
        fibre: &'static str,
        /// Where `/metrics` is.
        listen: String,
        /// Where the shared page is.
        page: String,
        /// What is watched.
        scope: String,
        /// Whether a spent budget is only reported.
        observe_only: bool,
        /// What the kernel offers of what the program can use.
        features: String,
    },
    /// A process's clock started by a rule.
    Tainted(Process),
    /// A process's clock started with its parent's.
    Inherited(Process),
    /// A process passed its budget and was killed.
    Killed(Process),
    /// A process passed its budget and goes on, because the daemon only observes.
    Overdue(Process),
    /// A process's clock stopped.
    Cleared(Process),
    /// A process ended by itself while its clock ran.
    Exited(Process),
    /// Something went wrong inside the kernel program.
    Trouble {
        /// What.
        kind: &'static str,
        /// How often since the start.
        total: u64,
    },
    /// A period failed; the kernel keeps the last price.
    Failed {
        /// What and why.
        error: String,
    },
    /// Periods go well again.
    Recovered {
        /// How many failed.
        failed: u64,
    },
    /// What was started is removed; the kernel program, unless it is to stay.
    Stopped {
        /// What asked for it.
        by: &'static str,
        /// Updates of the price since the start.
        updates: u64,
    },
}

/// A process and its figures when something happened to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Process {
    /// Its id.
    pub tgid: u32,
    /// Its name.
    pub comm: String,
    /// Its class.
    pub class: &'static str,
    /// What found that the budget was spent, of a kill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'static str>,
    /// The rule that started the clock, of a taint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// Whose clock it shares, of an inherited one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// How long its clock had run.
    pub dwell_seconds: f64,
    /// How long it could.
    pub budget_seconds: f64,
    /// The price.
    pub price: f64,
}

impl Record {
    /// The record of an event.
    pub fn of(fibre: &Fibre, event: Event) -> Self {
        let process = Process {
            tgid: event.member.tgid,
            comm: event.member.comm,
            class: fibre.class(event.member.class),
            path: None,
            rule: None,
            parent: None,
            dwell_seconds: seconds(event.member.dwell_ns),
            budget_seconds: seconds(event.member.budget_ns),
            price: price(&fibre.rule, event.price),
        };
        match event.kind {
            EventKind::Tainted(rule) => {
                Record::Tainted(Process { rule: Some(fibre.rule_text(rule)), ..process })
            }
            EventKind::Inherited(parent) => {
                Record::Inherited(Process { parent: Some(parent), ..process })
            }
            EventKind::Killed(path) => {
                Record::Killed(Process { path: Some(path.name()), ..process })
            }
            EventKind::Overdue => Record::Overdue(process),
            EventKind::Cleared => Record::Cleared(process),
            EventKind::Exited => Record::Exited(process),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Record::Started { fibre, listen, page, scope, observe_only, features } => {
                let what = if *observe_only { "observes" } else { "enforces" };
                write!(
                    f,
                    "{fibre} {what} {scope}\n  metrics http://{listen}/metrics\n  price   {page}\n  kernel  {features}"
                )
            }
            Record::Tainted(process) => write!(f, "tainted   {process}"),
            Record::Inherited(process) => write!(f, "inherited {process}"),
            Record::Killed(process) => write!(f, "KILLED    {process}"),
            Record::Overdue(process) => write!(f, "overdue   {process}"),
            Record::Cleared(process) => write!(f, "cleared   {process}"),
            Record::Exited(process) => write!(f, "exited    {process}"),
            Record::Trouble { kind, total } => write!(f, "trouble   {kind}, {total} so far"),
            Record::Failed { error } => write!(f, "failed    {error}; the last price stays"),
            Record::Recovered { failed } => write!(f, "works again after {failed} failed periods"),
            Record::Stopped { by, updates } => write!(f, "stopped by {by} after {updates} updates"),
        }
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {}): {:.3} ms of {:.3} ms at price {:.3}",
            self.comm,
            self.tgid,
            self.class,
            self.dwell_seconds * 1e3,
            self.budget_seconds * 1e3,
            self.price
        )?;
        let path = self.path.map(|path| format!(", by {path}"));
        let rule = self.rule.map(|rule| format!(", for: {rule}"));
        let parent = self.parent.map(|parent| format!(", from {parent}"));
        [path, rule, parent].into_iter().flatten().try_for_each(|part| f.write_str(&part))
    }
}

/// Writes records.
#[derive(Debug)]
pub struct Log<W> {
    format: Format,
    out: W,
}

#[derive(Serialize)]
struct Line<'a> {
    time: f64,
    #[serde(flatten)]
    record: &'a Record,
}

impl<W: Write> Log<W> {
    /// Writes to `out`.
    pub fn new(format: Format, out: W) -> Self {
        Log { format, out }
    }

    /// Writes a line about now.
    pub fn write(&mut self, record: &Record) {
        self.write_at(record, monotonic_ns());
    }

    /// Writes a line about `time_ns` on the monotonic clock. A daemon goes on without a reader of
    /// its log: metrics and `/state` remain.
    pub fn write_at(&mut self, record: &Record, time_ns: u64) {
        let _ = self.line(record, unix_seconds_at(time_ns));
    }

    fn line(&mut self, record: &Record, time: f64) -> io::Result<()> {
        match self.format {
            Format::Human => writeln!(self.out, "{record}")?,
            Format::Json => {
                let line = Line { time, record };
                let mut text = serde_json::to_vec(&line)?;
                text.push(b'\n');
                self.out.write_all(&text)?;
            }
        }
        self.out.flush()
    }
}
