//! Which bucket a process is in, as the program has written it into its storage.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::AsRawFd;
use std::path::Path;

use libbpf_rs::{MapCore, MapFlags};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::error::KernelError;
use super::handles::Handles;
use super::scope::Target;
use super::{decode, run};
use crate::abi::{self, Member, Place};

const PROC: &str = "/proc";

/// The row of a process's bucket, if it has one of its own in its storage.
pub fn bucket_of(handles: &Handles, tgid: u32) -> Result<Option<Member>, KernelError> {
    let (places, members) = (handles.map("places")?, handles.map("members")?);
    let id = i32::try_from(tgid).ok().and_then(Pid::from_raw);
    let process = id.and_then(|id| pidfd_open(id, PidfdFlags::empty()).ok());
    let Some(process) = process else { return Ok(None) };
    let key = process.as_raw_fd().to_ne_bytes();
    // A process without storage, or one that ends, has no entry.
    let place = places.lookup(&key, MapFlags::ANY).ok().flatten();
    let place = place.and_then(|bytes| bytemuck::try_pod_read_unaligned::<Place>(&bytes).ok());
    let Some(place) = place.filter(|place| place.bucket != 0) else { return Ok(None) };
    let index = (place.bucket & abi::BUCKET_INDEX) as u32;
    let row: Member = run::read(members, index)?;
    Ok((row.id == place.bucket && decode::state(row.state).is_some()).then_some(row))
}

/// Every process of a scope, each once.
pub fn processes(target: &Target) -> Result<BTreeSet<u32>, KernelError> {
    let mut found = BTreeSet::new();
    let (root, read) = match &target.path {
        Some(group) => (group.as_path(), below(group, &mut found)),
        None => (Path::new(PROC), everywhere(&mut found)),
    };
    let next = "see that the daemon may read it";
    read.map_err(|error| KernelError::folder("list the processes of", root, error, next))?;
    Ok(found)
}

fn below(group: &Path, found: &mut BTreeSet<u32>) -> std::io::Result<()> {
    let inside = fs::read_to_string(group.join("cgroup.procs"))?;
    found.extend(inside.lines().filter_map(|line| line.parse::<u32>().ok()));
    for entry in fs::read_dir(group)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            // It may be removed meanwhile, as it may be when it is empty.
            let _ = below(&entry.path(), found);
        }
    }
    Ok(())
}

fn everywhere(found: &mut BTreeSet<u32>) -> std::io::Result<()> {
    for entry in fs::read_dir(PROC)? {
        found.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_group_every_process_is_in_scope() {
        let mut found = BTreeSet::new();
        assert!(everywhere(&mut found).is_ok());
        assert!(found.contains(&1) && found.contains(&std::process::id()));
    }
}
