//! Who waits for a person is decided on when the time of the spec is up, and not before.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use dslc_agent::Verdict;
use dslc_agent::asks::Asks;
use dslc_agent::plant::{Measure, Member, State};
use model::{DWELL, member};

const MINUTE: u64 = 60_000_000_000;

fn stopped(act: usize) -> Member {
    Member { state: State::Stopped, act: Some(act), ..member(4, 1, 2, 1) }
}

fn measure(rows: Vec<Member>) -> Measure {
    Measure { members: 1, total_dwell_ns: 2, rows }
}

#[test]
fn a_verdict_comes_when_the_time_is_up_and_until_it_is_carried_out() {
    let mut asks = Asks::default();
    let look = measure(vec![stopped(1)]);
    for (minute, due) in [(5, 0), (14, 0), (15, 1), (16, 1)] {
        let found = asks.due(&DWELL, &look, minute * MINUTE);
        assert_eq!(found, vec![(4, Verdict::Kill); due], "{minute}");
    }
}

#[test]
fn who_was_let_go_waits_anew() {
    let mut asks = Asks::default();
    let look = measure(vec![stopped(1)]);
    assert_eq!(asks.due(&DWELL, &look, MINUTE), []);
    let released = Member { state: State::Released, ..stopped(1) };
    assert_eq!(asks.due(&DWELL, &measure(vec![released]), 9 * MINUTE), []);
    assert_eq!(asks.due(&DWELL, &look, 12 * MINUTE), []);
    assert_eq!(asks.due(&DWELL, &look, 22 * MINUTE), [(4, Verdict::Kill)]);
}

#[test]
fn only_an_ask_has_a_time() {
    let mut asks = Asks::default();
    // Act 0 kills, and there is no act 7.
    let look = measure(vec![stopped(0), stopped(7)]);
    assert_eq!(asks.due(&DWELL, &look, 0), []);
    assert_eq!(asks.due(&DWELL, &look, u64::MAX), []);
}
