//! What a host offers: tools, privileges, and what the kernel has.

use std::fs;
use std::process::{Command, Stdio};

use serde::Serialize;

use super::tools::{TOOLS, Tool};

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is there.
    Ok,
    /// It is not.
    Missing,
}

/// What kind of thing was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A program.
    Tool,
    /// A right of this process.
    Privilege,
    /// A feature of the running kernel.
    Kernel,
}

/// One thing that was looked for.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What it is.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether it is there.
    pub status: Status,
    /// What was found.
    pub detail: String,
    /// What to do when it is missing.
    pub remedy: Option<String>,
}

/// Oldest kernel on which the generated program enforces: it signals a task from a timer, by
/// `bpf_send_signal_task`.
const OLDEST_KERNEL: (u32, u32) = (6, 13);

/// Capabilities that loading and enforcing need, by their numbers in `linux/capability.h`.
const CAPABILITIES: &[(u32, &str)] = &[(39, "CAP_BPF"), (38, "CAP_PERFMON"), (5, "CAP_KILL")];
/// Stands for the first two on every kernel.
const CAP_SYS_ADMIN: u32 = 21;

/// Looks for everything that a build or a run may need.
pub fn examine() -> Vec<Finding> {
    let mut findings: Vec<_> = TOOLS.iter().map(|tool| look_for(tool)).collect();
    findings.extend([privilege(), kernel(), btf(), cgroup()]);
    findings
}

fn look_for(tool: &Tool) -> Finding {
    let path = tool.find();
    let detail = match &path {
        Some(path) => version(path).unwrap_or_else(|| path.display().to_string()),
        None => "not on the path".to_owned(),
    };
    let remedy = path.is_none().then(|| format!("install {}", tool.package));
    finding(tool.name, Kind::Tool, tool.purpose, detail, remedy)
}

/// The first line of what `--version` prints.
fn version(program: &std::path::Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

fn finding(
    name: &'static str,
    kind: Kind,
    purpose: &'static str,
    detail: String,
    remedy: Option<String>,
) -> Finding {
    let status = if remedy.is_some() { Status::Missing } else { Status::Ok };
    Finding { name, kind, purpose, status, detail, remedy }
}

fn privilege() -> Finding {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lacking = lacking(effective_capabilities(&status));
    let detail =
        if lacking.is_empty() { "yes".to_owned() } else { format!("no {}", lacking.join(", ")) };
    let remedy = (!lacking.is_empty()).then(|| "run `dslc run` as root".to_owned());
    finding("privilege", Kind::Privilege, "loads kernel programs and signals tasks", detail, remedy)
}

/// The set `CapEff` of `/proc/PID/status`.
fn effective_capabilities(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    line.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0)
}

fn lacking(capabilities: u64) -> Vec<&'static str> {
    let has = |bit: u32| capabilities >> bit & 1 == 1;
    let admin = |name: &str| name != "CAP_KILL" && has(CAP_SYS_ADMIN);
    CAPABILITIES.iter().filter(|(bit, name)| !has(*bit) && !admin(name)).map(|row| row.1).collect()
}

fn kernel() -> Finding {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release = release.trim();
    let (major, minor) = OLDEST_KERNEL;
    let new_enough = version_of(release).is_some_and(|found| found >= OLDEST_KERNEL);
    let remedy = (!new_enough).then(|| format!("boot Linux {major}.{minor} or newer"));
    let detail = if release.is_empty() { "not Linux".to_owned() } else { release.to_owned() };
    finding("kernel", Kind::Kernel, "signals a task from a timer", detail, remedy)
}

/// Major and minor number of a release such as `6.18.5-cloud`.
fn version_of(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn btf() -> Finding {
    let path = "/sys/kernel/btf/vmlinux";
    let readable = fs::File::open(path).is_ok();
    let remedy = "boot a kernel with CONFIG_DEBUG_INFO_BTF; Debian's have it".to_owned();
    let detail = if readable { path.to_owned() } else { format!("{path} cannot be read") };
    let remedy = (!readable).then_some(remedy);
    finding("BTF", Kind::Kernel, "fits the program to the running kernel", detail, remedy)
}

fn cgroup() -> Finding {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mount = cgroup2_mount(&mounts);
    let detail = mount.clone().unwrap_or_else(|| "not mounted".to_owned());
    let remedy = mount.is_none().then(|| "mount -t cgroup2 none /sys/fs/cgroup/unified".to_owned());
    finding("cgroup2", Kind::Kernel, "bounds what is watched", detail, remedy)
}

/// Where cgroup version 2 is mounted, from the text of `/proc/self/mounts`.
fn cgroup2_mount(mounts: &str) -> Option<String> {
    let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let mount = fields.into_iter().find(|fields| fields.get(2) == Some(&"cgroup2"))?;
    Some((*mount.get(1)?).replace("\\040", " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_and_compared() {
        assert_eq!(
            effective_capabilities("Name:\tx\nCapEff:\t000001ffffffffff\n"),
            0x1ff_ffff_ffff
        );
        assert!(lacking(0x1ff_ffff_ffff).is_empty());
        assert_eq!(lacking(0), ["CAP_BPF", "CAP_PERFMON", "CAP_KILL"]);
        assert_eq!(lacking(1 << CAP_SYS_ADMIN), ["CAP_KILL"]);
    }

    #[test]
    fn releases_compare_by_number() {
        assert_eq!(version_of("6.18.5-cloud+"), Some((6, 18)));
        assert!(version_of("5.10.0") < Some(OLDEST_KERNEL));
        assert_eq!(version_of(""), None);
    }

    #[test]
    fn the_mount_of_cgroup_2_is_found_wherever_it_is() {
        let mounts = "cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\nnone /a\\040b cgroup2 rw 0 0\n";
        assert_eq!(cgroup2_mount(mounts), Some("/a b".to_owned()));
        assert_eq!(cgroup2_mount("proc /proc proc rw 0 0\n"), None);
    }
}
