//! Brings the cells of a daemon to what the kernel program says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::cell::{Cell, Key, Naming};
use super::way::{Kind, Limit, Way, Ways};

/// Walks within a period, until one finds nobody to move: a child that is made before its parent is
/// moved is found by the next.
const WALKS: u32 = 8;

/// A process that is to be limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its bucket.
    pub bucket: u64,
    /// What the bucket is allowed.
    pub limit: Limit,
    /// The process.
    pub tgid: u32,
    /// When it was made, in nanoseconds of `CLOCK_BOOTTIME`.
    pub start: u64,
}

/// What became of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// All of its processes are limited.
    Held {
        /// The bucket.
        bucket: u64,
        /// What it is allowed.
        limit: Limit,
        /// The file of the control group that does it.
        by: &'static str,
        /// So many of its processes.
        processes: usize,
    },
    /// It is not limited any more.
    Freed {
        /// The bucket.
        bucket: u64,
        /// The file that did it.
        by: &'static str,
        /// Whether a daemon did it that is gone, for a bucket that nobody knows.
        left_over: bool,
    },
    /// Something of it could not be done; it is tried again each period, and told once.
    Failed {
        /// The bucket.
        bucket: u64,
        /// What and why.
        error: String,
    },
}

/// The cells of a daemon.
#[derive(Debug)]
pub struct Keeper {
    ways: Ways,
    names: Naming,
    cells: Vec<Cell>,
    /// What was told of each bucket that is still wanted.
    held: BTreeSet<Key>,
    failed: BTreeMap<Key, String>,
    /// Whether cells stay when this is dropped.
    stays: bool,
}

impl Keeper {
    /// Looks for the ways of this host, and for cells that an earlier daemon left. `scope` is the
    /// folder of the group that is watched, in version 2, and its id; none and 0 for the whole host.
    pub fn new(fibre: &str, (scope, id): (Option<&Path>, u64)) -> Self {
        let ways = Ways::find(scope);
        let names = Naming::new(fibre, id);
        let mut found = Vec::new();
        for way in ways.iter() {
            let root = match way.hierarchy().is_version2() {
                true => scope.unwrap_or(way.hierarchy().point()),
                false => way.hierarchy().point(),
            };
            left_over(root, way.kind(), &names, &mut found);
        }
        let cells = found.into_iter();
        let cells = cells.filter_map(|(path, (bucket, kind))| Cell::take(path, bucket, kind));
        let cells = cells.collect();
        let (held, failed) = (BTreeSet::new(), BTreeMap::new());
        Keeper { ways, names, cells, held, failed, stays: false }
    }

