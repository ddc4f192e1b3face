//! What the kernel program and the daemon share: the structs of the program's `abi.h`, in the same
//! order and without padding. A test compares both through the type information of an object.
//!
//! Times are nanoseconds of `CLOCK_MONOTONIC`, prices Q(F), processes thread group ids of the first
//! pid namespace.
//!
//! ```text
//! config ── what the loader tells the program      member ───── a bucket's row
//! event ─── what the program tells                 calls ────── programs that the daemon runs
//! arithmetic ─ what both compute
//! ```

mod arithmetic;
mod calls;
mod config;
mod event;
mod member;

pub use arithmetic::*;
pub use calls::*;
pub use config::*;
pub use event::*;
pub use member::*;

pub use crate::fibre::MAX_EVIDENCE;

/// Version of this interface; a program of another one is refused.
pub const ABI_VERSION: u32 = 3;

/// Text that a 0 ends.
pub fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}
