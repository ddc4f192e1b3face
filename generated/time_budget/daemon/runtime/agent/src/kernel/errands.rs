//! Signals that the program cannot send itself: before Linux 6.13 it reaches no process but the one
//! that runs.
//!
//! Its timers wake a thread of the daemon, which has the program walk over the processes and name
//! those that are to be signalled. Each is asked again for what the program itself asks of whom it
//! signals, and by a handle on the process, so that an id that is reused is nobody's death.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use libbpf_rs::{MapHandle, RingBufferBuilder};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::error::KernelError;
use super::handles::Handles;
use super::process::Screen;
use super::sys;
use crate::abi::Errand;

/// The program that names the processes.
pub const WALK: &str = "overdue_tasks";
/// How long the thread waits before it looks whether it is to stop.
const WAIT: Duration = Duration::from_millis(50);

/// The thread that does them; dropping it stops it.
pub struct Errands {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    failures: AtomicU64,
}

impl Errands {
    /// Starts to listen. Whom `screen` does not admit is never signalled, whatever the program says.
    pub fn start(handles: &Handles, screen: Screen) -> Result<Self, KernelError> {
        let failed = |why: &dyn std::fmt::Display| KernelError::run("hand its errands over", why);
        let ring = handles.map("errands")?;
        let ring = MapHandle::try_from(ring).map_err(|e| failed(&e))?;
        let walk = handles.program(WALK)?.try_clone_to_owned().map_err(|e| failed(&e))?;
        let shared = Arc::<Shared>::default();
        let runner = Runner { ring, walk, screen, shared: shared.clone() };
        let thread = std::thread::Builder::new()
            .name("errands".to_owned())
            .spawn(move || runner.run())
            .map_err(|error| failed(&error))?;
        Ok(Errands { shared, thread: Some(thread) })
    }

    /// Signals that could not be sent, since the start.
    pub fn failures(&self) -> u64 {
        self.shared.failures.load(Ordering::Relaxed)
    }
}

impl Drop for Errands {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed.
            let _ = thread.join();
        }
    }
}

struct Runner {
    ring: MapHandle,
    walk: OwnedFd,
    screen: Screen,
    shared: Arc<Shared>,
}

impl Runner {
    fn run(self) {
        if self.listen().is_err() {
            // Nobody listens any more: a budget ends at a system call, and this is counted.
            self.failed();
        }
    }

    fn listen(&self) -> libbpf_rs::Result<()> {
        let asked = AtomicBool::new(false);
        let mut builder = RingBufferBuilder::new();
        builder.add(&self.ring, |_| {
            asked.store(true, Ordering::Relaxed);
            0
        })?;
        let ring = builder.build()?;
        while !self.shared.stop.load(Ordering::Relaxed) {
            match ring.poll(WAIT) {
                Err(error) if error.kind() != libbpf_rs::ErrorKind::Interrupted => {
                    return Err(error);
                }
                _ => {}
            }
            // However often it was asked, one walk is enough.
            if asked.swap(false, Ordering::Relaxed) && self.walk().is_err() {
                self.failed();
            }
        }
        Ok(())
    }

    fn walk(&self) -> io::Result<()> {
        let named = sys::walk(self.walk.as_fd())?;
        for errand in named.chunks_exact(size_of::<Errand>()) {
            let errand: Errand = bytemuck::pod_read_unaligned(errand);
            if self.signal(&errand).is_err() {
                self.failed();
            }
        }
        Ok(())
    }

    /// Signals a process, if it is still the one that was named and may be signalled.
    fn signal(&self, errand: &Errand) -> rustix::io::Result<()> {
        let id = i32::try_from(errand.tgid).ok().and_then(Pid::from_raw);
        let signal = i32::try_from(errand.signal).ok().and_then(Signal::from_named_raw);
        let (Some(id), Some(signal)) = (id, signal) else { return Err(Errno::INVAL) };
        // The handle first: what is read of its id afterwards is read of this process, or fails.
        let sent = pidfd_open(id, PidfdFlags::empty()).and_then(|process| {
            self.screen.admit(errand.tgid, errand.start)?;
            pidfd_send_signal(&process, signal)
        });
        // It has ended meanwhile, which is as well.
        if sent == Err(Errno::SRCH) { Ok(()) } else { sent }
    }

    fn failed(&self) {
        self.shared.failures.fetch_add(1, Ordering::Relaxed);
    }
}
