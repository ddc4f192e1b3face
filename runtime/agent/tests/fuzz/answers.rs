//! What a daemon answers to its own command line: any text is a table with a line for each bucket, or
//! refused, and none of it steers the terminal.

use dslc_agent::client::listed;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{is_plain, mutated, run};

fn row() -> impl Strategy<Value = Value> {
    let words =
        (any::<String>(), any::<String>(), any::<String>(), prop::option::of(any::<String>()));
    let figures = (any::<f64>(), any::<f64>(), any::<u32>(), any::<u32>());
    (any::<u64>(), any::<u32>(), words, figures).prop_map(|(bucket, tgid, words, figures)| {
        let (comm, class, state, act) = words;
        let (dwell, budget, processes, lost) = figures;
        json!({
            "bucket": bucket, "tgid": tgid, "comm": comm, "class": class, "state": state,
            "act": act, "dwell_seconds": dwell, "budget_seconds": budget,
            "processes": processes, "lost": lost, "evidence": {},
        })
    })
}

fn state() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(row(), 0..4)
}

#[test]
fn every_bucket_has_its_line() {
    run(state(), |rows| {
        let told = listed(&json!({ "members": &rows, "price": 1 }).to_string());
        let table = told.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let lines: Vec<&str> = table.lines().collect();
        prop_assert_eq!(lines.len(), rows.len() + 1);
        for (line, row) in lines[1..].iter().zip(&rows) {
            let bucket = line.split_whitespace().next().map(str::to_owned);
            prop_assert_eq!(bucket, Some(row["bucket"].to_string()));
        }
        prop_assert!(lines.iter().all(|line| is_plain(line)), "{table:?}");
        Ok(())
    });
}

#[test]
fn changed_answers() {
    let text = state().prop_map(|rows| json!({ "members": rows }).to_string());
    const PIECES: &[&str] =
        &["{", "}", "[", "]", "\"", ",", "null", "-1", "1e999", "\\u001b", "\u{1b}[2J", ":"];
    run(mutated(text, PIECES), |text| {
        if let Ok(table) = listed(&text) {
            prop_assert!(table.lines().all(is_plain), "{table:?}");
        }
        Ok(())
    });
}
