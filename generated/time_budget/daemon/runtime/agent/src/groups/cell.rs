//! A control group of the daemon's own, which holds processes of one bucket.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;

use super::way::{Kind, Limit, Way};

/// Looks at a cell that is emptied: its processes may fork meanwhile.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(1);
/// Through which processes are moved, with all of their threads.
const PROCESSES: &str = "cgroup.procs";

/// The bucket of a cell, and what is done to it.
pub type Key = (u64, Kind);

/// How the cells of a daemon are called: `dslc-FIBRE-SCOPE-BUCKET-KIND`, where SCOPE is the id of the
/// group that is watched.
#[derive(Clone, Debug)]
pub struct Naming {
    prefix: String,
}

impl Naming {
    /// Those of a fibre that watches a group; 0 for the whole host.
    pub fn new(fibre: &str, scope: u64) -> Self {
        Naming { prefix: format!("dslc-{fibre}-{scope}-") }
    }

    fn name(&self, bucket: u64, kind: Kind) -> String {
        format!("{}{bucket}-{}", self.prefix, kind.word())
    }

    /// Whose cell a folder is, if it is one of these.
    pub fn read(&self, folder: &Path) -> Option<Key> {
        let name = folder.file_name()?.to_str()?;
        let (bucket, word) = name.strip_prefix(&self.prefix)?.split_once('-')?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
        Some((bucket.parse().ok()?, kind))
    }

    /// The group in which a process would be if there were no cells.
    pub fn outside(&self, mut group: PathBuf) -> PathBuf {
        while self.read(&group).is_some() && group.pop() {}
        group
    }
}

/// A group of the daemon's own. Dropping this leaves the group, for the next daemon.
#[derive(Debug)]
pub struct Cell {
    path: PathBuf,
    /// The bucket whose processes it holds.
    pub bucket: u64,
    /// What it does to them.
    pub kind: Kind,
    /// Whether an earlier daemon made it.
    pub left_over: bool,
    /// What was set last, and among how many cells it is shared.
    set: Option<(Limit, usize)>,
    // No other daemon uses it while this is open, however this one ends.
    _lock: OwnedFd,
}

impl Cell {
    /// Makes one below `parent`, or takes the one that is there.
    pub fn make(way: &Way, names: &Naming, parent: &Path, bucket: u64) -> io::Result<Self> {
        let path = parent.join(names.name(bucket, way.kind()));
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let kind = way.kind();
        let cell = Cell { _lock: lock(&path)?, path, bucket, kind, left_over: false, set: None };
        if let Err(error) = way.prepare(parent, &cell.path) {
            // Nobody is in it yet; if that fails, the next daemon finds it.
            let _ = fs::remove_dir(&cell.path);
            return Err(error);
        }
        Ok(cell)
    }

    /// Takes what an earlier daemon left; none if it is another's, which still runs, or gone.
    pub fn take(path: PathBuf, bucket: u64, kind: Kind) -> Option<Self> {
        let _lock = lock(&path).ok()?;
        Some(Cell { path, bucket, kind, left_over: true, set: None, _lock })
    }

    /// Whose it is, and what for.
    pub fn key(&self) -> Key {
        (self.bucket, self.kind)
    }

    /// The group that it was made in.
    pub fn parent(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// Has it limit its processes, as one of `parts` cells.
    pub fn limit(&mut self, way: &Way, limit: Limit, parts: usize) -> io::Result<()> {
        if self.set != Some((limit, parts)) {
            way.limit(&self.path, limit, parts)?;
            self.set = Some((limit, parts));
        }
        Ok(())
    }

    /// Takes a process in. Returns false when it has ended.
    pub fn put(&self, tgid: u32) -> io::Result<bool> {
        put(&self.path, tgid)
    }

    /// Takes a process back to where the cell was made.
    pub fn expel(&self, id: u32) -> io::Result<bool> {
        put(self.parent(), id)
    }

    /// The threads in it. A main thread has the number of its process.
    pub fn threads(&self) -> io::Result<BTreeSet<u32>> {
        // Version 1 and 2.
        let listed =
            ["tasks", "cgroup.threads"].map(|file| fs::read_to_string(self.path.join(file)));
        let [old, new] = listed;
        let numbers = old.or(new)?;
        Ok(numbers.lines().filter_map(|line| line.parse().ok()).collect())
    }

    /// Takes the limit away, which may be done again.
    pub fn lift(&mut self, way: &Way) -> io::Result<()> {
        self.set = None;
        way.lift(&self.path)
    }

    /// Takes the limit away, takes all processes back and removes the group. `back` is told a thread
    /// of each process that is back.
    pub fn free(&mut self, way: &Way, mut back: impl FnMut(u32)) -> io::Result<()> {
        if !self.path.exists() {
            return Ok(());
        }
        self.lift(way)?;
        let mut last = Ok(());
        for _ in 0..LOOKS {
            for thread in self.threads()? {
                last = self.expel(thread).map(drop);
                if last.is_ok() {
                    back(thread);
                }
            }
            match fs::remove_dir(&self.path) {
                Ok(()) => {
                    // Others may be there by now; what is left there limits nobody.
                    let _ = way.forget(self.parent());
                    return Ok(());
                }
                Err(error) => last = last.and(Err(error)),
            }
            sleep(PAUSE);
        }
        last
    }
}

fn put(group: &Path, id: u32) -> io::Result<bool> {
    match fs::write(group.join(PROCESSES), id.to_string()) {
        Err(error) if error.raw_os_error() == Some(Errno::SRCH.raw_os_error()) => Ok(false),
        done => done.map(|()| true),
    }
}

fn lock(path: &Path) -> io::Result<OwnedFd> {
    let folder = open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    flock(&folder, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
        Errno::WOULDBLOCK => io::Error::other("another daemon of this fibre uses the group"),
        error => error.into(),
    })?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whose_a_cell_is() {
        let (ours, theirs) = (Naming::new("dwell", 7), Naming::new("dwell", 71));
        for kind in Kind::ALL {
            let path = Path::new("/sys/fs/cgroup/a").join(ours.name(65_541, kind));
            assert_eq!(ours.read(&path), Some((65_541, kind)));
            assert_eq!(theirs.read(&path), None);
            assert_eq!(ours.outside(path.join(ours.name(9, kind))), Path::new("/sys/fs/cgroup/a"));
        }
        for other in ["dslc-dwell-7-x-cpu", "dslc-dwell-7-5", "dslc-dwell-7-5-memory", "a", "/"] {
            assert_eq!(ours.read(Path::new(other)), None, "{other}");
        }
    }
}
