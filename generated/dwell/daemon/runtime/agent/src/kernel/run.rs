//! Programs of section `syscall`, which run when the daemon calls them.

use bytemuck::{Pod, bytes_of_mut};
use libbpf_rs::{MapCore, MapFlags};
use rustix::time::{ClockId, clock_gettime};

use super::error::KernelError;
use super::handles::Handles;
use super::sys;
use crate::abi;
use crate::fibre::Verdict;
use crate::plant::Decided;

/// Runs a program on an argument, which it may change, and gives what it returned.
pub fn program<T: Pod>(
    handles: &Handles,
    name: &str,
    argument: &mut T,
) -> Result<u32, KernelError> {
    call(handles, name, Some(bytes_of_mut(argument)))
}

/// Runs a program that takes nothing.
pub fn bare(handles: &Handles, name: &str) -> Result<u32, KernelError> {
    call(handles, name, None)
}

/// Runs a program of section `tc` on a packet of zeros.
pub fn on_packet(handles: &Handles, name: &str) -> Result<u32, KernelError> {
    sys::run_on_packet(handles.program(name)?)
        .map_err(|error| KernelError::run(&format!("run `{name}`"), error))
}

fn call(handles: &Handles, name: &str, argument: Option<&mut [u8]>) -> Result<u32, KernelError> {
    sys::run(handles.program(name)?, argument)
        .map_err(|error| KernelError::run(&format!("run `{name}`"), error))
}

/// Writes an entry of an array.
pub fn write<T: Pod>(map: &impl MapCore, index: u32, value: &T) -> Result<(), KernelError> {
    map.update(&index.to_ne_bytes(), bytemuck::bytes_of(value), MapFlags::ANY)
        .map_err(|error| KernelError::run("take what it needs to know", error))
}

/// Reads an entry of an array.
pub fn read<T: Pod>(map: &impl MapCore, index: u32) -> Result<T, KernelError> {
    let failed = |why: &dyn std::fmt::Display| KernelError::run("say what it knows", why);
    let value = map.lookup(&index.to_ne_bytes(), MapFlags::ANY).map_err(|error| failed(&error))?;
    let value = value.ok_or_else(|| failed(&"the entry does not exist"))?;
    bytemuck::try_pod_read_unaligned(&value).map_err(|error| failed(&error))
}

/// Sets the price, which holds for every member at once.
pub fn reprice(handles: &Handles, price: u64) -> Result<(), KernelError> {
    let mut request = abi::RepriceRequest { price, wall_offset: wall_offset() };
    match program(handles, "reprice", &mut request)? {
        0 => Ok(()),
        code => Err(KernelError::run("take the price", format!("`reprice` returned {code}"))),
    }
}

/// Has a bucket that waits go on, or end.
pub fn decide(handles: &Handles, bucket: u64, verdict: Verdict) -> Result<Decided, KernelError> {
    let verdict = match verdict {
        Verdict::Release => abi::verdict::RELEASE,
        Verdict::Kill => abi::verdict::KILL,
    };
    let mut decision = abi::Decision { bucket, verdict, reserved: 0 };
    match program(handles, "decide", &mut decision)? {
        abi::decided::DONE => Ok(Decided::Done),
        abi::decided::GONE => Ok(Decided::Gone),
        abi::decided::IDLE => Ok(Decided::Idle),
        code => Err(KernelError::run("take the decision", format!("`decide` returned {code}"))),
    }
}

/// `CLOCK_REALTIME − CLOCK_MONOTONIC` in nanoseconds.
fn wall_offset() -> i64 {
    let of = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec.wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec)
    };
    of(ClockId::Realtime).wrapping_sub(of(ClockId::Monotonic))
}
