//! Each row: its two sides have equal values, and a spec that is refused with the left one is accepted
//! once the fix has written the right one.

use std::collections::BTreeMap;

use super::pattern::parse;
use super::table::{ROWS, Row};
use crate::diag::{Diagnostic, Edit, codes};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

/// Names of a row, in order.
fn names(expr: &Expr, all: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Name(name) if !all.contains(&name.text) => all.push(name.text.clone()),
        ExprKind::Neg(a) => names(a, all),
        ExprKind::Binary(_, a, b) => {
            names(a, all);
            names(b, all);
        }
        ExprKind::Call(_, parts) | ExprKind::Vector(parts) => {
            parts.iter().for_each(|part| names(part, all));
        }
        ExprKind::Fold(fold) | ExprKind::Each(fold) => names(&fold.body, all),
        _ => {}
    }
}

/// The value of an expression whose names have these values; a fold runs over three multiples of them.
fn value(expr: &Expr, at: &BTreeMap<&str, f64>) -> f64 {
    let elements = |body: &Expr| {
        [1.0, 0.5, 2.0].map(|factor| {
            let scaled = at.iter().map(|(name, value)| (*name, value * factor)).collect();
            value(body, &scaled)
        })
    };
    match &expr.kind {
        ExprKind::Name(name) => at[name.text.as_str()],
        ExprKind::Number(number, _) => num_traits::ToPrimitive::to_f64(number).unwrap_or(f64::NAN),
        ExprKind::Neg(a) => -value(a, at),
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (value(a, at), value(b, at));
            match op {
                BinaryOp::Add => a + b,
                BinaryOp::Sub => a - b,
                BinaryOp::Mul => a * b,
                BinaryOp::Div => a / b,
                BinaryOp::Pow => a.powf(b),
            }
        }
        ExprKind::Call(name, arguments) => {
            let all = match arguments.as_slice() {
                [Expr { kind: ExprKind::Vector(elements), .. }] => {
                    elements.iter().map(|element| value(element, at)).collect()
                }
                [Expr { kind: ExprKind::Each(each), .. }] => elements(&each.body).to_vec(),
                [one] if is_vector(one) => elements(one).to_vec(),
                arguments => arguments.iter().map(|argument| value(argument, at)).collect(),
            };
            function(&name.text, &all)
        }
        ExprKind::Fold(fold) => function(&fold.function.text, &elements(&fold.body)),
        other => unreachable!("{other:?}"),
    }
}

/// Whether an argument is a vector: every row calls it `v`.
fn is_vector(expr: &Expr) -> bool {
    let mut all = Vec::new();
    names(expr, &mut all);
    all == ["v"]
}

fn function(name: &str, x: &[f64]) -> f64 {
    let sum = |f: fn(f64) -> f64| x.iter().copied().map(f).sum::<f64>();
    let count = x.len() as f64;
    match name {
        "sqrt" => x[0].sqrt(),
        "square" => x[0] * x[0],
        "abs" => x[0].abs(),
        "exp" => x[0].exp(),
        "log" => x[0].ln(),
        "entr" => -x[0] * x[0].ln(),
        "inv_pos" => 1.0 / x[0],
        "max" => x.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "min" => x.iter().copied().fold(f64::INFINITY, f64::min),
        "sum" => sum(|x| x),
        "sum_squares" => sum(|x| x * x),
        "norm2" => sum(|x| x * x).sqrt(),
        "log_sum_exp" => sum(f64::exp).ln(),
        "logistic" => x[0].exp().ln_1p(),
        "xexp" => x[0] * x[0].exp(),
        "geo_mean" => x.iter().product::<f64>().powf(1.0 / count),
        "harmonic_mean" => count / sum(f64::recip),
        "inv_prod" => x.iter().product::<f64>().recip(),
        "quad_over_lin" => x[0] * x[0] / x[1],
        "rel_entr" => x[0] * (x[0] / x[1]).ln(),
        _ => unreachable!("{name}"),
    }
}

