//! The disciplined rules know as much of curvature and sign as CVXPY 1.9.3 on every expression of
//! `sema/dcp.jsonl`: random well-formed expressions in prefix form, each with CVXPY's verdict; the
//! first line names the leaves and their signs.

use std::collections::BTreeMap;
use std::fmt::Write;

use dslc::sema::hir::{Curvature, Sign};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Header {
    leaves: BTreeMap<String, Leaf>,
}

#[derive(Deserialize)]
struct Leaf {
    kind: String,
    shape: String,
    sign: String,
}

#[derive(Deserialize)]
struct Row {
    id: usize,
    expr: Value,
    curvature: String,
    sign: String,
}

/// A number, or a vector of them, as a spec writes it.
fn literal(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// An expression in prefix form as a spec writes it.
fn written(expr: &Value) -> String {
    let Some([Value::String(head), rest @ ..]) = expr.as_array().map(Vec::as_slice) else {
        return literal(expr);
    };
    let all = || rest.iter().map(written).collect::<Vec<_>>();
    let operator = |sign: &str| format!("({})", all().join(sign));
    match head.as_str() {
        "var" | "param" => rest[0].as_str().unwrap_or_default().to_owned(),
        "const" => format!("({})", literal(&rest[0])),
        "cvec" => literal(&rest[0]),
        "add" => operator(" + "),
        "sub" => operator(" - "),
        "mul" => operator(" * "),
        "div" => operator(" / "),
        "neg_" => format!("(-{})", written(&rest[0])),
        "wgeo_mean" => format!("geo_mean({})", all().join(", ")),
        // The corpus counts from 0.
        "index" => format!("index({}, {})", written(&rest[0]), rest[1].as_u64().unwrap_or(0) + 1),
        name => format!("{name}({})", all().join(", ")),
    }
}

fn spec(header: &Header, rows: &[Row]) -> String {
    let mut text = "fibre t;\nset I = 1 .. 3;\n".to_owned();
    for (name, leaf) in &header.leaves {
        let index = if leaf.shape == "scalar" { "" } else { "[I]" };
        let (sign, range) = match leaf.sign.as_str() {
            "nonneg" => (" nonneg", "0 .. 10"),
            "nonpos" => (" nonpos", "-10 .. 0"),
            _ => ("", "-10 .. 10"),
        };
        let _ = match leaf.kind.as_str() {
            "var" => writeln!(text, "variable {name}{index}{sign};"),
            _ => writeln!(text, "param {name}{index} in {range};"),
        };
    }
    for row in rows {
        let _ = writeln!(text, "let e{} = {};", row.id, written(&row.expr));
    }
    text
}

/// Whether what is known says at least what is wanted.
fn curvature_says(known: Curvature, wanted: &str) -> bool {
    match wanted {
        "constant" => known == Curvature::Constant,
        "affine" => matches!(known, Curvature::Affine | Curvature::Constant),
        "convex" => {
            matches!(known, Curvature::Convex | Curvature::Affine | Curvature::Constant)
        }
        "concave" => {
            matches!(known, Curvature::Concave | Curvature::Affine | Curvature::Constant)
        }
        _ => true,
    }
}

fn sign_says(known: Sign, wanted: &str) -> bool {
    match wanted {
        "zero" => known == Sign::Zero,
        "nonneg" => matches!(known, Sign::Nonneg | Sign::Zero),
        "nonpos" => matches!(known, Sign::Nonpos | Sign::Zero),
        _ => true,
    }
}

#[test]
fn curvature_and_sign_agree_with_cvxpy() -> serde_json::Result<()> {
    let mut lines = include_str!("sema/dcp.jsonl").lines();
    let header: Header = serde_json::from_str(lines.next().unwrap_or_default())?;
    let rows = lines.map(serde_json::from_str).collect::<Result<Vec<Row>, _>>()?;
    assert_eq!(rows.len(), 1200);
    let compiled = dslc::compile("dcp.num", &spec(&header, &rows));
    let model = compiled.model.unwrap_or_else(|| unreachable!("{:?}", compiled.diagnostics));
    let mut exact = 0;
    for row in &rows {
        let name = format!("e{}", row.id);
        let found = model.lets.iter().find(|each| each.name.value == name);
        let facts = &found.unwrap_or_else(|| unreachable!("{name}")).body.facts;
        let agrees =
            curvature_says(facts.curvature, &row.curvature) && sign_says(facts.sign, &row.sign);
        assert!(agrees, "{}: {facts:?}, not {} {}", written(&row.expr), row.curvature, row.sign);
        let same = format!("{:?} {:?}", facts.curvature, facts.sign).to_lowercase();
        exact += usize::from(same == format!("{} {}", row.curvature, row.sign));
    }
    // Values of constants, and intervals, say more than signs do.
    assert!(exact > 1100, "{exact} rows are the same, and the others say more");
    Ok(())
}
