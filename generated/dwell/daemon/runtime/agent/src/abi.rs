//! What the kernel program and the daemon share: the structs of the program's `abi.h`, in the same
//! order and without padding. A test compares both through the type information of an object.
//!
//! Times are nanoseconds of `CLOCK_MONOTONIC`, prices Q(F), processes thread group ids of the first
//! pid namespace.

use bytemuck::{Pod, Zeroable};

pub use crate::fibre::MAX_EVIDENCE;

/// Version of this interface; a program of another one is refused.
pub const ABI_VERSION: u32 = 3;
/// Most processes that are never looked at.
pub const MAX_EXEMPT: usize = 256;
/// Most trees that rules may name.
pub const MAX_TREES: usize = 8;
/// Most folders above a tree.
pub const MAX_DEPTH: usize = 32;
/// Bytes of a path, with its 0.
pub const MAX_PATH: usize = 256;
/// Cases of one run of the program `arithmetic`.
pub const MAX_CASES: usize = 512;
/// Bytes of a name in [`Config`], with its 0.
pub const MAX_NAME: usize = 64;

/// The only event that is looked at on entry to a system call and never on the way out.
pub const FILE_WRITE: u32 = 1;

/// Executables that a spec may name.
pub const MAX_EXES: usize = 16;
/// Control groups that a spec may name.
pub const MAX_CGROUPS: usize = 16;
/// The bits of the id of a bucket that are the index of its row.
pub const BUCKET_INDEX: u64 = 0xffff;
/// The [`Member::act`] of a bucket to which nothing was done.
pub const NO_ACT: u32 = u32::MAX;

/// States of a [`Member`].
pub mod state {
    /// Its clock stands.
    pub const WATCHED: u32 = 1;
    /// Its clock runs, within its budget.
    pub const LIVE: u32 = 2;
    /// Beyond its budget, and goes on.
    pub const OVERDUE: u32 = 3;
    /// Being killed.
    pub const KILLED: u32 = 4;
    /// Stopped, until somebody decides.
    pub const STOPPED: u32 = 5;
    /// Somebody let it go; otherwise as [`WATCHED`].
    pub const RELEASED: u32 = 6;
}

/// Kinds of an [`Event`].
pub mod kind {
    /// A rule matched.
    pub const TAINTED: u32 = 1;
    /// A process of its own, made by a tainted one; the detail is the parent.
    pub const INHERITED: u32 = 2;
    /// Its budget was spent, and the detail was done.
    pub const ACTED: u32 = 3;
    /// Its budget was spent, and nothing was done.
    pub const OVERDUE: u32 = 4;
    /// Its clock stopped.
    pub const CLEARED: u32 = 5;
    /// It ended.
    pub const EXITED: u32 = 6;
    /// Somebody decided; the detail is a [`verdict`].
    pub const DECIDED: u32 = 7;
}

/// What found that a budget was spent.
pub mod path {
    /// The timer.
    pub const TIMER: u32 = 1;
    /// The check on entry to a system call.
    pub const SYSTEM_CALL: u32 = 2;
}

/// What a person may say of a bucket that waits.
pub mod verdict {
    /// Its processes run again.
    pub const RELEASE: u32 = 0;
    /// Its processes are killed.
    pub const KILL: u32 = 1;
}

/// What the program `decide` returns.
pub mod decided {
    /// It is being carried out.
    pub const DONE: u32 = 0;
    /// There is no such bucket any more.
    pub const GONE: u32 = 1;
    /// Nothing was done to the bucket that could be taken back.
    pub const IDLE: u32 = 2;
}

/// Section `.rodata.config`: the compiler fills in what is before `cgroup`, the loader the rest.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Config {
    /// [`ABI_VERSION`] of the program.
    pub abi_version: u32,
    /// Rows: buckets at once, and the one that is shared.
    pub members: u32,
    /// Trees that its rules name.
    pub trees: u32,
    /// Classes of members.
    pub classes: u32,
    /// Taint rules.
    pub rules: u32,
    /// F.
    pub frac_bits: u32,
    /// What the rules look at.
    pub events: u32,
    /// Which processes are one bucket.
    pub bucket: u32,
    /// Evidences.
    pub evidences: u32,
    /// Acts.
    pub acts: u32,
    /// Executables that the spec names.
    pub exes: u32,
    /// Control groups that the spec names.
    pub cgroups: u32,
    /// Name of the fibre.
    pub fibre: [u8; MAX_NAME],
    /// Name of the map that holds the price.
    pub price_map: [u8; MAX_NAME],
    /// Time in which the points of each evidence halve.
    pub half_life: [u64; MAX_EVIDENCE],
    /// Name of each evidence.
    pub evidence: [[u8; MAX_NAME]; MAX_EVIDENCE],
    /// Absolute paths of the executables that the spec names.
    pub exe_paths: [[u8; MAX_PATH]; MAX_EXES],
    /// Control groups that the spec names, from the root of their hierarchy.
    pub cgroup_paths: [[u8; MAX_PATH]; MAX_CGROUPS],
    /// Id of the cgroup that is looked at, with all below it.
    pub cgroup: u64,
    /// Its depth below the root of the hierarchy.
    pub level: u32,
    /// Whether every process is looked at instead.
    pub whole_host: u32,
    /// Whether everything is done but the signal.
    pub observe_only: u32,
    /// 0.
    pub unused: u32,
}

