//! Buckets that stand still whoever sends them SIGCONT, and how they move again.

use std::time::Duration;

use dslc_agent::groups::{Change, Limit};
use dslc_agent::plant::{Decided, EventKind, Plant, State};
use dslc_agent::{Act, Verdict};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::program::{Program, Spec};
use crate::support::victim::{Victim, groups_of, is_stopped, time_of};
use crate::support::{FIRST_UNLINK, Site, wait_until};

const ACTS: [Act; 1] = [Act::Freeze];
/// More than it takes to go back to sleep ten times, in nanoseconds; less than it is to spin.
const WAKES: u64 = 5_000_000;

/// A site with a tree of two that adds up, stopped; and its bucket.
fn stopped() -> (Site, Victim, u64) {
    let mut site = Site::of(Program::acting(&Spec::taint(FIRST_UNLINK), "ACT_FREEZE"), |_| ());
    site.files(&["inside/a"]);
    let victim = site.victim("unlink {in}/a workers 1 hear spin");
    wait_until("the tree", || site.cgroup.processes().len() == 2);
    site.budget_ms(50);
    let event = site.wait("act", |event| matches!(event.kind, EventKind::Acted { .. }));
    let tree = site.cgroup.processes();
    wait_until("the stop", || tree.iter().all(|process| is_stopped(*process)));
    (site, victim, event.member.id)
}

fn wake(process: u32) {
    kill_process(Pid::from_raw(process as i32).unwrap(), Signal::CONT).unwrap();
}

#[test]
fn who_is_frozen_is_not_woken_by_anybody_else() {
    let (mut site, mut victim, bucket) = stopped();
    let tree = site.cgroup.processes();
    let groups: Vec<_> = tree.iter().map(|process| groups_of(*process)).collect();
    let changes = site.hold(&ACTS);
    let [Change::Held { limit: Limit::Frozen, processes: 2, .. }] = changes[..] else {
        panic!("{changes:?}")
    };
    // It would spin if it woke.
    victim.tell();
    let time = || tree.iter().map(|process| time_of(*process)).sum::<u64>();
    let start = time();
    for _ in 0..5 {
        tree.iter().for_each(|process| wake(*process));
        std::thread::sleep(Duration::from_millis(50));
    }
    let woken = time() - start;
    assert!(woken < WAKES, "{woken} ns");
    let rows = site.kernel.measure().unwrap().rows;
    assert_eq!((rows.len(), rows[0].id, rows[0].processes), (1, bucket, 2));
    assert_eq!(rows[0].state, State::Stopped);

    assert_eq!(site.kernel.decide(bucket, Verdict::Release).unwrap(), Decided::Done);
    let freed = site.hold(&ACTS);
    assert!(matches!(freed[..], [Change::Freed { left_over: false, .. }]), "{freed:?}");
    assert!(site.cgroup.cells().is_empty());
    assert_eq!(tree.iter().map(|process| groups_of(*process)).collect::<Vec<_>>(), groups);
    wait_until("it to go on", || time() > start + 10 * WAKES);
    assert_eq!(site.kernel.measure().unwrap().rows[0].id, bucket);
}

#[test]
fn who_is_frozen_can_be_killed() {
    let (mut site, mut victim, bucket) = stopped();
    site.hold(&ACTS);
    assert_eq!(site.cgroup.cells().len(), 1);
    assert_eq!(site.kernel.decide(bucket, Verdict::Kill).unwrap(), Decided::Done);
    victim.end_killed();
    site.wait_empty();
    wait_until("the end of the group", || {
        site.hold(&ACTS);
        site.cgroup.cells().is_empty()
    });
}
