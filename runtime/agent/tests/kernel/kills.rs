//! A tainted process ends when its budget does, whatever it is doing; no other ends.

use dslc_agent::plant::{EventKind, Path};

use crate::support::Site;
use crate::support::program::Spec;

/// Taints at the first file that is unlinked in the tree.
const FIRST_UNLINK: &str = r#"taint on unlink under "/srv";"#;

fn killed_while(doing: &str) {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b"]);
    let mut bystander = site.bystander(&format!("unlink {{in}}/b {doing}"));
    let mut victim = site.victim(&format!("unlink {{in}}/a {doing}"));
    let event = site.wait_killed(victim.id());
    victim.end_killed();
    assert!(event.member.dwell_ns >= event.member.budget_ns, "too early: {event:#?}");
    assert_eq!(event.member.budget_ns / 1_000_000, 50);
    assert!(bystander.runs(), "a process outside of the cgroup was killed");
    assert!(!site.tainted(bystander.id()));
}

#[test]
fn a_process_that_makes_system_calls_is_killed() {
    killed_while("call");
}

#[test]
fn a_process_that_spins_is_killed() {
    killed_while("spin");
}

#[test]
fn a_process_that_sleeps_is_killed() {
    killed_while("sleep");
}
