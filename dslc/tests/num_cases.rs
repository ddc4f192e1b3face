//! Problems of the literature with known optimum and prices, from the text of a spec to the answer of
//! `dslc solve`. `runtime/solver/tests/data/num_cases.json` says where each is from.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const CLOSE: f64 = 1e-6;

fn case(name: &str) -> Value {
    let all = include_str!("../../runtime/solver/tests/data/num_cases.json");
    let all: Value = serde_json::from_str(all).unwrap();
    all.as_array().unwrap().iter().find(|case| case["name"] == name).unwrap().clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// What the command says of a spec's text at the default tolerance.
fn solved(name: &str, text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join(format!("{name}.num"));
    fs::write(&spec, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_dslc"))
        .args(["--format", "json", "solve"])
        .arg(&spec)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{name}: {said}{}\n{text}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["status"], "optimal", "{name}: {answer}");
    for promise in ["gap", "violation"] {
        assert!(answer[promise].as_f64().unwrap() <= CLOSE, "{name}: {answer}");
    }
    answer
}

/// A table `param name[…] = { … };`.
fn table(name: &str, index: &str, entries: impl Iterator<Item = (String, f64)>) -> String {
    let entries: Vec<_> = entries.map(|(key, value)| format!("{key}: {value:?}")).collect();
    format!("param {name}[{index}] = {{ {} }};\n", entries.join(", "))
}

/// Sources x ≥ 0 over links: `A x relation c` with the case's data.
fn network(case: &Value, relation: &str, rest: &str) -> String {
    let rows: Vec<_> = case["A"].as_array().unwrap().iter().map(numbers).collect();
    let c = numbers(&case["c"]);
    let mut text = format!(
        "fibre {};\nset S = 0 .. {};\nset L = 0 .. {};\n",
        case["name"].as_str().unwrap(),
        rows[0].len() - 1,
        c.len() - 1
    );
    let entries = rows
        .iter()
        .enumerate()
        .flat_map(|(l, row)| row.iter().enumerate().map(move |(s, a)| (format!("({l}, {s})"), *a)));
    text += &table("A", "L, S", entries);
    text += &table("c", "L", c.iter().enumerate().map(|(l, c)| (l.to_string(), *c)));
    text += "variable x[s in S] in 0 .. inf;\n";
    writeln!(text, "resource link[l in L] = sum(A[l, s] * x[s] for s in S) {relation} c[l];")
        .unwrap();
    text + rest + "\ndecomposition auto;\n"
}

fn of(answer: &Value, group: &str, name: &str) -> Vec<f64> {
    match &answer[group][name] {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| key.parse::<u32>().unwrap());
            entries.into_iter().map(|(_, value)| value.as_f64().unwrap()).collect()
        }
        scalar => vec![scalar.as_f64().unwrap_or_else(|| panic!("no {group}.{name} in {answer}"))],
    }
}

fn assert_close(what: &str, found: &[f64], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (i, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() <= CLOSE, "{what}[{i}] is {found}, not {wanted}");
    }
}

/// Solves the case's network with these further items and compares with the closed form, the prices
/// multiplied by `sign`.
fn agrees(name: &str, relation: &str, rest: &str, sign: f64) -> Value {
    let case = case(name);
    let answer = solved(name, &network(&case, relation, rest));
    let mut x = numbers(&case["closed_form"]["x"]);
    if name == "tcp_vegas" {
        // The corpus has six digits after the point for values above 10.
        x = vec![100.0 / 7.0, 200.0 / 7.0, 400.0 / 7.0];
    }
    assert_close(name, &of(&answer, "variables", "x"), &x);
    if let Some(prices) = case["closed_form"]["prices"].as_array() {
        let prices: Vec<f64> = prices.iter().map(|p| sign * p.as_f64().unwrap()).collect();
        assert_close(name, &of(&answer, "prices", "link"), &prices);
    }
    let objective = answer["objective"].as_f64().unwrap();
    assert!((objective - case["objective"].as_f64().unwrap()).abs() < 1e-5, "{name}: {answer}");
    answer
}

