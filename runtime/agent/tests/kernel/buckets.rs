//! Which processes are one bucket, when one begins and when it ends.

use dslc_agent::plant::{EventKind, Plant};

use crate::support::program::{Program, Spec};
use crate::support::victim::Victim;
use crate::support::{FIRST_UNLINK, Site, wait_until};

const FOUR_UNLINKS: &str = r#"taint on unlink under "/srv" when count > 3 within 60 s;"#;
const FILES: [&str; 9] = [
    "inside/0", "inside/1", "inside/2", "inside/3", "inside/4", "inside/5", "inside/6", "inside/7",
    "inside/8",
];

/// The script's processes are one bucket: together they are tainted, once, and all of them end.
fn one_bucket(script: &str) {
    let mut site = Site::new(&Spec::taint(FOUR_UNLINKS));
    site.files(&FILES);
    let mut bystander = site.bystander("say done sleep");
    assert_eq!(bystander.listen(), "done");
    let mut victim = site.victim(script);
    let tainted = site.wait_tainted(victim.id());
    site.budget_ms(50);
    let acted = site.wait_killed(victim.id());
    assert_eq!(acted.member.id, tainted.member.id);
    victim.end();
    site.wait_empty();
    wait_until("the row to be free", || site.kernel.measure().unwrap().rows.is_empty());
    let of = |kind: fn(&EventKind) -> bool, site: &mut Site| {
        site.events().iter().filter(|event| kind(&event.kind)).count()
    };
    assert_eq!(of(|kind| matches!(kind, EventKind::Tainted(_)), &mut site), 1);
    assert_eq!(of(|kind| matches!(kind, EventKind::Acted { .. }), &mut site), 1);
    assert!(bystander.runs() && !bystander.is_stopped());
}

#[test]
fn a_process_that_forks_twice_and_leaves_its_session_stays_in_its_tree() {
    one_bucket(
        "unlink {in}/0 detach unlink {in}/1 setsid detach unlink {in}/2 exec unlink {in}/3 sleep",
    );
}

#[test]
fn workers_are_one_tree() {
    one_bucket("workers 8 unlink-mine {in}/ sleep");
}

#[test]
fn who_reads_and_who_deletes_are_one_tree() {
    one_bucket("unlink {in}/0 unlink {in}/1 fork unlink {in}/2 unlink {in}/3 spin");
}

#[test]
fn a_tree_whose_processes_make_others_through_threads_is_one() {
    one_bucket("unlink {in}/0 unlink {in}/1 exec-from-thread unlink {in}/2 unlink {in}/3 sleep");
}

#[test]
fn trees_are_apart() {
    let mut site = Site::new(&Spec::taint(FOUR_UNLINKS));
    site.files(&FILES);
    let scripts = [
        "unlink {in}/0 unlink {in}/1 say done sleep",
        "unlink {in}/2 unlink {in}/3 say done sleep",
    ];
    let mut victims = scripts.map(|script| site.victim(script));
    for victim in &mut victims {
        assert_eq!(victim.listen(), "done");
    }
    assert!(victims.iter().all(|victim| !site.tainted(victim.id())));
    assert_eq!(site.kernel.measure().unwrap().rows.len(), 2);
}

#[test]
fn a_control_group_is_one_bucket() {
    let rules = r#"bucket cgroup; taint on unlink under "/srv" when count > 3 within 60 s;"#;
    let program = Program::build(&Spec::taint(rules));
    let mut spared = None;
    let mut site = Site::of(program, |options| {
        let victim = Victim::start("hear say done sleep");
        options.exempt.push(victim.id());
        spared = Some(victim);
    });
    let mut spared = spared.unwrap();
    std::fs::write(site.cgroup.procs(), spared.id().to_string()).unwrap();
    site.files(&FILES);
    let scripts = [
        "unlink {in}/0 unlink {in}/1 say done sleep",
        "unlink {in}/2 unlink {in}/3 say done sleep",
    ];
    let mut idle = site.victim("say done sleep");
    assert_eq!(idle.listen(), "done");
    let mut victims = scripts.map(|script| site.victim(script));
    for victim in &mut victims {
        assert_eq!(victim.listen(), "done");
    }
    site.wait("taint", |event| matches!(event.kind, EventKind::Tainted(_)));
    assert_eq!(site.kernel.measure().unwrap().rows.len(), 1);
    site.budget_ms(50);
    victims.iter_mut().for_each(|victim| victim.end_killed());
    // Also one that never did anything; but nobody who is exempt.
    idle.end_killed();
    spared.tell();
    assert_eq!(spared.listen(), "done");
    assert!(!spared.is_stopped());
}

#[test]
fn a_process_that_is_moved_by_somebody_outside_begins_a_bucket() {
    let mut site = Site::new(&Spec::taint(FOUR_UNLINKS));
    site.files(&FILES);
    let below = site.cgroup.child();
    let mut victim = site.victim(
        "unlink {in}/0 unlink {in}/1 say two hear unlink {in}/2 unlink {in}/3 say four sleep",
    );
    assert_eq!(victim.listen(), "two");
    let before = site.kernel.measure().unwrap().rows[0].id;
    std::fs::write(below.procs(), victim.id().to_string()).unwrap();
    wait_until("another bucket", || {
        let rows = site.kernel.measure().unwrap().rows;
        rows.len() == 1 && rows[0].id != before
    });
    victim.tell();
    assert_eq!(victim.listen(), "four");
    assert!(!site.tainted(victim.id()));
}

#[test]
fn a_process_that_moves_itself_keeps_its_bucket() {
    let mut site = Site::new(&Spec::taint(FOUR_UNLINKS));
    site.files(&FILES);
    let below = site.cgroup.child();
    let join = below.procs().display().to_string();
    let victim = site.victim(&format!(
        "unlink {{in}}/0 unlink {{in}}/1 join {join} unlink {{in}}/2 unlink {{in}}/3 sleep"
    ));
    site.wait_tainted(victim.id());
}

#[test]
fn who_leaves_the_scope_leaves_its_bucket() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.files(&FILES);
    let beside = crate::support::cgroup::Cgroup::new();
    let mut victim = site.victim("unlink {in}/0 say done sleep");
    assert_eq!(victim.listen(), "done");
    site.wait_tainted(victim.id());
    std::fs::write(beside.procs(), victim.id().to_string()).unwrap();
    wait_until("the row to be free", || site.kernel.measure().unwrap().rows.is_empty());
    site.budget_ms(50);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(victim.runs());
}
