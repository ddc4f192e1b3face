//! The ring of events overruns because nobody reads it.
//!
//! What must hold: budgets end as before, and every event that found no room is counted.

use std::time::Duration;

use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site};

#[test]
fn budgets_end_and_lost_events_are_counted() {
    const VICTIMS: usize = 48;
    let small = |text: String| text.replace("max_entries, 1 << 20", "max_entries, 4096");
    let program = Program::build_changed(&Spec::taint(FIRST_UNLINK), small);
    let mut site = Site::of(program, |_| ());
    site.budget_ms(50);
    let names: Vec<String> = (0..VICTIMS).map(|at| format!("inside/{at}")).collect();
    site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let victims: Vec<_> =
        (0..VICTIMS).map(|at| site.victim(&format!("unlink {{in}}/{at} sleep"))).collect();
    for mut victim in victims {
        victim.end_killed();
    }
    let lost = site.trouble("events_lost");
    // Each was tainted and killed.
    let told = site.events().len() as u64;
    assert!(lost > 0, "the ring held all {told} events");
    assert!(told + lost >= 2 * VICTIMS as u64, "{told} told, {lost} lost");

    // With room again, it tells again.
    site.forget();
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a sleep");
    site.wait_killed(victim.id());
    victim.end_killed();
    std::thread::sleep(Duration::from_millis(10));
    assert_eq!(site.trouble("events_lost"), lost);
}
