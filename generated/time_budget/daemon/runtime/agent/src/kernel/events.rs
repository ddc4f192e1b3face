//! What the program tells: the ring of events, and what went wrong.

use libbpf_rs::RingBufferBuilder;

use super::error::KernelError;
use super::handles::Handles;
use super::run;
use crate::abi::{self, kind, path, verdict};
use crate::fibre::Verdict;
use crate::plant::{Event, EventKind, Member, Path, State, Trouble};

/// Hands over what the ring holds, oldest first.
pub fn drain(handles: &Handles, sink: &mut dyn FnMut(Event)) -> Result<(), KernelError> {
    let failed = |why: libbpf_rs::Error| KernelError::run("tell what happened", why);
    let map = handles.map("events")?;
    let mut unknown = None;
    let mut builder = RingBufferBuilder::new();
    builder
        .add(map, |bytes| {
            match bytemuck::try_pod_read_unaligned(bytes).ok().and_then(|event| read(&event)) {
                Some(event) => sink(event),
                None => unknown = Some(bytes.len()),
            }
            0
        })
        .map_err(failed)?;
    let ring = builder.build().map_err(failed)?;
    ring.consume().map_err(failed)?;
    drop(ring);
    match unknown {
        None => Ok(()),
        Some(bytes) => Err(KernelError::object(format!("an event of {bytes} bytes is unknown"))),
    }
}

fn read(event: &abi::Event) -> Option<Event> {
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

/// What went wrong, by kind.
pub fn troubles(handles: &Handles) -> Result<Vec<Trouble>, KernelError> {
    let stats: abi::Stats = run::read(handles.map("stats")?, 0)?;
    let abi::Stats { events_lost, no_memory, no_slot, timer_errors, signal_errors, slots_lost } =
        stats;
    Ok(vec![
        Trouble { kind: "events_lost", total: events_lost },
        Trouble { kind: "no_memory", total: no_memory },
        Trouble { kind: "no_slot", total: no_slot },
        Trouble { kind: "timer_errors", total: timer_errors },
        Trouble { kind: "signal_errors", total: signal_errors },
        Trouble { kind: "slots_lost", total: slots_lost },
    ])
}
