//! A start fails when the program is loaded, or even attached.
//!
//! What must hold: nobody is watched whom nobody watched before, nothing is left pinned, whoever was
//! watched still is, and the next start works.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::support::FIRST_UNLINK;
use crate::support::daemon::Daemon;
use crate::support::namespace::{alone, mount};
use crate::support::place::Place;
use crate::support::program::{Program, Spec};

const FOLDER: &str = "/sys/fs/bpf/dslc/test";

fn pinned() -> Vec<String> {
    let entries = fs::read_dir(FOLDER).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// A process that would be killed after a second at the latest, if anything watched it.
fn is_free(place: &Place, file: &str) {
    place.files(&[&format!("inside/{file}")]);
    let mut free = place.victim(&format!("unlink {{in}}/{file} say done sleep"));
    assert_eq!(free.listen(), "done");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert!(free.runs(), "something still watches it");
}

fn works(test: &str, spec: &str, program: &Program, place: &Place) {
    let mut daemon = Daemon::start(test, spec, program, place, &[]);
    daemon.started();
    place.files(&["inside/last"]);
    place.victim("unlink {in}/last sleep").end_killed();
    assert!(daemon.stop().success());
    assert_eq!(pinned(), [""; 0]);
}

#[test]
fn an_address_that_is_taken_leaves_nothing() {
    let test = "faults::start_fails::an_address_that_is_taken_leaves_nothing";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let more = ["--listen", &address];
        let mut daemon = Daemon::start(test, &spec, &program, &place, &more);
        assert_eq!(daemon.end().code(), Some(3));
        let said = daemon.errors();
        assert!(said.contains(&address) && said.contains("--listen"), "{said}");
        assert!(!Path::new(FOLDER).exists() && !daemon.page().exists());
        is_free(&place, "a");
        works(test, &spec, &program, &place);
    });
}

/// What is pinned beside it looks like an older version, and cannot be removed: that is found when
/// the new one is attached and pinned.
#[test]
fn an_older_version_that_cannot_be_replaced_leaves_nothing_of_the_newer() {
    let test =
        "faults::start_fails::an_older_version_that_cannot_be_replaced_leaves_nothing_of_the_newer";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let links = format!("{FOLDER}/older/links");
        fs::create_dir_all(&links).unwrap();
        mount(&["-t", "tmpfs", "tmpfs", &links]);
        fs::write(format!("{links}/on_sys_enter"), "").unwrap();
        mount(&["-o", "remount,ro", &links]);
        let mut daemon = Daemon::start(test, &spec, &program, &place, &[]);
        assert_eq!(daemon.end().code(), Some(3));
        let said = daemon.errors();
        assert!(said.contains("unpin") && said.contains(&links), "{said}");
        assert_eq!(pinned(), ["older"]);
        is_free(&place, "a");

        assert!(Command::new("umount").arg(&links).status().unwrap().success());
        works(test, &spec, &program, &place);
    });
}
