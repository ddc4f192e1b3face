//! The loop that measures and enforces, in the integers that its artefacts compute with.

use serde::Serialize;

use dslc_core::{PriceRule, Reciprocal};

use super::{FamilyId, ResourceId};

/// The loop that runs one resource whose members a port observes and enforces.
#[derive(Clone, Debug)]
pub struct Control {
    /// The resource whose price it moves.
    pub resource: ResourceId,
    /// The name under which the price is exported: the kernel map and the shared page.
    pub price_name: String,
    /// The price update in integers; quanta are nanoseconds for `taint_clock`.
    pub rule: PriceRule,
    /// The price at the start, in Q(F): where the agents that are always there use the capacity.
    pub initial_price: u64,
    /// Time between two updates, in nanoseconds.
    pub period_ns: u64,
    /// The observed, open family.
    pub family: FamilyId,
    /// The largest number of members at once.
    pub at_most: u32,
    /// Demand of each class of members, in the order of the class set; one entry, named after the
    /// family, when it is not classified.
    pub classes: Vec<ClassDemand>,
    /// Agents without a port: the daemon computes what they would use.
    pub computed: Vec<ComputedDemand>,
    /// Which processes are one member.
    pub bucket: Bucket,
    /// What is known of a member; a [`Lowering`] and an [`EvidenceLimit`] index it.
    pub evidence: Vec<Evidence>,
    /// When a member's clock starts, and when it stops.
    pub taint: TaintClock,
    /// What happens to a member whose use passes its demand: the first that fits it. At least one.
    pub enforce: Vec<Enforce>,
}

impl Control {
    /// Everything that the loop asks of a process, in the order of the plan.
    pub fn process_tests(&self) -> impl Iterator<Item = &ProcessTest> {
        let excepted = self.enforce.iter().flat_map(|enforce| &enforce.except);
        let classes = self.taint.class_rules.iter().map(|rule| &rule.when);
        let adds = self.evidence.iter().flat_map(|evidence| &evidence.adds);
        excepted.chain(classes).chain(adds.flat_map(|add| &add.process))
    }
}

/// Which processes are one member of the open set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// Each process by itself; a child begins with a copy.
    Process,
    /// A process and all that came from it, over fork, exec, setsid and orphaning.
    #[default]
    Tree,
    /// All processes of one cgroup.
    Cgroup,
}

/// The demand of a class of members.
#[derive(Clone, Debug)]
pub struct ClassDemand {
    /// The class.
    pub name: String,
    /// Its demand while nothing is known against it.
    pub demand: Reciprocal,
    /// What lowers its worth: the numerator of `demand` times `max(0, 1 − Σ)`.
    pub lowering: Vec<Lowering>,
}

/// How much of its worth a member loses for each point of an evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lowering {
    /// Index into [`Control::evidence`].
    pub evidence: usize,
    /// The share that one point takes, in Q32; rounded up, so that the worth is never above the
    /// spec's.
    pub per_point_q32: u64,
}

/// The demand of an agent that no port observes.
#[derive(Clone, Debug)]
pub struct ComputedDemand {
    /// The variable.
    pub name: String,
    /// Its demand.
    pub demand: Reciprocal,
}

/// The options of the port `taint_clock`.
#[derive(Clone, Debug, Default)]
pub struct TaintClock {
    /// The first rule that matches an event taints its process.
    pub rules: Vec<TaintRule>,
    /// Trees that rules name, as absolute paths; [`TaintRule::under`] indexes it.
    pub trees: Vec<String>,
    /// The clock stops after this many nanoseconds without an event of any rule.
    pub clear_after_ns: Option<u64>,
    /// Class of a process, first match wins; an index into [`Control::classes`].
    pub class_rules: Vec<ClassRule>,
    /// Class of a process that no rule matches: an index into [`Control::classes`].
    pub default_class: usize,
}

/// When a process of some class is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassRule {
    /// Index into [`Control::classes`].
    pub class: usize,
    /// What the process must have.
    pub when: ProcessTest,
}

/// Something that can be asked of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessTest {
    /// It has a controlling terminal.
    Tty,
    /// The name of its main thread, at most 15 bytes.
    Comm(String),
    /// It runs this file, by absolute path: one of root's that nobody else can write.
    Exe(String),
    /// It is in this cgroup or one below, by its path from the root of the hierarchy.
    Cgroup(String),
}

