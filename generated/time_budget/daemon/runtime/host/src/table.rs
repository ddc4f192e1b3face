//! The features, a row each.

use crate::host::Host;
use crate::probe::{By, Group, Probe};

/// Name of the row that says whether the program can signal any process by itself.
pub const SIGNALS: &str = "signals";
/// Name of the row that says whether the program can find a process by its number.
pub const BY_NUMBER: &str = "processes by number";
/// Name of the row that says whether the program may refuse what a process is about to do.
pub const SECURITY_HOOKS: &str = "security hooks";

/// What the kernel program, or its daemon, uses of a host.
#[derive(Debug)]
pub struct Feature {
    /// What it is called.
    pub name: &'static str,
    /// What it is used for.
    pub gives: &'static str,
    /// What is used where it is not, and what is lost by that; none where nothing can be.
    pub instead: Option<Instead>,
    /// How a host gets it.
    pub remedy: &'static str,
    probe: Probe,
}

/// What stands in for a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instead {
    /// What is used.
    pub used: &'static str,
    /// What it does not do.
    pub lost: &'static str,
}

/// A feature, looked for.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which.
    pub feature: &'static Feature,
    /// Whether it is there.
    pub present: bool,
    /// What was found, or what was not.
    pub detail: String,
}

/// Every feature, those without which nothing works first.
pub const FEATURES: &[Feature] = &[
    Feature {
        name: "capabilities",
        gives: "programs are loaded and attached",
        instead: None,
        remedy: "run as root, or with CAP_BPF and CAP_PERFMON",
        probe: Probe::Capabilities(&[(39, "CAP_BPF"), (38, "CAP_PERFMON")]),
    },
    Feature {
        name: "kernel",
        gives: "the oldest that is tested is 6.1",
        instead: None,
        remedy: "boot Linux 6.1 or newer",
        probe: Probe::Release(6, 1),
    },
    Feature {
        name: "BTF",
        gives: "fits the program to the running kernel",
        instead: None,
        remedy: "boot a kernel with CONFIG_DEBUG_INFO_BTF; Debian's have it",
        probe: Probe::Types,
    },
    Feature {
        name: "program types",
        gives: "tracepoints with types, and programs that the daemon runs",
        instead: None,
        remedy: "boot a kernel with CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS",
        probe: Probe::Enumerators(&["BPF_PROG_TYPE_SYSCALL", "BPF_TRACE_RAW_TP", "BPF_TRACE_ITER"]),
    },
    Feature {
        name: "helpers",
        gives: "timers, storage at a task, events",
        instead: None,
        remedy: "boot Linux 6.1 or newer",
        probe: Probe::Enumerators(&[
            "BPF_FUNC_timer_start",
            "BPF_FUNC_task_storage_get",
            "BPF_FUNC_ringbuf_reserve",
            "BPF_FUNC_loop",
        ]),
    },
    Feature {
        name: "tracepoints",
        gives: "what processes do, and their beginning and end",
        instead: None,
        remedy: "boot a kernel with CONFIG_FTRACE_SYSCALLS",
        probe: Probe::Tracepoints(&[
            "btf_trace_sys_enter",
            "btf_trace_sys_exit",
            "btf_trace_sched_process_fork",
            "btf_trace_sched_process_exec",
            "btf_trace_sched_process_exit",
        ]),
    },
    Feature {
        name: "cgroup2",
        gives: "bounds what is watched",
        instead: None,
        remedy: "mount -t cgroup2 none /sys/fs/cgroup/unified",
        probe: Probe::Mount("cgroup2"),
    },
    Feature {
        name: "kernel memory",
        gives: "programs read files and folders of the kernel",
        instead: None,
        remedy: "boot without lockdown=confidentiality",
        probe: Probe::NotConfidential,
    },
    Feature {
        name: "memlock",
        gives: "memory for maps",
        instead: None,
        remedy: "ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit",
        probe: Probe::Memory,
    },
    Feature {
        name: "pid namespace",
        gives: "the daemon's own processes are exempt",
        instead: Some(Instead {
            used: "--observe-only",
            lost: "nothing is enforced: the kernel could not be told whom to spare",
        }),
        remedy: "start it in the host's pid namespace (docker: --pid=host, pod: hostPID: true)",
        probe: Probe::FirstPids,
    },
    Feature {
        name: SIGNALS,
        gives: "timers end their processes by themselves",
        instead: Some(Instead {
            used: "signals that the daemon sends, woken by the timer",
            lost: "without a daemon a process ends at its next watched system call, not before",
        }),
        remedy: "boot Linux 6.13 or newer",
        probe: Probe::Function("bpf_send_signal_task"),
    },
    Feature {
        name: "signals of the daemon",
        gives: "where the program cannot signal, the daemon reaches processes of every user",
        instead: Some(Instead {
            used: "signals of the program",
            lost: "before Linux 6.13, processes of users other than the daemon's are not signalled",
        }),
        remedy: "run as root, or with CAP_KILL",
        probe: Probe::Capabilities(&[(5, "CAP_KILL")]),
    },
    Feature {
        name: BY_NUMBER,
        gives: "timers find their process",
        instead: Some(Instead {
            used: "a note of where it is, and a walk over all processes that the daemon has made",
            lost: "a number that is reused exempts whoever has it",
        }),
        remedy: "boot Linux 6.2 or newer",
        probe: Probe::Function("bpf_task_from_pid"),
    },
    Feature {
        name: "walks in programs",
        gives: "all processes of a bucket are found at once",
        instead: Some(Instead {
            used: "a walk over all processes that the daemon has made",
            lost: "what the daemon's wake-up takes",
        }),
        remedy: "boot Linux 6.7 or newer",
        probe: Probe::Function("bpf_iter_task_new"),
    },
    Feature {
        name: "task work",
        gives: "a refused signal is sent by the process itself",
        instead: Some(Instead {
            used: "another try of the timer",
            lost: "some tenths of a millisecond, where the kernel refuses a signal",
        }),
        remedy: "boot Linux 6.18 or newer",
        probe: Probe::Function("bpf_task_work_schedule_signal_impl"),
    },
    Feature {
        name: "direct reads",
        gives: "files and folders are read without a helper",
        instead: Some(Instead {
            used: "bpf_probe_read_kernel",
            lost: "a little time at each look at a file",
        }),
        remedy: "boot Linux 6.2 or newer",
        probe: Probe::Function("bpf_rdonly_cast"),
    },
    Feature {
        name: "cgroups by id",
        gives: "the depth of the watched cgroup is checked",
        instead: Some(Instead {
            used: "the depth below the mount",
            lost: "in a cgroup namespace the wrong cgroup, or none, is watched",
        }),
        remedy: "boot Linux 6.4 or newer",
        probe: Probe::Function("bpf_cgroup_from_id"),
    },
    Feature {
        name: SECURITY_HOOKS,
        gives: "what a bucket that is stopped or killed still does to files is refused",
        instead: Some(Instead {
            used: "the check on entry to each system call",
            lost: "a call that had begun before is carried out",
        }),
        remedy: "boot with `bpf` in the list lsm=… and CONFIG_BPF_LSM; mount securityfs",
        probe: Probe::SecurityModule("bpf"),
    },
    Feature {
        name: "pages that go",
        gives: "files that are removed, replaced or emptied are seen on every file system",
        instead: Some(Instead {
            used: "the tracepoints of ext4",
            lost: "files on other file systems count as destroyed only when they are overwritten",
        }),
        remedy: "boot a kernel with CONFIG_TRACEPOINTS and its BTF",
        probe: Probe::Tracepoints(&["btf_trace_mm_filemap_delete_from_page_cache"]),
    },
    Feature {
        name: "ext4",
        gives: "files that are removed or emptied are seen when they were not in memory, too",
        instead: Some(Instead {
            used: "the pages that leave memory",
            lost: "files that are removed unread",
        }),
        remedy: "boot a kernel with ext4 built in: of a module there is no tracepoint here",
        probe: Probe::Tracepoints(&[
            "btf_trace_ext4_unlink_enter",
            "btf_trace_ext4_evict_inode",
            "btf_trace_ext4_truncate_enter",
        ]),
    },
    Feature {
        name: "dirty pages",
        gives: "writes through a mapping or io_uring are seen when they happen",
        instead: Some(Instead {
            used: "a look at a mapping when it is made, and at requests of io_uring",
            lost: "files that are registered with io_uring",
        }),
        remedy: "boot Linux 5.18 or newer",
        probe: Probe::Tracepoints(&["btf_trace_writeback_dirty_folio"]),
    },
    Feature {
        name: "io_uring requests",
        gives: "files that are written by io_uring are seen at each request",
        instead: Some(Instead {
            used: "the pages that become dirty",
            lost: "writes to pages that were dirty before",
        }),
        remedy: "boot a newer kernel, or one with CONFIG_IO_URING",
        probe: Probe::AnyTracepoint(&[
            "btf_trace_io_uring_submit_req",
            "btf_trace_io_uring_submit_sqe",
        ]),
    },
    Feature {
        name: "bpffs",
        gives: "the program goes on without its daemon, and the next one takes it over",
        instead: Some(Instead {
            used: "programs that end with the daemon",
            lost: "what happens between two daemons is not seen",
        }),
        remedy: "mount -t bpf bpf /sys/fs/bpf",
        probe: Probe::Mount("bpf"),
    },
    Feature {
        name: "cgroup freezer",
        gives: "who is stopped stands still, whoever sends SIGCONT",
        instead: Some(Instead {
            used: "SIGSTOP again, at the next system call and once a second",
            lost: "what is woken by others calculates for up to a second",
        }),
        remedy: "boot Linux 5.2 or newer",
        probe: Probe::Group(&Group {
            version1: None,
            version2: "cgroup.freeze",
            by: By::Type("cgroup_freezer_state"),
        }),
    },
    Feature {
        name: "processor shares",
        gives: "`throttle`: a bucket has a share of a processor",
        instead: Some(Instead {
            used: "a line in the log, as for `observe`",
            lost: "who is to be slowed goes on as fast as before",
        }),
        remedy: "boot a kernel with CONFIG_CFS_BANDWIDTH, and give the group that is watched the \
                 controller cpu",
        probe: Probe::Group(&Group {
            version1: Some(("cpu", "cpu.cfs_quota_us")),
            version2: "cpu.max",
            by: By::Controller("cpu"),
        }),
    },
];

