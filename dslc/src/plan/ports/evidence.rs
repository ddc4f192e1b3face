//! The port `evidence`: what the kernel saw a member do, in points that halve with time.

use num_traits::{Signed, ToPrimitive, Zero};

use super::filter::{Common, EVENTS};
use super::options::Words;
use super::{Direction, calls, row};
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::{Evidence, EvidenceAdd, EvidenceEvent, EvidenceLimit, FileEvent, Rational};
use crate::sema::context::did_you_mean;
use crate::sema::hir::{Model, ParamId, PortUse, SetMembers, Span, Values};

/// Evidences of a spec: each costs a word in every member's row.
const MAX_EVIDENCE: usize = 4;
/// Lines `add` of a spec.
pub const MAX_ADDS: usize = 32;
/// Points in Q16.
const ONE_POINT: u64 = 1 << 16;
/// The most points that the upper end of a range may be: Q16 in 32 bits.
const MOST_POINTS: u32 = 65_535;
/// Longest half-life, in nanoseconds: a year.
const LONGEST_HALF_LIFE: u64 = 365 * 24 * 3_600 * 1_000_000_000;

/// Tests of an `add`, for messages.
const TESTS: &str = "source plain, count > N within TIME, age > TIME, entropy > N bit, \
                     tty, comm \"NAME\", exe \"/PATH\", cgroup \"/PATH\"";

/// What became of a file or a member, as a spec writes it; `as …` narrows `replaced`.
const WORDS: &[(&str, EvidenceEvent)] = &[
    ("destroyed", EvidenceEvent::Destroyed),
    ("replaced", EvidenceEvent::Replaced),
    ("type_lost", EvidenceEvent::TypeLost),
    ("unseen", EvidenceEvent::Unseen),
];

/// What stands in the place of what was read.
const REPLACED_AS: &[(&str, EvidenceEvent)] = &[
    ("random", EvidenceEvent::ReplacedRandom),
    ("encoded", EvidenceEvent::ReplacedEncoded),
    ("container", EvidenceEvent::ReplacedContainer),
];

/// The evidences of a spec, for options that name them.
#[derive(Debug)]
pub struct Known<'a> {
    /// Each, in the order of the spec.
    pub all: &'a [Evidence],
    /// Run-time inputs that nothing observes, by name.
    pub unobserved: Vec<&'a str>,
}

/// Reads `observe NAME from evidence { … }`; adds the trees that it names to `trees`.
pub fn read(
    model: &Model,
    port: &PortUse<ParamId>,
    set: &str,
    text: &dyn Fn(Span) -> String,
    trees: &mut Vec<String>,
) -> Result<Evidence, Vec<Diagnostic>> {
    let row = row(&port.port, Direction::Input).map_err(|error| vec![error])?;
    let name = model.params[port.of.value].name.value.clone();
    let mut evidence = Evidence { name, most_q16: 0, half_life_ns: 0, adds: Vec::new() };
    let mut errors = Vec::new();
    match most(model, port, set) {
        Ok(most) => evidence.most_q16 = most,
        Err(error) => errors.push(error),
    }
    let mut common = Common { trees, quanta: row.quanta, tests: TESTS };
    for option in &port.options {
        let mut words = Words::new(option, row.options);
        let read = if words.accept("half_life") {
            half_life(&mut words, row.quanta).map(|time| evidence.half_life_ns = time)
        } else if words.accept("add") {
            add(&mut words, &mut common, text(option.span)).map(|add| evidence.adds.push(add))
        } else {
            Err(words.expected("`half_life` or `add`"))
        };
        if let Err(error) = read.and_then(|()| words.end()) {
            errors.push(error);
        }
    }
    let missing = [
        (evidence.half_life_ns == 0, "has no half-life", "half_life 5 min;"),
        (evidence.adds.is_empty(), "comes from nothing", "add 4 on replaced as random;"),
    ];
    for (missing, what, line) in missing {
        if missing && errors.is_empty() {
            let message = format!("the evidence `{}` {what}: write `{line}`", evidence.name);
            errors.push(Diagnostic::error(codes::EVIDENCE_LACKS, port.span, message));
        }
    }
    if errors.is_empty() { Ok(evidence) } else { Err(errors) }
}

