//! What the program tells: what happened to a bucket, and what went wrong.

use bytemuck::{Pod, Zeroable};

use super::MAX_EVIDENCE;

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
    /// Somebody decided; the detail is a [`super::super::verdict`].
    pub const DECIDED: u32 = 7;
}

/// What found that a budget was spent.
pub mod path {
    /// The timer.
    pub const TIMER: u32 = 1;
    /// The check on entry to a system call.
    pub const SYSTEM_CALL: u32 = 2;
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
    /// One of [`super::state`].
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
    /// Signals that the kernel went on refusing for more than a moment; each is tried again. One that
    /// it refuses because the processor is idle, or because the process is about to end, is none.
    pub signal_errors: u64,
    /// Rows that could not be given back.
    pub slots_lost: u64,
}
