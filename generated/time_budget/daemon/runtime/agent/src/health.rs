//! Whether the loop still runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Periods that may be missed.
const PERIODS: u32 = 3;
/// And what a busy machine is given besides.
const GRACE: Duration = Duration::from_secs(1);

/// The time of the last period that went well, shared by the loop and `/healthz`.
#[derive(Debug)]
pub struct Health {
    last_ns: AtomicU64,
    limit_ns: u64,
}

impl Health {
    /// Unhealthy until the first period.
    pub fn new(period: Duration) -> Self {
        let limit = period.saturating_mul(PERIODS).saturating_add(GRACE);
        let limit_ns = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        Health { last_ns: AtomicU64::new(0), limit_ns }
    }

    /// A period went well at `now_ns` on the monotonic clock.
    pub fn beat(&self, now_ns: u64) {
        self.last_ns.store(now_ns, Ordering::Relaxed);
    }

    /// How long ago the last good period was, in nanoseconds, when that is too long; `None` inside
    /// when there was none yet.
    pub fn check(&self, now_ns: u64) -> Result<(), Option<u64>> {
        match self.last_ns.load(Ordering::Relaxed) {
            0 => Err(None),
            last if now_ns.saturating_sub(last) > self.limit_ns => {
                Err(Some(now_ns.saturating_sub(last)))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_healthy_from_its_first_period_until_it_misses_too_many() {
        let health = Health::new(Duration::from_millis(100));
        assert_eq!(health.check(5), Err(None));
        health.beat(5);
        assert_eq!(health.check(5 + 1_300_000_000), Ok(()));
        assert_eq!(health.check(5 + 1_300_000_001), Err(Some(1_300_000_001)));
        health.beat(2_000_000_000);
        assert_eq!(health.check(1_999_999_999), Ok(()));
    }
}
