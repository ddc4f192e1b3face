//! `dslc simulate` as a user runs it: every example beside its optimum, seeds, tables, refusals.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a run printed and how it ended.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn simulate(spec: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_dslc"))
        .args(["--format", "json", "simulate"])
        .arg(spec)
        .args(arguments)
        .output()
        .expect("dslc starts");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../examples/{name}.num"))
}

fn document(name: &str, arguments: &[&str]) -> Value {
    let ran = simulate(&example(name), arguments);
    assert_eq!(ran.code, Some(0), "{name}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// A figure of the last reported round.
fn last(document: &Value, figure: &str) -> f64 {
    let samples = document["convergence"].as_array().expect("samples");
    samples.last().and_then(|sample| sample[figure].as_f64()).expect("a figure")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn what_settles_settles_at_the_optimum() {
    for (name, arguments) in [
        ("kelly", &[][..]),
        ("vegas", &[]),
        ("pods", &[]),
        ("reno", &[]),
        ("cache", &[]),
        ("time_budget", &["--members", "Task=batch:6,interactive:2"]),
    ] {
        let run = document(name, arguments);
        assert_eq!(run["settled"], true, "{name}: {run}");
        for figure in ["variables", "prices", "gap", "violation"] {
            assert!(last(&run, figure).abs() <= 1e-6, "{name} {figure}: {run}");
        }
        let certified = &run["certified"];
        assert_eq!(certified["rounds_kept"], certified["rounds_compared"], "{name}: {certified}");
        assert!(certified.get("not_covered").is_none(), "{name}: {certified}");
    }
}

/// A barrier settles within mμ of the optimum; first-order rounds on 80 balances take long, and their
/// average keeps to its rate on the way.
#[test]
fn what_settles_slowly_is_near_or_keeps_its_rate() {
    for name in ["package", "drf"] {
        let run = document(name, &["--ticks", "2500"]);
        let barrier = number(&run["certified"]["promised"]);
        assert!(last(&run, "violation") == 0.0, "{name}: {run}");
        assert!(last(&run, "gap") < 2e-3 && barrier <= 1.1e-3, "{name}: {run}");
    }
    let run = document("metabolic", &["--ticks", "1500"]);
    let certified = &run["certified"];
    assert_eq!(certified["rounds_compared"], 1500);
    assert_eq!(certified["rounds_kept"], 1500);
    assert!(last(&run, "violation") < 1.0, "{run}");
}

/// Three resources that one flow couples, each by a method of its own or all by one.
#[test]
fn methods_run_alone_and_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mix.num");
    let run = |methods: [&str; 3], ticks: &str| {
        let [one, two, three] = methods;
        let spec = format!(
            "fibre mix;
             set Flow = {{ p, q, r, s }};
             variable x[f in Flow] in 1 .. 100;
             resource one = x[\"p\"] + x[\"q\"] <= 100;
             resource two = x[\"p\"] + x[\"r\"] <= 80;
             resource three = x[\"p\"] + x[\"s\"] <= 60;
             utility sum(log(x[f]) for f in Flow);
             decomposition {{ one by {one}; two by {two}; three by {three}; }}"
        );
        std::fs::write(&path, spec).expect("a spec");
        let ran = simulate(&path, &["--ticks", ticks]);
        assert_eq!(ran.code, Some(0), "{methods:?}: {}", ran.stderr);
        serde_json::from_str::<Value>(&ran.stdout).expect("JSON")
    };
    for (methods, ticks, near) in [
        (["dual", "admm", "primal_dual"], "5000", 1e-3),
        (["admm"; 3], "300", 1e-6),
        (["primal_dual"; 3], "10000", 1e-3),
        (["consensus"; 3], "2000", 5e-2),
        (["penalty"; 3], "2000", 2e-2),
    ] {
        let run = run(methods, ticks);
        assert!(last(&run, "variables") < near, "{methods:?}: {run}");
        let certified = &run["certified"];
        assert_eq!(certified["rounds_kept"], certified["rounds_compared"], "{methods:?}: {run}");
    }
}

#[test]
fn the_loop_runs_in_the_kernels_integers() {
    let run = document("time_budget", &["--members", "Task=8"]);
    assert_eq!(run["arithmetic"], "fixed_point");
    assert_eq!(document("kelly", &[])["arithmetic"], "f64");
}

#[test]
fn a_seed_is_a_run() {
    let disturbed = |seed| {
        let arguments = ["--ticks", "200", "--noise", "0.1", "--loss", "0.2", "--delay", "1"];
        let more = ["--nodes", "2", "--exchange", "3", "--seed", seed];
        simulate(&example("kelly"), &[&arguments[..], &more[..]].concat()).stdout
    };
    assert_eq!(disturbed("4"), disturbed("4"));
    assert_ne!(disturbed("4"), disturbed("5"));
    let open = |seed| {
        let arguments = ["--members", "Task=8", "--ticks", "300", "--churn", "0.02"];
        simulate(&example("time_budget"), &[&arguments[..], &["--seed", seed]].concat()).stdout
    };
    assert_eq!(open("4"), open("4"));
    assert_ne!(open("4"), open("5"));
}

/// Old reads have a bound of their own: what the certificate does not speak of is said.
#[test]
fn what_the_certificate_does_not_speak_of_is_said() {
    let run = document("kelly", &["--delay", "3", "--ticks", "10"]);
    let why = run["certified"]["not_covered"].as_str().expect("a reason");
    assert!(why.contains("3 rounds old") && why.contains("delay 3 rounds"), "{why}");
    assert_eq!(run["certified"]["rounds_compared"], 0);
}

#[test]
fn the_table_has_a_row_for_each_round() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.csv");
    let file = path.to_str().expect("a path");
    document("kelly", &["--ticks", "25", "--csv", file]);
    let mut table = csv::Reader::from_path(&path).expect("a table");
    let head = table.headers().expect("a head").clone();
    assert_eq!(head.get(0), Some("tick"));
    assert_eq!(head.get(1), Some("x[long] [Mbit/s]"));
    let budget = head.iter().position(|name| name == "budget link[ab] [Mbit/s]");
    assert_eq!(head.len(), 1 + 4 + 3 * 3);
    let rows: Vec<_> = table.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 26);
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.get(0), Some(at.to_string().as_str()));
        assert_eq!(row.get(budget.expect("a budget")), Some("100"));
        assert!(row.iter().all(|value| value.parse::<f64>().is_ok_and(f64::is_finite)));
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

/// What is drawn lies inside the picture, names have room, and quantities beyond a panel's lines are a
/// band.
#[test]
fn the_picture_has_a_panel_for_each_item() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.svg");
    let file = path.to_str().expect("a path");
    document("metabolic", &["--ticks", "40", "--plot", file]);
    let svg = std::fs::read_to_string(&path).expect("a picture");
    for text in
        ["variable v", "price of balance", "use, in parts of the budget", "88 more (their range)"]
    {
        assert!(svg.contains(text), "{text}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "a coordinate is no number");
    assert!(svg.matches("polyline").count() > 8 && svg.contains("<polygon"));
}

#[test]
fn wrong_use_is_refused() {
    let kelly = example("kelly");
    for (arguments, wanted) in [
        (&["--noise", "NaN"][..], "standard deviation"),
        (&["--noise", "-1"], "standard deviation"),
        (&["--loss", "-0.1"], "between 0 and 1"),
        (&["--loss", "1.5"], "between 0 and 1"),
        (&["--churn", "2"], "between 0 and 1"),
        (&["--ticks", "0"], "--ticks"),
        (&["--nodes", "0"], "--nodes"),
        (&["--exchange", "0"], "--exchange"),
        (&["--plot", "run.png"], ".svg"),
        (&["--tol", "0"], "between 0 and 1"),
    ] {
        // A value that begins with a minus sign is one word with its option.
        let joined = arguments.join("=");
        let ran = simulate(&kelly, &[&joined]);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(wanted), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn what_cannot_be_run_is_refused() {
    for (name, arguments, code, wanted) in [
        ("time_budget", &[][..], 1, "N0709"),
        ("time_budget", &["--members", "Task=5000"], 1, "at most 4096"),
        ("kelly", &["--members", "Task=5"], 1, "no open set `Task`"),
        ("kelly", &["--param", "speed=5"], 1, "speed"),
        ("kelly", &["--churn", "0.1"], 1, "nobody can come or go"),
        ("kelly", &["--csv", "/nowhere/at/all.csv"], 3, "cannot write"),
        ("kelly", &["--plot", "/nowhere/at/all.svg"], 3, "cannot write"),
        ("nothing", &[], 2, "nothing.num"),
    ] {
        let ran = simulate(&example(name), arguments);
        assert_eq!(ran.code, Some(code), "{name} {arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(wanted), "{name} {arguments:?}: {}", ran.stderr);
    }
}
