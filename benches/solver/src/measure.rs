//! What a piece of work costs this thread.

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};

/// Counts what is allocated, by whichever solver.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Time and memory.
#[derive(Clone, Copy)]
pub struct Cost {
    /// CPU time of this thread, in seconds.
    pub seconds: f64,
    /// The most that was allocated at once beyond what was before, in MiB, where it is known.
    pub mebibytes: Option<f64>,
}

/// Runs `work` and what it cost.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let before = HEAP.current_usage_as_mb();
    HEAP.reset_peak_usage();
    let start = now();
    let result = work();
    let seconds = now() - start;
    let grown = f64::from(HEAP.peak_usage_as_mb() - before).max(0.0);
    (result, Cost { seconds, mebibytes: Some(grown) })
}

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
