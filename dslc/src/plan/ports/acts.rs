//! The ports of `enforce`: what is done to a member whose use passed its demand.

use super::evidence::{Known, limit};
use super::options::Words;
use super::{Direction, Port, process, row};
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::{Act, Enforce, Verdict};
use crate::sema::hir::PortUse;

/// Acts of a spec.
const MAX_ACTS: usize = 8;
/// Longest time that somebody has to decide, in nanoseconds: a year.
const LONGEST_WAIT: u64 = 365 * 24 * 3_600 * 1_000_000_000;

/// What follows when nobody decided, as a spec writes it.
const VERDICTS: &[(&str, Verdict)] = &[("kill", Verdict::Kill), ("release", Verdict::Release)];

/// Reads every `enforce x by ACT { … }`, in the order in which they are tried.
pub fn read(ports: &[PortUse], known: &Known<'_>) -> Result<Vec<Enforce>, Vec<Diagnostic>> {
    let mut acts: Vec<Enforce> = Vec::new();
    let mut errors = Vec::new();
    for port in ports {
        match enforce(port, known) {
            Ok(next) => {
                if let Some(before) = acts.iter().position(|before| hides(before, &next)) {
                    errors.push(never_reached(port, ports.get(before)));
                }
                acts.push(next);
            }
            Err(more) => errors.extend(more),
        }
    }
    if let (true, Some(port)) = (ports.len() > MAX_ACTS, ports.last()) {
        let message = format!("{} items `enforce`; at most {MAX_ACTS} fit", ports.len());
        errors.push(Diagnostic::error(codes::OPTION_RANGE, port.span, message));
    }
    if errors.is_empty() { Ok(acts) } else { Err(errors) }
}

/// Whether `before` takes every member that would come to `next`.
fn hides(before: &Enforce, next: &Enforce) -> bool {
    let implied = before.when.iter().all(|limit| {
        let mut stricter = next.when.iter();
        stricter.any(|own| own.evidence == limit.evidence && own.above_q16 >= limit.above_q16)
    });
    implied && before.except.iter().all(|test| next.except.contains(test))
}

fn never_reached(port: &PortUse, before: Option<&PortUse>) -> Diagnostic {
    let message = "this is never reached: whoever comes here was dealt with before";
    let error = Diagnostic::error(codes::ACT_NEVER_REACHED, port.span, message)
        .note("the first item that fits is carried out: give the earlier one a `when`, or put this one before it");
    match before {
        Some(before) => error.label(before.span, "by this one"),
        None => error,
    }
}

fn enforce(port: &PortUse, known: &Known<'_>) -> Result<Enforce, Vec<Diagnostic>> {
    let row = row(&port.port, Direction::Enforce).map_err(|error| vec![error])?;
    let mut enforce = Enforce { act: Act::Observe, when: Vec::new(), except: Vec::new() };
    let mut own = Own::default();
    let mut errors = Vec::new();
    for option in &port.options {
        let mut words = Words::new(option, row.options);
        let read = option_of(&mut words, &mut enforce, &mut own, known, row);
        if let Err(error) = read.and_then(|()| words.end()) {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        match own.act(port) {
            Ok(act) => enforce.act = act,
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(enforce) } else { Err(errors) }
}

/// What only some acts are told.
#[derive(Default)]
struct Own {
    percent: Option<u32>,
    wait: Option<(u64, Verdict)>,
}

impl Own {
    /// The act of the port with what it was told.
    fn act(&self, port: &PortUse) -> Result<Act, Diagnostic> {
        let lacks = |line: &str| {
            let message = format!("`{}` needs a line `{line}`", port.port.value);
            Err(Diagnostic::error(codes::PORT_OPTION, port.port.span, message))
        };
        match port.port.value.as_str() {
            "kill" => Ok(Act::Kill),
            "freeze" => Ok(Act::Freeze),
            "throttle" => match self.percent {
                Some(percent) => Ok(Act::Throttle { percent }),
                None => lacks("to 5 percent;"),
            },
            "ask" => match self.wait {
                Some((after_ns, then)) => Ok(Act::Ask { after_ns, then }),
                None => lacks("kill after 10 min;` or `release after 10 min;"),
            },
            _ => Ok(Act::Observe),
        }
    }
}

fn option_of(
    words: &mut Words<'_>,
    enforce: &mut Enforce,
    own: &mut Own,
    known: &Known<'_>,
    row: &Port,
) -> Result<(), Diagnostic> {
    if words.accept("except") {
        enforce.except.push(process::test(words)?);
        return Ok(());
    }
    if words.accept("when") {
        enforce.when.push(limit(words, known)?);
        while words.accept("and") {
            enforce.when.push(limit(words, known)?);
        }
        return Ok(());
    }
    match row.name {
        "throttle" if words.accept("to") => {
            let span = words.span();
            let percent = words.percent()?;
            own.percent = u32::try_from(percent).ok().filter(|share| (1..=100).contains(share));
            if own.percent.is_none() {
                let message = "a share of a processor is between 1 and 100 percent";
                return Err(Diagnostic::error(codes::OPTION_RANGE, span, message));
            }
            Ok(())
        }
        "ask" => match VERDICTS.iter().find(|(word, _)| words.accept(word)) {
            Some((_, verdict)) => {
                words.expect("after")?;
                let span = words.span();
                let wait = words.count("s", row.quanta, "a time")?;
                if !(1..=LONGEST_WAIT).contains(&wait) {
                    let message = "somebody has a time above 0 and at most a year to decide";
                    return Err(Diagnostic::error(codes::OPTION_RANGE, span, message));
                }
                own.wait = Some((wait, *verdict));
                Ok(())
            }
            None => Err(words.expected("`when`, `except`, `kill after` or `release after`")),
        },
        "throttle" => Err(words.expected("`when`, `except` or `to`")),
        _ => Err(words.expected("`when` or `except`")),
    }
}