/// Says so when a spec has more than fits.
pub fn check_number(evidence: &[Evidence], span: Span) -> Result<(), Diagnostic> {
    let adds: usize = evidence.iter().map(|evidence| evidence.adds.len()).sum();
    for (count, what, most) in
        [(evidence.len(), "evidences", MAX_EVIDENCE), (adds, "lines `add`", MAX_ADDS)]
    {
        if count > most {
            let message = format!("{count} {what}; at most {most} fit");
            return Err(Diagnostic::error(codes::OPTION_RANGE, span, message));
        }
    }
    Ok(())
}

/// The most points of an evidence, in Q16: the upper end of its input's range.
fn most(model: &Model, port: &PortUse<ParamId>, set: &str) -> Result<u32, Diagnostic> {
    let param = &model.params[port.of.value];
    let name = &param.name.value;
    let wrong = |message: String| {
        Err(Diagnostic::error(codes::EVIDENCE_INPUT, param.name.span, message)
            .label(port.of.span, "observed here")
            .note(format!("write `param {name}[{set}] in 0 .. 24;`")))
    };
    let Values::Input(lo, hi) = &param.values else {
        return wrong(format!("`{name}` has a value, so that there is nothing to observe"));
    };
    let over: Vec<_> = param.index.iter().map(|of| &model.sets[*of]).collect();
    let each = matches!(over.as_slice(),
        [of] if of.name.value == set && matches!(of.members, SetMembers::Open(_)));
    if !each {
        return wrong(format!("evidence is known of each member: index `{name}` by `{set}`"));
    }
    if !param.unit.is_dimensionless() {
        return wrong(format!("evidence is counted in points: `{name}` has no unit"));
    }
    if !lo.is_zero() {
        return wrong(format!("nothing is known at first: the range of `{name}` starts at 0"));
    }
    let points = hi * Rational::from_integer(ONE_POINT.into());
    match points.floor().to_integer().to_u32() {
        Some(points) if hi.is_positive() && points > 0 => Ok(points),
        _ => wrong(format!("the range of `{name}` ends between 0 and {MOST_POINTS} points")),
    }
}

fn half_life(words: &mut Words<'_>, quanta: u64) -> Result<u64, Diagnostic> {
    let span = words.span();
    let time = words.count("s", quanta, "a time")?;
    if (1..=LONGEST_HALF_LIFE).contains(&time) {
        return Ok(time);
    }
    Err(Diagnostic::error(codes::OPTION_RANGE, span, "a half-life is above 0 and at most a year"))
}

/// A number of points above 0, in Q16.
fn points(words: &mut Words<'_>) -> Result<u32, Diagnostic> {
    let span = words.span();
    let points = words.count("", ONE_POINT, "a number of points")?;
    u32::try_from(points).ok().filter(|points| *points > 0).ok_or_else(|| {
        let message = format!("points are above 0 and at most {MOST_POINTS}");
        Diagnostic::error(codes::OPTION_RANGE, span, message)
            .note("points only add up: time takes them away, by the half-life")
    })
}

