//! A cgroup of a test's own.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::{PATIENCE, wait_until};

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

    /// The groups, in every hierarchy, that daemons of this group's tests have made.
    pub fn cells(&self) -> Vec<PathBuf> {
        let Ok(group) = std::fs::metadata(&self.path) else { return Vec::new() };
        let prefix = format!("dslc-test-{}-", group.ino());
        let mut found = Vec::new();
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
        for fields in mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()) {
            if matches!(fields[2], "cgroup" | "cgroup2") {
                find(Path::new(fields[1]), &prefix, &mut found);
            }
        }
        found
    }

    /// Ends whoever is in it, by their ids, and waits until nobody is.
    pub fn end(&self) {
        wait_until("the end of those in a group", || {
            kill_all(&self.procs());
            self.processes().is_empty()
        });
    }

    /// The file that a process writes itself into.
    pub fn procs(&self) -> PathBuf {
        self.path.join("cgroup.procs")
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // What a test that failed has left: who is frozen does not even die.
        self.cells().iter().for_each(|cell| free(cell));
        // A test may end before the processes that it started here, and before a group below.
        remove(&self.path.join("below"));
        remove(&self.path);
    }
}

/// Ends the processes of a test's own group, by their ids, and removes it.
fn remove(group: &Path) {
    let started = Instant::now();
    while group.exists() && std::fs::remove_dir(group).is_err() && started.elapsed() < PATIENCE {
        kill_all(&group.join("cgroup.procs"));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn find(folder: &Path, prefix: &str, found: &mut Vec<PathBuf>) {
    // It may be removed meanwhile.
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        if path.file_name().unwrap().to_string_lossy().starts_with(prefix) {
            found.push(path.clone());
        }
        find(&path, prefix, found);
    }
}

/// Lets the processes of a daemon's group go back to where they were, and removes it.
fn free(cell: &Path) {
    // It may be another kind of group, which has no such file.
    let file = File::options().write(true).open(cell.join("cgroup.freeze"));
    let _ = file.and_then(|mut file| file.write_all(b"0"));
    for thread in threads(cell) {
        let _ = std::fs::write(cell.with_file_name("cgroup.procs"), thread.to_string());
    }
    let _ = std::fs::remove_dir(cell);
}

/// The threads in a group of either version.
pub fn threads(cell: &Path) -> Vec<u32> {
    let read = |file| std::fs::read_to_string(cell.join(file));
    let listed = read("tasks").or_else(|_| read("cgroup.threads")).unwrap_or_default();
    listed.lines().map(|line| line.parse().unwrap()).collect()
}

/// Kills the processes that a group's file names.
fn kill_all(group: &Path) {
    let inside = std::fs::read_to_string(group).unwrap_or_default();
    let ids = inside.lines().filter_map(|line| rustix::process::Pid::from_raw(line.parse().ok()?));
    for id in ids {
        // It may be gone by now, which is as well.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
    }
}