/// A folder above a protected tree.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Above {
    /// Its inode.
    pub ino: u64,
    /// Its file system.
    pub dev: u32,
    /// Where in the tree's path what lies below the folder begins.
    pub rest: u32,
}

/// Map `trees`: where a protected tree is.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Tree {
    /// Inode of its root.
    pub ino: u64,
    /// File system of its root.
    pub dev: u32,
    /// How many of `above` count.
    pub depth: u32,
    /// The folders above, from the file system's root down.
    pub above: [Above; MAX_DEPTH],
    /// Its absolute path, ended by a 0.
    pub path: [u8; MAX_PATH],
}

/// Map `exes`: an executable that the spec names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Executable {
    /// Its inode.
    pub ino: u64,
    /// Its file system.
    pub dev: u32,
    /// 0.
    pub reserved: u32,
}

/// Map `cgroups`: a control group that the spec names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct ControlGroup {
    /// Its id.
    pub id: u64,
    /// Its depth below the root of the hierarchy.
    pub level: u32,
    /// 0.
    pub reserved: u32,
}

/// What can be seen of a file that was there before a bucket: bits of the program's `SIGHT_…`.
pub const SIGHT_KINDS: usize = 7;

/// Where a row of the map `ledgers` begins: files by what a bucket was seen to do to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Seen {
    /// Id of the bucket.
    pub bucket: u64,
    /// Destroyed, replaced, … by random bytes, encoded ones, a container; type lost; unseen.
    pub files: [u32; SIGHT_KINDS],
    /// 0.
    pub reserved: u32,
}

/// Map `members`: one bucket each; the last row is the one that those share who find no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Member {
    /// Which one it is, for the life of the map.
    pub id: u64,
    /// When its first process was made, by `CLOCK_BOOTTIME`.
    pub start: u64,
    /// Id of the control group in which it began.
    pub cgroup: u64,
    /// When it began.
    pub began: u64,
    /// When its clock started.
    pub taint: u64,
    /// When it last did what a rule or an evidence looks at.
    pub last_event: u64,
    /// Its budget at the price that was last looked at.
    pub budget: u64,
    /// When its points had halved as they have now.
    pub points_at: [u64; MAX_EVIDENCE],
    /// Points of each evidence, in Q16.
    pub points: [u32; MAX_EVIDENCE],
    /// One of [`state`].
    pub state: u32,
    /// Its first process.
    pub tgid: u32,
    /// The process that last did what a rule or an evidence looks at.
    pub actor: u32,
    /// Its class.
    pub class: u32,
    /// The rule that started its clock.
    pub rule: u32,
    /// What was done to it, [`NO_ACT`] if nothing was.
    pub act: u32,
    /// Processes that have not ended.
    pub processes: u32,
    /// Files that were there before it and that it destroyed.
    pub lost: u32,
    /// The name of its first process, then of the one that started its clock.
    pub comm: [u8; 16],
}

/// A record of the ring `events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Event {
    /// When.
    pub time: u64,
    /// How long its clock had run.
    pub dwell: u64,
    /// How long it might.
    pub budget: u64,
    /// The price.
    pub price: u64,
    /// Id of the bucket.
    pub bucket: u64,
    /// One of [`kind`].
    pub kind: u32,
    /// One of [`path`], 0 if no budget was spent.
    pub path: u32,
    /// Its first process.
    pub tgid: u32,
    /// The process that last did what a rule or an evidence looks at.
    pub actor: u32,
    /// Its class.
    pub class: u32,
    /// The rule that started its clock.
    pub rule: u32,
    /// As [`kind`] says.
    pub detail: u32,
    /// One of [`state`].
    pub state: u32,
    /// Processes that have not ended.
    pub processes: u32,
    /// Files that were there before it and that it destroyed.
    pub lost: u32,
    /// Points of each evidence, in Q16.
    pub points: [u32; MAX_EVIDENCE],
    /// Its name.
    pub comm: [u8; 16],
}

