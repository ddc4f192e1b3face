//! `dslc check`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::{bad, dslc, good, json, run};

#[test]
fn a_good_spec_is_fine() {
    let ran = run(["check".as_ref(), good().as_os_str()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.ends_with("dwell.num: fine\n"), "{}", ran.stdout);
}

#[test]
fn errors_go_to_standard_error_for_people() {
    let ran = run(["check".as_ref(), bad("N0102_at_the_end_of_a_line.num").as_os_str()]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("error[N0102]: expected `;` after `5`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("1 error; `dslc explain N0102` says more"), "{}", ran.stderr);
}

#[test]
fn the_json_of_errors_is_the_result() {
    let path = bad("N0102_at_the_end_of_a_line.num");
    let ran = run(["check".as_ref(), "--format".as_ref(), "json".as_ref(), path.as_os_str()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    let document = json(&ran.stdout);
    let diagnostic = &document["diagnostics"][0];
    assert_eq!(diagnostic["code"], "N0102");
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(diagnostic["file"], path.to_string_lossy().as_ref());
    assert_eq!(diagnostic["span"]["start"]["line"], 6);
    assert_eq!(diagnostic["span"]["start"]["column"], 12);
    assert_eq!(diagnostic["fixes"][0]["edits"][0]["text"], ";");
    let keys: Vec<_> = diagnostic.as_object().expect("an object").keys().collect();
    let wanted = ["code", "file", "fixes", "labels", "message", "notes", "severity", "span"];
    assert_eq!(keys.len(), wanted.len());
    assert!(wanted.iter().all(|key| !diagnostic[*key].is_null()));
}

#[test]
fn the_json_of_a_good_spec_is_an_empty_list() {
    let ran = run(["--format".as_ref(), "json".as_ref(), "check".as_ref(), good().as_os_str()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(json(&ran.stdout), serde_json::json!({ "diagnostics": [] }));
}

#[test]
fn sarif_names_every_rule_it_uses() {
    let path = bad("several_errors.num");
    let ran = run(["check".as_ref(), "--format".as_ref(), "sarif".as_ref(), path.as_os_str()]);
    assert_eq!(ran.code, Some(1));
    let document = json(&ran.stdout);
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert!(results.len() >= 5);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region["startLine"].as_u64() >= Some(1));
        assert!(region["startColumn"].as_u64() >= Some(1));
    }
}

#[test]
fn the_exit_of_several_specs_is_the_gravest() {
    let (good, wrong) = (good(), bad("N0103_no_word.num"));
    let ran = run(["check".as_ref(), good.as_os_str(), wrong.as_os_str()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("dwell.num: fine"), "{}", ran.stdout);
    let ran = run(["check".as_ref(), wrong.as_os_str(), "no such file".as_ref()]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("N0103") && ran.stderr.contains("N0001"), "{}", ran.stderr);
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in
        [&["check"] as &[&str], &["no-such-command"], &["--format", "xml", "check", "a"], &[]]
    {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!ran.stderr.is_empty());
    }
    let ran = run(["--format", "sarif", "doctor"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("only"), "{}", ran.stderr);
}

#[test]
fn watching_checks_again_when_the_file_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.num");
    let spec = "fibre x;\nvariable a in 1 .. 4;\nresource r = a <= 3;\nutility log(a);\n";
    std::fs::write(&path, spec).expect("written");
    let mut child = dslc()
        .args(["check", "--watch", "--format", "json"])
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("dslc starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut codes = || {
        let line = lines.next().expect("a line").expect("text");
        let found = json(&line)["diagnostics"].as_array().expect("a list").clone();
        found.iter().map(|each| each["code"].to_string()).collect::<Vec<_>>()
    };
    let first = codes();
    // Of another length, so that a coarse clock does not hide the change.
    std::fs::write(&path, spec.replace("<= 3;", "<= 3")).expect("written");
    let second = codes();
    // The child is this test's own.
    child.kill().and_then(|()| child.wait()).expect("it ends");
    assert!(first.is_empty(), "{first:?}");
    assert_eq!(second, ["\"N0102\""]);
}
