//! An arithmetic that differs anywhere is refused.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use dslc_agent::self_check::{Answer, Case, cases, verify};
use model::DWELL;

/// The answers of a kernel that computes as `wrong` says where that is not `None`.
fn refused(wrong: impl Fn(&Case) -> Option<Answer>) -> bool {
    let cases = cases(&DWELL);
    let answers: Vec<Answer> =
        cases.iter().map(|case| wrong(case).unwrap_or_else(|| case.answer())).collect();
    verify(&cases, &answers).is_err()
}

#[test]
fn the_same_arithmetic_is_accepted() {
    assert!(!refused(|_| None));
}

#[test]
fn the_mistakes_that_a_translation_could_make_show() {
    // The product of step and excess wraps instead of stopping at the end of the range.
    assert!(refused(|case| {
        let rule = case.rule;
        let excess = case.use_.checked_sub(rule.capacity)?;
        let wrapped = rule.step(case.members).wrapping_mul(excess);
        let accumulator = case.accumulator.wrapping_add(wrapped);
        Some(Answer { accumulator, ..case.answer() })
    }));
    // The demand is not held within its box, from above and from below.
    assert!(refused(|case| {
        let demand = case.demand.numerator.checked_div(case.price)?;
        Some(Answer { demand: demand.max(case.demand.lo), ..case.answer() })
    }));
    assert!(refused(|case| {
        let demand = case.demand.numerator.checked_div(case.price)?;
        Some(Answer { demand: demand.min(case.demand.hi), ..case.answer() })
    }));
    // The number of members is cut to 16 bits.
    assert!(refused(|case| {
        let members = case.members & 0xffff;
        let accumulator = case.rule.update(case.accumulator, case.use_, members);
        Some(Answer { accumulator, ..case.answer() })
    }));
    // An answer is missing.
    assert!(verify(&cases(&DWELL), &[]).is_err());
}