/// One line `taint on … under … when …;` or `taint when …;`.
#[derive(Clone, Debug)]
pub struct TaintRule {
    /// The rule as the spec writes it, for comments and messages.
    pub text: String,
    /// Which events it looks at; none when `evidence` decides.
    pub events: Vec<FileEvent>,
    /// Only files under this tree; an index into [`TaintClock::trees`].
    pub under: Option<usize>,
    /// Taints when more than this many events matched within the window; 0 taints on the first.
    pub count_above: u32,
    /// The window in nanoseconds; only meaningful when `count_above > 0`.
    pub window_ns: u64,
    /// Only files not changed for longer than this many nanoseconds.
    pub older_than_ns: Option<u64>,
    /// Only writes whose sampled bytes have an entropy above this, in millibits a byte (0 .. 8000).
    pub entropy_above_millibits: Option<u32>,
    /// Taints when an evidence passes a limit; such a rule has no events.
    pub evidence: Option<EvidenceLimit>,
}

/// What a process can do to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileEvent {
    /// write, pwrite64, writev, pwritev, pwritev2, and sendfile or copy_file_range into it.
    Write,
    /// rename, renameat, renameat2.
    Rename,
    /// unlink, unlinkat.
    Unlink,
    /// ftruncate, truncate, and open with O_TRUNC.
    Ftruncate,
}

/// A run-time input that the kernel observes: points that halve every half-life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The input.
    pub name: String,
    /// The most points it can have, in Q16: the upper end of the input's range.
    pub most_q16: u32,
    /// Time in which points halve, in nanoseconds; above 0.
    pub half_life_ns: u64,
    /// What adds points; at least one.
    pub adds: Vec<EvidenceAdd>,
}

/// One line `add N on …;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceAdd {
    /// The line as the spec writes it, for comments and messages.
    pub text: String,
    /// The points that it adds, in Q16; above 0.
    pub points_q16: u32,
    /// Any of these; at least one.
    pub on: Vec<EvidenceEvent>,
    /// Only files under this tree; an index into [`TaintClock::trees`].
    pub under: Option<usize>,
    /// Only where the bytes that were replaced had a low entropy.
    pub source_plain: bool,
    /// Adds when more than this many events matched within the window; 0 adds on each.
    pub count_above: u32,
    /// The window in nanoseconds; only meaningful when `count_above > 0`.
    pub window_ns: u64,
    /// Only files not changed for longer than this many nanoseconds.
    pub older_than_ns: Option<u64>,
    /// Only writes whose sampled bytes have an entropy above this, in millibits a byte (0 .. 8000).
    pub entropy_above_millibits: Option<u32>,
    /// Only processes of which all of these hold.
    pub process: Vec<ProcessTest>,
}

/// What evidence can come from. The first seven count once for each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceEvent {
    /// A file that is older than the member was overwritten, truncated, unlinked or renamed over.
    Destroyed,
    /// Bytes that were read gave way to others.
    Replaced,
    /// … to random-looking ones of no known type.
    ReplacedRandom,
    /// … to ones that are flat over a small alphabet: base64, hexadecimal.
    ReplacedEncoded,
    /// … to a container of a known type.
    ReplacedContainer,
    /// A file lost the type that its first bytes told.
    TypeLost,
    /// A file was changed past the system calls that write: shared mapping, io_uring.
    Unseen,
    /// A file event, each time.
    File(FileEvent),
    /// A system call, by its number on x86-64, each time.
    Call(u32),
}

/// An evidence is above a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceLimit {
    /// Index into [`Control::evidence`].
    pub evidence: usize,
    /// The limit in points, in Q16; below [`Evidence::most_q16`].
    pub above_q16: u32,
}

/// One item `enforce … by ACT { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enforce {
    /// What is done.
    pub act: Act,
    /// Only to members of which all of these hold.
    pub when: Vec<EvidenceLimit>,
    /// Processes that it never touches.
    pub except: Vec<ProcessTest>,
}

/// What is done to a member whose use passed its demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Its processes are killed.
    Kill,
    /// Its processes are stopped until a person decides.
    Freeze,
    /// Its processes get a share of one processor.
    Throttle {
        /// The share, 1 .. 100.
        percent: u32,
    },
    /// Its processes are stopped until a person decides, or the time is up.
    Ask {
        /// How long a person has, in nanoseconds.
        after_ns: u64,
        /// What happens then.
        then: Verdict,
    },
    /// Nothing but to tell.
    Observe,
}

/// How a member that waits goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its processes run again.
    Release,
    /// Its processes are killed.
    Kill,
}
