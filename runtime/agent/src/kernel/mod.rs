//! The kernel program of a fibre, loaded: the plant that a daemon steers.
//!
//! ```text
//! types ──── does this kernel have the fields and functions that the program uses?
//! load ───── open, configure, load; the timers are made here
//!   scope ── which cgroup    trees ── which folders    exempt ── which processes never
//!   log ──── what libbpf and the verifier said, for the error
//! members ── the rows of tainted processes, read from shared memory
//! events ─── the ring
//! run ────── programs that the daemon runs: price, folders, arithmetic
//! ```
//!
//! Nothing is pinned: dropping a [`Kernel`] detaches its programs, cancels their timers and frees
//! their maps.

mod arithmetic;
mod error;
mod events;
mod exempt;
mod features;
mod load;
mod log;
mod members;
mod run;
mod scope;
mod trees;
mod types;

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use libbpf_rs::{Link, Object};

use crate::abi;
use crate::config::Scope;
use crate::plant::{Event, Measure, Plant, Trouble};

pub use error::KernelError;
pub use features::Features;

/// How a kernel program is to work.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which processes it looks at.
    pub scope: Scope,
    /// Whether it does everything but kill.
    pub observe_only: bool,
    /// The folders that stand for the trees of the spec, in its order.
    pub trees: Vec<PathBuf>,
    /// Processes that it never looks at, by their ids in the first pid namespace.
    pub exempt: Vec<u32>,
}

/// A loaded kernel program.
pub struct Kernel {
    // Dropped first: what is attached uses what is loaded.
    links: Vec<Link>,
    members: members::Table,
    config: abi::Config,
    features: Features,
    object: Object,
}

impl Kernel {
    /// Checks this kernel, loads the program and makes its timers. Nothing is attached yet, so that
    /// a price can be set and the arithmetic compared first.
    pub fn load(object: &[u8], options: &Options) -> Result<Self, KernelError> {
        load::load(object, options)
    }

    /// Starts to look at processes.
    pub fn attach(&mut self) -> Result<(), KernelError> {
        for program in self.object.progs_mut() {
            let Some(name) = load::hook(program.section()) else { continue };
            // Without an event of this kind there is nothing to see on the way out.
            if name == "sys_exit" && self.config.events & !abi::FILE_WRITE == 0 {
                continue;
            }
            let link = program.attach_trace();
            self.links.push(link.map_err(|error| KernelError::attach(&name, &error))?);
        }
        Ok(())
    }

    /// What the program found in this kernel.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The map that holds the price: one `u64` in Q(F), which can be mapped into memory.
    pub fn price_map(&self) -> Result<OwnedFd, KernelError> {
        let map = run::map(&self.object, &abi::text(&self.config.price_map))?;
        let fd = map.as_fd().try_clone_to_owned();
        fd.map_err(|error| KernelError::run("hand over its price", error))
    }
}

impl Plant for Kernel {
    type Error = KernelError;

    fn measure(&mut self) -> Result<Measure, KernelError> {
        Ok(self.members.measure())
    }

    /// Also tells the program the time of day, by which it judges the age of files.
    fn set_price(&mut self, price: u64) -> Result<(), KernelError> {
        run::reprice(&self.object, price)
    }

    fn drain(&mut self, sink: &mut dyn FnMut(Event)) -> Result<(), KernelError> {
        events::drain(&self.object, sink)
    }

    fn troubles(&self) -> Result<Vec<Trouble>, KernelError> {
        events::troubles(&self.object)
    }
}
