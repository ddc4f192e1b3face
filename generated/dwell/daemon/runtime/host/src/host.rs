//! What is looked at, read once.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use rustix::process::{Resource, getrlimit};

use crate::btf::Names;
use crate::table;

/// Number of the first pid namespace: `PROC_PID_INIT_INO` of the kernel.
const FIRST_PIDS: u64 = 0xefff_fffc;

/// Facts of a host, before anything is concluded from them.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// `major.minor…` of the running kernel.
    pub release: String,
    /// Whether the kernel describes its types.
    pub described: bool,
    /// What its types name, of all that the table asks for.
    pub names: Names,
    /// The security modules that were started; none when securityfs is not mounted.
    pub security_modules: Option<String>,
    /// The lockdown of the kernel, as securityfs shows it.
    pub lockdown: String,
    /// `/proc/self/mounts`.
    pub mounts: String,
    /// Controllers of cgroup2.
    pub controllers: String,
    /// Bits of the effective capabilities.
    pub capabilities: u64,
    /// Bytes that may be locked; none when there is no limit.
    pub locked_most: Option<u64>,
    /// Whether processes have the ids here that they have in the kernel.
    pub first_pids: bool,
}

impl Host {
    /// This host.
    pub fn look() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let types = fs::read("/sys/kernel/btf/vmlinux").unwrap_or_default();
        let mounts = read("/proc/self/mounts");
        let controllers = mount_of(&mounts, "cgroup2")
            .and_then(|mount| fs::read_to_string(mount.join("cgroup.controllers")).ok());
        Host {
            release: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            described: !types.is_empty(),
            names: Names::of(&types, &table::names()),
            security_modules: fs::read_to_string("/sys/kernel/security/lsm").ok(),
            lockdown: read("/sys/kernel/security/lockdown"),
            controllers: controllers.unwrap_or_default(),
            capabilities: capabilities(&read("/proc/self/status")),
            locked_most: getrlimit(Resource::Memlock).current,
            first_pids: fs::metadata("/proc/self/ns/pid").is_ok_and(|ns| ns.ino() == FIRST_PIDS),
            mounts,
        }
    }

    /// Where the first file system of a kind is mounted.
    pub fn mount_of(&self, kind: &str) -> Option<PathBuf> {
        mount_of(&self.mounts, kind)
    }

    /// Where version 1 of control groups is mounted with a controller.
    pub fn mount_of_controller(&self, controller: &str) -> Option<PathBuf> {
        let with = |line: &&str| {
            let mut fields = line.split(' ').skip(2);
            fields.next() == Some("cgroup")
                && fields.next().is_some_and(|of| of.split(',').any(|option| option == controller))
        };
        mount_of(self.mounts.lines().find(with)?, "cgroup")
    }

    /// Major and minor number of the running kernel.
    pub fn version(&self) -> Option<(u32, u32)> {
        let mut numbers = self.release.split(|c: char| !c.is_ascii_digit());
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    }
}

/// From the text of `/proc/self/mounts`, which writes a space as `\040`.
fn mount_of(mounts: &str, kind: &str) -> Option<PathBuf> {
    let mut fields = mounts.lines().map(|line| line.split(' ').skip(1));
    fields.find_map(|mut of| {
        let place = of.next()?;
        (of.next()? == kind).then(|| PathBuf::from(place.replace("\\040", " ")))
    })
}

/// The set `CapEff` of `/proc/PID/status`.
fn capabilities(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mount_of_a_kind_is_found_wherever_it_is() {
        let mounts = "cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\nnone /a\\040b cgroup2 rw 0 0\n";
        assert_eq!(mount_of(mounts, "cgroup2"), Some(PathBuf::from("/a b")));
        assert_eq!(mount_of(mounts, "bpf"), None);
        assert_eq!(mount_of("", "bpf"), None);
    }

    #[test]
    fn controllers_of_version_1_are_options_of_their_mounts() {
        let mounts = "cgroup /cpuset cgroup rw,cpuset 0 0\ncgroup /c cgroup rw,cpu,cpuacct 0 0\n\
                      cgroup2 /unified cgroup2 rw,cpu 0 0\n";
        let host = Host { mounts: mounts.into(), ..Host::default() };
        assert_eq!(host.mount_of_controller("cpu"), Some(PathBuf::from("/c")));
        assert_eq!(host.mount_of_controller("cpuset"), Some(PathBuf::from("/cpuset")));
        assert_eq!(host.mount_of_controller("freezer"), None);
    }

    #[test]
    fn releases_compare_by_number() {
        let version = |release: &str| Host { release: release.into(), ..Host::default() }.version();
        assert_eq!(version("6.18.5-cloud+"), Some((6, 18)));
        assert!(version("5.10.0") > version("5.9.1"));
        assert_eq!(version(""), None);
    }

    #[test]
    fn capabilities_are_read() {
        assert_eq!(capabilities("Name:\tx\nCapEff:\t000001ffffffffff\n"), 0x1ff_ffff_ffff);
        assert_eq!(capabilities("Name:\tx\n"), 0);
    }
}
