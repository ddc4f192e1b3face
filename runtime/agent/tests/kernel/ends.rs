//! What becomes of who is stopped when the daemon ends: nobody stays so with nobody to decide.

use std::time::Duration;

use dslc_agent::groups::Change;
use dslc_agent::kernel::{Kernel, Options};
use dslc_agent::plant::{Decided, Plant, State};
use dslc_agent::{Act, Verdict};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::daemon::Daemon;
use crate::support::namespace::alone;
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::victim::{Victim, is_stopped};
use crate::support::{FIRST_UNLINK, signals_by_itself, wait_until};

const ACTS: [Act; 1] = [Act::Ask { after_ns: 600_000_000_000, then: Verdict::Kill }];
const FOLDER: &str = "/sys/fs/bpf/dslc/test";

/// A spec that asks about whom these taint lines find.
fn asking(taint: &'static str) -> String {
    Spec::short(taint).replace("enforce x by kill {  }", "enforce x by ask { kill after 10 min; }")
}

/// A tree of two that says `on` when it runs again.
fn waiting(place: &Place) -> Victim {
    place.files(&["inside/a"]);
    place.victim("unlink {in}/a workers 1 hear say on sleep")
}

/// A daemon by which such a tree is stopped, and held where this host has a freezer.
fn stopped(
    test: &str,
    (spec, program): (&str, &Program),
    place: &Place,
    more: &[&str],
) -> (Daemon, Victim) {
    let mut daemon = Daemon::start(test, spec, program, place, more);
    daemon.started();
    let victim = waiting(place);
    daemon.wait("held", |held| held["processes"] == 2);
    (daemon, victim)
}

fn wake_all(place: &Place) {
    for process in place.cgroup.processes() {
        kill_process(Pid::from_raw(process as i32).unwrap(), Signal::CONT).unwrap();
    }
}

/// It goes on, where it was.
fn goes_on(victim: &mut Victim, place: &Place) {
    victim.tell();
    assert_eq!(victim.listen(), "on");
    assert!(place.cgroup.cells().is_empty());
}

#[test]
fn an_orderly_end_wakes_who_is_stopped() {
    let test = "ends::an_orderly_end_wakes_who_is_stopped";
    alone(test, || {
        let (place, spec) = (Place::new(), asking(FIRST_UNLINK));
        let program = Program::build(&spec);
        let (mut daemon, mut victim) = stopped(test, (&spec, &program), &place, &[]);
        assert!(daemon.stop().success());
        daemon.wait("decided", |decided| decided["verdict"] == "release");
        daemon.wait("freed", |freed| freed["left_over"] == false);
        wait_until("all to be awake", || !place.cgroup.processes().into_iter().any(is_stopped));
        goes_on(&mut victim, &place);
    });
}

#[test]
fn under_pins_that_stay_they_wait_for_the_next_daemon() {
    let test = "ends::under_pins_that_stay_they_wait_for_the_next_daemon";
    alone(test, || {
        let (place, spec) = (Place::new(), asking(FIRST_UNLINK));
        let program = Program::build(&spec);
        let (mut daemon, mut victim) = stopped(test, (&spec, &program), &place, &["--stay"]);
        assert!(daemon.stop().success());
        daemon.wait("left", |left| left["stopped"] == 1 && left["slowed"] == 0);
        let cells = place.cgroup.cells();
        assert_eq!(cells.len(), 1);
        wake_all(&place);
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(place.cgroup.cells(), cells);

        let mut next = Daemon::start(test, &spec, &program, &place, &[]);
        let features = next.started()["features"].to_string();
        assert!(features.contains("taken over as it was"), "{features}");
        next.wait("held", |held| held["processes"] == 2);
        assert_eq!(place.cgroup.cells(), cells);
        assert!(next.stop().success());
        next.wait("freed", |freed| freed["left_over"] == false);
        goes_on(&mut victim, &place);
    });
}

#[test]
fn whom_a_daemon_left_that_was_killed_with_its_program_the_next_one_wakes() {
    let test = "ends::whom_a_daemon_left_that_was_killed_with_its_program_the_next_one_wakes";
    alone(test, || {
        let (place, spec) = (Place::new(), asking(FIRST_UNLINK));
        let program = Program::build(&spec);
        let (mut daemon, mut victim) = stopped(test, (&spec, &program), &place, &["--no-pin"]);
        daemon.kill();
        assert_eq!(place.cgroup.cells().len(), 1);
        let mut next = Daemon::start(test, &spec, &program, &place, &["--no-pin"]);
        next.started();
        next.wait("freed", |freed| freed["left_over"] == true);
        goes_on(&mut victim, &place);
    });
}

#[test]
fn under_pins_the_next_daemon_goes_on_where_one_was_killed() {
    let test = "ends::under_pins_the_next_daemon_goes_on_where_one_was_killed";
    alone(test, || {
        let (place, spec) = (Place::new(), asking(FIRST_UNLINK));
        let program = Program::build(&spec);
        let (mut daemon, mut victim) = stopped(test, (&spec, &program), &place, &[]);
        daemon.kill();
        let mut next = attached(&program, &place);
        let rows = next.measure().unwrap().rows;
        assert_eq!((rows.len(), rows[0].state), (1, State::Stopped));
        let taken = hold(&mut next);
        assert!(matches!(taken[..], [Change::Held { processes: 2, .. }]), "{taken:?}");
        assert_eq!(next.decide(rows[0].id, Verdict::Release).unwrap(), Decided::Done);
        let freed = hold(&mut next);
        assert!(matches!(freed[..], [Change::Freed { left_over: false, .. }]), "{freed:?}");
        goes_on(&mut victim, &place);
        next.detach().unwrap();
    });
}

#[test]
fn a_new_version_takes_them_into_groups_of_its_own() {
    // Before that, what an older version knows cannot be handed over.
    if !signals_by_itself() {
        return;
    }
    let test = "ends::a_new_version_takes_them_into_groups_of_its_own";
    alone(test, || {
        let (place, spec) = (Place::new(), asking(FIRST_UNLINK));
        let program = Program::build(&spec);
        let (mut daemon, mut victim) = stopped(test, (&spec, &program), &place, &[]);
        daemon.kill();
        let before = place.cgroup.cells();
        let other = asking(r#"taint on rename under "/srv"; taint on unlink under "/srv";"#);
        let mut next = attached(&Program::build(&other), &place);
        let changes = hold(&mut next);
        let held = |change: &Change| matches!(change, Change::Held { processes: 2, .. });
        assert!(changes.iter().any(held), "{changes:?}");
        let after = place.cgroup.cells();
        assert!(after.len() == 1 && before.len() == 1, "{before:?} → {after:?}");
        wake_all(&place);
        let rows = next.measure().unwrap().rows;
        assert_eq!((rows.len(), rows[0].state), (1, State::Stopped));
        assert_eq!(next.decide(rows[0].id, Verdict::Release).unwrap(), Decided::Done);
        hold(&mut next);
        goes_on(&mut victim, &place);
        next.detach().unwrap();
    });
}

fn attached(program: &Program, place: &Place) -> Kernel {
    let options = Options { pin: Some(FOLDER.into()), ..place.options(program) };
    let mut kernel = match Kernel::load(&program.object, &options) {
        Ok(kernel) => kernel,
        Err(error) => panic!("{error}"),
    };
    kernel.attach().unwrap();
    kernel
}

fn hold(kernel: &mut Kernel) -> Vec<Change> {
    let measure = kernel.measure().unwrap();
    kernel.hold(&ACTS, &measure).unwrap()
}
