//! Where a hierarchy of control groups is mounted, and where in it a process is.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Access, access};

use crate::kernel::mounts::unescaped;

/// A hierarchy that is mounted where the daemon may change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// Where it is mounted.
    point: PathBuf,
    /// What of it is mounted there.
    root: PathBuf,
    /// The controller of version 1 that it was mounted for; none of version 2.
    controller: Option<&'static str>,
}

impl Hierarchy {
    /// The one of version 2, or that of a controller of version 1; none when it is not mounted, or
    /// only to be read.
    pub fn find(controller: Option<&'static str>) -> Option<Self> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let found = place(&mounts, controller)?;
        access(&found.point, Access::WRITE_OK).ok()?;
        Some(found)
    }

    /// Whether it is the one of version 2.
    pub fn is_version2(&self) -> bool {
        self.controller.is_none()
    }

    /// Where it is mounted.
    pub fn point(&self) -> &Path {
        &self.point
    }

    /// The folder of the group in which a process is.
    pub fn group_of(&self, tgid: u32) -> io::Result<PathBuf> {
        // A thread that is about to end shows the root in version 1, also the main one while others
        // live: any other answer is better.
        let mut found = Err(io::ErrorKind::NotFound.into());
        for thread in fs::read_dir(format!("/proc/{tgid}/task"))? {
            // It may have ended meanwhile.
            let Ok(groups) = fs::read_to_string(thread?.path().join("cgroup")) else { continue };
            let outside = || io::Error::other("it is in a group outside of what is mounted here");
            found = self.folder(&groups).ok_or_else(outside);
            if found.as_ref().is_ok_and(|folder| *folder != self.point) {
                break;
            }
        }
        found
    }

    /// The folder of the group that `/proc/PID/cgroup` names.
    fn folder(&self, groups: &str) -> Option<PathBuf> {
        let group = groups.lines().find_map(|line| {
            let mut fields = line.splitn(3, ':');
            let (number, controllers, group) = (fields.next()?, fields.next()?, fields.next()?);
            let is_it = match self.controller {
                Some(name) => controllers.split(',').any(|has| has == name),
                None => number == "0" && controllers.is_empty(),
            };
            is_it.then(|| Path::new(group))
        })?;
        let below = group.strip_prefix(&self.root).ok()?;
        let plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        plain.then(|| self.point.join(below))
    }
}

/// From `/proc/self/mountinfo`: of several mounts the one that shows the most.
fn place(mounts: &str, controller: Option<&'static str>) -> Option<Hierarchy> {
    let of_mount = |line: &str| {
        let (fields, rest) = line.split_once(" - ")?;
        let mut rest = rest.split(' ');
        let kind = rest.next()?;
        let is_it = match controller {
            None => kind == "cgroup2",
            Some(name) => kind == "cgroup" && rest.nth(1)?.split(',').any(|option| option == name),
        };
        let mut fields = fields.split(' ').skip(3);
        let (root, point) = (unescaped(fields.next()?), unescaped(fields.next()?));
        is_it.then_some(Hierarchy { point, root, controller })
    };
    mounts.lines().filter_map(of_mount).min_by_key(|found| found.root.as_os_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
30 25 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw
31 25 0:26 /machine/a /mnt/inner rw - cgroup2 cgroup2 rw
32 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
33 25 0:28 /pod /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
";
    const GROUPS: &str = "5:cpuset:/pod/a\n4:cpu,cpuacct:/a/b\n1:name=systemd:/\n0::/machine/a/c\n";

    #[test]
    fn a_hierarchy_is_known_by_its_controller() {
        let at = |controller| place(MOUNTS, controller).map(|found| found.point);
        assert_eq!(at(Some("cpu")), Some("/sys/fs/cgroup/cpu,cpuacct".into()));
        assert_eq!(at(Some("freezer")), None);
        assert_eq!(at(None), Some("/sys/fs/cgroup/unified".into()));
    }

    #[test]
    fn the_group_of_a_process_is_a_folder_below_the_mount() {
        let of = |controller| place(MOUNTS, controller).and_then(|found| found.folder(GROUPS));
        assert_eq!(of(Some("cpu")), Some("/sys/fs/cgroup/cpu,cpuacct/a/b".into()));
        assert_eq!(of(Some("cpuset")), Some("/sys/fs/cgroup/cpuset/a".into()));
        assert_eq!(of(None), Some("/sys/fs/cgroup/unified/machine/a/c".into()));
    }

    #[test]
    fn a_group_that_is_not_mounted_here_has_no_folder() {
        let pod = place(MOUNTS, Some("cpuset"));
        let of = |groups| pod.as_ref().and_then(|found| found.folder(groups));
        assert_eq!(of("5:cpuset:/other\n"), None);
        assert_eq!(of("5:cpuset:/pod/../other\n"), None);
        assert_eq!(of("0::/pod\n"), None);
    }
}