/// Looks for every feature.
pub fn examine(host: &Host) -> Vec<Finding> {
    let look = |feature: &'static Feature| match feature.probe.look(host) {
        Ok(detail) => Finding { feature, present: true, detail },
        Err(detail) => Finding { feature, present: false, detail },
    };
    FEATURES.iter().map(look).collect()
}

/// What the table asks the kernel's types for.
pub(crate) fn names() -> Vec<&'static str> {
    FEATURES.iter().flat_map(|feature| feature.probe.names()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_every_row_says_what_to_do() {
        let mut names: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FEATURES.len());
        assert!(FEATURES.iter().all(|feature| !feature.remedy.is_empty()));
        assert!([SIGNALS, SECURITY_HOOKS].iter().all(|name| names.contains(name)));
    }

    #[test]
    fn nothing_is_found_on_a_host_that_has_nothing() {
        let found = examine(&Host::default());
        let present: Vec<&str> =
            found.iter().filter(|of| of.present).map(|of| of.feature.name).collect();
        // What forbids something is not there either.
        assert_eq!(present, ["kernel memory", "memlock"]);
    }

    #[test]
    fn what_a_host_says_decides() {
        let host = |change: &dyn Fn(&mut Host)| {
            let mut host = Host { release: "6.1.0-56-cloud-amd64".into(), ..Host::default() };
            change(&mut host);
            host
        };
        let has = |name: &str, host: &Host| {
            examine(host).iter().any(|found| found.feature.name == name && found.present)
        };
        assert!(has("kernel", &host(&|_| ())));
        assert!(!has("kernel", &host(&|host| host.release = "5.15.0".into())));
        let modules = |list: &str| host(&|host| host.security_modules = Some(list.into()));
        assert!(has(SECURITY_HOOKS, &modules("lockdown,capability,bpf\n")));
        assert!(!has(SECURITY_HOOKS, &modules("lockdown,bpfilter\n")));
        let locked = |text: &str| host(&|host| host.lockdown = text.into());
        assert!(has("kernel memory", &locked("none [integrity] confidentiality")));
        assert!(!has("kernel memory", &locked("none integrity [confidentiality]")));
        let old = |most| host(&move |host| (host.release, host.locked_most) = ("5.4".into(), most));
        assert!(!has("memlock", &old(Some(65_536))) && has("memlock", &old(None)));
        let shares = |mounts: &str, controllers: &str| {
            host(&|host| (host.mounts, host.controllers) = (mounts.into(), controllers.into()))
        };
        let (old, new) = ("c /c cgroup rw,cpu 0 0\n", "c /u cgroup2 rw 0 0\n");
        assert!(has("processor shares", &shares(old, "")));
        assert!(has("processor shares", &shares(new, "io cpu")));
        assert!(!has("processor shares", &shares(new, "io cpuset")));
        let capable = |bits| host(&move |host| host.capabilities = bits);
        assert!(has("capabilities", &capable(1 << 21)));
        assert!(has("capabilities", &capable(1 << 39 | 1 << 38)));
        assert!(!has("capabilities", &capable(1 << 39 | 1 << 5)));
        assert!(has("signals of the daemon", &capable(1 << 5)));
        assert!(!has("signals of the daemon", &capable(1 << 21)));
    }
}
