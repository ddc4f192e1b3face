//! What a command line may ask for, and what it is told when it may not.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use std::fs;

use dslc_agent::config::{Config, Rejected, Scope};
use dslc_agent::failure::{Failure, OUTSIDE, USAGE};
use model::DWELL;

fn read(arguments: &[&str]) -> Result<Config, Rejected> {
    Config::read(&DWELL, [&["dwell_user"], arguments].concat())
}

fn failure(arguments: &[&str]) -> Failure {
    match read(arguments) {
        Err(Rejected::Failure(failure)) => failure,
        other => panic!("{arguments:?} gave {other:?}"),
    }
}

#[track_caller]
fn refused(arguments: &[&str], exit: u8, words: &str) {
    let failure = failure(arguments);
    assert_eq!(failure.exit, exit, "{failure}");
    assert!(failure.to_string().contains(words), "{failure}");
}

#[test]
fn nothing_is_watched_unless_it_is_said_what() {
    refused(&[], USAGE, "say --cgroup PATH");
    refused(&["--observe-only"], USAGE, "--whole-host for all");
}

#[test]
fn what_does_not_parse_is_a_matter_of_usage() {
    for wrong in [
        &["--cgroup", "/x", "--whole-host"][..],
        &["--whole-host", "--listen", "nowhere"],
        &["--whole-host", "--tree", "/srv"],
        &["--whole-host", "--log", "xml"],
        &["--no-such-option"],
    ] {
        match read(wrong) {
            Err(Rejected::CommandLine(error)) => assert_eq!(error.exit_code(), 2, "{wrong:?}"),
            other => panic!("{wrong:?} gave {other:?}"),
        }
    }
    match read(&["--help"]) {
        Err(Rejected::CommandLine(error)) => {
            assert_eq!(error.exit_code(), 0);
            assert!(error.to_string().contains("dwell_user [OPTIONS]"), "{error}");
        }
        other => panic!("--help gave {other:?}"),
    }
}

#[test]
fn a_control_group_must_be_one_and_not_the_root() {
    refused(&["--cgroup", "/no/such/group"], OUTSIDE, "No such file");
    refused(&["--cgroup", "/tmp"], OUTSIDE, "not a folder of the cgroup2");
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("the mounts");
    let root = mounts.lines().find_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        kind.starts_with("cgroup2 ").then(|| mount.split(' ').nth(4))?
    });
    let root = root.expect("cgroup2 is mounted");
    refused(&["--cgroup", root], OUTSIDE, "holds every process");
}

#[test]
fn trees_are_those_of_the_spec_on_this_host() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().display().to_string();
    let tree = format!("/srv={here}");
    let config = read(&["--whole-host", "--tree", &tree]).expect("a configuration");
    assert_eq!(config.trees, [folder.path().canonicalize().expect("it exists")]);
    assert_eq!(config.scope, Scope::WholeHost);

    refused(&["--whole-host", "--tree", "/etc=/tmp"], USAGE, "its trees are: /srv");
    refused(&["--whole-host", "--tree", &tree, "--tree", &tree], USAGE, "names it twice");
    refused(
        &["--whole-host", "--tree", "/srv=/no/such"],
        OUTSIDE,
        "cannot guard the tree /no/such",
    );
    refused(&["--whole-host", "--tree", "/srv=/dev/null"], OUTSIDE, "not a folder");
}

#[test]
fn other_machines_are_served_only_when_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = format!("/srv={}", folder.path().display());
    for remote in ["0.0.0.0:9464", "[::]:1", "192.0.2.1:80"] {
        let line = ["--whole-host", "--tree", &tree, "--listen", remote];
        refused(&line, USAGE, "say --allow-remote");
        let allowed = read(&[&line[..], &["--allow-remote"]].concat()).expect("a configuration");
        assert_eq!(allowed.listen.to_string(), remote);
    }
    for local in ["127.0.0.9:9464", "[::1]:0"] {
        read(&["--whole-host", "--tree", &tree, "--listen", local]).expect("a configuration");
    }
}
