//! Who is never killed, whatever it does: the init process, the daemon, and who started it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

/// The init process, this process and all of its ancestors, each once, in ascending order.
pub fn processes() -> io::Result<Vec<u32>> {
    let mut exempt = vec![1];
    let mut pid = std::process::id();
    while pid > 1 {
        exempt.push(pid);
        pid = parent(&fs::read_to_string(format!("/proc/{pid}/status"))?)?;
    }
    exempt.sort_unstable();
    exempt.dedup();
    Ok(exempt)
}

/// Whether processes have here the ids that the kernel program sees: those of the first pid
/// namespace, whose number is fixed (`PROC_PID_INIT_INO`).
pub fn ids_are_the_kernels() -> io::Result<bool> {
    const FIRST: u64 = 0xefff_fffc;
    Ok(fs::metadata("/proc/self/ns/pid")?.ino() == FIRST)
}

/// The parent that `/proc/PID/status` names; 0 for a process without one in this namespace.
pub fn parent(status: &str) -> io::Result<u32> {
    let value = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    let value = value.and_then(|value| value.trim().parse().ok());
    value.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no PPid in /proc/PID/status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemon_its_parent_and_init_are_exempt() -> io::Result<()> {
        let exempt = processes()?;
        assert_eq!(exempt.first(), Some(&1));
        assert!(exempt.contains(&std::process::id()));
        assert!(exempt.contains(&std::os::unix::process::parent_id()));
        Ok(())
    }

    #[test]
    fn a_status_without_a_parent_is_an_error() {
        assert_eq!(parent("Name:\tx\nPPid:\t17\n").ok(), Some(17));
        assert!(parent("Name:\tx\n").is_err());
        assert!(parent("PPid:\tmany\n").is_err());
    }
}
