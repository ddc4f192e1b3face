//! Processes that attach something while they run.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::group::Group;

/// Ended by a signal when dropped.
pub struct Running(Child);

impl Running {
    /// The nearest bpftrace script: for each process of the group a clock that is compared with a
    /// budget at its system calls, and a count of those that destroy.
    pub fn bpftrace(group: &Group) -> Result<Self, String> {
        let script =
            include_str!("../../kernel/nearest.bt").replace("GROUP", &group.id()?.to_string());
        let mut command = Command::new("unshare");
        // The tracing file system is mounted for the script alone.
        let mount = "mount -t tracefs none /sys/kernel/tracing && exec bpftrace -e \"$0\"";
        command.args(["-m", "sh", "-c", mount, &script]);
        Self::start(command, "ready")
    }

    /// Starts a process and waits until it says `ready`.
    pub fn start(mut command: Command, ready: &str) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let output = child.stdout.take().ok_or("no output")?;
        let running = Running(child);
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        if lines.any(|line| line.contains(ready)) {
            // Whatever else it prints is read, so that it never blocks on a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            Ok(running)
        } else {
            Err(format!("a process ended before it was {ready}"))
        }
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        // It may have ended already; waiting for it tells either way.
        let _ = Command::new("kill").args(["-TERM", &pid]).output();
        let _ = self.0.wait();
    }
}
