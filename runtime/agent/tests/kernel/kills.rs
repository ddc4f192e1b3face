//! A tainted process ends when its budget does, whatever it is doing; no other ends.

use std::collections::HashMap;

use dslc_agent::plant::{Event, EventKind, Path, Plant};

use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site};

fn killed_while(doing: &str) {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b"]);
    let mut bystander = site.bystander(&format!("unlink {{in}}/b {doing}"));
    let mut victim = site.victim(&format!("unlink {{in}}/a {doing}"));
    let event = site.wait_killed(victim.id());
    victim.end_killed();
    not_before_its_budget(&event);
    assert_eq!(event.member.budget_ns / 1_000_000, 50);
    assert!(bystander.runs(), "a process outside of the cgroup was killed");
    assert!(!site.tainted(bystander.id()));
}

fn not_before_its_budget(event: &Event) {
    assert!(event.member.dwell_ns >= event.member.budget_ns, "too early: {event:#?}");
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

#[test]
fn a_process_whose_main_thread_has_left_is_killed() {
    killed_while("leave-main");
}

#[test]
fn a_process_in_a_cgroup_below_is_killed() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(50);
    site.files(&["inside/a"]);
    let below = site.cgroup.child();
    let join = below.procs();
    let mut victim = site.bystander(&format!("join {} unlink {{in}}/a sleep", join.display()));
    site.wait_killed(victim.id());
    victim.end_killed();
}

#[test]
fn none_of_a_thousand_kills_is_lost_or_early() {
    const ROUNDS: usize = 125;
    const AT_ONCE: usize = 8;
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(20);
    let mut late = Vec::new();
    let mut paths = HashMap::new();
    for round in 0..ROUNDS {
        let names: Vec<String> = (0..AT_ONCE).map(|at| format!("inside/{at}")).collect();
        site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let doing = |at: usize| ["sleep", "call", "sleep", "spin"][(at + round) % 4];
        let mut victims: Vec<_> = (0..AT_ONCE)
            .map(|at| site.victim(&format!("unlink {{in}}/{at} {}", doing(at))))
            .collect();
        for victim in &mut victims {
            let event = site.wait_killed(victim.id());
            victim.end_killed();
            not_before_its_budget(&event);
            late.push(event.member.dwell_ns - event.member.budget_ns);
            if let EventKind::Acted { path, .. } = event.kind {
                *paths.entry(path.name()).or_insert(0) += 1;
            }
        }
        site.forget();
    }
    late.sort_unstable();
    let at = |percent: usize| late[late.len() * percent / 100] / 1_000;
    println!("{} kills, {paths:?}; µs past the budget: p50 {}, p99 {}", late.len(), at(50), at(99));
    assert_eq!(late.len(), ROUNDS * AT_ONCE);
    assert_eq!(site.trouble("events_lost"), 0);
    assert_eq!(site.trouble("slots_lost"), 0);
    assert_eq!(site.trouble("no_slot"), 0);
    let measure = site.kernel.measure().unwrap();
    assert_eq!(measure.members, 0, "slots are still taken: {measure:#?}");
}

#[test]
fn a_process_for_which_no_slot_is_free_is_killed_at_once() {
    let spec = Spec { members: 2, classes: "", taint: FIRST_UNLINK, except: "" };
    let mut site = Site::new(&spec.text());
    site.files(&["inside/0", "inside/1", "inside/2"]);
    let mut first: Vec<_> =
        (0..2).map(|at| site.victim(&format!("unlink {{in}}/{at} sleep"))).collect();
    for victim in &first {
        site.wait_tainted(victim.id());
    }
    let mut third = site.victim("unlink {in}/2 sleep");
    let event = site.wait_killed(third.id());
    assert_eq!(event.kind, EventKind::Acted { act: 0, path: Path::NoSlot });
    third.end_killed();
    assert_eq!(site.trouble("no_slot"), 1);
    assert!(first.iter_mut().all(|victim| victim.runs()));
}

#[test]
fn a_child_for_which_no_slot_is_free_is_killed_at_once() {
    let spec = Spec { members: 1, classes: "", taint: FIRST_UNLINK, except: "" };
    let mut site = Site::new(&spec.text());
    site.files(&["inside/a"]);
    let mut parent = site.victim("unlink {in}/a fork sleep");
    let child: u32 = parent.listen().parse().unwrap();
    let event = site.wait_killed(child);
    assert_eq!(event.kind, EventKind::Acted { act: 0, path: Path::NoSlot });
    assert_eq!(parent.end().code(), Some(9), "the child ended in another way");
}

#[test]
fn a_price_that_rises_cuts_budgets_that_run() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a sleep");
    let tainted = site.wait_tainted(victim.id());
    assert_eq!(tainted.member.budget_ns, site.program.demand.hi);
    site.budget_ms(50);
    let killed = site.wait_killed(victim.id());
    victim.end_killed();
    assert_eq!(killed.member.budget_ns / 1_000_000, 50);
    not_before_its_budget(&killed);
}

#[test]
fn a_price_that_falls_lengthens_budgets_that_run() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(4_000);
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a sleep");
    site.wait_tainted(victim.id());
    site.kernel.set_price(0).unwrap();
    let killed = site.wait_killed(victim.id());
    victim.end_killed();
    assert_eq!(killed.member.budget_ns, site.program.demand.hi);
    not_before_its_budget(&killed);
}

#[test]
fn a_process_past_its_budget_is_killed_before_it_writes() {
    // As if the timer were late.
    let late = |text: String| {
        let change = "until(due < quiet ? due : quiet, now)";
        text.replace(change, &format!("{change} + 3600000000000ULL"))
    };
    let program =
        Program::build_changed(&Spec::taint(r#"taint on unlink, write under "/srv";"#), late);
    let mut site = Site::of(program, |_| ());
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b"]);
    let before = std::fs::read(site.path("inside/b")).unwrap();
    let mut victim = site.victim("unlink {in}/a hear overwrite write {in}/b say done sleep");
    site.wait_tainted(victim.id());
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(victim.runs());
    victim.tell();
    let event = site.wait_killed(victim.id());
    assert_eq!(event.kind, EventKind::Acted { act: 0, path: Path::SystemCall });
    not_before_its_budget(&event);
    victim.end_killed();
    assert_eq!(std::fs::read(site.path("inside/b")).unwrap(), before);
}

#[test]
fn nothing_is_killed_once_the_program_is_dropped() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(2_000);
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a sleep");
    site.wait_tainted(victim.id());
    let _rest = site.drop_kernel();
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    assert!(victim.runs());
}