#[test]
fn proportional_fairness_on_a_line() {
    agrees("linear4_propfair", "<=", "utility sum(log(x[s]) for s in S);", 1.0);
}

#[test]
fn least_delay_on_a_line() {
    agrees("linear4_a2_mindelay", "<=", "utility sum(-inv_pos(x[s]) for s in S);", 1.0);
}

#[test]
fn throughput_on_a_line() {
    agrees("linear4_throughput_a0", "<=", "utility sum(x[s] for s in S);", 1.0);
}

#[test]
fn one_link_shared_by_weight() {
    let utility = "param w[S] = { 0: 1, 1: 2, 2: 2 };\nutility sum(w[s] * log(x[s]) for s in S);";
    agrees("kelly_single_link", "<=", utility, 1.0);
}

#[test]
fn a_link_with_slack_is_free() {
    let utility = "utility log(x[0]) + log(x[1]) - square(x[2] - 3);";
    agrees("slack_link_zero_price", "<=", utility, 1.0);
}

#[test]
fn vegas() {
    let utility =
        "param w[S] = { 0: 0.02, 1: 0.04, 2: 0.08 };\nutility sum(w[s] * log(x[s]) for s in S);";
    agrees("tcp_vegas", "<=", utility, 1.0);
}

#[test]
fn random_access_of_largest_entropy() {
    let rest = "resource all = sum(x[s] for s in S) == 1;\nutility sum(entr(x[s]) for s in S);";
    agrees("csma_3line", ">=", rest, -1.0);
}

#[test]
fn equal_dominant_shares() {
    let share = "utility minimum(4 / 18 * x[0], 3 / 9 * x[1]);";
    let answer = agrees("drf_ghodsi", "<=", share, 1.0);
    assert_close("price", &of(&answer, "prices", "link"), &[2.0 / 27.0, 0.0]);
}

/// The logarithm of the ratio of signal to interference, in the logarithms of the powers.
#[test]
fn power_control() {
    let case = case("power_control_highsir");
    let text = "fibre power;
        variable y1 in -inf .. inf;
        variable y2 in -inf .. inf;
        resource most1 = y1 <= 0;
        resource most2 = y2 <= 0;
        utility y1 - log_sum_exp([log(0.1), log(0.1) + y2]);
        utility y2 - log_sum_exp([log(0.05), log(0.2) + y1]);
        decomposition auto;\n";
    let answer = solved("power", text);
    let prices = numbers(&case["closed_form"]["prices"]);
    for (at, (y, most)) in [("y1", "most1"), ("y2", "most2")].into_iter().enumerate() {
        assert_close(y, &of(&answer, "variables", y), &[0.0]);
        assert_close(most, &of(&answer, "prices", most), &[prices[at]]);
    }
}

/// A budget is divided between two groups, which divide their parts among their members.
#[test]
fn a_budget_between_two_groups() {
    let text = "fibre budget;
        set I = 0 .. 3;
        set G = 0 .. 1;
        param of[G, I] = { (0, 0): 1, (0, 1): 1, (0, 2): 0, (0, 3): 0,
            (1, 0): 0, (1, 1): 0, (1, 2): 1, (1, 3): 1 };
        param w[I] = { 0: 1, 1: 1, 2: 2, 3: 2 };
        variable x[i in I] in 0 .. inf;
        variable y[g in G] in 0 .. inf;
        resource group[g in G] = sum(of[g, i] * x[i] for i in I) - y[g] <= 0;
        resource whole = sum(y[g] for g in G) <= 12;
        utility sum(w[i] * log(x[i]) for i in I);
        decomposition auto;\n";
    let answer = solved("budget", text);
    assert_close("x", &of(&answer, "variables", "x"), &[2.0, 2.0, 4.0, 4.0]);
    assert_close("y", &of(&answer, "variables", "y"), &[4.0, 8.0]);
    assert_close("group", &of(&answer, "prices", "group"), &[0.5, 0.5]);
    assert_close("whole", &of(&answer, "prices", "whole"), &[0.5]);
}

