//! The port `taint_clock`: how long a member has gone on since it first looked suspicious.

use super::evidence::{Known, limit};
use super::filter::{self, Common};
use super::options::Words;
use super::{Direction, Port, process, row};
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::{Bucket, ClassRule, TaintClock, TaintRule};
use crate::sema::hir::{PortUse, Span};

/// Rules that one program may hold: each costs a window in every member's clock.
const MAX_RULES: usize = 8;

/// Buckets, as a spec writes them.
const BUCKETS: &[(&str, Bucket)] =
    &[("process", Bucket::Process), ("tree", Bucket::Tree), ("cgroup", Bucket::Cgroup)];

/// Tests of a rule, for messages.
const TESTS: &str = "count > N within TIME, age > TIME, entropy > N bit";

/// What the port's options say.
#[derive(Debug, Default)]
pub struct Clock {
    /// When the clock starts and stops.
    pub taint: TaintClock,
    /// Which processes have one clock.
    pub bucket: Bucket,
}

/// What options may name.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Members of the class set, in order.
    pub classes: &'a [String],
    /// The evidences of the spec.
    pub evidence: &'a Known<'a>,
    /// The source of a span, for the rules' comments.
    pub text: &'a dyn Fn(Span) -> String,
}

/// Reads the options of `observe x from taint_clock { … }`; `trees` are those named so far.
pub fn read(
    port: &PortUse,
    names: Names<'_>,
    trees: Vec<String>,
) -> Result<Clock, Vec<Diagnostic>> {
    let row = row(&port.port, Direction::Observe).map_err(|error| vec![error])?;
    let default_class = names.classes.len().saturating_sub(1);
    let taint = TaintClock { default_class, trees, ..TaintClock::default() };
    let mut clock = Clock { taint, ..Clock::default() };
    let mut errors = Vec::new();
    for option in &port.options {
        let mut words = Words::new(option, row.options);
        if let Err(error) = option_of(&mut words, &mut clock, names, option.span, row) {
            errors.push(error);
        }
    }
    let rules = clock.taint.rules.len();
    if rules == 0 && errors.is_empty() {
        let message = "nothing taints a process: add a `taint on …;` line";
        errors.push(Diagnostic::error(codes::NO_TAINT_RULE, port.span, message));
    }
    if rules > MAX_RULES {
        let message = format!("{rules} taint rules; at most {MAX_RULES} fit");
        errors.push(Diagnostic::error(codes::OPTION_RANGE, port.span, message));
    }
    if errors.is_empty() { Ok(clock) } else { Err(errors) }
}

fn option_of(
    words: &mut Words<'_>,
    clock: &mut Clock,
    names: Names<'_>,
    span: Span,
    row: &Port,
) -> Result<(), Diagnostic> {
    let taint = &mut clock.taint;
    if words.accept("taint") {
        let text = (names.text)(span);
        let rule = if words.accept("when") {
            by_evidence(words, names.evidence, text)?
        } else if words.accept("on") {
            by_events(words, &mut taint.trees, text, row)?
        } else {
            return Err(words.expected("`on EVENT` or `when EVIDENCE > N`"));
        };
        taint.rules.push(rule);
    } else if words.accept("clear") {
        words.expect("after")?;
        taint.clear_after_ns = Some(words.count("s", row.quanta, "a time")?);
        words.expect("quiet")?;
    } else if words.accept("bucket") {
        clock.bucket = words.one_of("`tree`, `cgroup` or `process`", BUCKETS, |name, span| {
            let message = format!("no bucket is called `{name}`");
            Diagnostic::error(codes::PORT_OPTION, span, message)
                .note("a bucket is all that has one clock: a process `tree`, a `cgroup`, or each `process` by itself")
        })?;
    } else if words.accept("class") {
        class(words, taint, names.classes)?;
    } else {
        return Err(words.expected("`taint`, `clear`, `bucket` or `class`"));
    }
    words.end()
}

fn class(
    words: &mut Words<'_>,
    taint: &mut TaintClock,
    classes: &[String],
) -> Result<(), Diagnostic> {
    let (name, at) = words.word("a class")?;
    let Some(class) = classes.iter().position(|class| class == name) else {
        let message = format!("there is no class `{name}`");
        let known = classes.join(", ");
        return Err(Diagnostic::error(codes::UNKNOWN_CLASS, at, message)
            .note(format!("classes of the observed variable: {known}")));
    };
    if words.accept("otherwise") {
        taint.default_class = class;
    } else {
        words.expect("when")?;
        taint.class_rules.push(ClassRule { class, when: process::test(words)? });
    }
    Ok(())
}

fn by_evidence(
    words: &mut Words<'_>,
    evidence: &Known<'_>,
    text: String,
) -> Result<TaintRule, Diagnostic> {
    let limit = limit(words, evidence)?;
    if !words.is_empty() {
        let advice = "a rule has one limit: what else should start the clock is a rule of its own, \
                      and `enforce` can ask for several limits at once";
        return Err(words.expected("`;`").note(advice));
    }
    Ok(TaintRule { evidence: Some(limit), ..rule(text) })
}

fn by_events(
    words: &mut Words<'_>,
    trees: &mut Vec<String>,
    text: String,
    row: &Port,
) -> Result<TaintRule, Diagnostic> {
    let mut events = Vec::new();
    loop {
        let event = filter::event(words)?;
        if !events.contains(&event) {
            events.push(event);
        }
        if !words.accept(",") {
            break;
        }
    }
    let mut common = Common { trees, quanta: row.quanta, tests: TESTS };
    let filter = common.filter(words, Some(&events))?;
    if let Some(at) = filter.source_plain.or(filter.process_at) {
        let message = "a taint rule cannot ask for this";
        return Err(Diagnostic::error(codes::PORT_OPTION, at, message)
            .note(format!("tests: {TESTS}"))
            .note("an `add` of an evidence can: `observe NAME from evidence { … }`"));
    }
    Ok(TaintRule {
        events,
        under: filter.under,
        count_above: filter.count_above,
        window_ns: filter.window_ns,
        older_than_ns: filter.older_than_ns,
        entropy_above_millibits: filter.entropy_above_millibits,
        ..rule(text)
    })
}

/// A rule that asks for nothing yet.
fn rule(text: String) -> TaintRule {
    TaintRule {
        text,
        events: Vec::new(),
        under: None,
        count_above: 0,
        window_ns: 0,
        older_than_ns: None,
        entropy_above_millibits: None,
        evidence: None,
    }
}
