//! What the kernel knows of each program: how large it is, how often it ran and for how long.

use std::os::fd::OwnedFd;

use super::error::KernelError;
use super::{Kernel, sys};
use crate::plant::Program;

/// Runs are counted until this is dropped.
#[derive(Debug)]
pub struct Counting {
    _open: OwnedFd,
}

impl Kernel {
    /// Every program, those that hooks run and those that the daemon runs, by name.
    pub fn programs(&self) -> Result<Vec<Program>, KernelError> {
        let described = self.program.handles.programs().map(|(name, fd)| {
            let info = sys::info(fd)
                .map_err(|error| KernelError::run(&format!("describe `{name}`"), error))?;
            Ok(Program {
                name: name.to_owned(),
                verified: info.verified_insns,
                runs: info.run_cnt,
                run_ns: info.run_time_ns,
            })
        });
        described.collect()
    }

    /// Has runs counted and timed, which costs every program of this host some 20 ns a run. Needs
    /// CAP_SYS_ADMIN; where `kernel.bpf_stats_enabled` is set, they are counted without this.
    pub fn count_runs() -> Result<Counting, KernelError> {
        let open = sys::count_runs();
        let open = open.map_err(|error| KernelError {
            next: "give the daemon CAP_SYS_ADMIN, set kernel.bpf_stats_enabled with sysctl instead, or \
                   leave count_runs off"
                .to_owned(),
            ..KernelError::run("have its runs counted", error)
        })?;
        Ok(Counting { _open: open })
    }
}
