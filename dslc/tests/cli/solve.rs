//! `dslc solve` where there is no optimum, where it stops early, and what it prints for people.

use std::fmt::Write;

use serde_json::Value;

use super::{Ran, json, run};

/// Runs the command on a spec of these items.
fn solved(items: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("spec.num");
    std::fs::write(&spec, format!("fibre spec;\n{items}")).expect("written");
    let spec = spec.to_str().expect("a path in UTF-8");
    run(["solve", spec].iter().chain(arguments))
}

/// Its JSON, and the exit code with it.
fn document(items: &str, arguments: &[&str], exit: i32) -> Value {
    let ran = solved(items, &[&["--format", "json"], arguments].concat());
    assert_eq!(ran.code, Some(exit), "{}{}", ran.stdout, ran.stderr);
    json(&ran.stdout)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Two variables and three resources that no choice keeps together, and a fourth that does not matter.
const CONTRADICTION: &str = "
    variable x in 0 .. 4;
    variable y in 0 .. inf;
    resource most = x + y <= 3;
    resource more = 2 * x + y >= 5;
    resource even = x - y == -1;
    resource idle = y <= 100;
    utility log(x) + log(y);";

/// Weighted by the certificate, the rows and bounds add up to `0 · x <= something below 0`. The rows
/// stand here once more, as numbers.
#[test]
fn a_contradiction_is_proved() {
    let answer = document(CONTRADICTION, &[], 1);
    assert_eq!(answer["status"], "infeasible");
    assert_eq!(answer["objective"], Value::Null);
    let proof = &answer["certificate"];
    assert_eq!(proof["kind"], "farkas");
    // Name, coefficients, limit, and the sign that the weight must have; 0 for either.
    let rows = [
        ("most", [1.0, 1.0], 3.0, 1.0),
        ("more", [2.0, 1.0], 5.0, -1.0),
        ("even", [1.0, -1.0], -1.0, 0.0),
        ("idle", [0.0, 1.0], 100.0, 1.0),
    ];
    let mut left = [0.0; 2];
    let mut right = 0.0;
    for (name, coefficients, limit, sign) in rows {
        let weight = number(&proof["prices"][name]);
        assert!(weight * sign >= 0.0, "{name}: {weight}");
        right += weight * limit;
        for (left, a) in left.iter_mut().zip(coefficients) {
            *left += weight * a;
        }
    }
    for (at, (name, low, high)) in [("x", 0.0, 4.0), ("y", 0.0, f64::INFINITY)].iter().enumerate() {
        let weight = number(&proof["bounds"][name]);
        left[at] += weight;
        right += if weight == 0.0 { 0.0 } else { weight * if weight > 0.0 { high } else { low } };
    }
    assert!(left.iter().all(|rest| rest.abs() < 1e-6), "{left:?}");
    assert!(right < -1e-3, "{right}");
    let said = solved(CONTRADICTION, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.starts_with("infeasible\n"), "{}", said.stdout);
    assert!(said.stdout.contains("add up to a contradiction"), "{}", said.stdout);
}

/// What a check refuses on the bounds alone is proved too.
#[test]
fn a_resource_that_no_choice_keeps_is_infeasible() {
    let items = "variable x in 0 .. 1;\nvariable y in 0 .. 1;
        resource r = x + 2 * y >= 4;\nutility log(x) + y;";
    let answer = document(items, &[], 1);
    assert_eq!(answer["status"], "infeasible");
    let proof = &answer["certificate"];
    let weight = number(&proof["prices"]["r"]);
    let bounds = ["x", "y"].map(|name| number(&proof["bounds"][name]));
    assert!(weight < 0.0 && bounds.iter().all(|bound| *bound >= 0.0), "{proof}");
    assert!((weight + bounds[0]).abs() < 1e-6 && (2.0 * weight + bounds[1]).abs() < 1e-6);
    assert!(4.0 * weight + bounds[0] + bounds[1] < -1e-3, "{proof}");
}

/// From a point that keeps everything, the direction keeps everything however far one goes, and the
/// utility passes every number.
#[test]
fn growth_without_end_is_proved() {
    let rows = "variable x in 0 .. inf;\nvariable y in -inf .. inf;\nvariable z in 0 .. 1;
        resource a = x - 2 * y <= 1;\nresource b = y - x <= 2;\n";
    let linear: fn(f64, f64) -> f64 = |x, _| x;
    // A logarithm has no ray of gain in its cone; a root neither, and it stands beside another.
    let cases = [
        ("utility x - z;", linear),
        ("utility log(x) - z;", |x, _| x.ln()),
        ("utility sqrt(x) - square(z);", |x, _| x.sqrt()),
        ("utility power(x, 0.3) - logistic(-y);", |x, y| x.powf(0.3) - (-y).exp().ln_1p()),
    ];
    for (utility, value) in cases {
        let answer = document(&format!("{rows}{utility}"), &[], 1);
        assert_eq!(answer["status"], "unbounded", "{utility}: {answer}");
        let direction = &answer["certificate"]["variables"];
        let [x, y, z] = ["x", "y", "z"].map(|name| number(&direction[name]));
        assert!(x >= 0.0 && z.abs() < 1e-9, "{utility}: {direction}");
        assert!(x - 2.0 * y <= 1e-9 && y - x <= 1e-9, "{utility}: {direction}");
        let at = |t: f64| value(1.0 + t * x, 1.0 + t * y);
        assert!(at(1e30) > at(1e20) + 1.0 && at(1e20) > at(1.0) + 1.0, "{utility}: {direction}");
    }
}

#[test]
fn a_run_that_stops_early_says_so() {
    let network = "set S = 0 .. 9;\nset L = 0 .. 4;
        param c[L] = { 0: 1, 1: 1000, 2: 0.01, 3: 5, 4: 2 };
        variable x[s in S] in 0 .. inf;
        resource link[l in L] = sum(x[s] for s in S if s <= 2 * l) <= c[l];
        resource all = sum(x[s] for s in S) <= 7;
        utility sum(log(x[s]) for s in S);";
    let cones = "variable x in 0 .. inf;\nvariable y in 0 .. inf;
        resource r = norm2([x, 2 * y]) + exp(x) <= 9;\nutility log(x + y) - square(x - y);";
    for items in [network, cones] {
        assert_eq!(document(items, &[], 0)["status"], "optimal");
        let answer = document(items, &["--max-iterations", "1"], 3);
        assert_eq!(answer["status"], "iteration_limit", "{answer}");
        let said = solved(items, &["--max-iterations", "1"]);
        assert_eq!(said.code, Some(3));
        assert!(said.stdout.starts_with("iteration_limit: stopped before"), "{}", said.stdout);
        assert!(!said.stdout.contains("optimal:"), "{}", said.stdout);
        assert!(!said.stdout.contains("NaN"), "{}", said.stdout);
    }
}

/// A table with units and what binds; of names with many elements, a summary.
#[test]
fn people_get_a_table() {
    let items = "variable x: s in 0 s .. 2 s;\nvariable y: s in 0 s .. 9 s;
        resource both: s = x + y <= 6 s;\nresource loose: s = y <= 5 s;
        utility 8 * log(x / 1 s) + log(y / 1 s);";
    let said = solved(items, &[]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let lines: Vec<Vec<&str>> =
        said.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    for wanted in [
        &["variable", "value"][..],
        &["x", "2", "s", "at", "its", "upper", "bound"],
        &["y", "4", "s"],
        &["resource", "used", "of", "price"],
        &["both", "6", "<=", "6", "s", "0.25", "1/s", "binds"],
    ] {
        assert!(lines.iter().any(|line| line == wanted), "no {wanted:?} in {}", said.stdout);
    }
    let mut many =
        "set S = 1 .. 5000;\nset L = 1 .. 100;\nvariable x[s in S] in 0 .. inf;\n".to_owned();
    writeln!(many, "resource link[l in L] = sum(x[s] for s in S if s <= 50 * l) <= 10 * l;")
        .expect("written");
    many += "utility sum(log(x[s]) for s in S);";
    let said = solved(&many, &[]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.lines().count() < 30, "{}", said.stdout);
    for wanted in ["x: 5000 elements from 0.2 to 0.2", "link: 100 elements, 100 bind"] {
        assert!(said.stdout.contains(wanted), "no {wanted} in {}", said.stdout);
    }
}
