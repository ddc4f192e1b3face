//! From the integers that the loop computes with to the units that people read.
//!
//! Use is counted in nanoseconds, the quanta of the port `taint_clock`; prices are in Q(F).

use dslc_core::PriceRule;
use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds in seconds.
pub fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

/// A price in Q(F) as a real number, in utility per second.
pub fn price(rule: &PriceRule, fixed: u64) -> f64 {
    fixed as f64 / f64::from(rule.frac_bits).exp2()
}

/// Points of an evidence, in Q16, as a real number.
pub fn points(fixed: u32) -> f64 {
    f64::from(fixed) / 65_536.0
}

/// `CLOCK_MONOTONIC` in nanoseconds: the clock of the kernel program and of instrumented programs.
pub fn monotonic_ns() -> u64 {
    nanoseconds(ClockId::Monotonic)
}

/// Whether `CLOCK_MONOTONIC` reads here as it does in the kernel: a time namespace can shift it.
pub fn monotonic_is_the_kernels() -> bool {
    // Without time namespaces there is no such file.
    std::fs::read_to_string("/proc/self/timens_offsets").map_or(true, |text| unshifted(&text))
}

/// Whether the contents of `/proc/self/timens_offsets` leave that clock alone.
pub fn unshifted(offsets: &str) -> bool {
    let mut lines = offsets.lines().map(|line| line.split_whitespace());
    let monotonic =
        lines.find_map(|mut words| (words.next() == Some("monotonic")).then_some(words));
    monotonic.is_none_or(|mut offset| offset.all(|part| part == "0"))
}

/// Seconds since 1970, to the microsecond: for logs and for people.
pub fn unix_seconds() -> f64 {
    unix_seconds_at(monotonic_ns())
}

/// When the monotonic clock stood at `time_ns`, in seconds since 1970.
pub fn unix_seconds_at(time_ns: u64) -> f64 {
    let ago = monotonic_ns().saturating_sub(time_ns);
    (nanoseconds(ClockId::Realtime).saturating_sub(ago) / 1_000) as f64 / 1e6
}

/// A clock before its epoch reads as 0.
fn nanoseconds(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    let whole = u64::try_from(now.tv_sec).unwrap_or(0).saturating_mul(1_000_000_000);
    whole.saturating_add(u64::try_from(now.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::unshifted;

    #[test]
    fn a_shift_of_the_monotonic_clock_is_seen() {
        let text = |monotonic: &str| format!("monotonic  {monotonic}\nboottime   86400  0\n");
        assert!(unshifted(&text("         0         0")));
        assert!(!unshifted(&text("      3600         0")));
        assert!(!unshifted(&text("        -1         0")));
        assert!(!unshifted(&text("         0         1")));
        assert!(unshifted(""));
    }
}