    /// The file that does what a kind of limit says; none where nothing does.
    pub fn file(&self, kind: Kind) -> Option<&'static str> {
        self.ways.of(kind).map(Way::file)
    }

    /// Whether there is anything to keep, or to free.
    pub fn has_cells(&self) -> bool {
        !self.cells.is_empty()
    }

    /// Whether cells are moved within the hierarchy that the kernel program watches.
    pub fn moves_in_scope(&self) -> bool {
        self.ways.iter().any(|way| way.hierarchy().is_version2())
    }

    /// Says whether the cells stay when this is dropped: the buckets go on without the daemon.
    pub fn set_stays(&mut self, stays: bool) {
        self.stays = stays;
    }

    /// Limits the processes that `walk` names, each time anew, and no others. A process is moved only
    /// if `admits` still says that it is the one that was named.
    pub fn keep<E>(
        &mut self,
        mut walk: impl FnMut() -> Result<Vec<Wanted>, E>,
        admits: impl Fn(&Wanted) -> bool,
    ) -> Result<Vec<Change>, E> {
        let mut changes = Vec::new();
        let mut wanted = Vec::new();
        for _ in 0..WALKS {
            wanted = walk()?;
            if !self.round(&wanted, &admits, &mut changes) {
                break;
            }
        }
        self.tell_held(&wanted, &mut changes);
        let keys: BTreeSet<Key> = wanted.iter().map(key).collect();
        self.free(|cell| !keys.contains(&cell.key()), &mut changes);
        self.held.retain(|key| keys.contains(key));
        let cells = &self.cells;
        self.failed.retain(|key, _| keys.contains(key) || cells.iter().any(|of| of.key() == *key));
        Ok(changes)
    }

    /// Lets the processes of a bucket that stand still move, before they are woken or killed.
    pub fn thaw(&mut self, bucket: u64) {
        let Some(way) = self.ways.of(Kind::Frozen) else { return };
        let frozen = |cell: &&mut Cell| cell.bucket == bucket && cell.kind == Kind::Frozen;
        for cell in self.cells.iter_mut().filter(frozen) {
            // The next period frees it, and tells if that fails.
            let _ = cell.lift(way);
        }
    }

    /// Frees every bucket.
    pub fn free_all(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.free(|_| true, &mut changes);
        self.held.clear();
        changes
    }

    /// Moves in who is not yet, and out who does not belong. Returns whether anybody was moved.
    fn round(
        &mut self,
        wanted: &[Wanted],
        admits: &impl Fn(&Wanted) -> bool,
        changes: &mut Vec<Change>,
    ) -> bool {
        let mut belong: BTreeMap<Key, BTreeSet<u32>> = BTreeMap::new();
        for one in wanted {
            belong.entry(key(one)).or_default().insert(one.tgid);
        }
        let (inside, mut moved) = self.expel(&belong);
        for one in wanted.iter().filter(|one| !inside.contains(&(key(one), one.tgid))) {
            match self.put(one, admits) {
                Ok(was_moved) => moved |= was_moved,
                Err(error) => self.fail(key(one), &error, changes),
            }
        }
        let limits: BTreeMap<Key, Limit> = wanted.iter().map(|one| (key(one), one.limit)).collect();
        for (key, limit) in limits {
            if let Err(error) = self.limit(key, limit) {
                self.fail(key, &error, changes);
            }
        }
        moved
    }

    /// Who is in the cells of their buckets, of those who belong there; all others are taken out.
    fn expel(&self, belong: &BTreeMap<Key, BTreeSet<u32>>) -> (BTreeSet<(Key, u32)>, bool) {
        let (mut inside, mut moved) = (BTreeSet::new(), false);
        for cell in &self.cells {
            let key = cell.key();
            // Those of no bucket are freed as a whole.
            let Some(members) = belong.get(&key) else { continue };
            for thread in cell.threads().unwrap_or_default() {
                let process = match members.contains(&thread) {
                    true => Some(thread),
                    false => process_of(thread),
                };
                match process {
                    Some(process) if members.contains(&process) => {
                        inside.insert((key, process));
                    }
                    Some(process) => {
                        moved |= cell.expel(process).unwrap_or(false);
                        if cell.left_over && cell.kind == Kind::Frozen {
                            self.wake(process, cell.parent());
                        }
                    }
                    None => {}
                }
            }
        }
        (inside, moved)
    }

    /// Puts a process into a cell below the group in which it is. Returns whether it was moved.
    fn put(&mut self, one: &Wanted, admits: &impl Fn(&Wanted) -> bool) -> io::Result<bool> {
        let kind = one.limit.kind();
        let way = self.ways.of(kind).ok_or_else(|| {
            io::Error::other(
                "this host has no control groups that could, or they may not be written",
            )
        })?;
        let group = match way.hierarchy().group_of(one.tgid) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            group => self.names.outside(group?),
        };
        let is_it = |cell: &&mut Cell| cell.key() == key(one);
        let parts = self.cells.iter_mut().filter(is_it).count();
        let here = |cell: &&mut Cell| is_it(cell) && cell.parent() == group;
        if let Some(cell) = self.cells.iter_mut().find(here) {
            cell.limit(way, one.limit, parts)?;
            return Ok(admits(one) && cell.put(one.tgid)?);
        }
        let mut cell = Cell::make(way, &self.names, &group, one.bucket)?;
        // Before anybody is in it.
        let done = cell.limit(way, one.limit, parts + 1).and_then(|()| {
            let is_still_it = admits(one);
            Ok(is_still_it && cell.put(one.tgid)?)
        });
        // Also when that failed: it is freed when its bucket is.
        self.cells.push(cell);
        done
    }

    /// Sets the limit of a bucket on all of its cells.
    fn limit(&mut self, key: Key, limit: Limit) -> io::Result<()> {
        let Some(way) = self.ways.of(key.1) else { return Ok(()) };
        let is_it = |cell: &&mut Cell| cell.key() == key;
        let parts = self.cells.iter_mut().filter(is_it).count();
        self.cells.iter_mut().filter(is_it).try_for_each(|cell| cell.limit(way, limit, parts))
    }

    /// Frees cells that are not needed; those that cannot be are tried again.
    fn free(&mut self, not_needed: impl Fn(&Cell) -> bool, changes: &mut Vec<Change>) {
        let (free, kept): (Vec<_>, Vec<_>) = self.cells.drain(..).partition(not_needed);
        self.cells = kept;
        let mut freed = BTreeSet::new();
        for mut cell in free {
            let key = cell.key();
            let Some(way) = self.ways.of(cell.kind).cloned() else { continue };
            let (wakes, parent) =
                (cell.left_over && cell.kind == Kind::Frozen, cell.parent().to_owned());
            let done = cell.free(&way, |thread| {
                if let (true, Some(process)) = (wakes, process_of(thread)) {
                    self.wake(process, &parent);
                }
            });
            match done {
                Ok(()) if freed.insert(key) => {
                    let (by, left_over) = (way.file(), cell.left_over);
                    changes.push(Change::Freed { bucket: cell.bucket, by, left_over });
                }
                Ok(()) => {}
                Err(error) => {
                    self.fail(key, &error, changes);
                    self.cells.push(cell);
                }
            }
        }
    }

    /// Wakes who was stopped by a daemon that is gone, for a bucket that is gone with it: nobody
    /// could decide any more. It is back in `group`, which says that it is the one.
    fn wake(&self, process: u32, group: &Path) {
        let Some(way) = self.ways.of(Kind::Frozen) else { return };
        let id = i32::try_from(process).ok().and_then(Pid::from_raw);
        let Some(handle) = id.and_then(|id| pidfd_open(id, PidfdFlags::empty()).ok()) else {
            return;
        };
        if way.hierarchy().group_of(process).is_ok_and(|now| now == group) {
            // Who has ended need not wake.
            let _ = pidfd_send_signal(&handle, Signal::CONT);
        }
    }

    fn tell_held(&mut self, wanted: &[Wanted], changes: &mut Vec<Change>) {
        let mut processes: BTreeMap<Key, (Limit, usize)> = BTreeMap::new();
        for one in wanted {
            processes.entry(key(one)).or_insert((one.limit, 0)).1 += 1;
        }
        for (key, (limit, processes)) in processes {
            let Some(by) = self.file(key.1) else { continue };
            if self.failed.contains_key(&key) || !self.held.insert(key) {
                continue;
            }
            changes.push(Change::Held { bucket: key.0, limit, by, processes });
            // From now on it is this daemon's.
            let taken = self.cells.iter_mut().filter(|cell| cell.key() == key);
            taken.for_each(|cell| cell.left_over = false);
        }
    }

    fn fail(&mut self, key: Key, error: &io::Error, changes: &mut Vec<Change>) {
        let error = error.to_string();
        if self.failed.insert(key, error.clone()).as_ref() != Some(&error) {
            changes.push(Change::Failed { bucket: key.0, error });
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if !self.stays {
            // What was only found is that of a program that may still be there.
            self.free(|cell| !cell.left_over, &mut Vec::new());
        }
    }
}

fn key(one: &Wanted) -> Key {
    (one.bucket, one.limit.kind())
}

/// The process that a thread is of.
fn process_of(thread: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("Tgid:"))?.trim().parse().ok()
}

/// The folders below `root` that are called as cells of a kind are.
fn left_over(root: &Path, kind: Kind, names: &Naming, found: &mut Vec<(PathBuf, Key)>) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.filter_map(Result::ok) {
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let path = entry.path();
        left_over(&path, kind, names, found);
        if let Some(key) = names.read(&path).filter(|key| key.1 == kind) {
            found.push((path, key));
        }
    }
}
