//! Buckets that get a share of a processor.

use dslc_agent::groups::Change;
use dslc_agent::plant::{Decided, Event, EventKind, Plant, State};
use dslc_agent::{Act, Verdict};

use crate::support::cgroup::threads;
use crate::support::program::{Program, Spec};
use crate::support::victim::{Victim, groups_of, time_of};
use crate::support::{FIRST_UNLINK, Site, wait_until};

const PERCENT: u32 = 5;
const ACTS: [Act; 1] = [Act::Throttle { percent: PERCENT }];
/// On a processor, in nanoseconds.
const SOME_TIME: u64 = 500_000_000;

/// A spec that slows whom these taint lines find.
pub fn slowing(taint: &'static str) -> String {
    let act = format!("enforce x by throttle {{ to {PERCENT} percent; }}");
    Spec::taint(taint).replace("enforce x by kill {  }", &act)
}

/// A site with a budget of 50 ms, and a tree of a process that waits and three that spin.
fn slowed(taint: &'static str) -> (Site, Victim, Event) {
    let mut site = Site::of(Program::build(&slowing(taint)), |_| ());
    site.files(&["inside/a"]);
    let victim = site.victim("unlink {in}/a workers 3 spin");
    wait_until("the tree", || site.cgroup.processes().len() == 4);
    site.budget_ms(50);
    let event = site.wait("act", |event| matches!(event.kind, EventKind::Acted { .. }));
    assert_eq!(event.member.state, State::Overdue);
    (site, victim, event)
}

/// Waits until nobody is held any more.
fn wait_freed(site: &mut Site) {
    let mut changes = Vec::new();
    wait_until("the end of the act", || {
        changes.extend(site.hold(&ACTS));
        site.cgroup.cells().is_empty()
    });
    let freed = |change: &Change| matches!(change, Change::Freed { left_over: false, .. });
    assert!(changes.iter().any(freed), "{changes:?}");
}

/// How much time processes get while another one gets some.
fn time_beside(processes: &[u32], other: u32) -> u64 {
    let all = || processes.iter().map(|process| time_of(*process)).sum::<u64>();
    let (start, start_of_other) = (all(), time_of(other));
    wait_until("time for the other", || time_of(other) - start_of_other >= SOME_TIME);
    all() - start
}

#[test]
fn a_tree_gets_its_share_and_who_is_beside_it_is_untouched() {
    let (mut site, _victim, event) = slowed(FIRST_UNLINK);
    let tree = site.cgroup.processes();
    let before: Vec<_> = tree.iter().map(|process| groups_of(*process)).collect();
    let mut beside = Victim::start(&site.script("say in spin"));
    assert_eq!(beside.listen(), "in");
    let groups = groups_of(beside.id());
    let changes = site.hold(&ACTS);
    let [Change::Held { bucket, processes: 4, .. }] = changes[..] else { panic!("{changes:?}") };
    assert_eq!(bucket, event.member.id);
    let [cell] = &site.cgroup.cells()[..] else { panic!("one group was to be made") };
    assert_eq!(threads(cell), tree);
    // It stays so.
    assert_eq!(site.hold(&ACTS), []);
    assert_eq!(threads(cell), tree);

    let slowed = time_beside(&tree, beside.id());
    assert!(slowed < SOME_TIME / 2, "{slowed} ns beside {SOME_TIME}");
    assert_eq!(groups_of(beside.id()), groups);

    assert_eq!(site.kernel.decide(bucket, Verdict::Release).unwrap(), Decided::Done);
    wait_freed(&mut site);
    let after: Vec<_> = tree.iter().map(|process| groups_of(*process)).collect();
    assert_eq!(after, before);
    let freed = time_beside(&tree, beside.id());
    assert!(freed > SOME_TIME / 2, "{freed} ns beside {SOME_TIME}");
    // It is not slowed again.
    assert_eq!(site.kernel.measure().unwrap().rows[0].state, State::Released);
    assert!(site.hold(&ACTS).is_empty() && site.cgroup.cells().is_empty());
}

#[test]
fn the_act_ends_when_the_clock_clears() {
    let (mut site, _victim, event) =
        slowed(r#"taint on unlink under "/srv"; clear after 1 s quiet;"#);
    wait_until("the act", || !site.hold(&ACTS).is_empty());
    site.wait("clear", |cleared| cleared.kind == EventKind::Cleared);
    wait_freed(&mut site);
    let rows = site.kernel.measure().unwrap().rows;
    assert_eq!((rows[0].id, rows[0].state), (event.member.id, State::Watched));
}

#[test]
fn nothing_is_left_of_a_bucket_that_ends() {
    let (mut site, victim, _) = slowed(FIRST_UNLINK);
    site.hold(&ACTS);
    assert_eq!(site.cgroup.cells().len(), 1);
    for process in site.cgroup.processes() {
        let id = rustix::process::Pid::from_raw(process as i32).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
    }
    drop(victim);
    wait_freed(&mut site);
}

#[test]
fn children_that_are_made_meanwhile_are_slowed_too() {
    let mut site = Site::of(Program::build(&slowing(FIRST_UNLINK)), |_| ());
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a workers 4 hear storm 20 workers 2 say done sleep");
    wait_until("the tree", || site.cgroup.processes().len() == 5);
    site.budget_ms(50);
    site.wait("act", |event| matches!(event.kind, EventKind::Acted { .. }));
    site.hold(&ACTS);
    (0..4).for_each(|_| victim.tell());
    (0..8).for_each(|_| assert_eq!(victim.listen(), "done"));
    // Nobody had to be moved for that.
    let [cell] = &site.cgroup.cells()[..] else { panic!("one group was to be made") };
    let inside = threads(cell);
    let tree = site.cgroup.processes();
    assert_eq!(tree.len(), 13);
    assert!(tree.iter().all(|process| inside.contains(process)), "{tree:?} in {inside:?}");
    assert_eq!(site.hold(&ACTS), []);
}
