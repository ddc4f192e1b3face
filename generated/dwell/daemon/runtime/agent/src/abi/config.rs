//! What the loader tells a program: how it is to work, and where to find what its spec names.

use bytemuck::{Pod, Zeroable};

use super::MAX_EVIDENCE;

/// Most trees that rules may name.
pub const MAX_TREES: usize = 8;
/// Most folders above a tree.
pub const MAX_DEPTH: usize = 32;
/// Bytes of a path, with its 0.
pub const MAX_PATH: usize = 256;
/// Bytes of a name in [`Config`], with its 0.
pub const MAX_NAME: usize = 64;
/// Executables that a spec may name.
pub const MAX_EXES: usize = 16;
/// Control groups that a spec may name.
pub const MAX_CGROUPS: usize = 16;

/// The only event that is looked at on entry to a system call and never on the way out.
pub const FILE_WRITE: u32 = 1;

/// Section `.rodata.config`: the compiler fills in what is before `cgroup`, the loader the rest.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Config {
    /// [`super::ABI_VERSION`] of the program.
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
