//! Tests that pin or mount do so in a mount namespace of their own: what they leave there, also when
//! they fail, ends with it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::daemon;

/// Says to a process of this file that it is already in its namespace.
const INSIDE: &str = "DSLC_TEST_INSIDE";
/// The longest that a test may take inside.
const LIMIT: Duration = Duration::from_secs(150);
/// Where bpffs is mounted inside.
const BPFFS: &str = "/sys/fs/bpf";

/// Starts `test`, which calls this, anew and alone in a mount namespace, where it goes on with
/// `body`. A daemon that it starts is this program once more, and goes on as the daemon.
pub fn alone(test: &str, body: impl FnOnce()) {
    daemon::be_one_if_asked();
    if std::env::var_os(INSIDE).is_some() {
        mount(&["-t", "bpf", "bpf", BPFFS]);
        return body();
    }
    let mut child = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > LIMIT {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    // A name that is none would run nothing, and so fail at nothing.
    assert!(output.status.success() && said.contains("1 passed"), "it failed inside: {said}");
}

/// Mounts something inside.
pub fn mount(arguments: &[&str]) {
    let status = Command::new("mount").args(arguments).status().unwrap();
    assert!(status.success(), "mount {arguments:?}");
}