/// Two owners with targets 1 and 7 must agree on one value.
#[test]
fn consensus_is_the_mean() {
    let text = "fibre consensus;
        variable z1 in -inf .. inf;
        variable z2 in -inf .. inf;
        resource same = z1 - z2 == 0;
        utility -0.5 * square(z1 - 1) - 0.5 * square(z2 - 7);
        decomposition auto;\n";
    let answer = solved("consensus", text);
    assert_close("z1", &of(&answer, "variables", "z1"), &[4.0]);
    assert_close("z2", &of(&answer, "variables", "z2"), &[4.0]);
    assert_close("price", &of(&answer, "prices", "same"), &[-3.0]);
    assert!((answer["objective"].as_f64().unwrap() + 9.0).abs() < CLOSE);
}

/// At a kink the price is an interval, and the answer says which.
#[test]
fn a_cache_shared_by_its_hull() {
    let case = case("cache_mrc_talus");
    let mut rest = String::new();
    for (s, hits) in case["hits"].as_array().unwrap().iter().enumerate() {
        let hits = numbers(hits);
        writeln!(rest, "resource most{s} = x[{s}] <= {};", hits.len() - 1).unwrap();
        let points: Vec<_> = hits.iter().enumerate().map(|(at, hits)| [at as f64, *hits]).collect();
        writeln!(rest, "utility concave_envelope(x[{s}], {points:?});").unwrap();
    }
    let answer = agrees("cache_mrc_talus", "<=", &rest, 1.0);
    let interval = numbers(&case["price_interval"]);
    let price = of(&answer, "prices", "link")[0];
    assert!(interval[0] - CLOSE <= price && price <= interval[1] + CLOSE, "{price}");
    let said = numbers(&answer["price_intervals"]["link[0]"]);
    assert_close("interval", &said, &interval);
}

/// Flux balance of e_coli_core: growth, and the prices that do not depend on a gauge.
#[test]
fn growth_of_a_cell() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/e_coli_core");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    for name in ["metabolites.csv", "reactions.csv", "stoichiometry.csv"] {
        fs::copy(data.join(name), path(name)).unwrap();
    }
    let text = r#"fibre growth;
        set Metabolite from "metabolites.csv" column "metabolite";
        set Reaction from "reactions.csv" column "reaction";
        param S[Metabolite, Reaction] from "stoichiometry.csv";
        param least[Reaction] from "reactions.csv" column "lower";
        param most[Reaction] from "reactions.csv" column "upper";
        variable v[r in Reaction] in min(least[r], 0) .. most[r];
        resource balance[m in Metabolite] = sum(S[m, r] * v[r] for r in Reaction) == 0;
        resource maintenance = v["ATPM"] >= least["ATPM"];
        utility v["Biomass_Ecoli_core"];
        decomposition auto;
    "#;
    fs::write(path("growth.num"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_dslc"))
        .args(["--format", "json", "solve"])
        .arg(path("growth.num"))
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["status"], "optimal", "{answer}");
    let wanted = case("fba_ecoli_core_aerobic");
    let close = |what: &str, found: f64, wanted: f64| {
        assert!((found - wanted).abs() <= 1e-8, "{what} is {found}, not {wanted}");
    };
    let growth = wanted["objective"].as_f64().unwrap();
    close("growth", answer["objective"].as_f64().unwrap(), growth);
    close("biomass", answer["variables"]["v"]["Biomass_Ecoli_core"].as_f64().unwrap(), growth);
    let price = |of: &str| answer["prices"]["balance"][of].as_f64().unwrap();
    let atp = price("atp_c") + price("h2o_c") - price("adp_c") - price("pi_c") - price("h_c");
    let hydrolysis = wanted["atp_hydrolysis_price"].as_f64().unwrap();
    close("price of ATP", atp.abs(), hydrolysis.abs());
    close("maintenance", answer["prices"]["maintenance"].as_f64().unwrap(), hydrolysis);
}
