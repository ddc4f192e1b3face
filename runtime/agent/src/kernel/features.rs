//! Functions of the kernel that the program uses where they are, and what it does where they are not.

use std::fmt;

use libbpf_rs::btf::Btf;

use super::types;

/// One function, what it is for, and what stands in for it.
struct Function {
    name: &'static str,
    gives: &'static str,
    instead: &'static str,
}

const SEND: &str = "bpf_send_signal_task";

const FUNCTIONS: &[Function] = &[
    Function {
        name: "bpf_task_from_pid",
        gives: "timers find their process",
        instead: "the daemon's walk over the processes",
    },
    Function { name: SEND, gives: "timers end their process", instead: "signals from the daemon" },
    Function {
        name: "bpf_rdonly_cast",
        gives: "direct reads of files and folders",
        instead: "reads by a helper",
    },
    Function {
        name: "bpf_cgroup_from_id",
        gives: "the cgroup's depth is checked",
        instead: "the depth that the mount shows",
    },
    Function {
        name: "bpf_iter_task_new",
        gives: "a process whose main thread has left can be ended",
        instead: "signals from the daemon",
    },
    Function {
        name: "bpf_task_work_schedule_signal_impl",
        gives: "a refused signal is sent by the process itself",
        instead: "the next try of its timer",
    },
];

/// Which functions of the kernel the program uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    /// Present, in the order of the table.
    pub present: Vec<&'static str>,
    /// Absent, and what is used instead.
    pub absent: Vec<(&'static str, &'static str)>,
}

impl Features {
    /// Those of a kernel.
    pub fn of(kernel: &Btf<'_>) -> Self {
        let (present, absent): (Vec<_>, Vec<_>) =
            FUNCTIONS.iter().partition(|function| types::has_function(kernel, function.name));
        Features {
            present: present.iter().map(|function| function.name).collect(),
            absent: absent.iter().map(|function| (function.gives, function.instead)).collect(),
        }
    }

    /// Whether signals to other processes are the daemon's to send.
    pub fn asks_the_daemon(&self) -> bool {
        !self.present.contains(&SEND)
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uses {}", self.present.join(", "))?;
        let instead = |(gives, instead): &(&str, &str)| format!("{instead} (not: {gives})");
        let absent: Vec<String> = self.absent.iter().map(instead).collect();
        if !absent.is_empty() {
            write!(f, "; this kernel lacks others, used instead: {}", absent.join(", "))?;
        }
        Ok(())
    }
}
