//! Tables: whatever the bytes of a CSV file, the values that come out are those that a plain reader
//! finds, or there is an error in the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::{inside, run};
use crate::sema::hir::{Rational, Values};

const SPEC: &str = "fibre t;
set L = { l1, l2, \"l 3\" };
set S = 1 .. 4;
set N from \"t.csv\" column \"S\";
param A[L, S] from \"t.csv\";
variable x[s in S] in 0.1 .. 1;
resource link[l in L] = sum(A[l, s] * x[s] for s in S) <= 9;
utility sum(log(x[s]) for s in S);
";

fn reads_or_complains(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let files = BTreeMap::from([("t.csv".to_owned(), bytes.clone())]);
    let compiled = crate::compile_with(Arc::new(files), "spec.num", SPEC);
    inside(&compiled.sources, &compiled.diagnostics)?;
    let Some(model) = compiled.model else { return Ok(()) };
    // Accepted: every line that is not blank is a row, and the rows add up to what was kept.
    let text = String::from_utf8(bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
    if text.contains('"') {
        return Ok(());
    }
    let rows = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).skip(1);
    let sum: f64 = rows.filter_map(|row| row.split(',').nth(2)?.trim().parse::<f64>().ok()).sum();
    let values = model.params.first().map(|param| &param.values);
    let kept: Vec<Rational> = match values {
        Some(Values::Dense(values)) => values.clone(),
        Some(Values::Sparse(entries)) => entries.iter().map(|(_, v)| v.to_rational()).collect(),
        _ => Vec::new(),
    };
    let kept = num_traits::ToPrimitive::to_f64(&kept.into_iter().sum::<Rational>());
    let kept = kept.unwrap_or(f64::NAN);
    prop_assert!((kept - sum).abs() <= 1e-9 * (1.0 + sum.abs()), "{kept} kept of {sum}");
    Ok(())
}

const CELLS: &[&str] = &[
    "l1",
    "l2",
    "l 3",
    "l4",
    "1",
    "2",
    "3",
    "4",
    "5",
    "-1",
    "0",
    "0.5",
    "1e-3",
    "1e400",
    "nan",
    "inf",
    "",
    " ",
    "\"",
    "\"l1\"",
    "\"a\nb\"",
    "\"1\"\"",
    "+2",
    "12345678901234567890.5",
    "é",
    "\u{feff}",
    "\0",
    "#",
    ";",
    "\t",
];

fn table() -> impl Strategy<Value = Vec<u8>> {
    let cell = prop::sample::select(CELLS);
    let good = (1usize..4, 1usize..5, -9i32..10).prop_map(|(l, s, value)| {
        let link = ["l1", "l2", "l 3"][l - 1];
        format!("{link},{s},{value}")
    });
    let bad = prop::collection::vec(cell, 0..5).prop_map(|cells| cells.join(","));
    let row = prop_oneof![6 => good, 1 => bad];
    let end = prop::sample::select(&["\n", "\r\n", "\r", "\n\n", ""][..]);
    let header = prop::sample::select(
        &["L,S,A", "l,S,value", " L , S,A", "S,L,A", "L,S", "\u{feff}L,S,A"][..],
    );
    let rows = prop::collection::vec((row, end), 0..12);
    (header, rows).prop_map(|(header, rows)| {
        let rows: String = rows.into_iter().map(|(row, end)| row + end).collect();
        format!("{header}\n{rows}").into_bytes()
    })
}

#[test]
fn tables() {
    run(table(), reads_or_complains);
}

#[test]
fn bytes() {
    let header = |mut rest: Vec<u8>| {
        let mut bytes = b"L,S,A\n".to_vec();
        bytes.append(&mut rest);
        bytes
    };
    run(prop::collection::vec(any::<u8>(), 0..200).prop_map(header), reads_or_complains);
}