fn add(
    words: &mut Words<'_>,
    common: &mut Common<'_>,
    text: String,
) -> Result<EvidenceAdd, Diagnostic> {
    let points_q16 = points(words)?;
    words.expect("on")?;
    let first = words.span();
    let mut on = Vec::new();
    loop {
        if words.accept("call") {
            // Names of system calls are names of events, too: calls come last.
            loop {
                on.push(call(words)?);
                if !words.accept(",") {
                    break;
                }
            }
            break;
        }
        on.push(event(words)?);
        if !words.accept(",") {
            break;
        }
    }
    on.dedup();
    let span = Span { start: first.start, end: words.span().start };
    let files: Option<Vec<FileEvent>> = (on.iter())
        .map(|event| match event {
            EvidenceEvent::File(event) => Some(*event),
            _ => None,
        })
        .collect();
    let filter = common.filter(words, files.as_deref())?;
    let calls = on.iter().any(|event| matches!(event, EvidenceEvent::Call(_)));
    if calls && (filter.under.is_some() || filter.older_than_ns.is_some()) {
        let message = "a system call by its name has no file to ask about";
        return Err(Diagnostic::error(codes::PORT_OPTION, span, message).note(
            "`under` and `age` fit what happens to files: write those on a line of their own",
        ));
    }
    if let Some(at) = filter.source_plain
        && !on.iter().all(|event| REPLACED_AS.iter().any(|(_, known)| known == event))
        && on != [EvidenceEvent::Replaced]
    {
        let message = "only what was replaced had a source: use it on `replaced` alone";
        return Err(Diagnostic::error(codes::PORT_OPTION, at, message));
    }
    Ok(EvidenceAdd {
        text,
        points_q16,
        on,
        under: filter.under,
        source_plain: filter.source_plain.is_some(),
        count_above: filter.count_above,
        window_ns: filter.window_ns,
        older_than_ns: filter.older_than_ns,
        entropy_above_millibits: filter.entropy_above_millibits,
        process: filter.process,
    })
}

fn event(words: &mut Words<'_>) -> Result<EvidenceEvent, Diagnostic> {
    let files = EVENTS.iter().map(|(name, event)| (*name, EvidenceEvent::File(*event)));
    let known: Vec<_> = WORDS.iter().copied().chain(files).collect();
    let event = words.one_of("what the kernel can see", &known, |name, span| {
        let message = format!("there is no evidence `{name}`");
        let error = Diagnostic::error(codes::UNKNOWN_EVENT, span, message);
        match calls::number(name) {
            Some(_) => error.note(format!("a system call is written `call {name}`")),
            None => error,
        }
    })?;
    if event != EvidenceEvent::Replaced || !words.accept("as") {
        return Ok(event);
    }
    words.one_of("`random`, `encoded` or `container`", REPLACED_AS, |name, span| {
        let message = format!("nothing is told apart as `{name}`");
        Diagnostic::error(codes::UNKNOWN_EVENT, span, message)
    })
}

fn call(words: &mut Words<'_>) -> Result<EvidenceEvent, Diagnostic> {
    let (name, span) = words.word("the name of a system call")?;
    calls::number(name).map(EvidenceEvent::Call).ok_or_else(|| {
        let message = format!("there is no system call `{name}` on x86-64");
        let error = Diagnostic::error(codes::UNKNOWN_EVENT, span, message);
        did_you_mean(error, name, span, calls::all().map(|(name, _)| name))
    })
}

/// Reads `EVIDENCE > N`.
pub fn limit(words: &mut Words<'_>, known: &Known<'_>) -> Result<EvidenceLimit, Diagnostic> {
    let (name, at) = words.word("an evidence")?;
    let Some(evidence) = known.all.iter().position(|evidence| evidence.name == name) else {
        let names = known.all.iter().map(|evidence| evidence.name.as_str());
        let error = if known.unobserved.contains(&name) {
            let message = format!("nothing observes `{name}`, so that it is always 0");
            Diagnostic::error(codes::UNKNOWN_EVIDENCE, at, message)
                .note(format!("say what it comes from: `observe {name} from evidence {{ … }}`"))
        } else {
            let message = format!("there is no evidence `{name}`");
            let error = Diagnostic::error(codes::UNKNOWN_EVIDENCE, at, message);
            did_you_mean(error, name, at, names)
        };
        return Err(error);
    };
    words.expect(">")?;
    let span = words.span();
    let above = words.count("", ONE_POINT, "a number of points")?;
    let most = known.all.get(evidence).map_or(0, |evidence| evidence.most_q16);
    match u32::try_from(above) {
        Ok(above_q16) if above_q16 < most => Ok(EvidenceLimit { evidence, above_q16 }),
        _ => {
            let most = f64::from(most) / ONE_POINT as f64;
            let message = format!("`{name}` never has more than {most} points");
            Err(Diagnostic::error(codes::OPTION_RANGE, span, message))
        }
    }
}
