//! The examples' numbers, against closed forms and published values.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What `dslc solve` says of an example.
fn solved(example: &str, arguments: &[&str]) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO_BIN_EXE_dslc"))
        .current_dir(root)
        .args(["--format", "json", "solve", "--tol", "1e-9"])
        .arg(format!("examples/{example}.num"))
        .args(arguments)
        .output();
    let output = output.unwrap_or_else(|error| unreachable!("{error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| unreachable!("{error}"))
}

/// The number at a path such as `prices.link.ab`; a key may hold dots after the second.
fn number(document: &Value, path: &str) -> f64 {
    let found = path.splitn(3, '.').try_fold(document, |value, key| value.get(key));
    found.and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// Compares figures of an example with what they must be, relative to their size.
fn check(example: &str, arguments: &[&str], tolerance: f64, figures: &[(&str, f64)]) {
    let document = solved(example, arguments);
    assert_eq!(document.get("status").and_then(Value::as_str), Some("optimal"), "{example}");
    assert!(number(&document, "gap") < 1e-9, "{example}: {document}");
    assert!(number(&document, "violation") < 1e-9, "{example}: {document}");
    for (path, wanted) in figures {
        let found = number(&document, path);
        let error = (found - wanted).abs() / wanted.abs().max(1.0);
        assert!(error < tolerance, "{example}: {path} is {found}, not {wanted}");
    }
}

/// x₀ = C/(L + 1), the others the rest, and each price (L + 1)/(L·C).
#[test]
fn kelly() {
    check(
        "kelly",
        &[],
        1e-8,
        &[
            ("variables.x.long", 25.0),
            ("variables.x.left", 75.0),
            ("prices.link.ab", 1.0 / 75.0),
            ("prices.link.cd", 1.0 / 75.0),
        ],
    );
}

/// x is proportional to α·d, and the price is Σ α·d / C.
#[test]
fn vegas() {
    check("vegas", &[], 1e-6, &[("variables.x.near", 100.0 / 7.0), ("prices.bottleneck", 1.4)]);
}

/// Ghodsi et al., NSDI 2011: three tasks and two, and dominant shares of 2/3.
#[test]
fn drf() {
    let figures =
        [("objective", 2.0 / 3.0), ("variables.tasks.A", 3.0), ("variables.tasks.B", 2.0)];
    check("drf", &[], 1e-8, &figures);
}

/// λ = Σw / (3 · (limit − idle)) and f = (w/3λk)^⅓.
#[test]
fn package() {
    let price: f64 = 15.0 / (3.0 * 29.0);
    let frequency = |w: f64| (w / (3.0 * price * 0.5)).cbrt();
    check(
        "package",
        &[],
        1e-8,
        &[
            ("prices.power", price),
            ("variables.f.render", frequency(8.0)),
            ("variables.f.backup", frequency(1.0)),
        ],
    );
}

/// `π = (Σ √(λ/μ) / (budget − Σ λ/μ))²`.
#[test]
fn pods() {
    let loads = [4.0f64, 6.0, 2.5];
    let roots: f64 = loads.iter().map(|load| load.sqrt()).sum();
    let price = (roots / (24.0 - loads.iter().sum::<f64>())).powi(2);
    let web = 4.0 + (4.0 / price).sqrt();
    check("pods", &[], 1e-8, &[("prices.processors", price), ("variables.cpu.web", web)]);
}

/// The reserve and three batch processes bid 99 and 1 each for five seconds.
#[test]
fn dwell() {
    let members = ["--members", "Tree=batch:3"];
    let figures = [
        ("prices.exposure", 102.0 / 5.0),
        ("variables.x.1", 5.0 / 102.0),
        ("variables.reserve", 495.0 / 102.0),
    ];
    check("dwell", &members, 1e-7, &figures);
}

/// U′ = 1/(1 + T²x²/2) is the price for both: 1/π = 1 + (c / Σ 1/T)²/2, and x is in inverse proportion
/// to the round-trip time.
#[test]
fn reno() {
    let price = 1.0 / (1.0 + 3.2f64.powi(2) / 2.0);
    let figures =
        [("variables.x.near", 160.0), ("variables.x.far", 40.0), ("prices.bottleneck", price)];
    check("reno", &[], 1e-7, &figures);
}

/// Growth without edits, and the price of ATP: e_coli_core in cobra 0.32.1, 1/h and mmol/(gDW h).
#[test]
fn metabolic() {
    let wild = [("variables.growth", 0.873_921_507), ("prices.atp", -0.005_092_486)];
    check("metabolic", &["--param", "edits=0"], 1e-8, &wild);
    // What the edits are worth exceeds the growth that they cost.
    let edited = solved("metabolic", &[]);
    assert!(number(&edited, "objective") > 0.873_921_507, "{edited}");
    assert!(number(&edited, "variables.growth") < 0.873_921_507, "{edited}");
}

/// Every corner of the envelopes by hand: the loop gets the six ways that it fits, and the price of a
/// domain is any between the slopes beside its optimum.
#[test]
fn cache() {
    let ways = [("index", 5.0), ("shell", 3.0), ("scan", 0.0), ("loop", 6.0), ("join", 2.0)];
    let paths: Vec<_> =
        ways.iter().map(|(thread, ways)| (format!("variables.ways.{thread}"), *ways)).collect();
    let figures: Vec<_> = paths.iter().map(|(path, ways)| (path.as_str(), *ways)).collect();
    check("cache", &[], 1e-7, &figures);
    let document = solved("cache", &[]);
    let interval = |domain: &str| {
        let ends = &document["price_intervals"][format!("cache[{domain}]")];
        (ends[0].as_f64().unwrap_or(f64::NAN), ends[1].as_f64().unwrap_or(f64::NAN))
    };
    // Right: the loop's slope to its cliff, 26/6, is above both; join goes from 2 to 3 ways or back.
    let join = |ways: f64| 26.0 / (1.0 + 0.25 * ways);
    let (low, high) = interval("right");
    assert!((low - (join(2.0) - join(3.0))).abs() < 2e-3, "{low}");
    assert!((high - (join(1.0) - join(2.0))).abs() < 2e-3, "{high}");
    assert_eq!(document.get("envelopes"), None);
    // With five ways the loop stands below its cliff, where whole ways hit nothing.
    let below = solved("cache", &["--param", "size[right]=5"]);
    let envelope = &below["envelopes"][0];
    assert_eq!(envelope["variable"], "ways[loop]");
    assert!((envelope["at"].as_f64().unwrap_or(0.0) - 4.0).abs() < 1e-6, "{envelope}");
    assert!((envelope["envelope"].as_f64().unwrap_or(0.0) - 4.0 * 26.0 / 6.0).abs() < 1e-5);
    assert!(envelope["points"].as_f64().is_some_and(|points| points.abs() < 1e-9), "{envelope}");
    let (low, high) = interval("left");
    assert!(low < high && low > 1.0 && high < 1.2, "{low} {high}");
}
