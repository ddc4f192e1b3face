//! Processes that do what a test says.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};

use super::PATIENCE;

/// A process that follows a script of `victim.c`; killed, if it still runs, at the end.
pub struct Victim {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Victim {
    pub fn start(script: &str) -> Self {
        Victim::start_as(program(), script)
    }

    /// The same by another file that is the same program.
    pub fn start_as(program: &Path, script: &str) -> Self {
        let mut command = Command::new(program);
        command.args(script.split_whitespace()).stdin(Stdio::piped());
        Victim::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Victim { child, input, output }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Lets it go on at `hear`.
    pub fn tell(&mut self) {
        self.input.as_mut().unwrap().write_all(b"x").unwrap();
    }

    /// The next line that it says; empty when it has ended.
    pub fn listen(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Whether it is stopped.
    pub fn is_stopped(&self) -> bool {
        is_stopped(self.id())
    }

    /// How it ended, which it must.
    pub fn end(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "process {} still runs", self.id());
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// Waits until it has been killed.
    pub fn end_killed(&mut self) {
        let status = self.end();
        assert_eq!(status.signal(), Some(9), "it was not killed, but ended with {status}");
    }

    /// Waits until it has done all that its script says.
    pub fn end_well(&mut self) {
        let status = self.end();
        assert!(status.success(), "it ended with {status}");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // Fails when it has ended, which is what is wanted.
        let _ = self.child.kill();
        // Not for ever: who was frozen dies when he is thawed.
        let started = Instant::now();
        while self.child.try_wait().is_ok_and(|ended| ended.is_none())
            && started.elapsed() < PATIENCE
        {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
}

/// The time that a process's main thread has had on a processor, in nanoseconds; 0 if it is gone.
pub fn time_of(process: u32) -> u64 {
    let times = std::fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap_or_default();
    times.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(0)
}

/// The control groups of a process.
pub fn groups_of(process: u32) -> String {
    std::fs::read_to_string(format!("/proc/{process}/cgroup")).unwrap()
}

/// Whether a process is stopped; not if it is gone.
pub fn is_stopped(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:\tT"))
}

/// A process in a session of its own, with a terminal that controls it or without.
pub fn on_terminal(script: String, terminal: bool) -> Victim {
    let mut command = Command::new("setsid");
    if terminal {
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        unlockpt(&main).unwrap();
        let name = ptsname(&main, Vec::new()).unwrap().into_string().unwrap();
        let side = File::options().read(true).write(true).open(name).unwrap();
        command.arg("--ctty").stdin(side);
        // The terminal lives as long as its other end, which is until this process ends.
        std::mem::forget(main);
    } else {
        command.stdin(Stdio::null());
    }
    command.arg(program()).args(script.split_whitespace());
    Victim::spawn(command)
}

/// The compiled `victim.c`.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<std::path::PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("victim");
        // Beside it first: another run of the tests may be executing it.
        let fresh = target.with_extension(std::process::id().to_string());
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kernel/support/victim.c");
        let compiler = Command::new("clang-19")
            .args(["-O2", "-Wall", "-Wextra", "-Werror", "-pthread", source, "-o"])
            .arg(&fresh)
            .status();
        assert!(compiler.expect("clang-19 is not installed").success());
        std::fs::rename(&fresh, &target).unwrap();
        target
    })
}
