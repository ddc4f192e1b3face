//! The alerts and the dashboard that are emitted beside a daemon, judged by Prometheus's own tool
//! and by what the daemon says of itself.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use dslc_agent::metrics::Metrics;
use dslc_agent::plant::Trouble;
use model::{DWELL, program};

const SPEC: &str = include_str!("../../../examples/dwell.num");

/// The emitted files of `config/`, by name.
fn emitted() -> BTreeMap<String, String> {
    let compiled = dslc::compile("dwell.num", SPEC);
    let (plan, certificate) = compiled.plan.expect("the example compiles");
    let artifacts = dslc::emit::daemon::emit(&plan, &certificate).expect("it has a loop");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let files = artifacts.into_iter().filter_map(|artifact| {
        let name = artifact.path.strip_prefix("config/")?.to_owned();
        Some((name, text(artifact.contents)))
    });
    files.collect()
}

/// The names of the daemon's own metrics in a query.
fn names(query: &str) -> Vec<&str> {
    let words = query.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'));
    words.filter(|word| word.starts_with("dslc_")).collect()
}

#[test]
fn promtool_accepts_the_alerts_and_each_does_what_its_tests_say() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in emitted() {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    for arguments in
        [["check", "rules", "dwell.alerts.yaml"], ["test", "rules", "dwell.alerts.test.yaml"]]
    {
        let output = Command::new("promtool").args(arguments).current_dir(folder.path()).output();
        let output = output.expect("promtool, from the Debian package prometheus");
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    }
}

#[test]
fn alerts_and_panels_ask_for_what_a_daemon_has() {
    let metrics = Metrics::new(&DWELL, false);
    // What has labels that only a kernel program knows appears with the first of them.
    metrics.programs(&[program(1, 1)]);
    metrics.trouble(&Trouble { kind: "events_lost", total: 1 });
    let text = metrics.prometheus().expect("text");
    let known = |name: &str| {
        let family = name.strip_suffix("_bucket").unwrap_or(name);
        text.contains(&format!("# TYPE {family} "))
    };
    let emitted = emitted();
    let board: serde_json::Value =
        serde_json::from_str(&emitted["dwell.dashboard.json"]).expect("JSON");
    let panels = board["panels"].as_array().expect("panels");
    assert_eq!(panels.len(), 12);
    for panel in panels {
        let query = panel["targets"][0]["expr"].as_str().expect("a query");
        let asked = names(query);
        assert!(!asked.is_empty() && asked.iter().all(|name| known(name)), "{query}");
        assert!(query.contains("fibre=\"dwell\"") && !query.contains("$F"), "{query}");
    }
    let queries = emitted["dwell.alerts.yaml"].lines().filter(|line| line.contains("expr:"));
    for query in queries {
        let asked = names(query);
        assert!(!asked.is_empty() && asked.iter().all(|name| known(name)), "{query}");
    }
}
