//! Evidence, worth and acts: from the spec to the integers of the loop, and what is certified of them.

#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

use dslc::plan::ir::{
    Act, Bucket, Control, EvidenceEvent, EvidenceLimit, FileEvent, Plan, ProcessTest, Verdict,
};

const POLICY: &str = include_str!("evidence/policy.num");
const MINUTE: u64 = 60_000_000_000;

fn plan(text: &str) -> Plan {
    let compiled = dslc::compile("policy.num", text);
    let said: Vec<_> = compiled.diagnostics.iter().map(|each| each.message.as_str()).collect();
    assert!(said.is_empty(), "{said:?}\n{text}");
    compiled.plan.unwrap_or_else(|| panic!("there is no plan of\n{text}")).0
}

fn control(text: &str) -> Control {
    plan(text).control.unwrap_or_else(|| panic!("there is no loop of\n{text}"))
}

/// The policy with one text in place of another.
fn with(from: &str, to: &str) -> String {
    assert!(POLICY.contains(from), "{from}");
    POLICY.replace(from, to)
}

#[test]
fn what_the_policy_says_of_evidence_is_in_the_loop() {
    let control = control(POLICY);
    let [harm, doubt] = control.evidence.as_slice() else { panic!("{:?}", control.evidence) };
    assert_eq!((harm.name.as_str(), harm.most_q16), ("harm", 24 << 16));
    assert_eq!((harm.half_life_ns, doubt.half_life_ns), (5 * MINUTE, 5 * MINUTE));
    let points: Vec<_> = harm.adds.iter().map(|add| add.points_q16 >> 16).collect();
    assert_eq!(points, [4, 4, 1, 1, 5, 8, 1]);
    assert_eq!(harm.adds[0].on, [EvidenceEvent::ReplacedRandom]);
    assert!(harm.adds[1].source_plain && !harm.adds[0].source_plain);
    assert_eq!(harm.adds[5].on, [EvidenceEvent::Call(175), EvidenceEvent::Call(313)]);
    let unlinks = &harm.adds[6];
    assert_eq!(unlinks.on, [EvidenceEvent::File(FileEvent::Unlink)]);
    assert_eq!((unlinks.count_above, unlinks.window_ns), (256, 1_000_000_000));
    assert_eq!(unlinks.under.map(|tree| control.taint.trees[tree].as_str()), Some("/srv"));
    assert_eq!(doubt.adds[0].on, [EvidenceEvent::ReplacedContainer]);
}

#[test]
fn what_the_policy_says_of_acts_is_in_the_loop() {
    let control = control(POLICY);
    assert_eq!(control.bucket, Bucket::Tree);
    let [kill, ask] = control.enforce.as_slice() else { panic!("{:?}", control.enforce) };
    assert_eq!(kill.act, Act::Kill);
    assert_eq!(kill.when, [EvidenceLimit { evidence: 0, above_q16: 8 << 16 }]);
    let spared =
        [ProcessTest::Exe("/usr/bin/7z".to_owned()), ProcessTest::Comm("postgres".to_owned())];
    assert_eq!(kill.except, spared);
    assert_eq!(ask.act, Act::Ask { after_ns: 10 * MINUTE, then: Verdict::Kill });
    let limits: Vec<_> = control.taint.rules.iter().map(|rule| rule.evidence).collect();
    let above = |evidence, points: u32| Some(EvidenceLimit { evidence, above_q16: points << 16 });
    assert_eq!(limits, [above(0, 8), above(1, 20), None]);
    let text =
        with("enforce x by ask  { kill after 10 min; }", "enforce x by throttle { to 5 percent; }");
    assert_eq!(self::control(&text).enforce[1].act, Act::Throttle { percent: 5 });
}

/// The worth reaches the demand through the core's hole, through a `let`, as `max(0, …)`, and without
/// a bound where the ranges show that it stays above 0.
#[test]
fn every_way_to_write_the_worth_is_the_same_lowering() {
    let lowering = |text: &str| {
        let classes = control(text).classes;
        let of = |evidence: usize| classes[0].lowering[evidence].per_point_q32;
        (of(0), of(1))
    };
    let above = |share: u64| (1u64 << 32).div_ceil(share);
    let wanted = (above(24), above(48));
    assert_eq!(lowering(POLICY), wanted);
    let factor = "pos(1 - harm[t] / 24 - doubt[t] / 48)";
    let named = with(factor, "left[t]") + &format!("let left[t in Tree] = {factor};\n");
    assert_eq!(lowering(&named), wanted);
    assert_eq!(lowering(&with(factor, "max(0, 1 - harm[t] / 24 - doubt[t] / 48)")), wanted);
    let scaled = with(factor, "pos(3 - harm[t] / 8 - doubt[t] / 16) / 3");
    assert_eq!(lowering(&scaled), wanted);
    let short = with(factor, "(1 - harm[t] / 48 - doubt[t] / 96)");
    assert_eq!(lowering(&short), (above(48), above(96)));
}

/// The demand of a member of whom nothing is known, and all that the price is derived from, is that of
/// the spec without evidence.
#[test]
fn without_evidence_the_worth_is_full() {
    let (full, plain) =
        (control(POLICY), plan(&with("pos(1 - harm[t] / 24 - doubt[t] / 48) * ", "")));
    let plain = plain.control.unwrap_or_else(|| panic!("no loop"));
    let demands =
        |control: &Control| control.classes.iter().map(|of| of.demand).collect::<Vec<_>>();
    assert_eq!(demands(&full), demands(&plain));
    // Its least price is rounded up, and it starts there.
    assert!(full.initial_price.abs_diff(plain.initial_price) <= 1);
}

/// The certificate is what says so: a flatter claim than the lowered demand keeps is refused.
#[test]
fn a_step_too_long_for_a_lowered_demand_is_not_certified() {
    let mut tampered = plan(POLICY);
    assert!(dslc::certify::certify(&tampered).is_ok());
    let control = tampered.control.as_mut().unwrap_or_else(|| panic!("no loop"));
    // Prices below the certified floor, where a lowered demand is steeper.
    control.rule.price_lo /= 4;
    let violations = dslc::certify::certify(&tampered).err().unwrap_or_default();
    let steep = |condition: &str| condition.contains("evidence lowers is steeper");
    assert!(violations.iter().any(|each| steep(&each.condition)), "{violations:?}");
}

#[test]
fn the_spec_of_the_book_compiles() {
    let book = include_str!("../../book/src/evidence.md");
    let specs: Vec<_> =
        book.split("```num\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [spec] = specs.as_slice() else { panic!("{} specs", specs.len()) };
    assert_eq!(control(spec).enforce.len(), 2);
}
