//! Why a kernel program does not work, in words for the person who started it.

use std::fmt;
use std::path::Path;

use super::log;
use crate::failure::Failure;

/// Where a kernel program failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its object is not what this daemon can use.
    Object,
    /// This kernel lacks something.
    Kernel,
    /// The scope or a tree cannot be found.
    Configuration,
    /// The kernel refused to load or to attach it.
    Load,
    /// It was loaded, and then did not answer.
    Run,
    /// What keeps it attached without its daemon.
    Pins,
}

/// Why a kernel program does not work, and what to do.
#[derive(Clone, Debug)]
pub struct KernelError {
    /// Where it failed.
    pub stage: Stage,
    /// What was not done.
    pub what: String,
    /// What stood in its way, with what the verifier said if it spoke.
    pub why: String,
    /// What the user can do.
    pub next: String,
}

impl KernelError {
    /// The object does not fit this daemon.
    pub(super) fn object(why: impl Into<String>) -> Self {
        KernelError {
            stage: Stage::Object,
            what: "the kernel program is not one that this daemon can load".to_owned(),
            why: why.into(),
            next: "build the spec again, with the compiler that this daemon came from".to_owned(),
        }
    }

    /// A field or function that the running kernel does not have.
    pub(super) fn missing(why: impl Into<String>, next: impl Into<String>) -> Self {
        KernelError {
            stage: Stage::Kernel,
            what: "this kernel lacks what the program needs".to_owned(),
            why: why.into(),
            next: next.into(),
        }
    }

    /// A folder of the configuration that cannot be used.
    pub(super) fn folder(
        what: &str,
        path: &Path,
        why: impl fmt::Display,
        next: impl Into<String>,
    ) -> Self {
        KernelError {
            stage: Stage::Configuration,
            what: format!("cannot {what} {}", path.display()),
            why: why.to_string(),
            next: next.into(),
        }
    }

    /// The kernel refused the program.
    pub(super) fn load(error: &libbpf_rs::Error) -> Self {
        refused("cannot load the kernel program".to_owned(), error)
    }

    /// The kernel refused to attach one hook.
    pub(super) fn attach(hook: &str, error: &libbpf_rs::Error) -> Self {
        refused(format!("cannot attach to the tracepoint {hook}"), error)
    }

    /// A pin that cannot be made, opened or removed.
    pub(super) fn pin(what: &str, path: &Path, why: impl fmt::Display) -> Self {
        KernelError {
            stage: Stage::Pins,
            what: format!("cannot {what} {}", path.display()),
            why: why.to_string(),
            next: "run as root; below bpffs no name may have a dot in it. Removing the folder \
                   detaches what is pinned there; --no-pin does without"
                .to_owned(),
        }
    }

    /// A map or program that is loaded did not answer.
    pub(super) fn run(what: &str, why: impl fmt::Display) -> Self {
        KernelError {
            stage: Stage::Run,
            what: format!("the kernel program did not {what}"),
            why: why.to_string(),
            next: "see the log of the kernel (dmesg), then start the daemon again".to_owned(),
        }
    }
}

fn refused(what: String, error: &libbpf_rs::Error) -> KernelError {
    let said = log::tail();
    // The verifier refuses with the same error as the check of privileges, but says why.
    let verifier = said.contains("BEGIN PROG LOAD LOG");
    let next = match error.kind() {
        libbpf_rs::ErrorKind::PermissionDenied if !verifier => {
            "run as root, or with the capabilities CAP_BPF and CAP_PERFMON; in a container these must \
             be granted from outside"
        }
        libbpf_rs::ErrorKind::OutOfMemory => "give the open set a smaller size, or free memory",
        _ => "run `dslc doctor`, and report what the verifier says if this kernel should do",
    };
    let why = if said.is_empty() { error.to_string() } else { format!("{error}\n{said}") };
    KernelError { stage: Stage::Load, what, why, next: next.to_owned() }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  why:  {}\n  next: {}", self.what, self.why, self.next)
    }
}

impl std::error::Error for KernelError {}

impl From<KernelError> for Failure {
    fn from(error: KernelError) -> Failure {
        Failure::outside(error.what, error.why, error.next)
    }
}
