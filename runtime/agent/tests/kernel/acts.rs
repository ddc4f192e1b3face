//! What is done to a bucket whose budget is spent, and how it goes on.

use std::time::Duration;

use dslc_agent::Verdict;
use dslc_agent::plant::{Decided, Event, EventKind, Plant, State};

use crate::support::program::{Program, Spec};
use crate::support::victim::is_stopped;
use crate::support::{FIRST_UNLINK, Site, wait_until};

/// Σ i for i up to 40,000,000, which `add-up` says.
const SUM: &str = "800000020000000";

/// A site whose act stops, with a budget of 50 ms.
fn stopping(act: &str) -> Site {
    let mut site = stopping_late(act);
    site.budget_ms(50);
    site
}

/// The same with the longest budget, until another is set.
fn stopping_late(act: &str) -> Site {
    let site = Site::of(Program::acting(&Spec::taint(FIRST_UNLINK), act), |_| ());
    site.files(&["inside/a"]);
    site
}

/// Ends the budget once so many processes are there.
fn end_budget(site: &mut Site, processes: usize) {
    wait_until("all to be there", || site.cgroup.processes().len() == processes);
    site.budget_ms(50);
}

fn wait_stopped(site: &mut Site, processes: usize) -> Event {
    let event = site.wait("stop", |event| matches!(event.kind, EventKind::Acted { .. }));
    wait_until("all to be stopped", || {
        let inside = site.cgroup.processes();
        inside.len() == processes && inside.iter().all(|process| is_stopped(*process))
    });
    assert_eq!(event.member.state, State::Stopped);
    event
}

#[test]
fn a_tree_is_stopped_and_finishes_its_work_when_it_is_released() {
    let mut site = stopping_late("ACT_ASK");
    let mut bystander = site.bystander("say done sleep");
    let mut victim = site.victim("unlink {in}/a workers 3 hear add-up");
    end_budget(&mut site, 4);
    let event = wait_stopped(&mut site, 4);
    assert_eq!(bystander.listen(), "done");
    assert!(bystander.runs() && !bystander.is_stopped());
    let rows = site.kernel.measure().unwrap();
    assert_eq!((rows.members, rows.rows[0].state, rows.rows[0].processes), (0, State::Stopped, 4));
    // It stays so.
    std::thread::sleep(Duration::from_millis(100));
    assert!(site.cgroup.processes().iter().all(|process| is_stopped(*process)));
    assert_eq!(site.kernel.decide(event.member.id, Verdict::Release).unwrap(), Decided::Done);
    (0..3).for_each(|_| victim.tell());
    let said: Vec<String> = (0..3).map(|_| victim.listen()).collect();
    assert_eq!(said, [SUM; 3]);
    victim.end_well();
    let decided = site.wait("decision", |event| matches!(event.kind, EventKind::Decided(_)));
    assert_eq!(decided.kind, EventKind::Decided(Verdict::Release));
    assert_eq!(decided.member.id, event.member.id);
}

#[test]
fn somebody_else_cannot_wake_what_was_stopped() {
    let mut site = stopping("ACT_FREEZE");
    let mut victim = site.victim("unlink {in}/a call");
    wait_stopped(&mut site, 1);
    let process = rustix::process::Pid::from_raw(victim.id() as i32).unwrap();
    for _ in 0..3 {
        rustix::process::kill_process(process, rustix::process::Signal::CONT).unwrap();
        wait_until("it to be stopped again", || victim.is_stopped());
    }
    assert!(victim.runs());
}

#[test]
fn what_is_released_is_not_stopped_again() {
    let mut site = stopping("ACT_ASK");
    site.files(&["inside/b"]);
    let mut victim = site.victim("unlink {in}/a hear say on hear unlink {in}/b sleep");
    let event = wait_stopped(&mut site, 1);
    assert_eq!(site.kernel.decide(event.member.id, Verdict::Release).unwrap(), Decided::Done);
    site.forget();
    victim.tell();
    assert_eq!(victim.listen(), "on");
    std::thread::sleep(Duration::from_millis(200));
    assert!(!victim.is_stopped());
    assert_eq!(site.kernel.measure().unwrap().rows[0].state, State::Released);
    victim.tell();
    // It is told of again, and goes on.
    site.wait("overdue", |event| event.kind == EventKind::Overdue);
    assert!(victim.runs() && !victim.is_stopped());
}

#[test]
fn a_bucket_that_waits_can_be_killed() {
    let mut site = stopping_late("ACT_ASK");
    let mut victim = site.victim("unlink {in}/a workers 3 sleep");
    end_budget(&mut site, 4);
    let event = wait_stopped(&mut site, 4);
    assert_eq!(site.kernel.decide(event.member.id, Verdict::Kill).unwrap(), Decided::Done);
    victim.end_killed();
    site.wait_empty();
    wait_until("the row to be free", || site.kernel.measure().unwrap().rows.is_empty());
    assert_eq!(site.kernel.decide(event.member.id, Verdict::Kill).unwrap(), Decided::Gone);
}

#[test]
fn nothing_is_decided_of_a_bucket_that_does_not_wait() {
    let mut site =
        Site::new(&Spec::taint(r#"taint on unlink under "/srv" when count > 3 within 60 s;"#));
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a say done sleep");
    assert_eq!(victim.listen(), "done");
    let id = site.kernel.measure().unwrap().rows[0].id;
    assert_eq!(site.kernel.decide(id, Verdict::Release).unwrap(), Decided::Idle);
    assert_eq!(site.kernel.decide(id + (1 << 16), Verdict::Release).unwrap(), Decided::Gone);
    assert!(victim.runs());
}

#[test]
fn what_is_only_observed_goes_on() {
    let mut site = stopping("ACT_OBSERVE");
    let mut victim = site.victim("unlink {in}/a sleep");
    let event = site.wait_killed(victim.id());
    assert_eq!(event.member.state, State::Overdue);
    std::thread::sleep(Duration::from_millis(100));
    assert!(victim.runs() && !victim.is_stopped());
    assert_eq!(site.kernel.measure().unwrap().members, 1);
}

#[test]
fn a_child_that_the_walk_misses_is_stopped_at_its_fork() {
    let mut site = stopping("ACT_FREEZE");
    let _victim = site.victim("unlink {in}/a workers 8 storm 5000 sleep");
    site.wait("stop", |event| matches!(event.kind, EventKind::Acted { .. }));
    wait_until("all to be stopped", || {
        let inside = site.cgroup.processes();
        !inside.is_empty() && inside.iter().all(|process| is_stopped(*process))
    });
    let before = site.cgroup.processes();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(site.cgroup.processes(), before);
}
