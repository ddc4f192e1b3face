//! What a program saw the members do to files: a count of files by kind, for benches and tests of
//! policies. Points are in the members' own rows.

use libbpf_rs::{MapCore, MapFlags};

use super::Kernel;
use super::error::KernelError;
use crate::abi::Seen;

/// Files that were there before a member and that it did something to, each counted once for a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sights {
    /// The member's id.
    pub bucket: u64,
    /// Overwritten, truncated, unlinked or renamed over.
    pub destroyed: u32,
    /// Given way to other bytes after they were read.
    pub replaced: u32,
    /// … to random-looking ones of no known type.
    pub random: u32,
    /// … to ones that are flat over a small alphabet.
    pub encoded: u32,
    /// … to a container of a known type.
    pub container: u32,
    /// Left without the known type that they had.
    pub type_lost: u32,
    /// Changed past the system calls that write.
    pub unseen: u32,
}

impl From<Seen> for Sights {
    fn from(seen: Seen) -> Self {
        let [destroyed, replaced, random, encoded, container, type_lost, unseen] = seen.files;
        Sights {
            bucket: seen.bucket,
            destroyed,
            replaced,
            random,
            encoded,
            container,
            type_lost,
            unseen,
        }
    }
}

impl Kernel {
    /// Those of every member that was seen to do something to a file, also of the last one to have
    /// a row that is free by now.
    pub fn sights(&self) -> Result<Vec<Sights>, KernelError> {
        let failed = |why: &dyn std::fmt::Display| KernelError::run("say what it saw", why);
        let map = self.program.handles.map("ledgers")?;
        let mut all = Vec::new();
        for index in 0..map.info().map_err(|error| failed(&error))?.info.max_entries {
            let row = map.lookup(&index.to_ne_bytes(), MapFlags::ANY);
            let row = row.map_err(|error| failed(&error))?.unwrap_or_default();
            let seen = row.get(..size_of::<Seen>()).ok_or_else(|| failed(&"a row is too short"))?;
            let seen: Seen = bytemuck::pod_read_unaligned(seen);
            if seen.bucket != 0 {
                all.push(seen.into());
            }
        }
        Ok(all)
    }
}
