//! Which cgroup the program looks at: its id and its depth.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::error::KernelError;
use super::mounts;
use crate::abi;
use crate::config::Scope;

/// What the program needs to know of a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its folder; none for the whole host.
    pub path: Option<PathBuf>,
    /// Id of the cgroup; 0 for the whole host.
    pub cgroup: u64,
    /// Its depth below the root of the hierarchy.
    pub level: u32,
    /// Whether every process is looked at.
    pub whole_host: bool,
    /// Where it is mounted.
    mount: PathBuf,
}

impl Target {
    /// Looks a scope up. On cgroup2 the number of a folder's inode is the id of the group.
    pub fn find(scope: &Scope) -> Result<Self, KernelError> {
        let Scope::Cgroup(path) = scope else {
            return Ok(Target { whole_host: true, ..Target::default() });
        };
        let unusable = |error: &dyn std::fmt::Display| {
            KernelError::folder(
                "watch the control group",
                path,
                error,
                "create it with mkdir below the mount of cgroup2, and leave it until the daemon ends",
            )
        };
        let cgroup = fs::metadata(path).map_err(|error| unusable(&error))?.ino();
        let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(|e| unusable(&e))?;
        let path = fs::canonicalize(path).map_err(|error| unusable(&error))?;
        let (mount, level) = mounts::place(&mounts, &path)
            .ok_or_else(|| unusable(&"it is below no mount of cgroup2"))?;
        Ok(Target { path: Some(path), cgroup, level, whole_host: false, mount })
    }

    /// Where the hierarchy of the group is mounted.
    pub fn mount(&self) -> &Path {
        &self.mount
    }

    /// Checks that the group is still there: a group that is made anew in its place is another one,
    /// which nothing watches.
    pub fn check_presence(&self) -> Result<(), KernelError> {
        let Some(path) = &self.path else { return Ok(()) };
        let why = match fs::metadata(path) {
            Ok(found) if found.ino() == self.cgroup => return Ok(()),
            Ok(_) => "it was removed, and another one was made in its place".to_owned(),
            Err(error) => error.to_string(),
        };
        let next = "start the daemon again: nothing is watched until then";
        Err(KernelError::folder("watch the control group", path, why, next))
    }

    /// Whether a control group, as `/proc/PID/cgroup` names it, is the one that is looked at or
    /// below it.
    pub fn holds(&self, cgroup: &Path) -> bool {
        let Ok(below) = cgroup.strip_prefix("/") else { return false };
        let is_it = |path: &Path| fs::metadata(path).is_ok_and(|at| at.ino() == self.cgroup);
        self.whole_host
            || self.mount.join(below).ancestors().take_while(|at| *at != self.mount).any(is_it)
    }

    /// Checks the depth against the kernel's, which is not the one seen from inside a cgroup
    /// namespace.
    pub fn check(&self, kernel: &abi::CgroupQuery) -> Result<(), KernelError> {
        if kernel.found == 0 || kernel.level == self.level {
            return Ok(());
        }
        Err(KernelError::missing(
            format!("the control group is {} deep, not {}", kernel.level, self.level),
            "start the daemon in the host's cgroup namespace (docker: --cgroupns=host)",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_depth_that_the_kernel_denies_is_refused() {
        let target = Target { cgroup: 7, level: 1, ..Target::default() };
        assert!(target.check(&abi::CgroupQuery { id: 7, level: 1, found: 1 }).is_ok());
        assert!(target.check(&abi::CgroupQuery { id: 7, level: 4, found: 1 }).is_err());
        assert!(target.check(&abi::CgroupQuery { id: 7, level: 0, found: 0 }).is_ok());
    }
}
