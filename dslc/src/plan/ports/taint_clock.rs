//! The port `taint_clock`: how long a process has gone on since it first looked suspicious.

use super::options::Words;
use super::{Direction, Port, row};
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::{ClassRule, FileEvent, TaintClock, TaintRule};
use crate::sema::hir::{PortUse, Span};

/// Names of the events, as a spec writes them.
const EVENTS: &[(&str, FileEvent)] = &[
    ("write", FileEvent::Write),
    ("rename", FileEvent::Rename),
    ("unlink", FileEvent::Unlink),
    ("ftruncate", FileEvent::Ftruncate),
];

/// Rules that one program may hold: each costs a window in every process's clock.
const MAX_RULES: usize = 8;

/// Reads the options of `observe x from taint_clock { … }`. `classes` are the members of the class
/// set, in order; `text` gives the source of a span, for the rules' comments.
pub fn read(
    port: &PortUse,
    classes: &[String],
    text: &dyn Fn(Span) -> String,
) -> Result<TaintClock, Vec<Diagnostic>> {
    let row = row(port, Direction::Observe).map_err(|error| vec![error])?;
    let mut clock =
        TaintClock { default_class: classes.len().saturating_sub(1), ..TaintClock::default() };
    let mut errors = Vec::new();
    for option in &port.options {
        let mut words = Words::new(option, row.options);
        if let Err(error) = option_of(&mut words, &mut clock, classes, option.span, text, row) {
            errors.push(error);
        }
    }
    if clock.rules.is_empty() && errors.is_empty() {
        let message = "nothing taints a process: add a `taint on …;` line";
        errors.push(Diagnostic::error(codes::NO_TAINT_RULE, port.span, message));
    }
    if clock.rules.len() > MAX_RULES {
        let message = format!("{} taint rules; at most {MAX_RULES} fit", clock.rules.len());
        errors.push(Diagnostic::error(codes::OPTION_RANGE, port.span, message));
    }
    if errors.is_empty() { Ok(clock) } else { Err(errors) }
}

fn option_of(
    words: &mut Words<'_>,
    clock: &mut TaintClock,
    classes: &[String],
    span: Span,
    text: &dyn Fn(Span) -> String,
    row: &Port,
) -> Result<(), Diagnostic> {
    if words.accept("taint") {
        let rule = taint_rule(words, clock, text(span), row)?;
        clock.rules.push(rule);
    } else if words.accept("clear") {
        words.expect("after")?;
        clock.clear_after_ns = Some(words.count("s", row.quanta, "a time")?);
        words.expect("quiet")?;
    } else if words.accept("class") {
        let (name, at) = words.word("a class")?;
        let Some(class) = classes.iter().position(|class| class == name) else {
            let message = format!("there is no class `{name}`");
            let known = classes.join(", ");
            return Err(Diagnostic::error(codes::UNKNOWN_CLASS, at, message)
                .note(format!("classes of the observed variable: {known}")));
        };
        if words.accept("otherwise") {
            clock.default_class = class;
        } else {
            words.expect("when")?;
            clock.class_rules.push(ClassRule { class, when: words.process_test()? });
        }
    } else {
        return Err(words.expected("`taint`, `clear` or `class`"));
    }
    words.end()
}

fn taint_rule(
    words: &mut Words<'_>,
    clock: &mut TaintClock,
    text: String,
    row: &Port,
) -> Result<TaintRule, Diagnostic> {
    words.expect("on")?;
    let mut rule = TaintRule {
        text,
        events: Vec::new(),
        under: None,
        count_above: 0,
        window_ns: 0,
        older_than_ns: None,
        entropy_above_millibits: None,
        evidence: None,
    };
    loop {
        let event = event(words)?;
        if !rule.events.contains(&event) {
            rule.events.push(event);
        }
        if !words.accept(",") {
            break;
        }
    }
    if words.accept("under") {
        rule.under = Some(tree(words, clock)?);
    }
    if words.accept("when") {
        condition(words, &mut rule, row)?;
        while words.accept("and") {
            condition(words, &mut rule, row)?;
        }
    }
    Ok(rule)
}

fn event(words: &mut Words<'_>) -> Result<FileEvent, Diagnostic> {
    let (name, span) = words.word("an event")?;
    let known = || EVENTS.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    EVENTS.iter().find(|(known, _)| *known == name).map(|(_, event)| *event).ok_or_else(|| {
        Diagnostic::error(codes::UNKNOWN_EVENT, span, format!("there is no event `{name}`"))
            .note(format!("events: {}", known().join(", ")))
    })
}

fn tree(words: &mut Words<'_>, clock: &mut TaintClock) -> Result<usize, Diagnostic> {
    let (path, span) = words.text("a folder in quotes")?;
    let clean = path.starts_with('/')
        && path.len() > 1
        && path.len() <= 200
        && !path.ends_with('/')
        && !path.split('/').skip(1).any(|part| matches!(part, "" | "." | ".."))
        && !path.bytes().any(|b| b == 0 || b == b'\n');
    if !clean {
        let message =
            "this must be the absolute path of a folder, without `..`, `//` or a last `/`";
        return Err(Diagnostic::error(codes::OPTION_PATH, span, message));
    }
    Ok(clock.trees.iter().position(|tree| tree == path).unwrap_or_else(|| {
        clock.trees.push(path.to_owned());
        clock.trees.len() - 1
    }))
}

/// A byte holds at most this entropy, in millibits.
const MOST_MILLIBITS: u64 = 8_000;

fn condition(words: &mut Words<'_>, rule: &mut TaintRule, row: &Port) -> Result<(), Diagnostic> {
    let (name, at) = words.word("`count`, `age` or `entropy`")?;
    words.expect(">")?;
    let span = words.span();
    match name {
        "count" => {
            let count = words.count("", 1, "a number of events")?;
            words.expect("within")?;
            rule.window_ns = words.count("s", row.quanta, "a time")?;
            rule.count_above = u32::try_from(count).map_err(|_| {
                Diagnostic::error(codes::OPTION_RANGE, span, "more events than can be counted")
            })?;
        }
        "age" => rule.older_than_ns = Some(words.count("s", row.quanta, "a time")?),
        "entropy" => {
            let millibits = words.count("bit", 1_000, "an entropy in bit a byte")?;
            let fits = u32::try_from(millibits).ok().filter(|_| millibits < MOST_MILLIBITS);
            let Some(millibits) = fits else {
                let message = "a byte has at most 8 bit: nothing is above that";
                return Err(Diagnostic::error(codes::OPTION_RANGE, span, message));
            };
            if rule.events != [FileEvent::Write] {
                let message = "only what is written has an entropy: use it on `write` alone";
                return Err(Diagnostic::error(codes::PORT_OPTION, at, message));
            }
            rule.entropy_above_millibits = Some(millibits);
        }
        _ => {
            let message = format!("there is no test `{name}`");
            return Err(Diagnostic::error(codes::PORT_OPTION, at, message)
                .note("tests: count > N within TIME, age > TIME, entropy > N bit"));
        }
    }
    Ok(())
}
