//! Who waits for a person, and for how long yet: the time-outs of `ask`.
//!
//! A daemon that takes over counts from when it first saw a bucket wait: a person then has longer
//! than the spec says, never less.

use std::collections::HashMap;

use crate::fibre::{Act, Fibre, Verdict};
use crate::plant::{Measure, Member, State};

/// The buckets that wait for a decision, and since when.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    since: HashMap<u64, u64>,
}

impl Asks {
    /// Looks at the members at `now_ns` on the monotonic clock; whose time is up, and what is to
    /// become of them. One that stays is named again, so that a verdict which failed is repeated.
    pub fn due(&mut self, fibre: &Fibre, measure: &Measure, now_ns: u64) -> Vec<(u64, Verdict)> {
        let waiting: Vec<_> =
            measure.rows.iter().filter_map(|row| Some((row.id, limit(fibre, row)?))).collect();
        self.since.retain(|id, _| waiting.iter().any(|(waits, _)| waits == id));
        let up = waiting.into_iter().filter_map(|(id, (after_ns, then))| {
            let since = *self.since.entry(id).or_insert(now_ns);
            (now_ns.saturating_sub(since) >= after_ns).then_some((id, then))
        });
        up.collect()
    }
}

fn limit(fibre: &Fibre, member: &Member) -> Option<(u64, Verdict)> {
    match fibre.acts.get(member.act?)? {
        Act::Ask { after_ns, then } if member.state == State::Stopped => Some((*after_ns, *then)),
        _ => None,
    }
}
