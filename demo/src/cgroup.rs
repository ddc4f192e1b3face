//! A control group of the demo's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::{Failure, Result};

/// A group that is removed when it is dropped, after its processes are gone.
#[derive(Debug)]
pub struct Cgroup {
    path: PathBuf,
}

impl Cgroup {
    /// Makes a group at the root of the unified hierarchy.
    pub fn create() -> Result<Self> {
        let mounts = fs::read_to_string("/proc/self/mountinfo")
            .map_err(Failure::because("cannot read /proc/self/mountinfo"))?;
        let unified = mounts.lines().find_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let mounted = before.split(' ').nth(4)?;
            after.starts_with("cgroup2 ").then(|| PathBuf::from(mounted))
        });
        let unified = unified
            .ok_or_else(|| Failure::new("no cgroup2 file system is mounted on this host"))?;
        let path = unified.join(format!("dslc-demo-{}", std::process::id()));
        fs::create_dir(&path)
            .map_err(Failure::because(format!("cannot make the group {}", path.display())))?;
        Ok(Cgroup { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A command that enters the group before it becomes `program`.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo $$ > \"$0\" && exec \"$@\""])
            .arg(self.path.join("cgroup.procs"))
            .arg(program);
        command
    }

    /// Ends whatever still runs in the group: only processes that the demo started can be there.
    fn empty(&self) {
        let procs = self.path.join("cgroup.procs");
        for _ in 0..50 {
            let pids = fs::read_to_string(&procs).unwrap_or_default();
            if pids.is_empty() {
                return;
            }
            for pid in pids.lines() {
                // One that is gone by now is as good as ended.
                let _ = Command::new("kill").args(["-9", pid]).output();
            }
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        self.empty();
        if let Err(error) = fs::remove_dir(&self.path) {
            eprintln!("demo: cannot remove {}: {error}", self.path.display());
        }
    }
}
