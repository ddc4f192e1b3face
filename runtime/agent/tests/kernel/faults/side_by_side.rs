//! Two fibres at once, on the same control group and on different ones.
//!
//! What must hold: each looks at what its own spec says, at its own price, and at its own group
//! alone; that one ends changes nothing for the other.

use dslc_agent::plant::Plant;

use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site};

const FIRST_WRITE: &str = r#"taint on write under "/srv";"#;

#[test]
fn on_one_group_each_follows_its_own_spec() {
    let mut unlinks = Site::new(&Spec::taint(FIRST_UNLINK));
    let mut writes = Site::on(&unlinks, Program::build(&Spec::taint(FIRST_WRITE)));
    unlinks.files(&["inside/a", "inside/b", "inside/c"]);
    let mut unlinker = unlinks.victim("unlink {in}/a sleep");
    let mut writer = unlinks.victim("overwrite write {in}/b sleep");
    unlinks.wait_tainted(unlinker.id());
    writes.wait_tainted(writer.id());
    assert!(!unlinks.tainted(writer.id()) && !writes.tainted(unlinker.id()));

    // A price of one is no price of the other.
    writes.budget_ms(50);
    writes.wait_killed(writer.id());
    writer.end_killed();
    assert_eq!(unlinks.kernel.measure().unwrap().members, 1);

    // Both have a clock for who does both, and the shorter budget ends it.
    let mut both = unlinks.victim("unlink {in}/c overwrite write {in}/b sleep");
    unlinks.wait_tainted(both.id());
    writes.wait_killed(both.id());
    both.end_killed();

    drop(writes);
    unlinks.budget_ms(50);
    unlinks.wait_killed(unlinker.id());
    unlinker.end_killed();
}

#[test]
fn on_two_groups_neither_looks_at_the_other() {
    let mut here = Site::new(&Spec::taint(FIRST_UNLINK));
    let mut there = Site::new(&Spec::taint(FIRST_UNLINK));
    here.files(&["inside/a"]);
    there.files(&["inside/a"]);
    there.budget_ms(50);
    let mut ours = here.victim("unlink {in}/a sleep");
    let mut theirs = there.victim("unlink {in}/a sleep");
    here.wait_tainted(ours.id());
    there.wait_killed(theirs.id());
    theirs.end_killed();
    assert!(ours.runs());
    assert!(!there.tainted(ours.id()) && !here.tainted(theirs.id()));
}