/// Map `stats`: what went wrong, counted from the load on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Stats {
    /// The ring was full.
    pub events_lost: u64,
    /// No storage for a process: its event was not counted, or its bucket was lost.
    pub no_memory: u64,
    /// Processes that share a bucket because all others were taken.
    pub no_slot: u64,
    /// Timers that the kernel did not start.
    pub timer_errors: u64,
    /// Signals that the kernel refused; each was tried again.
    pub signal_errors: u64,
    /// Rows that could not be given back.
    pub slots_lost: u64,
}

/// Argument of the program `locate`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Location {
    /// A descriptor of the caller.
    pub fd: u32,
    /// Result: the file system that it is open on.
    pub dev: u32,
    /// Result: the inode.
    pub ino: u64,
}

/// What the program `overdue_tasks` names: a process that the daemon is to signal.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Errand {
    /// When it was made, in nanoseconds of `CLOCK_BOOTTIME`.
    pub start: u64,
    /// The process.
    pub tgid: u32,
    /// The signal.
    pub signal: u32,
}

/// Argument of the program `spare`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Exemption {
    /// The process.
    pub tgid: u32,
    /// Result: whether there is one.
    pub found: u32,
}

/// Argument of the program `decide`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Decision {
    /// Id of a bucket.
    pub bucket: u64,
    /// One of [`verdict`].
    pub verdict: u32,
    /// 0.
    pub reserved: u32,
}

/// Argument of the program `adopt`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Adoption {
    /// The row of its bucket in the older version; the points are in the order of the newer one.
    pub row: Member,
    /// Id of the bucket in the newer version, 0 for its first process; result: the id, 0 if the
    /// process is in none.
    pub bucket: u64,
    /// The process.
    pub tgid: u32,
    /// 0.
    pub reserved: u32,
}

/// Entry of the map `places`: where a process belongs.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Place {
    /// Id of its bucket.
    pub bucket: u64,
    /// Whether it has been counted out.
    pub gone: u32,
    /// 0.
    pub reserved: u32,
}

/// Argument of the program `find_cgroup`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct CgroupQuery {
    /// Id of a cgroup.
    pub id: u64,
    /// Result: its depth.
    pub level: u32,
    /// Result: whether there is one.
    pub found: u32,
}

/// Argument of the program `reprice`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct RepriceRequest {
    /// The price.
    pub price: u64,
    /// `CLOCK_REALTIME − CLOCK_MONOTONIC`.
    pub wall_offset: i64,
}

/// The constants of a price update.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct PriceRule {
    /// Further fractional bits of the accumulator.
    pub carry_bits: u32,
    /// 0.
    pub reserved: u32,
    /// Least price.
    pub price_lo: u64,
    /// Largest price.
    pub price_hi: u64,
    /// Capacity in quanta.
    pub capacity: u64,
    /// Numerator of the step.
    pub step_num: u64,
    /// Denominator without members.
    pub step_fixed: u64,
    /// What each member adds to it.
    pub step_member: u64,
}

/// A demand `numerator / price` between two bounds.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Reciprocal {
    /// Numerator.
    pub numerator: u64,
    /// Least.
    pub lo: u64,
    /// Largest.
    pub hi: u64,
}

/// Map `cases`: one computation of the kernel's that the daemon can repeat.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct ArithmeticCase {
    /// The price update's constants.
    pub rule: PriceRule,
    /// The demand's.
    pub demand_of: Reciprocal,
    /// The accumulator before.
    pub accumulator: u64,
    /// What was used.
    pub use_: u64,
    /// The price that the demand answers.
    pub price: u64,
    /// Members present.
    pub members: u32,
    /// Points of two evidences, in Q16.
    pub points: [u32; 2],
    /// Result: what is left of the first points.
    pub decayed: u32,
    /// What each point takes from the worth, in Q32.
    pub per_point: [u64; 2],
    /// How long the points have stood.
    pub elapsed: u64,
    /// In which time they halve.
    pub half_life: u64,
    /// Result: the accumulator after.
    pub updated: u64,
    /// Result: the demand at the worth that is left.
    pub demand: u64,
}

/// Text that a 0 ends.
pub fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}
