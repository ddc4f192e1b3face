//! A cgroup of a test's own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::PATIENCE;

/// A cgroup that is empty at first and removed at the end; empty it can be removed before.
pub struct Cgroup {
    path: PathBuf,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Cgroup {
    /// Makes one below the mount of cgroup2.
    pub fn new() -> Self {
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
        let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let mount = fields.into_iter().find(|fields| fields.get(2) == Some(&"cgroup2"));
        let mount = mount.expect("cgroup2 is not mounted: mount -t cgroup2 none /sys/fs/cgroup");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dslc-test-{}-{number}", std::process::id());
        let path = Path::new(mount[1]).join(name);
        std::fs::create_dir(&path).unwrap();
        Cgroup { path }
    }

    /// Makes one below this one.
    pub fn child(&self) -> Self {
        let path = self.path.join("below");
        std::fs::create_dir(&path).unwrap();
        Cgroup { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The processes that are in it now.
    pub fn processes(&self) -> Vec<u32> {
        let inside = std::fs::read_to_string(self.procs()).unwrap();
        inside.lines().map(|line| line.parse().unwrap()).collect()
    }

    /// The file that a process writes itself into.
    pub fn procs(&self) -> PathBuf {
        self.path.join("cgroup.procs")
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // A test may end before the processes that it started here, and before a group below.
        remove(&self.path.join("below"));
        remove(&self.path);
    }
}

/// Ends the processes of a test's own group, by their ids, and removes it.
fn remove(group: &Path) {
    let started = Instant::now();
    while group.exists() && std::fs::remove_dir(group).is_err() && started.elapsed() < PATIENCE {
        let inside = std::fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
        let ids =
            inside.lines().filter_map(|line| rustix::process::Pid::from_raw(line.parse().ok()?));
        for id in ids {
            // It may be gone by now, which is as well.
            let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
