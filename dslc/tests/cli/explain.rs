//! `dslc explain`.

use super::{bad, good, json, run};

#[test]
fn a_code_has_a_page() {
    for code in ["N0102", "n0102"] {
        let ran = run(["explain", code]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.starts_with("# N0102: "), "{}", ran.stdout);
    }
    let ran = run(["explain", "N0102", "--format", "json"]);
    assert_eq!(json(&ran.stdout)["code"], "N0102");
}

#[test]
fn what_is_no_code_is_a_path() {
    let ran = run(["explain", "nothing.num"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("there is no file `nothing.num`"), "{}", ran.stderr);
}

#[test]
fn a_code_that_is_mistyped_finds_its_neighbour() {
    for (written, meant) in [("N0491", "`N0401`"), ("n102", "`N0102`"), ("N9999", "four digits")] {
        let ran = run(["explain", written]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert!(ran.stderr.contains(&format!("there is no code `{written}`")), "{}", ran.stderr);
        assert!(ran.stderr.contains(meant), "{}", ran.stderr);
    }
}

#[test]
fn the_json_of_a_spec_has_the_keys_of_the_contract() {
    let ran = run(["explain".as_ref(), "--format=json".as_ref(), good().as_os_str()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let document = json(&ran.stdout);
    assert_eq!(document["fibre"], "dwell");
    let expressions = document["expressions"].as_array().expect("a list");
    let names: Vec<_> = expressions.iter().map(|each| each["name"].clone()).collect();
    assert_eq!(names, ["exposure", "gains", "utility"]);
    for each in expressions {
        for key in ["text", "span", "unit", "sign", "curvature", "proof", "interval"] {
            assert!(!each[key].is_null(), "{key}");
        }
    }
    assert_eq!(expressions[1]["curvature"], "concave");
    assert_eq!(expressions[0]["unit"], "s");
    for key in ["nodes", "edges", "chordal", "order", "width", "fill", "fill_edges", "cliques"] {
        assert!(!document["graph"][key].is_null(), "{key}");
    }
    let clique = serde_json::json!({ "nodes": ["exposure"], "parent": null });
    assert_eq!(document["graph"]["cliques"], serde_json::json!([clique]));
    let decomposition = &document["decomposition"][0];
    assert_eq!(decomposition["resource"], "exposure");
    assert!(decomposition["step"].as_f64() < decomposition["step_bound"].as_f64());
    assert!(decomposition["why"].is_string());
    assert_eq!(decomposition["runner_up"]["method"], "primal_dual");
    assert!(decomposition["would_change"].is_string());
    assert!(decomposition["lipschitz"].as_f64() < decomposition["low_lapsley"].as_f64());
    assert!(document["certificate"]["kind"].is_string());
    assert!(document["certificate"]["rate"].is_string());
}

#[test]
fn a_core_and_what_fills_it_are_told() {
    let ran = run(["explain".as_ref(), "--format=json".as_ref(), good().as_os_str()]);
    let remap = &json(&ran.stdout)["remap"];
    assert_eq!(remap["core"], "budget");
    let map = remap["map"].as_array().expect("a list");
    assert!(map.contains(&serde_json::json!({ "sigil": "$shared", "target": "exposure" })));
    for each in remap["obligations"].as_array().expect("a list") {
        assert!(each["obligation"].is_string() && each["discharged_by"].is_string(), "{each}");
        let file = each["where"]["file"].as_str().expect("a file");
        assert!(file.ends_with("dwell.num") || file == "std/budget.num", "{each}");
    }
    let spec = good();
    let expand = ["explain".as_ref(), "--expand".as_ref(), spec.as_os_str()];
    let ran = run(expand);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains("resource exposure: s = reserve + "), "{}", ran.stdout);
    let ran = run(expand.iter().chain([&"--format=json".as_ref()]));
    assert_eq!(json(&ran.stdout)["fibre"], "dwell");
}

#[test]
fn a_spec_is_explained_for_people() {
    let ran = run(["explain".as_ref(), good().as_os_str()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    for words in ["fibre dwell", "concave by rules", "must stay below", "Certificate"] {
        assert!(ran.stdout.contains(words), "{words} in {}", ran.stdout);
    }
}

#[test]
fn expressions_are_explained_without_a_plan() {
    let path = bad("N0505_linear.num");
    let ran = run(["explain".as_ref(), "--format=json".as_ref(), path.as_os_str()]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(json(&ran.stdout)["expressions"][1]["curvature"], "affine");
    assert_eq!(json(&ran.stderr)["diagnostics"][0]["code"], "N0505");
}

#[test]
fn a_spec_with_errors_is_not_explained() {
    let ran = run(["explain".as_ref(), bad("several_errors.num").as_os_str()]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("N0102"), "{}", ran.stderr);
}

#[test]
fn a_page_is_coloured_only_where_it_is_asked_for() {
    let plain = run(["explain", "N0401"]);
    assert!(!plain.stdout.contains('\x1b') && plain.stdout.contains("```num"), "{}", plain.stdout);
    let styled = run(["explain", "N0401", "--color", "always"]);
    assert!(styled.stdout.starts_with("\x1b[1mN0401: "), "{}", styled.stdout);
    assert!(!styled.stdout.contains('`'), "{}", styled.stdout);
}

#[test]
fn the_json_of_a_code_holds_its_page() {
    let document = json(&run(["explain", "N0304", "--format", "json"]).stdout);
    for (key, value) in [("code", "N0304"), ("title", "two units that do not fit each other")] {
        assert_eq!(document[key], value);
    }
    assert_eq!(document["group"], "Units");
    assert!(document["page"].as_str().is_some_and(|page| page.starts_with("# N0304: ")));
}

#[test]
fn a_spec_is_explained_and_checked_with_the_values_of_a_run() {
    let explained = |value: &str| {
        let given =
            ["explain".as_ref(), "--format=json".as_ref(), "--param".as_ref(), value.as_ref()];
        let ran = run(given.into_iter().chain([good().as_os_str()]));
        (ran.code, ran.stdout)
    };
    // L is Σ 1/μ, and the reserve's part of it falls with its weight.
    let lipschitz = |value: &str| {
        json(&explained(value).1)["decomposition"][0]["lipschitz"].as_f64().unwrap_or(f64::NAN)
    };
    assert!(lipschitz("safety=50") > lipschitz("safety=99"));
    assert_eq!(explained("safty=50").0, Some(1));
    let unknown = ["check".as_ref(), "--param".as_ref(), "safty=50".as_ref()];
    let ran = run(unknown.into_iter().chain([good().as_os_str()]));
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("did you mean `safety`?"), "{}", ran.stderr);
}
