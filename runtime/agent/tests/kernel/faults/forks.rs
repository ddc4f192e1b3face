//! Ten thousand forks, as fast as the machine makes them.
//!
//! What must hold: no process outlives the budget that it inherited, however fast it turns into
//! another one, and every row and slot comes back. The number of forks is bounded, and so is that of
//! processes at once.

use std::time::{Duration, Instant};

use dslc_agent::plant::Plant;

use crate::support::program::Spec;
use crate::support::{FIRST_UNLINK, Site, wait_until};

/// So many, or DSLC_FORKS where the machine is slow.
fn forks() -> u32 {
    std::env::var("DSLC_FORKS").map_or(10_000, |text| text.parse().unwrap())
}

/// Nothing is in the cgroup, nothing has a row, and nothing went wrong but what came of speed.
fn nothing_is_left(site: &mut Site) {
    site.wait_empty();
    wait_until("the end of all members", || site.kernel.measure().unwrap().members == 0);
    site.forget();
    for trouble in ["slots_lost", "timer_errors", "no_memory"] {
        assert_eq!(site.trouble(trouble), 0, "{trouble}");
    }
}

#[test]
fn children_that_end_at_once_give_everything_back() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK).replace("20 ms .. 5 s", "20 ms .. 60 s"));
    site.files(&["inside/a", "inside/b"]);
    let (forks, started) = (forks(), Instant::now());
    let mut victims =
        ["a", "b"].map(|file| site.victim(&format!("unlink {{in}}/{file} storm {}", forks / 2)));
    while victims.iter_mut().any(|victim| victim.runs()) {
        site.forget();
        std::thread::sleep(Duration::from_millis(1));
        assert!(started.elapsed() < Duration::from_secs(60), "forks take too long");
    }
    let rate = f64::from(forks) / started.elapsed().as_secs_f64();
    println!("{forks} forks, {rate:.0} a second");
    victims.iter_mut().for_each(|victim| victim.end_well());
    nothing_is_left(&mut site);
}

#[test]
fn a_process_that_forks_is_killed_in_the_middle_of_it() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(50);
    site.files(&["inside/a"]);
    let mut bystander = site.bystander("storm 200 sleep");
    let mut victim = site.victim(&format!("unlink {{in}}/a storm {} sleep", forks()));
    victim.end_killed();
    nothing_is_left(&mut site);
    assert!(bystander.runs());
}

#[test]
fn a_process_that_goes_on_as_its_own_child_is_killed() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(50);
    for round in 0..5 {
        site.files(&["inside/a"]);
        // The first process ends at once; whoever it has become by now must not live on.
        let mut victim = site.victim(&format!("unlink {{in}}/a hop {} sleep", forks()));
        victim.end();
        nothing_is_left(&mut site);
        println!("round {round}");
    }
}
