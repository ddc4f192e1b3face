//! What is known of a spec, for people.

use std::fmt::{self, Write};

use super::document::{Document, Expression};

/// Renders the document.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write(&mut text, document);
    text
}

fn write(text: &mut String, document: &Document) -> fmt::Result {
    let derived = &document.derived;
    writeln!(text, "fibre {}", document.fibre)?;
    writeln!(text, "\nExpressions")?;
    for each in &document.expressions {
        expression(text, each)?;
    }
    writeln!(text, "\nWho shares")?;
    for family in &derived.families {
        let (lo, hi) = family.bounds;
        let many = if family.at_most == 1 {
            "one".to_owned()
        } else {
            format!("at most {}", family.at_most)
        };
        writeln!(
            text,
            "  {}: {many}, in {lo} .. {hi} (SI), strong concavity {:.6}",
            family.name, family.strong_concavity
        )?;
    }
    writeln!(text, "\nWhat is scarce")?;
    for resource in &derived.resources {
        writeln!(text, "  {}: {} {}", resource.name, resource.capacity, resource.unit)?;
    }
    for each in &derived.decomposition {
        writeln!(text, "\nDecomposition of {} by {}", each.resource, each.method)?;
        writeln!(text, "  step  {:.6} (must stay below {:.6})", each.step, each.step_bound)?;
        writeln!(text, "  rule  {}", each.step_rule)?;
        writeln!(text, "  why   {}", each.why)?;
    }
    let graph = &derived.graph;
    let chordal = if graph.chordal { "chordal" } else { "not chordal, completed" };
    writeln!(
        text,
        "\nCoupling graph: {} resources, {} edges, {chordal}; eliminated in the order {}",
        graph.nodes.len(),
        graph.edges.len(),
        graph.order.join(", ")
    )?;
    if let Some(control) = &derived.control {
        writeln!(text, "\nControl loop of {}", control.price)?;
        writeln!(
            text,
            "  period {} s; {} bits of fraction, {} of carry",
            control.period, control.bits.0, control.bits.1
        )?;
        let (lo, hi) = control.range;
        writeln!(text, "  price in {lo} .. {hi}, {} at the start", control.initial)?;
        for (name, demand) in &control.initial_demand {
            writeln!(text, "  {name} would get {demand} at the start")?;
        }
        writeln!(text, "  {} members fit at their lower bounds", control.fits)?;
    }
    let certificate = &derived.certificate;
    writeln!(text, "\nCertificate: {}, θ = {}", certificate.kind, certificate.theta)?;
    writeln!(text, "  {}", certificate.rate)
}

fn expression(text: &mut String, each: &Expression) -> fmt::Result {
    let bound =
        |value: Option<f64>, open| value.map_or_else(|| format!("{open}"), |v| v.to_string());
    let lo = bound(each.interval[0], f64::NEG_INFINITY);
    let hi = bound(each.interval[1], f64::INFINITY);
    let unit = if each.unit.is_empty() { "no unit" } else { &each.unit };
    writeln!(text, "  {} = {}", each.name, each.text)?;
    writeln!(
        text,
        "    {} ({}), {}, in {lo} .. {hi}, {unit}",
        each.curvature, each.proof, each.sign
    )
}
