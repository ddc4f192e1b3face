//! What stops a daemon from starting: an exit code and words that help.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::site::{Daemon, Site, program};

/// Runs it to its end, which comes at once.
#[track_caller]
fn refused(command: &mut Command, code: i32, words: &[&str]) {
    let output = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words.iter().chain(&["guard_user: ", "\n  why:  ", "\n  next: "]) {
        assert!(said.contains(word), "no {word:?} in:\n{said}");
    }
}

#[test]
fn nothing_starts_without_a_scope() {
    refused(&mut Command::new(program()), 2, &["nothing was started", "--cgroup PATH"]);
}

#[test]
fn a_port_in_use_is_named() {
    let site = Site::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let mut command = Command::new(program());
    command.args(site.command().get_args().map(|argument| {
        if argument == "127.0.0.1:0" { std::ffi::OsStr::new(&address) } else { argument }
    }));
    refused(&mut command, 3, &[&address, "--listen"]);
    assert!(!site.page().exists());
}

#[test]
fn a_page_has_one_daemon() {
    let site = Site::new();
    let mut first = Daemon::start(site.command().arg("--observe-only"));
    refused(&mut site.command(), 3, &["has a writer", "--price-page"]);
    assert!(site.page().is_file());
    assert!(first.signal("TERM").success());
}

#[test]
fn without_privileges_it_says_which_are_needed() {
    const NOBODY: u32 = 65_534;
    let site = Site::new();
    let folder = site.folder.path();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o1777)).expect("our folder");
    let own = folder.join("guard_user");
    fs::copy(program(), &own).expect("a copy that nobody may run");
    let mut command = Command::new(own);
    command.args(site.command().get_args()).uid(NOBODY).gid(NOBODY);
    refused(&mut command, 3, &["CAP_BPF"]);
    assert!(!site.page().exists());
}
