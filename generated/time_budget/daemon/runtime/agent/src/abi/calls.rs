//! What is asked of the programs that the daemon runs, and what they answer.

use bytemuck::{Pod, Zeroable};

use super::Member;

/// Most processes that are never looked at.
pub const MAX_EXEMPT: usize = 256;

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

/// Argument of the program `spare`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Exemption {
    /// The process.
    pub tgid: u32,
    /// Result: whether there is one.
    pub found: u32,
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

/// What the program `held_processes` names: a process that the daemon keeps in a control group.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct HeldProcess {
    /// When it was made, in nanoseconds of `CLOCK_BOOTTIME`.
    pub start: u64,
    /// Its bucket.
    pub bucket: u64,
    /// The process.
    pub tgid: u32,
    /// The state of its bucket.
    pub state: u32,
    /// What was done to it, an index into the fibre's acts.
    pub act: u32,
    /// For the alignment of the end.
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
