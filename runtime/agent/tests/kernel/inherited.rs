//! A clock goes with a process: to its children, and over exec.

use dslc_agent::plant::{Event, EventKind};

use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site};

/// When the clock of an event's process started.
fn start(event: &Event) -> u64 {
    event.time_ns - event.member.dwell_ns
}

#[test]
fn children_inherit_the_clock_of_their_parent() {
    let spec = Spec::taint(FIRST_UNLINK).replace("20 ms .. 5 s", "20 ms .. 60 s");
    let program = Program::of_buckets(&spec, "BUCKET_PROCESS");
    let mut site = Site::of(program, |_| ());
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a fork fork sleep");
    let child: u32 = victim.listen().parse().unwrap();
    let grandchild: u32 = victim.listen().parse().unwrap();
    let tainted = site.wait_tainted(victim.id());
    for (process, parent) in [(child, victim.id()), (grandchild, child)] {
        let event = site.wait("inheritance", |e| {
            e.member.tgid == process && e.kind == EventKind::Inherited(parent)
        });
        assert_eq!(start(&event), start(&tainted));
    }
    site.budget_ms(50);
    for process in [victim.id(), child, grandchild] {
        let event = site.wait_killed(process);
        assert_eq!(start(&event), start(&tainted));
    }
    victim.end_killed();
}

#[test]
fn threads_are_no_processes_of_their_own() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.files(&["inside/a"]);
    let victim = site.victim("unlink {in}/a leave-main");
    site.wait_tainted(victim.id());
    site.budget_ms(50);
    site.wait_killed(victim.id());
    let kinds: Vec<_> = site.events().iter().map(|event| event.kind).collect();
    assert!(!kinds.iter().any(|kind| matches!(kind, EventKind::Inherited(_))), "{kinds:?}");
}

#[test]
fn counts_go_to_children_too() {
    let spec = Spec::taint(r#"taint on unlink under "/srv" when count > 3 within 60 s;"#);
    let mut site = Site::of(Program::of_buckets(&spec, "BUCKET_PROCESS"), |_| ());
    site.files(&["inside/0", "inside/1", "inside/2", "inside/3"]);
    let mut victim =
        site.victim("unlink {in}/0 unlink {in}/1 unlink {in}/2 fork unlink {in}/3 sleep");
    let child: u32 = victim.listen().parse().unwrap();
    site.wait_tainted(child);
    assert!(!site.tainted(victim.id()));
}

fn clock_survives(exec: &str) {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.files(&["inside/a"]);
    let mut victim = site.victim(&format!("unlink {{in}}/a {exec} say executed sleep"));
    let tainted = site.wait_tainted(victim.id());
    assert_eq!(victim.listen(), "executed");
    site.budget_ms(50);
    let killed = site.wait_killed(victim.id());
    victim.end_killed();
    assert_eq!(start(&killed), start(&tainted));
}

#[test]
fn the_clock_survives_exec() {
    clock_survives("exec");
}

#[test]
fn the_clock_survives_exec_from_another_thread() {
    clock_survives("exec-from-thread");
}

#[test]
fn a_process_that_has_changed_its_main_thread_is_not_tainted_anew() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.files(&["inside/a", "inside/b"]);
    let mut victim = site.victim("unlink {in}/a exec-from-thread unlink {in}/b say done sleep");
    assert_eq!(victim.listen(), "done");
    let tgid = victim.id();
    let taints = site.events().iter().filter(|event| event.member.tgid == tgid).count();
    assert_eq!(taints, 1);
}
