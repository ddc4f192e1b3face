//! What the program tells: the ring of events, and what went wrong.

use libbpf_rs::RingBufferBuilder;

use super::error::KernelError;
use super::handles::Handles;
use super::{decode, run};
use crate::abi;
use crate::plant::{Event, Trouble};

/// Hands over what the ring holds, oldest first.
pub fn drain(handles: &Handles, sink: &mut dyn FnMut(Event)) -> Result<(), KernelError> {
    let failed = |why: libbpf_rs::Error| KernelError::run("tell what happened", why);
    let map = handles.map("events")?;
    let mut unknown = None;
    let mut builder = RingBufferBuilder::new();
    builder
        .add(map, |bytes| {
            match decode::event(bytes) {
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
