//! What control groups do to buckets: the program says to whose processes, [`Keeper`] does it.

use libbpf_rs::{MapCore, MapFlags};

use super::error::KernelError;
use super::handles::Handles;
use super::process::Screen;
use super::sys;
use crate::abi::{self, Config, HeldProcess};
use crate::fibre::Act;
use crate::groups::{Change, Keeper, Limit, Wanted};
use crate::plant::{Measure, Member, State};

/// The program that names the processes.
const WALK: &str = "held_processes";
/// The map that names the daemon while it moves processes.
const MOVER: &str = "mover";

/// The buckets that control groups have a part in.
pub struct Holds {
    keeper: Keeper,
    screen: Screen,
}

impl Holds {
    /// Finds what this host has for it, and what an earlier daemon left.
    pub fn start(handles: &Handles, config: &Config, screen: Screen) -> Result<Self, KernelError> {
        name_mover(handles, 0)?;
        let target = &screen.target;
        let keeper =
            Keeper::new(&abi::text(&config.fibre), (target.path.as_deref(), target.cgroup));
        Ok(Holds { keeper, screen })
    }

    /// Does to the processes of each bucket what its act says, and undoes what was done to others.
    pub fn keep(
        &mut self,
        handles: &Handles,
        acts: &[Act],
        measure: &Measure,
    ) -> Result<Vec<Change>, KernelError> {
        let is_held = |row: &Member| row.state == State::Stopped || row.is_slowed(acts);
        if !self.keeper.has_cells() && !measure.rows.iter().any(is_held) {
            return Ok(Vec::new());
        }
        let screen = &self.screen;
        let keeper = &mut self.keeper;
        moving(handles, keeper, |keeper| {
            keeper.keep(
                || named(handles, acts),
                |process| screen.admit(process.tgid, process.start).is_ok(),
            )
        })?
    }

    /// Lets a bucket move that stands still, before it is woken or killed.
    pub fn thaw(&mut self, bucket: u64) {
        self.keeper.thaw(bucket);
    }

    /// Undoes all of it.
    pub fn free_all(&mut self, handles: &Handles) -> Result<Vec<Change>, KernelError> {
        moving(handles, &mut self.keeper, Keeper::free_all)
    }

    /// Says whether all of it stays when this is dropped.
    pub fn set_stays(&mut self, stays: bool) {
        self.keeper.set_stays(stays);
    }
}

/// Whom this daemon moves within the watched hierarchy stays in its bucket.
fn moving<T>(
    handles: &Handles,
    keeper: &mut Keeper,
    act: impl FnOnce(&mut Keeper) -> T,
) -> Result<T, KernelError> {
    if !keeper.moves_in_scope() {
        return Ok(act(keeper));
    }
    name_mover(handles, std::process::id())?;
    let done = act(keeper);
    name_mover(handles, 0)?;
    Ok(done)
}

fn name_mover(handles: &Handles, tgid: u32) -> Result<(), KernelError> {
    let written =
        handles.map(MOVER)?.update(&0u32.to_ne_bytes(), &tgid.to_ne_bytes(), MapFlags::ANY);
    written.map_err(|error| KernelError::run("let processes be moved", error))
}

/// The processes of all buckets that are held.
fn named(handles: &Handles, acts: &[Act]) -> Result<Vec<Wanted>, KernelError> {
    let walk = sys::walk(handles.program(WALK)?);
    let named = walk.map_err(|error| KernelError::run("name the processes of buckets", error))?;
    let named = named.chunks_exact(size_of::<HeldProcess>()).map(bytemuck::pod_read_unaligned);
    Ok(named.filter_map(|process| wanted(&process, acts)).collect())
}

fn wanted(process: &HeldProcess, acts: &[Act]) -> Option<Wanted> {
    let limit = match (process.state, acts.get(process.act as usize)) {
        (abi::state::STOPPED, _) => Limit::Frozen,
        (abi::state::OVERDUE, Some(Act::Throttle { percent })) => {
            Limit::Share { percent: *percent }
        }
        // The bucket has gone on to something else meanwhile.
        _ => return None,
    };
    let HeldProcess { bucket, tgid, start, .. } = *process;
    Some(Wanted { bucket, limit, tgid, start })
}
