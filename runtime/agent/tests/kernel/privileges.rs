//! The capabilities of the unit that is emitted beside a daemon are enough, and none too many.

use std::process::Command;

use rustix::process::Signal;

use crate::support::daemon::Daemon;
use crate::support::namespace::alone;
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, wait_until};

/// Those of the unit, by their numbers in `linux/capability.h`: CAP_BPF and CAP_PERFMON.
const UNIT: [&str; 2] = ["+cap_39", "+cap_38"];

/// This program as root with nothing but these capabilities, as the unit has it.
fn with_only(capabilities: &[&str]) -> Command {
    let set = [&["-all"], capabilities].concat().join(",");
    let mut command = Command::new("setpriv");
    command.args(["--no-new-privs", "--bounding-set", &set, "--inh-caps", "-all", "--"]);
    command.arg(std::env::current_exe().unwrap());
    command
}

#[test]
fn two_capabilities_do_for_pins_acts_and_decisions() {
    let test = "privileges::two_capabilities_do_for_pins_acts_and_decisions";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let start =
            |more: &[&str]| Daemon::start_by(with_only(&UNIT), test, &spec, &program, &place, more);
        let mut first = start(&["--count-runs"]);
        let started = first.started();
        let features = started["features"].as_str().unwrap();
        assert!(features.contains("newly attached; pinned in"), "{features}");
        // Only this needs CAP_SYS_ADMIN, and all else goes on without it.
        let refused = first.wait("runs_not_counted", |_| true);
        assert!(refused["error"].as_str().unwrap().contains("CAP_SYS_ADMIN"), "{refused}");
        place.files(&["inside/a", "inside/b"]);
        let mut bystander = place.bystander("say done sleep");
        assert_eq!(bystander.listen(), "done");
        place.victim("unlink {in}/a workers 3 sleep").end_killed();
        first.signal(Signal::KILL);
        first.end();

        let mut second = start(&[]);
        let started = second.started();
        let features = started["features"].as_str().unwrap();
        assert!(features.contains("taken over as it was"), "{features}");
        place.victim("unlink {in}/b sleep").end_killed();
        place.wait_empty();
        assert!(bystander.runs());
        assert!(second.stop().success());
        wait_until("no pins", || {
            std::fs::read_dir("/sys/fs/bpf/dslc/test").is_ok_and(|mut pins| pins.next().is_none())
        });
    });
}

#[test]
fn without_either_the_daemon_does_not_start() {
    let test = "privileges::without_either_the_daemon_does_not_start";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        for one in UNIT {
            let mut daemon =
                Daemon::start_by(with_only(&[one]), test, &spec, &program, &place, &[]);
            assert_eq!(daemon.end().code(), Some(3), "with {one} alone");
            let said = daemon.errors();
            assert!(said.contains("CAP_BPF") && said.contains("CAP_PERFMON"), "{said}");
        }
    });
}
