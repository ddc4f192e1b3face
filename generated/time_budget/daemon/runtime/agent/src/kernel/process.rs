//! What `/proc` says of a process that may be signalled or moved.

use std::fs;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::param::clock_ticks_per_second;

use super::scope::Target;

/// `PF_KTHREAD` of the kernel.
const KERNEL_THREAD: u64 = 0x0020_0000;

/// A process at the moment it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether it is a thread of the kernel.
    pub kernel_thread: bool,
    /// Its control group, from the root of the hierarchy of cgroup2.
    pub cgroup: PathBuf,
    /// When it was made, in clock ticks of `CLOCK_BOOTTIME`.
    began_ticks: u64,
}

impl Facts {
    /// Whether it was made at this time, in nanoseconds of `CLOCK_BOOTTIME`, as far as `/proc` can
    /// tell.
    pub fn began_at(&self, ns: u64) -> bool {
        let tick = 1_000_000_000_u64.checked_div(clock_ticks_per_second());
        tick.and_then(|tick| ns.checked_div(tick)) == Some(self.began_ticks)
    }
}

/// What the daemon asks again, whatever the program says, before it touches a process.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The scope.
    pub target: Target,
    /// Processes that are never touched.
    pub spared: Vec<u32>,
}

impl Screen {
    /// Whether a process is the one that was made at `start`, in nanoseconds of `CLOCK_BOOTTIME`, and
    /// may be touched: `SRCH` when it has ended, `PERM` when not.
    pub fn admit(&self, tgid: u32, start: u64) -> Result<(), Errno> {
        if tgid <= 1 || self.spared.contains(&tgid) {
            return Err(Errno::PERM);
        }
        let facts = facts(tgid).ok_or(Errno::SRCH)?;
        if !facts.began_at(start) || facts.kernel_thread {
            return Err(Errno::SRCH);
        }
        if self.target.holds(&facts.cgroup) { Ok(()) } else { Err(Errno::PERM) }
    }
}

/// The facts of a process, if there is one.
pub fn facts(tgid: u32) -> Option<Facts> {
    let read = |file: &str| fs::read_to_string(format!("/proc/{tgid}/{file}")).ok();
    parse(&read("stat")?, &read("cgroup")?)
}

/// Whether a process is stopped, or was while it is frozen; not if it is gone.
pub fn is_stopped(tgid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{tgid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
}

/// The facts that the files `stat` and `cgroup` of a process tell.
pub fn parse(stat: &str, cgroup: &str) -> Option<Facts> {
    // The name stands in brackets and may hold some itself. Fields are numbered as in proc(5).
    let after_name = stat.get(stat.rfind(')')? + 1..)?;
    let field = |number: usize| after_name.split_whitespace().nth(number.checked_sub(3)?);
    let flags: u64 = field(9)?.parse().ok()?;
    let cgroup = cgroup.lines().find_map(|line| line.strip_prefix("0::"))?;
    Some(Facts {
        kernel_thread: flags & KERNEL_THREAD != 0,
        cgroup: PathBuf::from(cgroup),
        began_ticks: field(22)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "17 (a) (b) S 1 17 17 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 1";

    #[test]
    fn fields_are_counted_from_the_end_of_the_name() {
        let facts = parse(STAT, "1:cpu:/x\n0::/a/b\n").unwrap_or_else(|| unreachable!());
        assert_eq!(facts.cgroup, PathBuf::from("/a/b"));
        assert!(!facts.kernel_thread);
        let tick = 1_000_000_000 / clock_ticks_per_second();
        assert!(facts.began_at(4711 * tick) && facts.began_at(4712 * tick - 1));
        assert!(!facts.began_at(4712 * tick) && !facts.began_at(4711 * tick - 1));
    }

    #[test]
    fn threads_of_the_kernel_are_known() {
        let stat = STAT.replace("4194560", "2129984");
        assert!(parse(&stat, "0::/\n").is_some_and(|facts| facts.kernel_thread));
    }

    #[test]
    fn what_is_not_a_process_has_no_facts() {
        assert_eq!(parse("", "0::/\n"), None);
        assert_eq!(parse("17 (x) S 1", "0::/\n"), None);
        assert_eq!(parse(STAT, "1:cpu:/x\n"), None);
    }

    #[test]
    fn this_process_has_facts() {
        let facts = facts(std::process::id());
        assert!(facts.is_some_and(|facts| !facts.kernel_thread));
    }
}
