//! How each kind of feature is looked for.

use crate::host::Host;

/// Where a feature shows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Probe {
    /// The kernel describes its types.
    Types,
    /// A release that is not older.
    Release(u32, u32),
    /// A function that programs may call.
    Function(&'static str),
    /// All of these enumerators, such as those of helpers, program types and attach points.
    Enumerators(&'static [&'static str]),
    /// Tracepoints, by the names of their types.
    Tracepoints(&'static [&'static str]),
    /// One of these tracepoints, which are one by another name.
    AnyTracepoint(&'static [&'static str]),
    /// A security module that was started.
    SecurityModule(&'static str),
    /// A file system that is mounted.
    Mount(&'static str),
    /// A file of control groups: of version 1 with a controller, or of version 2.
    Group(&'static Group),
    /// Capabilities, by their numbers in `linux/capability.h`; one in front of `|` stands for all.
    Capabilities(&'static [(u32, &'static str)]),
    /// Kernel memory may be read by programs.
    NotConfidential,
    /// Maps are charged to a cgroup, or as much memory may be locked as they need.
    Memory,
    /// Processes have the ids here that they have in the kernel.
    FirstPids,
}

/// What does the same in both versions of control groups; the first that is there is used.
#[derive(Debug)]
pub(crate) struct Group {
    /// The controller and the file of version 1, where that does as well.
    pub version1: Option<(&'static str, &'static str)>,
    /// The file of version 2.
    pub version2: &'static str,
    /// What version 2 has it by: a controller, or a type of the kernel.
    pub by: By,
}

/// What version 2 of control groups has a file by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// A controller.
    Controller(&'static str),
    /// A type of the kernel.
    Type(&'static str),
}

impl Group {
    fn look(&self, host: &Host) -> Result<String, String> {
        let mounted = |(controller, file)| Some((file, host.mount_of_controller(controller)?));
        if let Some((file, place)) = self.version1.and_then(mounted) {
            return Ok(format!("{file}, version 1, in {}", place.display()));
        }
        let has = match self.by {
            By::Controller(name) => host.controllers.split_whitespace().any(|has| has == name),
            By::Type(name) => host.names.has(name),
        };
        match host.mount_of("cgroup2").filter(|_| has) {
            Some(place) => Ok(format!("{}, version 2, in {}", self.version2, place.display())),
            None => Err(format!("no {}", self.version2)),
        }
    }
}

/// `CAP_SYS_ADMIN` stands for the capabilities that were split off from it.
const CAP_SYS_ADMIN: u32 = 21;
/// The split off.
const SPLIT_OFF: [&str; 2] = ["CAP_BPF", "CAP_PERFMON"];
/// From this release on the memory of maps is charged to a cgroup and not limited otherwise.
const CHARGED_SINCE: (u32, u32) = (5, 11);

impl Probe {
    /// The names that it asks the kernel's types for.
    pub fn names(&self) -> Vec<&'static str> {
        match *self {
            Probe::Function(name) => vec![name],
            Probe::Enumerators(names) | Probe::Tracepoints(names) | Probe::AnyTracepoint(names) => {
                names.to_vec()
            }
            Probe::Group(Group { by: By::Type(name), .. }) => vec![name],
            _ => Vec::new(),
        }
    }

    /// What was found, or what was not.
    pub fn look(&self, host: &Host) -> Result<String, String> {
        match *self {
            Probe::Types => found(host.described, "/sys/kernel/btf/vmlinux"),
            Probe::Release(major, minor) => {
                let new_enough = host.version().is_some_and(|version| version >= (major, minor));
                let is = if host.release.is_empty() { "not Linux" } else { &host.release };
                if new_enough { Ok(is.to_owned()) } else { Err(is.to_owned()) }
            }
            Probe::Function(name) => found(host.names.has(name), name),
            Probe::Enumerators(names) | Probe::Tracepoints(names) => {
                let short = |name: &&str| name.trim_start_matches("btf_trace_").to_owned();
                let lacking: Vec<_> =
                    names.iter().filter(|name| !host.names.has(name)).map(short).collect();
                let all: Vec<_> = names.iter().map(short).collect();
                if lacking.is_empty() {
                    Ok(all.join(", "))
                } else {
                    Err(format!("no {}", lacking.join(", ")))
                }
            }
            Probe::AnyTracepoint(names) => {
                let short = |name: &str| name.trim_start_matches("btf_trace_").to_owned();
                let there = names.iter().find(|name| host.names.has(name));
                there.map(|name| short(name)).ok_or_else(|| {
                    let all: Vec<_> = names.iter().map(|name| short(name)).collect();
                    format!("no {}", all.join(" or "))
                })
            }
            Probe::SecurityModule(name) => match host.security_modules.as_deref().map(str::trim) {
                None => Err("securityfs, which would tell, is not mounted".to_owned()),
                Some(all) if all.split(',').any(|module| module == name) => Ok(all.to_owned()),
                Some(all) => Err(format!("only {all}")),
            },
            Probe::Mount(kind) => match host.mount_of(kind) {
                Some(place) => Ok(place.display().to_string()),
                None => Err("not mounted".to_owned()),
            },
            Probe::Group(group) => group.look(host),
            Probe::Capabilities(wanted) => {
                let has = |bit: u32| host.capabilities >> bit & 1 == 1;
                let lacks = |(bit, name): &&(u32, &str)| {
                    !(has(*bit) || SPLIT_OFF.contains(name) && has(CAP_SYS_ADMIN))
                };
                let lacking: Vec<&str> = wanted.iter().filter(lacks).map(|row| row.1).collect();
                match lacking.is_empty() {
                    true => Ok("yes".to_owned()),
                    false => Err(format!("no {}", lacking.join(", "))),
                }
            }
            Probe::NotConfidential => match host.lockdown.contains("[confidentiality]") {
                true => Err("the kernel is locked down for confidentiality".to_owned()),
                false => Ok("programs may".to_owned()),
            },
            Probe::Memory => match host.locked_most {
                _ if host.version() >= Some(CHARGED_SINCE) => {
                    Ok("charged to the cgroup".to_owned())
                }
                None => Ok("not limited".to_owned()),
                Some(most) => Err(format!("{most} bytes may be locked")),
            },
            Probe::FirstPids => found(host.first_pids, "the first pid namespace"),
        }
    }
}

fn found(is: bool, what: &str) -> Result<String, String> {
    if is { Ok(what.to_owned()) } else { Err(format!("no {what}")) }
}
