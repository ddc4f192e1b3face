//! A file system that the daemon writes to is full or read-only.
//!
//! What must hold: the daemon goes on, or says at its start what it could not write, and leaves
//! neither a file that is half written nor a program that is half pinned.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::support::daemon::Daemon;
use crate::support::namespace::{alone, mount};
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, wait_until};

/// A small file system in memory.
fn small(at: &Path) {
    fs::create_dir(at).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=65536,mode=755", "tmpfs", at.to_str().unwrap()]);
}

/// Writes to a file until its file system has no room left.
fn fill(file: &mut File) {
    let error = loop {
        if let Err(error) = file.write_all(&[1; 4096]) {
            break error;
        }
    };
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn without_room_for_its_page_the_daemon_does_not_start() {
    let test = "faults::disk_full::without_room_for_its_page_the_daemon_does_not_start";
    alone(test, || {
        let spec = Spec::taint(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let disk = place.path("outside/full");
        small(&disk);
        fill(&mut File::create(disk.join("ballast")).unwrap());
        let page = disk.join("price").display().to_string();
        let more = ["--price-page", &page];
        let mut daemon = Daemon::start(test, &spec, &program, &place, &more);
        assert_eq!(daemon.end().code(), Some(3));
        let said = daemon.errors();
        assert!(said.contains(&page) && said.contains("make room"), "{said}");
        assert_eq!(names(&disk), ["ballast"]);
        assert!(!Path::new("/sys/fs/bpf/dslc").exists(), "something was pinned");
    });
}

#[test]
fn without_room_for_its_log_the_daemon_goes_on() {
    let test = "faults::disk_full::without_room_for_its_log_the_daemon_goes_on";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let disk = place.path("outside/full");
        small(&disk);
        let mut log = File::create(disk.join("log")).unwrap();
        let into = log.try_clone().unwrap();
        let mut daemon = Daemon::start_into(into, test, &spec, &program, &place);
        wait_until("its page", || daemon.page().exists());
        wait_until("an update", || daemon.updates() > 2);
        // Both write where the other one stopped.
        fill(&mut log);
        let length = log.metadata().unwrap().len();
        place.files(&["inside/a"]);
        let updates = daemon.updates();
        place.victim("unlink {in}/a sleep").end_killed();
        wait_until("another update", || daemon.updates() > updates + 2);
        assert!(daemon.stop().success());
        assert_eq!(log.metadata().unwrap().len(), length);
    });
}

#[test]
fn where_nothing_can_be_pinned_nothing_is_attached() {
    let test = "faults::disk_full::where_nothing_can_be_pinned_nothing_is_attached";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        fs::create_dir_all("/sys/fs/bpf/dslc/test").unwrap();
        mount(&["-o", "remount,ro", "/sys/fs/bpf"]);
        let mut daemon = Daemon::start(test, &spec, &program, &place, &[]);
        assert_eq!(daemon.end().code(), Some(3));
        let said = daemon.errors();
        assert!(said.contains("/sys/fs/bpf/dslc/test") && said.contains("--no-pin"), "{said}");
        assert_eq!(names(Path::new("/sys/fs/bpf/dslc/test")), [""; 0]);
        place.files(&["inside/a"]);
        let mut free = place.victim("unlink {in}/a say done sleep");
        assert_eq!(free.listen(), "done");
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        assert!(free.runs());
    });
}
