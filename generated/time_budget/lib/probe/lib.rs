//! What an instrumented program calls when its count-down runs out.
//!
//! The compiler pass charges *units* of work to a count-down of the thread. Units are a static
//! estimate and only pace the visits here; a visit reads the true clock and the price, asks the
//! machine code that the compiler made of the plan for the budget, and tells the program once when
//! its dwell has passed it.
//!
//! The price stands in a page of the program's own image. At start the daemon's page is mapped
//! over it, read-only, so that reading the price is one load and needs no privilege. Without a
//! daemon the page stays zero: price 0, which allows the most.
//!
//! The library knows no fibre. A generated C file gives it the names, the page and the
//! thread-local count-down (stable Rust has no thread-local symbols), and declares [`Fibre`],
//! [`Thread`] and [`Stats`] once more; sizes and order of their fields are the interface.
#![no_std]
#![warn(missing_docs)]

#[cfg(test)]
extern crate std;

mod page;
mod system;
mod visit;

pub use page::PricePage;
pub use visit::{Fibre, Stats, Thread};

/// Maps the daemon's page over the fibre's and starts the clock.
///
/// # Safety
/// `fibre` points to a fibre for the rest of the program, and its page is a page of its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dslc_probe_open(fibre: *const Fibre) {
    // SAFETY: the caller's promise.
    let fibre = unsafe { &*fibre };
    // SAFETY: the caller's promise about the page.
    unsafe { page::map(fibre) };
    fibre.start(system::now_ns());
}

/// Starts the clock again, for a member of `class`.
///
/// # Safety
/// `fibre` points to a fibre.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dslc_probe_begin(fibre: *const Fibre, class: u32) {
    // SAFETY: the caller's promise.
    unsafe { &*fibre }.begin(class, system::now_ns());
}

/// Settles the thread's count-down and grants a new one.
///
/// # Safety
/// `fibre` points to a fibre, `thread` to the calling thread's count-down of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dslc_probe_visit(fibre: *const Fibre, thread: *mut Thread) {
    // SAFETY: the caller's promise. The borrow ends before the program is told.
    let over = unsafe { (*fibre).visit(&mut *thread, system::now_ns()) };
    if let Some(stats) = over {
        // SAFETY: the caller's promise.
        unsafe { &*fibre }.tell(&stats);
    }
}

/// Writes the figures as the calling thread knows them.
///
/// # Safety
/// `fibre` points to a fibre, `thread` to the calling thread's count-down of it, `stats` to
/// writable memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dslc_probe_stats(
    fibre: *const Fibre,
    thread: *const Thread,
    stats: *mut Stats,
) {
    // SAFETY: the caller's promise.
    unsafe { stats.write((*fibre).stats(&*thread, system::now_ns())) };
}

/// Nothing here panics; a static library without std must say what it would do.
#[cfg(all(feature = "staticlib", not(test)))]
#[panic_handler]
fn abort(_: &core::panic::PanicInfo<'_>) -> ! {
    system::abort()
}
