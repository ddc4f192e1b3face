//! Processes that the program never looks at.

use bytemuck::Zeroable;
use libbpf_rs::MapCore;

use super::error::KernelError;
use super::handles::Handles;
use super::run;
use crate::abi::{Exemption, MAX_EXEMPT};

/// Exempts exactly `processes`, by their ids in the first pid namespace. Those that are new come
/// first, so that none is looked at in between; one that has ended meanwhile is left out.
pub fn refresh(handles: &Handles, processes: &[u32]) -> Result<(), KernelError> {
    let failed = |why: &dyn std::fmt::Display| KernelError::run("exempt processes", why);
    let map = handles.map("exempt")?;
    for tgid in processes {
        let mut exemption = Exemption { tgid: *tgid, ..Exemption::zeroed() };
        if run::program(handles, "spare", &mut exemption)? != 0 {
            return Err(failed(&format!("{} of at most {MAX_EXEMPT} are", processes.len())));
        }
    }
    let kept: Vec<_> = processes.iter().map(|tgid| tgid.to_ne_bytes().to_vec()).collect();
    for stale in map.keys().filter(|key| !kept.contains(key)).collect::<Vec<_>>() {
        map.delete(&stale).map_err(|error| failed(&error))?;
    }
    Ok(())
}
