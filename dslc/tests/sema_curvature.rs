//! The disciplined rules give the same curvature and sign as CVXPY 1.9.3 on every expression of
//! `sema/dcp.jsonl`: random well-formed expressions in prefix form over leaves of known sign, the
//! first line naming the leaves.

use std::collections::BTreeMap;

use dslc::sema::atoms;
use dslc::sema::curvature::{self, Shape};
use dslc::sema::hir::{Curvature, Rational, Sign};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Header {
    leaves: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Row {
    expr: Value,
    curvature: String,
    sign: String,
}

fn sign(name: &str) -> Sign {
    match name {
        "zero" => Sign::Zero,
        "nonneg" => Sign::Nonneg,
        "nonpos" => Sign::Nonpos,
        _ => Sign::Unknown,
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn constant(values: &[f64]) -> Shape {
    let shape = Shape::new(Curvature::Constant, Sign::Unknown);
    let with = |shape: Shape, yes: bool, sign| if yes { shape.with_sign(sign) } else { shape };
    let shape = with(shape, values.iter().all(|v| *v >= 0.0), Sign::Nonneg);
    with(shape, values.iter().all(|v| *v <= 0.0), Sign::Nonpos)
}

fn shape(expr: &Value, leaves: &BTreeMap<String, String>) -> Shape {
    let parts = expr.as_array().map_or(&[][..], Vec::as_slice);
    let head = parts[0].as_str().unwrap_or_default();
    let leaf = |curvature| {
        let name = parts[1].as_str().unwrap_or_default();
        Shape::new(curvature, sign(&leaves[name]))
    };
    match head {
        "var" => return leaf(Curvature::Affine),
        "param" => return leaf(Curvature::Constant),
        "const" => return constant(&[number(&parts[1])]),
        "cvec" => {
            let values = parts[1].as_array().map_or(&[][..], Vec::as_slice);
            return constant(&values.iter().map(number).collect::<Vec<_>>());
        }
        _ => {}
    }
    let atom = atoms::find(head).unwrap_or_else(|| unreachable!("no row for {head}"));
    let (arguments, parameters) = parts[1..].split_at(parts.len() - 1 - atom.parameters.len());
    let arguments: Vec<_> = arguments.iter().map(|argument| shape(argument, leaves)).collect();
    let parameters: Vec<_> =
        parameters.iter().filter_map(|p| Rational::from_float(number(p))).collect();
    curvature::apply(atom.case(&arguments, &parameters), &arguments)
}

#[test]
fn curvature_and_sign_agree_with_cvxpy() -> serde_json::Result<()> {
    let mut lines = include_str!("sema/dcp.jsonl").lines();
    let header: Header = serde_json::from_str(lines.next().unwrap_or_default())?;
    let mut rows = 0;
    for line in lines {
        let row: Row = serde_json::from_str(line)?;
        let shape = shape(&row.expr, &header.leaves);
        let curvature = format!("{:?}", shape.curvature()).to_lowercase();
        let sign = format!("{:?}", shape.sign()).to_lowercase();
        assert_eq!((curvature, sign), (row.curvature, row.sign), "{}", row.expr);
        rows += 1;
    }
    assert!(rows > 300, "{rows} rows");
    Ok(())
}
