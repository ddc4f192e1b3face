//! What Prometheus reads, judged by Prometheus's own tool.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use std::io::Write;
use std::process::{Command, Stdio};

use dslc_agent::controller::Controller;
use dslc_agent::metrics::Metrics;
use dslc_agent::plant::{Measure, Trouble};
use model::{DWELL, Model, member, one_event_of_each_kind, program};

/// Metrics of a daemon that saw two members use 0.3 s, and one event of each kind.
fn metrics() -> Metrics {
    let metrics = Metrics::new(&DWELL, false);
    let plant = Model::new(|_| {
        let rows = vec![member(1, 0, 100_000_000, 1), member(2, 1, 200_000_000, 1)];
        Ok(Measure { members: 2, total_dwell_ns: 300_000_000, rows })
    });
    let mut controller = Controller::start(&DWELL, plant).expect("the model answers");
    metrics.tick(&controller.tick().expect("the model answers"));
    one_event_of_each_kind().iter().for_each(|event| metrics.event(event));
    let lost = Trouble { kind: "events_lost", total: 3 };
    assert!(metrics.trouble(&lost), "more than before");
    assert!(!metrics.trouble(&lost), "no more than before");
    metrics.programs(&[program(3, 1_500)]);
    metrics.programs(&[program(5, 2_500)]);
    metrics.failed();
    metrics.counts_runs(true);
    metrics.reloaded(false);
    metrics
}

#[test]
fn promtool_accepts_every_metric() {
    let text = metrics().prometheus().expect("text");
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool, from the Debian package prometheus");
    promtool.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let said = promtool.wait_with_output().expect("it ends");
    let complaints = [said.stdout, said.stderr].concat();
    assert!(said.status.success(), "{}\n{text}", String::from_utf8_lossy(&complaints));
    assert!(complaints.is_empty(), "{}\n{text}", String::from_utf8_lossy(&complaints));
}

#[test]
fn figures_are_in_seconds_and_under_their_names() {
    let text = metrics().prometheus().expect("text");
    let value = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in\n{text}"))
    };
    let near = |name: &str, expected: f64| {
        let value = value(name);
        assert!((value - expected).abs() < 1e-6 * expected, "{name} is {value}, not {expected}");
    };
    near("dwell_seconds_current", 0.15);
    near("dslc_use_seconds{fibre=\"dwell\"}", 5.3);
    near("dslc_capacity_seconds{fibre=\"dwell\"}", 5.0);
    near("dslc_act_lateness_seconds_sum{fibre=\"dwell\"}", 6e-5);
    near("dslc_act_dwell_seconds_sum{fibre=\"dwell\"}", 0.10006);
    // Two acts, a clock that was stopped, and an end.
    near("dslc_dwell_seconds_sum{fibre=\"dwell\"}", 0.20012);
    near("dslc_program_run_seconds_total{fibre=\"dwell\",program=\"on_sys_enter\"}", 2.5e-6);
    near("dslc_evidence_points_max{fibre=\"dwell\",evidence=\"harm\"}", 9.0);
    near("dslc_evidence_points_all{fibre=\"dwell\",evidence=\"doubt\"}", 1.0);
    let counted = [
        ("dslc_members{fibre=\"dwell\"}", 2.0),
        ("dslc_buckets{fibre=\"dwell\",state=\"overdue\"}", 2.0),
        ("dslc_buckets{fibre=\"dwell\",state=\"stopped\"}", 0.0),
        ("dslc_processes{fibre=\"dwell\"}", 6.0),
        ("dslc_program_runs_total{fibre=\"dwell\",program=\"on_sys_enter\"}", 5.0),
        ("dslc_dwell_seconds_count{fibre=\"dwell\"}", 4.0),
        ("dslc_updates_total{fibre=\"dwell\"}", 1.0),
        ("dslc_failed_periods_total{fibre=\"dwell\"}", 1.0),
        ("dslc_troubles_total{fibre=\"dwell\",kind=\"events_lost\"}", 3.0),
        ("dslc_acts_total{fibre=\"dwell\",class=\"batch\",act=\"kill\",path=\"timer\"}", 1.0),
        ("dslc_acts_total{fibre=\"dwell\",class=\"batch\",act=\"ask\",path=\"system_call\"}", 1.0),
        ("dslc_acts_total{fibre=\"dwell\",class=\"interactive\",act=\"kill\",path=\"timer\"}", 0.0),
        ("dslc_decisions_total{fibre=\"dwell\",verdict=\"release\"}", 1.0),
        ("dslc_decisions_total{fibre=\"dwell\",verdict=\"kill\"}", 0.0),
        ("dslc_taints_total{fibre=\"dwell\",class=\"batch\"}", 1.0),
        ("dslc_clears_total{fibre=\"dwell\",class=\"batch\"}", 1.0),
        ("dslc_overdue_total{fibre=\"dwell\",class=\"batch\"}", 1.0),
        ("dslc_inherited_total{fibre=\"dwell\",class=\"batch\"}", 1.0),
        ("dslc_exits_total{fibre=\"dwell\",class=\"batch\"}", 1.0),
        ("dslc_observe_only{fibre=\"dwell\"}", 0.0),
        ("dslc_counts_runs{fibre=\"dwell\"}", 1.0),
        ("dslc_reloads_total{fibre=\"dwell\",result=\"refused\"}", 1.0),
        ("dslc_reloads_total{fibre=\"dwell\",result=\"taken\"}", 0.0),
    ];
    for (name, expected) in counted {
        assert_eq!(value(name), expected, "{name}");
    }
    // A refused configuration is not a new one: the time is that of the start.
    let read = value("dslc_last_reload_success_timestamp_seconds{fibre=\"dwell\"}");
    let now = dslc_agent::units::unix_seconds();
    assert!(read > 1e9 && read <= now, "{read} at {now}");
    let build = text.lines().find(|line| line.starts_with("dslc_build_info{")).expect("a build");
    let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
    // The begin of the digest of no bytes at all.
    assert!(build.contains(&version) && build.contains("object=\"e3b0c44298fc1c14\""), "{build}");
    assert!(build.ends_with(" 1"), "{build}");
    // The price rose with the use, and each class's budget is its weight over the price.
    let price = value("price_dwell");
    assert!(price > 19.9, "{price}");
    near("dslc_budget_seconds{fibre=\"dwell\",class=\"interactive\"}", 4.0 / price);
    near("dslc_budget_seconds{fibre=\"dwell\",class=\"batch\"}", 1.0 / price);
}