impl Row {
    fn names(&self) -> Vec<String> {
        let mut all = Vec::new();
        for text in [self.pattern, self.replacement] {
            names(&parse(text).unwrap_or_else(|| unreachable!("{text}")), &mut all);
        }
        all
    }

    /// Numbers and constants keep one value; the others go over their range.
    fn range(&self, name: &str) -> Vec<f64> {
        match name {
            "P" => vec![3.0],
            "Q" => vec![0.25],
            "C" => vec![2.0],
            _ if self.nonneg.contains(&name) => vec![0.25, 1.0, 3.5],
            _ => vec![-2.5, -0.5, 0.25, 1.0, 3.5],
        }
    }

    /// A spec with one side of the row where something convex or concave is needed.
    fn spec(&self, convex: bool) -> String {
        let mut text = self.pattern.to_owned();
        let mut declared = String::new();
        for name in self.names() {
            match name.as_str() {
                "P" => text = text.replace('P', "3"),
                "Q" => text = text.replace('Q', "0.25"),
                "C" => declared.push_str("param C = 2;\n"),
                "v" => declared.push_str("variable v[i in I] in -4 .. 4;\n"),
                name if self.nonneg.contains(&name) => {
                    declared.push_str(&format!("variable {name} in 0 .. 4;\n"));
                }
                name => declared.push_str(&format!("variable {name} in -4 .. 4;\n")),
            }
        }
        let place = if convex {
            format!("resource use = {text} <= 100;\nutility 1;")
        } else {
            format!("utility {text};")
        };
        format!("fibre t;\nset I = {{ a, b }};\n{declared}{place}\n")
    }
}

#[test]
fn both_sides_have_equal_values() {
    for row in ROWS {
        let sides = [row.pattern, row.replacement].map(parse);
        let [Some(left), Some(right)] = sides else { unreachable!("{row:?}") };
        let mut points = vec![BTreeMap::new()];
        let names = row.names();
        for name in &names {
            let extend = |point: &BTreeMap<_, _>| {
                let point = point.clone();
                row.range(name).into_iter().map(move |value| {
                    let mut point = point.clone();
                    point.insert(name.as_str(), value);
                    point
                })
            };
            points = points.iter().flat_map(extend).collect();
        }
        let mut compared = 0;
        for point in points {
            let (a, b) = (value(&left, &point), value(&right, &point));
            // Where what is written has no value, the fix may have one.
            if a.is_finite() {
                assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{row:?} at {point:?}: {a}, {b}");
                compared += 1;
            }
        }
        assert!(compared >= 3, "{row:?} was compared {compared} times");
    }
}

fn errors(text: &str) -> Vec<Diagnostic> {
    crate::compile("spec.num", text).diagnostics.into_iter().filter(is_of_curvature).collect()
}

fn is_of_curvature(diagnostic: &Diagnostic) -> bool {
    [codes::NOT_CONCAVE, codes::RESOURCE_CURVATURE, codes::UNDECIDED, codes::KNOWN_FORM]
        .contains(&diagnostic.code)
}

fn mended(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    text
}

#[test]
fn each_row_turns_a_refused_spec_into_an_accepted_one() {
    let wrong: Vec<_> = ROWS.iter().filter_map(|row| trial(row).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the row's fix is offered in one place at least, and mends the spec wherever it is offered.
fn trial(row: &Row) -> Result<(), String> {
    let mut helped = false;
    for convex in [true, false] {
        let text = row.spec(convex);
        let found = errors(&text);
        let Some(fix) = found.first().and_then(|error| error.fixes.first()) else { continue };
        let mended = mended(&text, &fix.edits);
        let rest = crate::compile("spec.num", &mended).diagnostics;
        if let Some(error) = rest.iter().find(|each| is_of_curvature(each)) {
            return Err(format!("{text}becomes\n{mended}{}", error.message));
        }
        helped = true;
    }
    let (convex, concave) = (row.spec(true), row.spec(false));
    let found = [errors(&convex), errors(&concave)];
    helped.then_some(()).ok_or_else(|| format!("{row:?} helps nowhere:\n{convex}{found:?}"))
}
