//! Whether the processes of buckets that were let go run again: what stopped them is about to leave.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::KernelError;
use super::handles::Handles;
use super::scope::Target;
use super::{places, process};
use crate::abi;

/// A signal to stop may still have been under way when they were woken; the program wakes them again
/// for less than this.
const QUIET: Duration = Duration::from_millis(200);
/// Somebody else may have stopped them, too.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(10);

/// Waits until none of them has been found stopped for a while, or it takes too long.
pub fn wait(handles: &Handles, target: &Target) -> Result<(), KernelError> {
    let started = Instant::now();
    let mut since = started;
    while since.elapsed() < QUIET && started.elapsed() < PATIENCE {
        if any_stopped(handles, target)? {
            since = Instant::now();
        }
        sleep(PAUSE);
    }
    Ok(())
}

fn any_stopped(handles: &Handles, target: &Target) -> Result<bool, KernelError> {
    for tgid in places::processes(target)?.into_iter().filter(|tgid| process::is_stopped(*tgid)) {
        let row = places::bucket_of(handles, tgid)?;
        if row.is_some_and(|row| row.state == abi::state::RELEASED) {
            return Ok(true);
        }
    }
    Ok(false)
}
