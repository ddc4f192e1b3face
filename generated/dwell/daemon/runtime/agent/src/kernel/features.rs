//! Functions of the kernel that the program uses where they are.

use std::fmt;

use libbpf_rs::btf::Btf;

use super::error::KernelError;
use super::types;

/// One function and what it is for.
struct Function {
    name: &'static str,
    since: &'static str,
    gives: &'static str,
    need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Without it the program does not load.
    Always,
    /// Without it nothing would end a process that makes no system call.
    Enforce,
    /// It makes something better.
    Optional,
}

const FUNCTIONS: &[Function] = &[
    Function {
        name: "bpf_task_from_pid",
        since: "6.2",
        gives: "timers find their process",
        need: Need::Always,
    },
    Function {
        name: "bpf_send_signal_task",
        since: "6.13",
        gives: "timers end their process",
        need: Need::Enforce,
    },
    Function {
        name: "bpf_rdonly_cast",
        since: "6.2",
        gives: "direct reads of files and folders",
        need: Need::Optional,
    },
    Function {
        name: "bpf_cgroup_from_id",
        since: "6.4",
        gives: "the cgroup's depth is checked",
        need: Need::Optional,
    },
    Function {
        name: "bpf_iter_task_new",
        since: "6.7",
        gives: "a process whose main thread has left can be ended",
        need: Need::Optional,
    },
    Function {
        name: "bpf_task_work_schedule_signal_impl",
        since: "6.18",
        gives: "a refused signal is sent by the process itself",
        need: Need::Optional,
    },
];

/// Which functions of the kernel the program uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    /// Present, in the order of the table.
    pub present: Vec<&'static str>,
    /// Absent, and what is lost by it.
    pub absent: Vec<(&'static str, &'static str)>,
}

impl Features {
    /// Those of a kernel, if they suffice.
    pub fn of(kernel: &Btf<'_>, observe_only: bool) -> Result<Self, KernelError> {
        let mut features = Features { present: Vec::new(), absent: Vec::new() };
        for Function { name, since, gives, need } in FUNCTIONS {
            if types::has_function(kernel, name) {
                features.present.push(name);
                continue;
            }
            let needed = *need == Need::Always || (*need == Need::Enforce && !observe_only);
            if needed {
                let next = match need {
                    Need::Enforce => format!("use Linux {since} or later, or --observe-only"),
                    Need::Always | Need::Optional => format!("use Linux {since} or later"),
                };
                let why = format!("it has no `{name}`, by which {gives}");
                return Err(KernelError::missing(why, next));
            }
            features.absent.push((name, gives));
        }
        Ok(features)
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uses {}", self.present.join(", "))?;
        if !self.absent.is_empty() {
            let absent: Vec<&str> = self.absent.iter().map(|(name, _)| *name).collect();
            write!(f, "; this kernel lacks {}", absent.join(", "))?;
        }
        Ok(())
    }
}
