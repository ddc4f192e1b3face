//! The kernel program of a fibre, loaded: the plant that a daemon steers.
//!
//! ```text
//! types ──── does this kernel have the fields and functions that the program uses?
//! load ───── open, configure, load; the timers are made here
//!   scope ── which cgroup    trees ── which folders    exempt ── which processes never
//!   mounts ─ where cgroup2 is
//!   named ── executables and control groups that the spec names
//!   log ──── what libbpf and the verifier said, for the error
//! members ── the rows of buckets, read from shared memory
//! events ─── the ring      decode ── from bytes of either to what the loop knows
//! errands ── signals that the program cannot send itself on this kernel
//! holds ──── control groups for buckets that are slowed or stopped
//!   process ─ what /proc says of a process
//! run ────── programs that the daemon runs: price, folders, arithmetic
//! handles ── maps and programs, whoever loaded them      sys ── system calls by descriptor
//! pins ───── what outlives the daemon      identity ── which of it is the same      start
//! places ─── which bucket a process is in         awake ─ whether it was let go
//! carry ──── what a newer version takes over from an older one
//! programs ─ what the kernel says of each program      sights ─ files, by what became of them
//! ```
//!
//! Without pins, dropping a [`Kernel`] detaches its programs, cancels their timers and frees their
//! maps. With pins they go on at the last price, however the daemon ended, until another one takes
//! them over or [`Kernel::detach`] removes them.

mod arithmetic;
mod awake;
mod carry;
pub mod decode;
mod errands;
mod error;
mod events;
mod exempt;
mod features;
mod handles;
mod holds;
mod identity;
mod load;
mod log;
mod members;
pub mod mounts;
mod named;
mod pins;
mod places;
pub mod process;
mod programs;
mod run;
mod scope;
mod sights;
mod start;
mod sys;
mod trees;
mod types;

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use load::Hook;

use crate::abi;
use crate::config::Scope;
use crate::fibre::{Act, Verdict};
use crate::groups::Change;
use crate::plant::{Decided, Event, Measure, Plant, Program, Trouble};

pub use carry::Carried;
pub use error::KernelError;
pub use features::Features;
pub use pins::default_folder;
pub use programs::Counting;
pub use sights::Sights;
pub use start::Start;

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
    /// The folder on bpffs in which it is pinned; without one it ends with its daemon.
    pub pin: Option<PathBuf>,
}

/// A loaded kernel program.
pub struct Kernel {
    // Dropped first: what it listens to is in the program.
    errands: Option<errands::Errands>,
    holds: holds::Holds,
    program: load::Program,
    members: members::Table,
    config: abi::Config,
    features: Features,
    target: scope::Target,
    identity: identity::Identity,
    carried: Carried,
    absent: Vec<String>,
    counting: Option<Counting>,
    // Dropped last: nobody else may steer what this still holds.
    folder: Option<pins::Folder>,
}

impl Kernel {
    /// Checks this kernel and takes over the same program if it is pinned. Otherwise loads it and
    /// makes its timers; nothing is attached then, so that a price can be set and the arithmetic
    /// compared first.
    pub fn load(object: &[u8], options: &Options) -> Result<Self, KernelError> {
        load::load(object, options)
    }

    /// Starts to look at processes, and pins what does. A program that was taken over does so
    /// already. Older versions are detached when this one is attached, not before.
    ///
    /// What fails leaves watched who was watched before: what this attached is detached again,
    /// unless an older version has given way to it by then.
    pub fn attach(&mut self) -> Result<(), KernelError> {
        self.holds.set_stays(self.program.pinned.is_some());
        let new = self.program.object.is_some();
        let mut gave_way = false;
        let done = self.attach_hooks().and_then(|()| self.replace_others(&mut gave_way));
        if done.is_err() && new && !gave_way {
            // That it failed is told; what cannot be removed now is found by the next start.
            let _ = self.detach();
        }
        done
    }

    fn attach_hooks(&mut self) -> Result<(), KernelError> {
        let Some(object) = self.program.object.take() else { return Ok(()) };
        let load::Program { links, handles, pinned, .. } = &mut self.program;
        for program in object.progs_mut() {
            let hook = load::hook(program.section(), program.autoload(), &self.config);
            let link = match hook {
                None => continue,
                Some(Hook::Tracepoint(name)) => {
                    program.attach_trace().map_err(|error| KernelError::attach(&name, &error))?
                }
                // What it does is also done elsewhere, later.
                Some(Hook::Security(name)) => match program.attach_lsm() {
                    Ok(link) => link,
                    Err(error) => {
                        self.features.refuse_security_hooks(&name, &error);
                        continue;
                    }
                },
            };
            links.push((program.name().to_string_lossy().into_owned(), link));
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        *pinned = Some(folder.pin(&self.identity, handles, links)?);
        self.holds.set_stays(true);
        Ok(())
    }

    /// Also those that a start left which was ended in between.
    fn replace_others(&mut self, gave_way: &mut bool) -> Result<(), KernelError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        for older in folder.others(&self.identity)? {
            self.replace(&older, gave_way)?;
        }
        Ok(())
    }

