//! Lines of `/proc`: facts come back whatever a process is called and a path contains.

use std::path::{Path, PathBuf};

use dslc_agent::kernel::{mounts, process};
use dslc_agent::{exempt, units};
use proptest::prelude::*;
use rustix::param::clock_ticks_per_second;

use crate::{mutated, run};

const PIECES: &[&str] = &[
    ")",
    "(",
    " ",
    "\n",
    "0::",
    "0::/",
    "-",
    "18446744073709551616",
    "PPid:",
    "\t",
    "\\040",
    "\\",
    "\0",
];

fn stat(name: &str, flags: u64, began: u64) -> String {
    format!("17 ({name}) S 1 17 17 0 -1 {flags} 1 0 0 0 0 0 0 0 20 0 1 0 {began} 1 1")
}

#[test]
fn facts_come_back() {
    let facts = ("[ -~\n)(é]{0,15}", any::<u64>(), 0_u64..1 << 40, "(/[a-z )(:]{1,6}){0,3}");
    run(facts, |(name, flags, began, group)| {
        let cgroup = format!("12:cpu:/0::/x\n0::{group}/y\n");
        let facts = process::parse(&stat(&name, flags, began), &cgroup);
        let facts = facts.ok_or_else(|| TestCaseError::fail("it is a process"))?;
        prop_assert_eq!(&facts.cgroup, &PathBuf::from(format!("{group}/y")));
        prop_assert_eq!(facts.kernel_thread, flags & 0x0020_0000 != 0);
        let tick = 1_000_000_000 / clock_ticks_per_second();
        prop_assert!(facts.began_at(began * tick) && !facts.began_at((began + 1) * tick));
        Ok(())
    });
}

/// What is not whole has no facts, and never those of a process that began at another time.
#[test]
fn changed_facts() {
    let cgroup = mutated(Just("1:cpu:/x\n0::/a/b\n".to_owned()), PIECES);
    run((mutated(Just(stat("x", 0, 4711)), PIECES), cgroup), |(stat, cgroup)| {
        if let Some(facts) = process::parse(&stat, &cgroup) {
            let line = format!("0::{}", facts.cgroup.display());
            prop_assert!(cgroup.lines().any(|of| of == line));
        }
        Ok(())
    });
}

#[test]
fn parents() {
    run(any::<u32>(), |parent| {
        let status = format!("Name:\tx\nUmask:\t0022\nPPid:\t{parent}\nTracerPid:\t0\n");
        prop_assert_eq!(exempt::parent(&status).ok(), Some(parent));
        Ok(())
    });
    run(mutated(Just("Name:\tx\nPPid:\t17\n".to_owned()), PIECES), |status| {
        if let Err(error) = exempt::parent(&status) {
            prop_assert!(error.to_string().contains("PPid"), "{error}");
        }
        Ok(())
    });
}

#[test]
fn shifts_of_the_clock() {
    run((any::<i64>(), 0_u32..1_000_000_000), |(seconds, nanoseconds)| {
        let text = format!("monotonic {seconds:>10} {nanoseconds:>9}\nboottime 7 0\n");
        prop_assert_eq!(units::unshifted(&text), seconds == 0 && nanoseconds == 0);
        Ok(())
    });
}

/// A path as `mountinfo` writes it.
fn escaped(path: &str) -> String {
    let octal = |sign: char| format!("\\{:03o}", u32::from(sign));
    path.chars()
        .map(|sign| if " \t\n\\".contains(sign) { octal(sign) } else { sign.to_string() })
        .collect()
}

#[test]
fn mounts_are_found_whatever_they_are_called() {
    let path = || "(/[a-z \t\n\\\\é-]{1,6}){1,3}".prop_filter("a dot", |path| !path.contains("/."));
    run((path(), path(), path()), |(root, mount, below)| {
        let line = format!(
            "30 25 0:26 {} {} rw,x a:9 - cgroup2 cgroup2 rw\n",
            escaped(&root),
            escaped(&mount)
        );
        let other = "31 1 0:3 / / rw - ext4 /dev/x rw\n";
        let place = mounts::place(&format!("{other}{line}"), Path::new(&format!("{mount}{below}")));
        let depth = (root.matches('/').count() + below.matches('/').count()) as u32;
        prop_assert_eq!(place, Some((PathBuf::from(mount), depth)));
        Ok(())
    });
}

#[test]
fn changed_mounts() {
    let line = "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n".to_owned();
    run(mutated(Just(line), PIECES), |text| {
        if let Some((mount, _)) = mounts::place(&text, Path::new("/sys/fs/cgroup/a")) {
            prop_assert!(Path::new("/sys/fs/cgroup/a").starts_with(&mount), "{mount:?}");
        }
        Ok(())
    });
}
