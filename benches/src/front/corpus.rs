//! The expressions of `dslc/tests/sema/dcp.jsonl` as a spec: a `let` each.

use std::collections::BTreeMap;

use dslc::sema::hir::{Expr, Model};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Header {
    leaves: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Row {
    expr: Value,
}

/// Expressions that both sides take.
pub struct Corpus {
    leaves: BTreeMap<String, String>,
    expressions: Vec<Value>,
    spec: String,
}

impl Corpus {
    /// Reads it, without what has no form in a spec.
    pub fn read() -> Result<Self, String> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../dslc/tests/sema/dcp.jsonl");
        let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
        let mut lines = text.lines();
        let header: Header =
            serde_json::from_str(lines.next().unwrap_or_default()).map_err(|e| e.to_string())?;
        let sign = |leaf: &Value| leaf["sign"].as_str().or(leaf.as_str()).unwrap_or("").to_owned();
        let leaves: BTreeMap<_, _> =
            header.leaves.iter().map(|(name, leaf)| (name.clone(), sign(leaf))).collect();
        let mut expressions = Vec::new();
        for line in lines {
            let row: Row = serde_json::from_str(line).map_err(|e| e.to_string())?;
            let alone = spec(&leaves, std::slice::from_ref(&row.expr));
            if dslc::db::check_text("one.num", &alone).0.is_some() {
                expressions.push(row.expr);
            }
        }
        let spec = spec(&leaves, &expressions);
        Ok(Corpus { leaves, expressions, spec })
    }

    /// How many expressions there are.
    pub fn len(&self) -> usize {
        self.expressions.len()
    }

    /// The same expressions for the other side.
    pub fn document(&self) -> String {
        json!({ "leaves": self.leaves, "expressions": self.expressions }).to_string()
    }

    /// The checked expressions.
    pub fn model(&self) -> Result<Model, String> {
        dslc::db::check_text("corpus.num", &self.spec).0.ok_or_else(|| "a spec is refused".into())
    }
}

/// Nodes of a checked expression.
pub fn count(expr: &Expr) -> usize {
    1 + expr.parts().into_iter().map(count).sum::<usize>()
}

fn spec(leaves: &BTreeMap<String, String>, expressions: &[Value]) -> String {
    let mut spec = "fibre corpus;\nset I = 1 .. 3;\n".to_owned();
    for (name, sign) in leaves {
        let range = match sign.as_str() {
            "nonneg" => "0 .. 9",
            "nonpos" => "-9 .. 0",
            _ => "-9 .. 9",
        };
        let kind = if name.starts_with(['p', 'q']) { "param" } else { "variable" };
        let index = if name.starts_with(['v', 'q']) { "[i in I]" } else { "" };
        spec.push_str(&format!("{kind} {name}{index} in {range};\n"));
    }
    for (at, expr) in expressions.iter().enumerate() {
        spec.push_str(&format!("let e{at} = {};\n", text(expr)));
    }
    spec
}

/// A prefix form in the language.
fn text(expr: &Value) -> String {
    // What does not start with a name is a number or a list of numbers.
    let head = expr.get(0).and_then(Value::as_str);
    let (Some(parts), Some(head)) = (expr.as_array(), head) else { return expr.to_string() };
    let rest = parts.get(1..).unwrap_or_default();
    let texts: Vec<_> = rest.iter().map(text).collect();
    match (head, texts.as_slice()) {
        ("var" | "param", _) => rest.first().and_then(Value::as_str).unwrap_or_default().to_owned(),
        ("const", [value]) => format!("({value})"),
        ("cvec", _) => rest.first().map(Value::to_string).unwrap_or_default(),
        ("add", [a, b]) => format!("({a} + {b})"),
        ("sub", [a, b]) => format!("({a} - {b})"),
        ("mul", [a, b]) => format!("({a} * {b})"),
        ("div", [a, b]) => format!("({a} / {b})"),
        ("neg_", [a]) => format!("(-{a})"),
        // The corpus counts from 0, the language from 1.
        ("index", [a, _]) => format!("index({a}, {})", rest[1].as_u64().unwrap_or_default() + 1),
        ("wgeo_mean", _) => format!("geo_mean({})", texts.join(", ")),
        _ => format!("{head}({})", texts.join(", ")),
    }
}
