//! What is known of a spec, for people.

use std::collections::HashMap;
use std::fmt::{self, Write};

use super::document::{Document, Expression};
use super::{coupling, remap};
use crate::plan::explain::{ControlReport, DecompositionReport, EvidenceReport, Explanation};

/// Renders the document.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write(&mut text, document);
    text
}

fn write(text: &mut String, document: &Document) -> fmt::Result {
    writeln!(text, "fibre {}", document.fibre)?;
    writeln!(text, "\nRecipe")?;
    for (number, step) in (1..).zip(&document.recipe) {
        wrapped(text, &format!("  {number}. "), &format!("{}: {}", step.step, step.text))?;
    }
    writeln!(text, "\nExpressions")?;
    for each in &document.expressions {
        expression(text, each)?;
    }
    if let Some(remap) = &document.remap {
        remapped(text, remap)?;
    }
    document.derived.as_ref().map_or(Ok(()), |derived| explanation(text, derived))
}

fn remapped(text: &mut String, remap: &remap::Report) -> fmt::Result {
    writeln!(text, "\nThe core {}, filled", remap.core)?;
    for each in &remap.map {
        writeln!(text, "  {} => {}", each.sigil, each.target)?;
    }
    writeln!(text, "\nWhat {} asks, and what answers", remap.core)?;
    for each in &remap.obligations {
        let (file, line) = (&each.place.file, each.place.span.start.line);
        writeln!(text, "  {}: {} ({file}:{line})", each.obligation, each.discharged_by)?;
    }
    Ok(())
}

fn explanation(text: &mut String, derived: &Explanation) -> fmt::Result {
    writeln!(text, "\nWho shares")?;
    for family in derived.families.iter().take(MOST_LISTED) {
        let (lo, hi) = family.bounds;
        let many = if family.at_most == 1 {
            "one".to_owned()
        } else {
            format!("at most {}", family.at_most)
        };
        writeln!(
            text,
            "  {}: {many}, in {lo} .. {hi} (SI), strong concavity {}",
            family.name,
            short(family.strong_concavity)
        )?;
    }
    left_out(text, derived.families.len())?;
    writeln!(text, "\nWhat is scarce")?;
    for resource in derived.resources.iter().take(MOST_LISTED) {
        let unit = match resource.unit.as_str() {
            "" => String::new(),
            unit => format!(" (SI; {unit} in the spec)"),
        };
        writeln!(text, "  {}: {}{unit}", resource.name, short(resource.capacity))?;
    }
    left_out(text, derived.resources.len())?;
    decompositions(text, &derived.decomposition)?;
    writeln!(text, "\nCoupling graph: {}", coupling::line(&derived.graph))?;
    if let Some(control) = &derived.control {
        writeln!(text, "\nControl loop of {}", control.price)?;
        writeln!(
            text,
            "  period {} s; {} bits of fraction, {} of carry",
            control.period, control.bits.0, control.bits.1
        )?;
        let (lo, hi) = control.range;
        writeln!(
            text,
            "  price in {} .. {}, {} at the start",
            short(lo),
            short(hi),
            short(control.initial)
        )?;
        for (name, demand) in &control.initial_demand {
            writeln!(text, "  {name} would get {demand} at the start")?;
        }
        writeln!(text, "  {} members fit at their lower bounds", control.fits)?;
        observed(text, control)?;
    }
    let certificate = &derived.certificate;
    writeln!(text, "\nCertificate: {}, θ = {}", certificate.kind, certificate.theta)?;
    writeln!(text, "  {}", certificate.rate)
}

/// What is known of members, and what is done to them.
fn observed(text: &mut String, control: &ControlReport) -> fmt::Result {
    for evidence in &control.evidence {
        let EvidenceReport { name, most, half_life, takes } = evidence;
        writeln!(text, "  {name}: at most {most} points, which halve in {half_life} s")?;
        for (class, share) in takes {
            writeln!(text, "    a point takes {} of the worth of {class}", short(*share))?;
        }
    }
    for (at, act) in control.acts.iter().enumerate() {
        let first = if at == 0 { "past its budget a member meets" } else { "or else" };
        writeln!(text, "  {first}: {act}")?;
    }
    Ok(())
}

