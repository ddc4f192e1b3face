//! A process of the group that taints itself and then does one thing until it is killed.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::group::Group;

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One system call after the other.
    Calling,
    /// None at all.
    Spinning,
    /// One that does not return.
    Blocked,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::Calling, Kind::Spinning, Kind::Blocked];

    /// For the table and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Calling => "calling",
            Kind::Spinning => "spinning",
            Kind::Blocked => "blocked",
        }
    }
}

/// A victim ends by itself after so long, whatever happens.
const LONGEST: Duration = Duration::from_secs(30);

/// What a victim does: unlinks `file`, says when, goes on.
pub fn live(kind: &str, file: &Path) -> io::Result<()> {
    let kind = Kind::ALL.into_iter().find(|known| known.name() == kind);
    let kind = kind.ok_or(io::ErrorKind::InvalidInput)?;
    let started = Instant::now();
    fs::remove_file(file)?;
    let now = monotonic_ns();
    io::stdout().write_all(&now.to_ne_bytes())?;
    io::stdout().flush()?;
    match kind {
        Kind::Calling => {
            while started.elapsed() < LONGEST {
                std::hint::black_box(rustix::process::getppid());
            }
        }
        Kind::Spinning => {
            // The time is asked for rarely: it is no system call, but a page fault may be.
            let mut turns = 0_u64;
            while !turns.is_multiple_of(1 << 20) || started.elapsed() < LONGEST {
                turns = std::hint::black_box(turns.wrapping_add(1));
            }
        }
        Kind::Blocked => std::thread::sleep(LONGEST),
    }
    Ok(())
}

/// A victim, started; killed at the end if it still runs.
pub struct Victim {
    child: Child,
    file: PathBuf,
}

impl Victim {
    /// Starts one in the group, on an old file of the tree.
    pub fn start(group: &Group, tree: &Path, kind: Kind) -> Result<Self, String> {
        let file = tree.join("taints");
        fs::write(&file, b"x").map_err(|e| e.to_string())?;
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let child = group
            .command(&own)
            .args(["--victim", kind.name()])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        Ok(Victim { child, file })
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// When it destroyed its file, in nanoseconds of the monotonic clock. None if it was killed before it could say.
    pub fn tainted_at(&mut self) -> Option<u64> {
        let mut bytes = [0; 8];
        let said = self.child.stdout.as_mut()?.read_exact(&mut bytes);
        said.is_ok().then(|| u64::from_ne_bytes(bytes))
    }

    /// Kills it.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
    }

    /// Whether it has ended within a time.
    pub fn ends_within(&mut self, time: Duration) -> bool {
        let started = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(None) if started.elapsed() < time => {
                    std::thread::sleep(Duration::from_micros(200));
                }
                Ok(None) => return false,
                Ok(Some(_)) | Err(_) => return true,
            }
        }
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.file);
    }
}

/// The clock that the kernel's programs read.
pub fn monotonic_ns() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    (time.tv_sec as u64) * 1_000_000_000 + time.tv_nsec as u64
}
