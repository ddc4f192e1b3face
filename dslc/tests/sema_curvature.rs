//! The disciplined rules say at least what CVXPY 1.9.3 says of every expression of `sema/dcp.jsonl`:
//! random well-formed expressions in prefix form over leaves of known sign, the first line naming the
//! leaves. Where they say more, it is checked by sampling.

mod common;

use std::collections::BTreeMap;

use common::functions::Value;
use common::prefix::{self, Leaf};
use common::{check, samples};
use dslc::sema::hir::{Curvature, Facts, Sign};
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
struct Header {
    leaves: BTreeMap<String, Leaf>,
}

#[derive(Deserialize)]
struct Row {
    expr: Json,
    curvature: String,
    sign: String,
}

fn corpus() -> serde_json::Result<(BTreeMap<String, Leaf>, Vec<Row>)> {
    let mut lines = include_str!("sema/dcp.jsonl").lines();
    let header: Header = serde_json::from_str(lines.next().unwrap_or_default())?;
    let rows: serde_json::Result<_> = lines.map(serde_json::from_str).collect();
    Ok((header.leaves, rows?))
}

/// Curvature and sign as sets of facts, so that more facts are a larger set.
fn facts_of(curvature: &str, sign: &str) -> Vec<&'static str> {
    let mut facts = match curvature {
        "constant" => vec!["constant", "convex", "concave"],
        "affine" => vec!["convex", "concave"],
        "convex" => vec!["convex"],
        "concave" => vec!["concave"],
        _ => vec![],
    };
    facts.extend(match sign {
        "zero" => vec!["nonneg", "nonpos"],
        "nonneg" => vec!["nonneg"],
        "nonpos" => vec!["nonpos"],
        _ => vec![],
    });
    facts
}

fn said(facts: &Facts) -> (String, String) {
    let curvature = format!("{:?}", facts.curvature).to_lowercase();
    (curvature, format!("{:?}", facts.sign).to_lowercase())
}

/// The facts of every row, each a `let` of one spec.
fn checked(leaves: &BTreeMap<String, Leaf>, rows: &[Row]) -> Vec<Facts> {
    let lets = rows
        .iter()
        .enumerate()
        .map(|(at, row)| format!("let e{at} = {};\n", prefix::text(&row.expr)));
    let text = prefix::declarations(leaves) + &lets.collect::<String>();
    let (model, diagnostics) = check(&text);
    let messages: Vec<_> =
        diagnostics.iter().map(|d| (&d.message, text.get(d.span.start..d.span.end))).collect();
    let Some(model) = model else { unreachable!("{messages:?}") };
    model.lets.into_iter().map(|item| item.body.facts).collect()
}

#[test]
fn the_rules_say_at_least_what_cvxpy_says() -> serde_json::Result<()> {
    let (leaves, rows) = corpus()?;
    assert_eq!(rows.len(), 1_200);
    let (mut less, mut sharper) = (Vec::new(), 0);
    for (row, facts) in rows.iter().zip(checked(&leaves, &rows)) {
        let (curvature, sign) = said(&facts);
        let ours = facts_of(&curvature, &sign);
        let theirs = facts_of(&row.curvature, &row.sign);
        if !theirs.iter().all(|fact| ours.contains(fact)) {
            less.push(format!(
                "{}: {curvature} {sign}, not {} {}",
                prefix::text(&row.expr),
                row.curvature,
                row.sign
            ));
        }
        sharper += usize::from(ours.len() > theirs.len());
    }
    assert!(less.is_empty(), "{} rows:\n{}", less.len(), less.join("\n"));
    assert!(sharper < rows.len() / 2, "{sharper} rows are sharper");
    Ok(())
}

#[test]
fn what_is_said_holds_at_samples() -> serde_json::Result<()> {
    let (leaves, rows) = corpus()?;
    let points = |variable: bool| {
        let of = leaves.iter().filter(move |(_, leaf)| (leaf.kind == "var") == variable);
        of.map(|(name, leaf)| (name.clone(), leaf.range(), leaf.is_vector())).collect::<Vec<_>>()
    };
    for (at, (row, facts)) in rows.iter().zip(checked(&leaves, &rows)).enumerate() {
        let value = |point: &BTreeMap<String, Value>| prefix::evaluate(&row.expr, point);
        let broken = samples::broken(&facts, &points(true), &points(false), 24, at as u64, value);
        assert_eq!(broken, None, "{}", prefix::text(&row.expr));
    }
    Ok(())
}

#[test]
fn what_is_left_unknown_says_nothing() {
    let facts = checked(&BTreeMap::new(), &[]);
    assert!(facts.is_empty());
    let (model, _) = check("fibre t; variable x; variable y; let e = x * y;");
    let facts = model.and_then(|model| model.lets.first().map(|item| item.body.facts.clone()));
    assert_eq!(
        facts.map(|facts| (facts.curvature, facts.sign)),
        Some((Curvature::Unknown, Sign::Unknown))
    );
}
