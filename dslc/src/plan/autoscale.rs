//! Windows and policies of the pod autoscaler, derived from how the metric answers to pods.
//!
//! Let ε = −∂ln metric/∂ln pods, the controller sync every Ts, and the metric be k syncs old.
//! Without windows the loop is stable iff ε < 2 sin(π / (2(2k + 1))); stabilisation windows of both
//! directions of at least (k + 1)·Ts restore the undelayed bound 2; a policy whose period is longer
//! than a sync amplifies.

use super::ir::{Autoscaler, Rational};

/// The controller's default sync period, in seconds.
const SYNC_SECONDS: u32 = 15;
/// A metric scraped once a sync is up to one sync old when it is read.
const STALE_SYNCS: u32 = 1;
/// Shorter than a sync, so that a policy never carries over.
const POLICY_SECONDS: u32 = 10;
/// Pods that an autoscaler may reach unless the deployment says otherwise.
const MAX_REPLICAS: u32 = 10;

/// The autoscaler for a mean that a fixed capacity is divided into: n pods share it, so that the
/// mean falls as 1/n and ε = 1.
pub fn shared_capacity(metric: &str, target: Rational) -> Autoscaler {
    Autoscaler {
        metric: metric.to_owned(),
        target,
        elasticity: Rational::from_integer(1.into()),
        stale_syncs: STALE_SYNCS,
        sync_seconds: SYNC_SECONDS,
        window_seconds: (STALE_SYNCS + 1) * SYNC_SECONDS,
        policy_seconds: POLICY_SECONDS,
        min_replicas: 1,
        max_replicas: MAX_REPLICAS,
    }
}
