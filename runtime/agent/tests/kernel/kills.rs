//! A tainted process ends when its budget does, whatever it is doing; no other ends.

use std::collections::HashMap;

use dslc_agent::plant::{Event, EventKind, Path, Plant};

use crate::support::cgroup::Cgroup;
use crate::support::program::{Program, Spec};
use crate::support::victim::is_stopped;
use crate::support::{FIRST_UNLINK, Site, wait_until};

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

/// What a victim does when its time is over, and the bystander beside it all the while; and how many
/// processes do it.
const DOING: [(&str, usize); 8] = [
    ("sleep", 1),
    ("call", 1),
    ("fork spin", 2),
    ("exec sleep", 1),
    ("workers 2 call", 3),
    ("spin", 1),
    ("exec-from-thread call", 1),
    ("detach sleep", 1),
];

#[test]
fn no_kill_is_lost_or_early_and_nobody_beside_is_touched() {
    // Rounds of eight kills; the figure of ten thousand takes 1,250.
    let rounds: usize = std::env::var("DSLC_KILL_ROUNDS").map_or(40, |text| text.parse().unwrap());
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(20);
    let beside = Cgroup::new();
    let all_beside: usize = DOING.iter().map(|(_, processes)| processes).sum();
    let mut late = Vec::new();
    let mut paths = HashMap::new();
    for _ in 0..rounds {
        let names: Vec<String> = (0..DOING.len())
            .flat_map(|at| [format!("inside/{at}"), format!("inside/x{at}")])
            .collect();
        site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut bystanders: Vec<_> = (DOING.iter().enumerate())
            .map(|(at, (doing, _))| {
                let join = beside.procs().display().to_string();
                site.bystander(&format!("join {join} unlink {{in}}/x{at} say done {doing}"))
            })
            .collect();
        let mut victims: Vec<_> = (DOING.iter().enumerate())
            .map(|(at, (doing, _))| site.victim(&format!("unlink {{in}}/{at} {doing}")))
            .collect();
        for victim in &mut victims {
            let event = site.wait_killed(victim.id());
            victim.end();
            not_before_its_budget(&event);
            late.push(event.member.dwell_ns - event.member.budget_ns);
            if let EventKind::Acted { path, .. } = event.kind {
                *paths.entry(path.name()).or_insert(0) += 1;
            }
        }
        site.wait_empty();
        for bystander in &mut bystanders {
            assert_eq!(bystander.listen(), "done");
            assert!(!site.tainted(bystander.id()));
        }
        // Also those that the bystanders made, and that may still be under way.
        wait_until("all that is beside", || beside.processes().len() == all_beside);
        let stopped = |process: &u32| is_stopped(*process);
        assert!(!beside.processes().iter().any(stopped), "a process outside was stopped");
        beside.end();
        site.forget();
    }
    late.sort_unstable();
    let at = |percent: usize| late[late.len() * percent / 100] / 1_000;
    let most = late.last().map_or(0, |ns| ns / 1_000);
    println!(
        "{} kills, {paths:?}; µs past the budget: p50 {}, p99 {}, max {most}",
        late.len(),
        at(50),
        at(99),
    );
    assert_eq!(late.len(), rounds * DOING.len());
    for trouble in
        ["events_lost", "slots_lost", "no_slot", "no_memory", "timer_errors", "signal_errors"]
    {
        assert_eq!(site.trouble(trouble), 0, "{trouble}");
    }
    let measure = site.kernel.measure().unwrap();
    assert_eq!(measure.rows, [], "rows are still taken");
}

#[test]
fn those_who_find_no_free_row_share_one_and_none_is_killed_for_that() {
    let spec = Spec { members: 2, classes: "", taint: FIRST_UNLINK, except: "" };
    let mut site = Site::new(&spec.text().replace("20 ms .. 5 s", "20 ms .. 60 s"));
    site.files(&["inside/0", "inside/1", "inside/2", "inside/3"]);
    let mut victims: Vec<_> = (0..4)
        .map(|at| {
            let mut victim = site.victim(&format!("unlink {{in}}/{at} say done sleep"));
            assert_eq!(victim.listen(), "done");
            victim
        })
        .collect();
    assert_eq!(site.trouble("no_slot"), 2);
    assert!(victims.iter_mut().all(|victim| victim.runs()));
    let mut processes: Vec<_> =
        site.kernel.measure().unwrap().rows.iter().map(|row| row.processes).collect();
    processes.sort_unstable();
    assert_eq!(processes, [1, 1, 2]);
    // They are watched: the budget that they share ends, and the row can be used again.
    site.budget_ms(50);
    victims.iter_mut().for_each(|victim| victim.end_killed());
    site.wait_empty();
    site.kernel.set_price(0).unwrap();
    site.files(&["inside/4", "inside/5", "inside/6"]);
    let again: Vec<_> =
        (4..7).map(|at| site.victim(&format!("unlink {{in}}/{at} sleep"))).collect();
    wait_until("all to be watched", || site.kernel.measure().unwrap().members == 3);
    assert_eq!(site.trouble("no_slot"), 3);
    assert_eq!(site.trouble("slots_lost"), 0);
    drop(again);
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
