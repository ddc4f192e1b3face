//! What Prometheus and Grafana need to know of a daemon: alert rules with their tests, and a
//! dashboard.

use serde::Serialize;
use serde_json::{Value, json};

use crate::emit::{Artifact, EmitError, template};
use crate::plan::ir::{Act, Enforce};

/// The alerts of `alerts.yaml.j2`, without the fibre's name in front.
const ALERTS: [&str; 7] =
    ["Absent", "Stalled", "Acted", "Waiting", "Trouble", "Observing", "ReloadRefused"];

#[derive(Serialize)]
struct Context<'a> {
    source: &'a str,
    fibre: &'a str,
    program: &'a str,
    alert: String,
    names: [&'static str; 7],
    /// Whether an act makes control groups.
    makes_groups: bool,
}

/// A panel of the dashboard: title, unit as Grafana names it, query, and the legend of a line. In a
/// query `$F` stands for the labels of the fibre on the chosen machines.
const PANELS: [(&str, &str, &str, &str); 12] = [
    ("Budget of a bucket", "s", "dslc_budget_seconds{$F}", "{{instance}} {{class}}"),
    ("Use", "s", "dslc_use_seconds{$F}", "{{instance}}"),
    ("Buckets", "short", "dslc_buckets{$F}", "{{instance}} {{state}}"),
    (
        "Acts",
        "short",
        "sum by (instance, act) (increase(dslc_acts_total{$F}[$__rate_interval]))",
        "{{instance}} {{act}}",
    ),
    (
        "Points of evidence, most of any bucket",
        "short",
        "dslc_evidence_points_max{$F}",
        "{{instance}} {{evidence}}",
    ),
    (
        "Dwell when a clock stopped, p99",
        "s",
        "histogram_quantile(0.99, sum by (instance, le) (rate(dslc_dwell_seconds_bucket{$F}[$__rate_interval])))",
        "{{instance}}",
    ),
    (
        "Act past the budget, p99",
        "s",
        "histogram_quantile(0.99, sum by (instance, le) (rate(dslc_act_lateness_seconds_bucket{$F}[$__rate_interval])))",
        "{{instance}}",
    ),
    (
        "Updates of the price",
        "ops",
        "rate(dslc_updates_total{$F}[$__rate_interval])",
        "{{instance}}",
    ),
    (
        "Trouble in the kernel program",
        "short",
        "increase(dslc_troubles_total{$F}[$__rate_interval])",
        "{{instance}} {{kind}}",
    ),
    (
        "Run time of kernel programs, while count_runs is set",
        "percentunit",
        "rate(dslc_program_run_seconds_total{$F}[$__rate_interval])",
        "{{instance}} {{program}}",
    ),
    (
        "Mean run of a kernel program, while count_runs is set",
        "s",
        "rate(dslc_program_run_seconds_total{$F}[$__rate_interval]) / rate(dslc_program_runs_total{$F}[$__rate_interval])",
        "{{instance}} {{program}}",
    ),
    (
        "Age of the configuration",
        "s",
        "time() - dslc_last_reload_success_timestamp_seconds{$F}",
        "{{instance}}",
    ),
];

/// `config/FIBRE.alerts.yaml`, `config/FIBRE.alerts.test.yaml`, `config/FIBRE.service` and
/// `config/FIBRE.dashboard.json`.
pub fn emit(
    source: &str,
    fibre: &str,
    program: &str,
    acts: &[Enforce],
) -> Result<Vec<Artifact>, EmitError> {
    let makes_groups = acts.iter().any(|item| !matches!(item.act, Act::Kill | Act::Observe));
    let alert = camel(fibre);
    let context = Context { source, fibre, program, alert, names: ALERTS, makes_groups };
    let files = [
        ("alerts.yaml", "alerts.yaml"),
        ("alerts.test.yaml", "alerts.test.yaml"),
        ("service", "unit.service"),
    ];
    let rendered = files.map(|(name, from)| {
        let text = template::render(&format!("daemon/operations/{from}.j2"), &context)?;
        Ok(Artifact::text(format!("config/{fibre}.{name}"), text))
    });
    let board = serde_json::to_string_pretty(&dashboard(source, fibre));
    let board = board.map_err(|error| EmitError(error.to_string()))?;
    let board = Artifact::text(format!("config/{fibre}.dashboard.json"), board + "\n");
    rendered.into_iter().chain([Ok(board)]).collect()
}

/// `time_budget` as `TimeBudget`, which is how names of alerts are written.
fn camel(fibre: &str) -> String {
    let words = fibre.split('_').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    words.collect()
}

/// A dashboard in the model that Grafana imports.
fn dashboard(source: &str, fibre: &str) -> Value {
    let labels = format!("fibre=\"{fibre}\",instance=~\"$instance\"");
    let panels = PANELS.iter().enumerate().map(|(index, (title, unit, query, legend))| {
        json!({
            "id": index + 1,
            "type": "timeseries",
            "title": title,
            "datasource": { "type": "prometheus", "uid": "${datasource}" },
            "fieldConfig": { "defaults": { "unit": unit, "min": 0 }, "overrides": [] },
            "gridPos": { "h": 8, "w": 12, "x": 12 * (index % 2), "y": 8 * (index / 2) },
            "targets": [{ "refId": "A", "expr": query.replace("$F", &labels), "legendFormat": legend }],
        })
    });
    json!({
        "title": format!("dslc: {fibre}"),
        "description": format!("Generated from {source} by dslc."),
        "uid": format!("dslc-{fibre}"),
        "schemaVersion": 39,
        "refresh": "10s",
        "time": { "from": "now-30m", "to": "now" },
        "templating": { "list": [
            { "name": "datasource", "type": "datasource", "query": "prometheus" },
            {
                "name": "instance", "type": "query", "multi": true, "includeAll": true,
                "datasource": { "type": "prometheus", "uid": "${datasource}" },
                "query": format!("label_values(dslc_updates_total{{fibre=\"{fibre}\"}}, instance)"),
                "refresh": 2,
            },
        ] },
        "panels": panels.collect::<Vec<_>>(),
    })
}
