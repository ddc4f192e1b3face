//! What the program tells: the ring of events, and what went wrong.

use libbpf_rs::RingBufferBuilder;

use super::error::KernelError;
use super::handles::Handles;
use super::run;
use crate::abi::{self, kind, path};
use crate::fibre::MAX_EVIDENCE;
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
        kind::INHERITED => EventKind::Inherited(event.parent),
        kind::KILLED => EventKind::Acted {
            act: 0,
            path: match event.path {
                path::TIMER => Path::Timer,
                path::TASK_WORK => Path::TaskWork,
                path::SYSTEM_CALL => Path::SystemCall,
                path::NO_SLOT => Path::NoSlot,
                path::DAEMON => Path::Daemon,
                _ => return None,
            },
        },
        kind::OVERDUE => EventKind::Overdue,
        kind::CLEARED => EventKind::Cleared,
        kind::EXITED => EventKind::Exited,
        _ => return None,
    };
    let member = Member {
        id: u64::from(event.tgid),
        tgid: event.tgid,
        comm: abi::text(&event.comm),
        class: event.class as usize,
        state: match event.kind {
            kind::KILLED => State::Killed,
            kind::OVERDUE => State::Overdue,
            kind::CLEARED => State::Watched,
            _ => State::Live,
        },
        act: (event.kind == kind::KILLED).then_some(0),
        dwell_ns: event.dwell,
        budget_ns: event.budget,
        processes: u32::from(event.kind != kind::EXITED),
        lost: 0,
        evidence_q16: [0; MAX_EVIDENCE],
    };
    Some(Event { time_ns: event.time, kind, member, price: event.price })
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
