//! A bucket as the program keeps it: its row, where its processes belong, and what it was seen to do
//! to files.

use bytemuck::{Pod, Zeroable};

use super::MAX_EVIDENCE;

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
