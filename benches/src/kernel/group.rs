//! A control group of the benchmark's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Removed when dropped; only the benchmark's own processes are ever in it.
#[derive(Debug)]
pub struct Group {
    path: PathBuf,
}

impl Group {
    /// Makes a group at the root of the unified hierarchy.
    pub fn create() -> Result<Self, String> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(|e| e.to_string())?;
        let root = mounts.lines().find_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            after.starts_with("cgroup2 ").then(|| before.split(' ').nth(4)).flatten()
        });
        let root = root.ok_or("no cgroup2 file system is mounted")?;
        let path = Path::new(root).join(format!("dslc-bench-{}", std::process::id()));
        fs::create_dir(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Group { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its id: the inode of its folder.
    pub fn id(&self) -> Result<u64, String> {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(&self.path).map(|data| data.ino()).map_err(|e| e.to_string())
    }

    /// A command that enters the group before it becomes `program`.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo $$ > \"$0\" && exec \"$@\""])
            .arg(self.path.join("cgroup.procs"))
            .arg(program);
        command
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir(&self.path) {
            eprintln!("bench-kernel: cannot remove {}: {error}", self.path.display());
        }
    }
}
