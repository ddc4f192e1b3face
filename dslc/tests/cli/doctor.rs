//! `dslc doctor`.

use super::{dslc, json};

#[test]
fn what_is_missing_has_a_remedy_and_decides_the_exit() {
    // On an empty path every tool is missing, on any machine.
    let output = dslc().args(["doctor", "--format", "json"]).env("PATH", "/nonexistent").output();
    let output = output.expect("dslc starts");
    assert_eq!(output.status.code(), Some(3));
    let document = json(&String::from_utf8_lossy(&output.stdout));
    assert_eq!(document["fine"], false);
    let checks = document["checks"].as_array().expect("a list");
    let of = |kind: &'static str| checks.iter().filter(move |check| check["kind"] == kind);
    assert!(of("tool").count() >= 4);
    for tool in of("tool") {
        assert_eq!(tool["status"], "missing");
        assert!(tool["remedy"].as_str().is_some_and(|remedy| remedy.starts_with("install ")));
    }
    assert!(of("feature").count() >= 15);
    for feature in of("feature").filter(|check| check["status"] != "ok") {
        assert!(feature["remedy"].is_string(), "{feature}");
        assert_eq!(feature["status"] == "instead", feature["instead"].is_string(), "{feature}");
        assert_eq!(feature["status"] == "instead", feature["lost"].is_string(), "{feature}");
    }
}

#[test]
fn the_exit_is_that_of_the_table() {
    let output = dslc().args(["doctor", "--format", "json"]).output().expect("dslc starts");
    let document = json(&String::from_utf8_lossy(&output.stdout));
    let checks = document["checks"].as_array().expect("a list");
    let count = |status| checks.iter().filter(|check| check["status"] == status).count();
    let (missing, instead) = (count("missing"), count("instead"));
    assert_eq!(output.status.code(), Some(if missing == 0 { 0 } else { 3 }));
    let human = dslc().arg("doctor").output().expect("dslc starts");
    let lines = String::from_utf8_lossy(&human.stdout).lines().count();
    assert_eq!(lines, checks.len() + missing + 2 * instead);
}