    /// Takes the place of an older version. Both watch until it is detached, and its timers go on
    /// until what it knows is known here.
    fn replace(&mut self, older: &pins::Pinned, gave_way: &mut bool) -> Result<(), KernelError> {
        let (known, hooks) = (self.carry(older), older.hooks());
        let detached = older.detach();
        *gave_way |= older.hooks() < hooks;
        detached?;
        // Once more, for what came to it in the meantime.
        let carried = known.and_then(|_| self.carry(older));
        match carried {
            Ok(buckets) => self.carried.buckets += buckets,
            Err(why) => self.carried.lost = Some(why),
        }
        older.remove()
    }

    fn carry(&self, older: &pins::Pinned) -> Result<usize, String> {
        if self.features.asks_the_daemon() {
            return Err("this kernel does not let them be handed over".to_owned());
        }
        let (handles, _links) = older.open().map_err(|error| error.why)?;
        let config = start::configuration(&handles).map_err(|error| error.why)?;
        let config = config.ok_or("it speaks another version of the interface")?;
        let old = carry::Version { handles: &handles, config: &config };
        let new = carry::Version { handles: &self.program.handles, config: &self.config };
        carry::carry(old, new, &self.target).map_err(|error| error.why)
    }

    /// What was taken over from older versions.
    pub fn carried(&self) -> &Carried {
        &self.carried
    }

    /// Stops to look at processes and removes the pins, so that nothing is left in the kernel.
    pub fn detach(&mut self) -> Result<(), KernelError> {
        self.holds.set_stays(false);
        self.program.links.clear();
        self.program.pinned.take().map_or(Ok(()), |pinned| pinned.remove())
    }

    /// What was found when this was loaded, with the price that was left.
    pub fn start(&self) -> &Start {
        &self.program.start
    }

    /// How the program was found, and what becomes of it when this daemon is killed.
    pub fn persistence(&self) -> String {
        let start = self.start();
        let Some(folder) = &self.folder else {
            return format!("{start}; not pinned: if this daemon is killed, nothing is watched");
        };
        // Who does not call is the daemon's to signal on such a kernel.
        let alone = match self.features.asks_the_daemon() {
            true => ", without this daemon it ends only who makes system calls",
            false => "",
        };
        let carried = &self.carried;
        format!("{start}{carried}; pinned in {}{alone}", folder.path().display())
    }

    /// Executables and control groups that the spec names and this host does not have, as the spec
    /// writes them: they are nobody's until the next load.
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    /// What the program found in this kernel.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The map that holds the price: one `u64` in Q(F), which can be mapped into memory.
    pub fn price_map(&self) -> Result<OwnedFd, KernelError> {
        let map = self.program.handles.map(&abi::text(&self.config.price_map))?;
        let fd = map.as_fd().try_clone_to_owned();
        fd.map_err(|error| KernelError::run("hand over its price", error))
    }
}

impl Plant for Kernel {
    type Error = KernelError;

    fn measure(&mut self) -> Result<Measure, KernelError> {
        self.target.check_presence()?;
        Ok(self.members.measure())
    }

    /// Also tells the program the time of day, by which it judges the age of files.
    fn set_price(&mut self, price: u64) -> Result<(), KernelError> {
        run::reprice(&self.program.handles, price)
    }

    fn decide(&mut self, bucket: u64, verdict: Verdict) -> Result<Decided, KernelError> {
        self.holds.thaw(bucket);
        run::decide(&self.program.handles, bucket, verdict)
    }

    fn hold(&mut self, acts: &[Act], measure: &Measure) -> Result<Vec<Change>, KernelError> {
        self.holds.keep(&self.program.handles, acts, measure)
    }

    fn price(&self) -> Option<u64> {
        self.start().price()
    }

    fn settle(&mut self) -> Result<(), KernelError> {
        awake::wait(&self.program.handles, &self.target)
    }

    fn detach(&mut self) -> Result<Vec<Change>, KernelError> {
        let freed = self.holds.free_all(&self.program.handles)?;
        Kernel::detach(self).map(|()| freed)
    }

    fn drain(&mut self, sink: &mut dyn FnMut(Event)) -> Result<(), KernelError> {
        events::drain(&self.program.handles, sink)
    }

    fn count_runs(&mut self, wanted: bool) -> Result<(), KernelError> {
        self.counting = match (wanted, self.counting.take()) {
            (false, _) => None,
            (true, Some(counting)) => Some(counting),
            (true, None) => Some(Kernel::count_runs()?),
        };
        Ok(())
    }

    fn programs(&self) -> Result<Vec<Program>, KernelError> {
        Kernel::programs(self)
    }

    fn troubles(&self) -> Result<Vec<Trouble>, KernelError> {
        let mut troubles = events::troubles(&self.program.handles)?;
        let total = self.errands.as_ref().map_or(0, errands::Errands::failures);
        troubles.push(Trouble { kind: "daemon_signal_errors", total });
        Ok(troubles)
    }
}