/// Most families, resources or kinds of decomposition that are listed one by one.
const MOST_LISTED: usize = 40;
/// Most names of resources that are decomposed alike.
const MOST_ALIKE: usize = 5;

/// Says that there are more than are listed.
fn left_out(text: &mut String, all: usize) -> fmt::Result {
    match all.saturating_sub(MOST_LISTED) {
        0 => Ok(()),
        more => writeln!(text, "  and {more} more, all of them by `--format json`"),
    }
}

/// How each resource is decomposed; those of which the same is to be said stand together.
fn decompositions(text: &mut String, all: &[DecompositionReport]) -> fmt::Result {
    let mut alike: Vec<(&DecompositionReport, Vec<&str>)> = Vec::new();
    let mut known: HashMap<[&str; 4], usize> = HashMap::new();
    for each in all {
        let next = each.runner_up.as_ref().map_or("", |next| next.why.as_str());
        let said = [each.method, &each.step_rule, &each.why, next];
        let at = *known.entry(said).or_insert(alike.len());
        if at == alike.len() {
            alike.push((each, Vec::new()));
        }
        alike[at].1.push(&each.resource);
    }
    for (each, names) in alike.iter().take(MOST_LISTED) {
        decomposition(text, each, names)?;
    }
    left_out(text, alike.len())
}

fn decomposition(text: &mut String, each: &DecompositionReport, names: &[&str]) -> fmt::Result {
    let listed = names[..names.len().min(MOST_ALIKE)].join(", ");
    let more = match names.len().saturating_sub(MOST_ALIKE) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    writeln!(text, "\nDecomposition of {listed}{more} by {}", each.method)?;
    if let (Some(step), Some(bound)) = (each.step, each.step_bound) {
        writeln!(text, "  step  {} (must stay below {})", short(step), short(bound))?;
    }
    wrapped(text, "  rule  ", &each.step_rule)?;
    if let (Some(l), Some(low_lapsley)) = (each.lipschitz, each.low_lapsley) {
        writeln!(text, "  L     {} (Low and Lapsley: {})", short(l), short(low_lapsley))?;
    }
    wrapped(text, "  why   ", &each.why)?;
    if let Some(next) = &each.runner_up {
        wrapped(text, "  next  ", &format!("{}: {}", next.method, next.why))?;
    }
    wrapped(text, "  else  ", &each.would_change)
}

fn expression(text: &mut String, each: &Expression) -> fmt::Result {
    let lo = short(each.interval[0].unwrap_or(f64::NEG_INFINITY));
    let hi = short(each.interval[1].unwrap_or(f64::INFINITY));
    let unit = if each.unit.is_empty() { "no unit" } else { &each.unit };
    let sign = if each.sign == "unknown" { "of either sign" } else { each.sign };
    writeln!(text, "  {} = {}", each.name, each.text)?;
    writeln!(text, "    {} by {}, {sign}, in {lo} .. {hi}, {unit}", each.curvature, each.proof)
}

/// A number to six digits; with an exponent where it would have many zeros.
pub(super) fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    if rounded == 0.0 || !rounded.is_finite() || (1e-4..1e9).contains(&rounded.abs()) {
        return rounded.to_string();
    }
    format!("{rounded:e}")
}

/// Longest line of a text that is wrapped, in letters.
const WIDTH: usize = 100;

/// A paragraph, its lines below each other.
fn wrapped(text: &mut String, start: &str, words: &str) -> fmt::Result {
    let indent = start.chars().count();
    text.write_str(start)?;
    let mut column = indent;
    for (at, word) in words.split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 && column + 1 + length > WIDTH {
            write!(text, "\n{:indent$}", "")?;
            column = indent;
        } else if at > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    writeln!(text)
}
