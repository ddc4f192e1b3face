//! What the running kernel offers to the program, and what stands in for the rest.

use std::fmt;

use dslc_host::{BY_NUMBER, Finding, Host, SECURITY_HOOKS, SIGNALS, examine};
use libbpf_rs::btf::Btf;

use super::types;

/// What was found on this host, of all that the program or its daemon can use.
#[derive(Clone, Debug)]
pub struct Features {
    found: Vec<Finding>,
    signals: bool,
}

impl Features {
    /// Those of this host. What decides how the program is loaded is asked of the same description
    /// of the kernel that the loader uses.
    pub fn of(kernel: &Btf<'_>) -> Self {
        let signals = types::has_function(kernel, "bpf_send_signal_task");
        let mut found = examine(&Host::look());
        for finding in found.iter_mut().filter(|finding| finding.feature.name == SIGNALS) {
            finding.present = signals;
        }
        Features { found, signals }
    }

    /// Whether signals to other processes are the daemon's to send.
    pub fn asks_the_daemon(&self) -> bool {
        !self.signals
    }

    /// Whether a program that the daemon runs may make timers, whose callback uses a queue. Asked of
    /// what came about the same time.
    pub fn timers_on_call(&self) -> bool {
        self.found.iter().any(|finding| finding.feature.name == BY_NUMBER && finding.present)
    }

    /// Whether the program may refuse what a process is about to do.
    pub fn security_hooks(&self) -> bool {
        self.found.iter().any(|finding| finding.feature.name == SECURITY_HOOKS && finding.present)
    }

    /// Notes that the kernel refused to attach to a security hook: then the others are left out, too.
    pub(super) fn refuse_security_hooks(&mut self, hook: &str, why: &dyn fmt::Display) {
        for finding in self.found.iter_mut().filter(|of| of.feature.name == SECURITY_HOOKS) {
            finding.present = false;
            finding.detail = format!("{hook} was refused: {why}");
        }
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = self.found.iter().filter(|finding| finding.present);
        let present: Vec<&str> = present.map(|finding| finding.feature.name).collect();
        write!(f, "{}", present.join(", "))?;
        for Finding { feature, detail, .. } in self.found.iter().filter(|found| !found.present) {
            write!(f, "; no {} ({detail})", feature.name)?;
            if let Some(instead) = feature.instead {
                write!(f, ", used instead: {}; lost: {}", instead.used, instead.lost)?;
            }
        }
        Ok(())
    }
}
