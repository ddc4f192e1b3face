//! The daemon is stopped for many periods, as by a debugger or for want of processor time.
//!
//! What must hold: the kernel enforces the last price meanwhile; afterwards the daemon goes on by one
//! update a period, not by all that it missed, and the price stays within its range.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::daemon::Daemon;
use crate::support::namespace::alone;
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, signals_by_itself, wait_until};

const PERIOD: Duration = Duration::from_millis(100);
const STOPPED: Duration = Duration::from_secs(4);

#[test]
fn budgets_end_meanwhile_and_the_price_goes_on_sanely() {
    let test = "faults::daemon_stopped::budgets_end_meanwhile_and_the_price_goes_on_sanely";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let mut daemon = Daemon::start(test, &spec, &program, &place, &[]);
        daemon.started();
        let idle = daemon.price();
        place.files(&["inside/a", "inside/b"]);
        let mut before = place.victim("unlink {in}/a sleep");
        daemon.wait("tainted", |record| record["tgid"] == before.id());
        daemon.pause();
        let stopped = Instant::now();
        let (price, updates) = (daemon.price(), daemon.updates());
        if signals_by_itself() {
            before.end_killed();
            place.victim("unlink {in}/b sleep").end_killed();
        }
        std::thread::sleep(STOPPED.saturating_sub(stopped.elapsed()));
        assert_eq!(daemon.price(), price);
        let missed = stopped.elapsed().as_millis() / PERIOD.as_millis();
        assert!(missed > 30, "only {missed} periods were missed");

        let resumed = Instant::now();
        daemon.signal(Signal::CONT);
        wait_until("another update", || daemon.updates() > updates + 3);
        let made = u128::from(daemon.updates() - updates);
        let could = resumed.elapsed().as_millis() / PERIOD.as_millis() + 2;
        assert!(made <= could, "{made} updates in the time of {could}");
        // Nobody uses anything any more: it comes back to where it was.
        wait_until("the idle price", || daemon.price().abs_diff(idle) <= idle / 100);
        assert!(daemon.stop().success());
    });
}
