//! From the bytes that a program left to what the loop knows of them. What does not fit is none.

use dslc_core::evidence::decayed;

use crate::abi::{self, ABI_VERSION, Config, MAX_EVIDENCE, NO_ACT, kind, path, verdict};
use crate::fibre::Verdict;
use crate::plant::{Event, EventKind, Member, Path, State};

/// A record of the ring.
pub fn event(bytes: &[u8]) -> Option<Event> {
    let event: abi::Event = bytemuck::try_pod_read_unaligned(bytes).ok()?;
    let kind = match event.kind {
        kind::TAINTED => EventKind::Tainted(event.rule as usize),
        kind::INHERITED => EventKind::Inherited(event.detail),
        kind::ACTED => EventKind::Acted {
            act: event.detail as usize,
            path: match event.path {
                path::TIMER => Path::Timer,
                path::SYSTEM_CALL => Path::SystemCall,
                _ => return None,
            },
        },
        kind::OVERDUE => EventKind::Overdue,
        kind::CLEARED => EventKind::Cleared,
        kind::EXITED => EventKind::Exited,
        kind::DECIDED => EventKind::Decided(match event.detail {
            verdict::RELEASE => Verdict::Release,
            verdict::KILL => Verdict::Kill,
            _ => return None,
        }),
        _ => return None,
    };
    let member = Member {
        id: event.bucket,
        tgid: event.tgid,
        comm: abi::text(&event.comm),
        class: event.class as usize,
        state: state(event.state)?,
        act: matches!(kind, EventKind::Acted { .. }).then_some(event.detail as usize),
        dwell_ns: event.dwell,
        budget_ns: event.budget,
        processes: event.processes,
        lost: event.lost,
        evidence_q16: event.points,
    };
    Some(Event { time_ns: event.time, kind, member, price: event.price })
}

/// The state of a bucket that is somebody's.
pub fn state(state: u32) -> Option<State> {
    Some(match state {
        abi::state::WATCHED => State::Watched,
        abi::state::LIVE => State::Live,
        abi::state::OVERDUE => State::Overdue,
        abi::state::KILLED => State::Killed,
        abi::state::STOPPED => State::Stopped,
        abi::state::RELEASED => State::Released,
        _ => return None,
    })
}

/// The bucket of a row of `members`, at `now_ns` on the monotonic clock; none when nobody is in it.
pub fn member(row: &abi::Member, config: &Config, now_ns: u64) -> Option<Member> {
    let state = state(row.state)?;
    // The shared bucket, in the last row, counts one process more than there are.
    let shared = (row.id & abi::BUCKET_INDEX) + 1 == u64::from(config.members);
    let processes = row.processes.saturating_sub(u32::from(shared));
    if processes == 0 {
        return None;
    }
    let started = !matches!(state, State::Watched | State::Released);
    let mut evidence_q16 = [0; MAX_EVIDENCE];
    let points = row.points.iter().zip(&row.points_at).zip(&config.half_life);
    for (left, ((points, at), half_life)) in evidence_q16.iter_mut().zip(points) {
        *left = decayed(*points, now_ns.saturating_sub(*at), *half_life);
    }
    Some(Member {
        id: row.id,
        tgid: row.tgid,
        comm: abi::text(&row.comm),
        class: row.class as usize,
        state,
        act: (row.act != NO_ACT).then_some(row.act as usize),
        dwell_ns: if started { now_ns.saturating_sub(row.taint) } else { 0 },
        budget_ns: row.budget,
        processes,
        lost: row.lost,
        evidence_q16,
    })
}

/// How a program is configured, which its section says; none when that is another version of the
/// interface or cut short.
pub fn configuration(bytes: &[u8]) -> Option<Config> {
    let config: Config = bytes.get(..size_of::<Config>()).map(bytemuck::pod_read_unaligned)?;
    (config.abi_version == ABI_VERSION).then_some(config)
}
