//! What is worth a line in the log.

use std::fmt;

use serde::Serialize;

use super::bucket::Bucket;
use crate::fibre::Fibre;
use crate::groups::{Change, Limit};
use crate::plant::{Event, EventKind};

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
        /// Where the token is that the rest asks for.
        token: String,
        /// What is watched.
        scope: String,
        /// Whether a spent budget is only reported.
        observe_only: bool,
        /// What the kernel offers of what the program can use.
        features: String,
    },
    /// A bucket's clock started by a rule.
    Tainted(Bucket),
    /// A process's clock started with its parent's.
    Inherited(Bucket),
    /// A bucket passed its budget, and something was done.
    Acted(Bucket),
    /// A bucket passed its budget and goes on: the daemon only observes, or no act fits.
    Overdue(Bucket),
    /// A bucket's clock stopped.
    Cleared(Bucket),
    /// A bucket ended by itself while its clock ran.
    Exited(Bucket),
    /// Somebody decided how a bucket goes on.
    Decided(Bucket),
    /// A bucket's processes are in a control group that limits them.
    Held {
        /// Its id.
        bucket: u64,
        /// What they are allowed.
        limit: String,
        /// The file of the group that does it.
        by: &'static str,
        /// So many.
        processes: usize,
    },
    /// They are back where they were.
    Freed {
        /// Its id.
        bucket: u64,
        /// The file that limited them.
        by: &'static str,
        /// Whether a daemon that is gone had limited them, for a bucket that is gone, too: who was
        /// stopped runs again.
        left_over: bool,
    },
    /// They could not be moved, or limited, or taken back; this is tried again each period.
    HoldFailed {
        /// Its id.
        bucket: u64,
        /// What and why.
        error: String,
    },
    /// The daemon ends, and what it did to buckets goes on: the next one decides.
    Left {
        /// Buckets that stay stopped.
        stopped: usize,
        /// Buckets that stay slowed.
        slowed: usize,
    },
    /// Something went wrong inside the kernel program.
    Trouble {
        /// What.
        kind: &'static str,
        /// How often since the start.
        total: u64,
    },
    /// Nobody decided on a bucket in time.
    TimeUp {
        /// Its id.
        bucket: u64,
        /// What is done now.
        verdict: &'static str,
    },
    /// The configuration was read again.
    Reloaded {
        /// Settings that differ and count from the next start on.
        pending: Vec<&'static str>,
    },
    /// The configuration was read again, and the old one goes on.
    ReloadRefused {
        /// What is wrong with the new one.
        error: String,
    },
    /// The runs of programs are not counted, though that was asked for.
    RunsNotCounted {
        /// Why.
        error: String,
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

impl Record {
    /// The record of what a control group does.
    pub fn of_change(change: Change) -> Self {
        match change {
            Change::Held { bucket, limit, by, processes } => {
                let limit = match limit {
                    Limit::Share { percent } => format!("get {percent} % of a processor"),
                    Limit::Frozen => "stand still".to_owned(),
                };
                Record::Held { bucket, limit, by, processes }
            }
            Change::Freed { bucket, by, left_over } => Record::Freed { bucket, by, left_over },
            Change::Failed { bucket, error } => Record::HoldFailed { bucket, error },
        }
    }

    /// The record of an event.
    pub fn of(fibre: &Fibre, event: Event) -> Self {
        let kind = event.kind;
        let bucket = Bucket::new(fibre, event.member, event.price);
        match kind {
            EventKind::Tainted(rule) => {
                Record::Tainted(Bucket { rule: Some(fibre.rule_text(rule)), ..bucket })
            }
            EventKind::Inherited(parent) => {
                Record::Inherited(Bucket { parent: Some(parent), ..bucket })
            }
            EventKind::Acted { act, path } => Record::Acted(Bucket {
                act: Some(fibre.act_name(act)),
                path: Some(path.name()),
                ..bucket
            }),
            EventKind::Decided(verdict) => {
                Record::Decided(Bucket { verdict: Some(verdict.name()), ..bucket })
            }
            EventKind::Overdue => Record::Overdue(bucket),
            EventKind::Cleared => Record::Cleared(bucket),
            EventKind::Exited => Record::Exited(bucket),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Record::Started { fibre, listen, page, token, scope, observe_only, features } => {
                let what = if *observe_only { "observes" } else { "enforces" };
                write!(
                    f,
                    "{fibre} {what} {scope}\n  page    http://{listen}/ (token in {token})\n  metrics http://{listen}/metrics\n  price   {page}\n  kernel  {features}"
                )
            }
            Record::Tainted(bucket) => write!(f, "tainted   {bucket}"),
            Record::Inherited(bucket) => write!(f, "inherited {bucket}"),
            Record::Acted(bucket) => write!(f, "ACTED     {bucket}"),
            Record::Overdue(bucket) => write!(f, "overdue   {bucket}"),
            Record::Cleared(bucket) => write!(f, "cleared   {bucket}"),
            Record::Exited(bucket) => write!(f, "exited    {bucket}"),
            Record::Decided(bucket) => write!(f, "DECIDED   {bucket}"),
            Record::Held { bucket, limit, by, processes } => {
                write!(f, "held      bucket {bucket}: {processes} processes {limit}, by {by}")
            }
            Record::Freed { bucket, by, left_over } => {
                let whose = if *left_over { ", left by an earlier daemon" } else { "" };
                write!(f, "freed     bucket {bucket} from {by}{whose}")
            }
            Record::HoldFailed { bucket, error } => {
                write!(f, "not held  bucket {bucket} as its act says: {error}")
            }
            Record::Left { stopped, slowed } => write!(
                f,
                "left      {stopped} buckets stay stopped and {slowed} slowed until the next daemon takes over"
            ),
            Record::Trouble { kind, total } => write!(f, "trouble   {kind}, {total} so far"),
            Record::TimeUp { bucket, verdict } => {
                write!(f, "time up   nobody decided on bucket {bucket}: {verdict}")
            }
            Record::Reloaded { pending } if pending.is_empty() => f.write_str("reloaded"),
            Record::Reloaded { pending } => {
                write!(f, "reloaded  from the next start on: {}", pending.join("; "))
            }
            Record::ReloadRefused { error } => {
                write!(f, "reload refused, the old configuration goes on: {error}")
            }
            Record::RunsNotCounted { error } => write!(f, "runs are not counted: {error}"),
            Record::Failed { error } => write!(f, "failed    {error}; the last price stays"),
            Record::Recovered { failed } => write!(f, "works again after {failed} failed periods"),
            Record::Stopped { by, updates } => write!(f, "stopped by {by} after {updates} updates"),
        }
    }
}
