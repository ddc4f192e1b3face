//! Expressions in prefix form, as CVXPY's corpus writes them: as text of the language, and their values.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value as Json;

use super::functions::{Value, value};

/// What a leaf is.
#[derive(Clone, Debug, Deserialize)]
pub struct Leaf {
    /// `var` or `param`.
    pub kind: String,
    /// `scalar` or `vector3`.
    pub shape: String,
    /// `unknown`, `nonneg` or `nonpos`.
    pub sign: String,
}

impl Leaf {
    /// Whether it is a vector.
    pub fn is_vector(&self) -> bool {
        self.shape != "scalar"
    }

    /// Between what its values lie in samples.
    pub fn range(&self) -> (f64, f64) {
        match self.sign.as_str() {
            "nonneg" => (0.0, 3.0),
            "nonpos" => (-3.0, 0.0),
            _ => (-3.0, 3.0),
        }
    }
}

/// The declarations of the leaves: variables without bounds beyond their sign, params that arrive at
/// run time.
pub fn declarations(leaves: &BTreeMap<String, Leaf>) -> String {
    let mut text = "fibre t;\nset I = 1 .. 3;\n".to_owned();
    for (name, leaf) in leaves {
        let index = if leaf.is_vector() { "[I]" } else { "" };
        let (lo, hi) = leaf.range();
        let line = match (leaf.kind.as_str(), leaf.sign.as_str()) {
            ("var", "unknown") => format!("variable {name}{index};"),
            ("var", sign) => format!("variable {name}{index} {sign};"),
            _ => format!("param {name}{index} in {lo} .. {hi};"),
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

fn parts(expr: &Json) -> (&str, &[Json]) {
    let parts = expr.as_array().map_or(&[][..], Vec::as_slice);
    let (head, rest) = parts.split_first().unwrap_or((&Json::Null, &[]));
    (head.as_str().unwrap_or_default(), rest)
}

fn numbers(json: &Json) -> Vec<f64> {
    match json {
        Json::Array(numbers) => numbers.iter().filter_map(Json::as_f64).collect(),
        number => number.as_f64().into_iter().collect(),
    }
}

fn literal(json: &Json) -> String {
    match json {
        Json::Array(numbers) => {
            format!("[{}]", numbers.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        number => number.to_string(),
    }
}

fn is_expr(json: &Json) -> bool {
    json.as_array().and_then(|parts| parts.first()).is_some_and(Json::is_string)
}

/// The expression as the language writes it.
pub fn text(expr: &Json) -> String {
    let (head, rest) = parts(expr);
    let arguments: Vec<_> =
        rest.iter().map(|part| if is_expr(part) { text(part) } else { literal(part) }).collect();
    match (head, arguments.as_slice()) {
        ("var" | "param", _) => rest[0].as_str().unwrap_or_default().to_owned(),
        ("const" | "cvec", [number]) if number.starts_with('-') => format!("({number})"),
        ("const" | "cvec", [number]) => number.clone(),
        ("add", [a, b]) => format!("({a} + {b})"),
        ("sub", [a, b]) => format!("({a} - {b})"),
        ("mul", [a, b]) => format!("({a} * {b})"),
        ("div", [a, b]) => format!("({a} / {b})"),
        ("neg_", [a]) => format!("(-{a})"),
        // CVXPY counts elements from 0.
        ("index", [v, _]) => format!("index({v}, {})", numbers(&rest[1])[0] + 1.0),
        ("wgeo_mean", all) => format!("geo_mean({})", all.join(", ")),
        (name, all) => format!("{name}({})", all.join(", ")),
    }
}

/// The value for values of the leaves; none where a part has none.
pub fn evaluate(expr: &Json, leaves: &BTreeMap<String, Value>) -> Option<Value> {
    let (head, rest) = parts(expr);
    match head {
        "var" | "param" => return leaves.get(rest[0].as_str()?).cloned(),
        "const" => return Some(Value::number(rest[0].as_f64()?)),
        "cvec" => return Some(Value::vector(numbers(&rest[0]))),
        _ => {}
    }
    let arguments = rest.iter().filter(|part| is_expr(part)).map(|part| evaluate(part, leaves));
    let arguments: Vec<_> = arguments.collect::<Option<_>>()?;
    let mut p: Vec<_> = rest.iter().filter(|part| !is_expr(part)).flat_map(numbers).collect();
    let name = match head {
        "wgeo_mean" => "geo_mean",
        "index" => {
            p[0] += 1.0;
            p.push(0.0);
            head
        }
        other => other,
    };
    value(name, &arguments, &p)
}
