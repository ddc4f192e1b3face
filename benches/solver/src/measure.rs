//! What a piece of work costs this thread.

use rustix::time::{ClockId, clock_gettime};

/// Time and memory.
#[derive(Clone, Copy)]
pub struct Cost {
    /// CPU time of this thread, in seconds.
    pub seconds: f64,
    /// Growth of the largest resident size, in MiB, where the kernel tells.
    pub mebibytes: Option<f64>,
}

/// Runs `work` and what it cost.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    // Resets the high-water mark of the resident size (proc(5), clear_refs).
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = status("VmRSS:");
    let start = now();
    let result = work();
    let seconds = now() - start;
    let grown = status("VmHWM:").zip(before).map(|(peak, before)| (peak - before).max(0.0));
    (result, Cost { seconds, mebibytes: grown.filter(|_| reset) })
}

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// A line of /proc/self/status, in MiB.
fn status(key: &str) -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kibibytes| kibibytes / 1024.0)
}
