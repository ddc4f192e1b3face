//! Diagnostics for programs: SARIF by its own schema, JSON key by key, both of every spec of `bad/`.

#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "common/bad.rs"]
mod bad;

use std::collections::{BTreeMap, BTreeSet};

use bad::specs;
use dslc::Compiled;
use dslc::diag::{Report, Source, json, sarif};
use serde_json::Value;

/// What is said of every spec of `bad/`, by its name.
fn reports() -> Vec<(String, Report)> {
    let specs = specs().unwrap_or_else(|error| panic!("{error}"));
    let report = |spec: &bad::Spec| {
        let Compiled { sources, diagnostics, .. } = spec.compile(spec.text());
        (spec.name.clone(), Report { sources, diagnostics })
    };
    specs.iter().map(report).collect()
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_else(|| panic!("{value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

/// `fixtures/sarif-schema-2.1.0.json` is the OASIS schema as the crate serde-sarif 0.8.0 (MIT) ships it.
#[test]
fn sarif_is_valid_by_its_schema() {
    // A `]` alone stands for itself in ECMAScript's expressions; Rust's engine wants it escaped.
    let schema = include_str!("fixtures/sarif-schema-2.1.0.json")
        .replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}\\\\]?$");
    let schema = parse(&schema);
    let schema = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{error}"));
    let reports = reports();
    for (name, report) in &reports {
        let document = parse(&sarif::render(std::slice::from_ref(report)));
        let wrong: Vec<_> = schema.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
    let reports: Vec<_> = reports.into_iter().map(|(_, report)| report).collect();
    let document = parse(&sarif::render(&reports));
    assert!(schema.is_valid(&document));
    let odd = Report { sources: Source::new("c:\\a b%/é?#.num", "").into(), diagnostics: vec![] };
    assert!(schema.is_valid(&parse(&sarif::render(&[odd]))));
    let mut broken = document;
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&broken), "the schema accepts anything");
}

/// Line and column of SARIF, counted from 1 in characters, as a byte of the text.
fn byte_at(text: &str, line: &Value, column: &Value) -> usize {
    let start: usize = text.split_inclusive('\n').take(number(line) - 1).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth(number(column) - 1).map_or(rest.len(), |(at, _)| at)
}

#[test]
fn sarif_places_are_those_of_the_diagnostics() {
    let (mut related, mut fixes, mut files) = (0, 0, BTreeSet::new());
    for (_, report) in reports() {
        let document = parse(&sarif::render(std::slice::from_ref(&report)));
        let results = list(&document["runs"][0]["results"]);
        assert_eq!(results.len(), report.diagnostics.len());
        for (result, diagnostic) in results.iter().zip(&report.diagnostics) {
            let place = &result["locations"][0]["physicalLocation"];
            let (source, span) = report.sources.local(diagnostic.span);
            files.insert(place["artifactLocation"]["uri"].to_string());
            let region = &place["region"];
            let start = byte_at(source.text(), &region["startLine"], &region["startColumn"]);
            let end = byte_at(source.text(), &region["endLine"], &region["endColumn"]);
            assert_eq!((start, end), (span.start, span.end), "{}", diagnostic.message);
            assert_eq!(number(&region["byteOffset"]), start);
            assert_eq!(number(&region["byteLength"]), end - start);
            assert_eq!(list(&result["relatedLocations"]).len(), diagnostic.labels.len());
            assert_eq!(list(&result["fixes"]).len(), diagnostic.fixes.len());
            related += diagnostic.labels.len();
            fixes += diagnostic.fixes.len();
        }
    }
    assert!(related > 50 && fixes > 50, "{related} related places, {fixes} fixes");
    assert!(files.len() >= 3, "{files:?}");
}

/// Asserts that an object has these keys and no other.
fn has_keys(value: &Value, keys: &[&str]) {
    let own: BTreeSet<_> =
        value.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default();
    assert_eq!(own, keys.iter().copied().collect(), "{value}");
}

/// Asserts that a span is one, inside its file; the text that it covers.
fn covered<'t>(span: &Value, file: &'t str) -> &'t str {
    has_keys(span, &["start", "end"]);
    let [start, end] = ["start", "end"].map(|end| {
        let position = &span[end];
        has_keys(position, &["line", "column", "offset"]);
        let offset = number(&position["offset"]);
        assert_eq!(byte_at(file, &position["line"], &position["column"]), offset, "{position}");
        offset
    });
    file.get(start..end).unwrap_or_else(|| panic!("{start}..{end} of {} bytes", file.len()))
}

#[test]
fn json_keeps_the_contract_key_by_key() {
    let mut edited = 0;
    for (_, report) in reports() {
        let files: BTreeMap<_, _> = (0..report.sources.len())
            .map(|file| report.sources.source(file))
            .map(|source| (source.name().to_owned(), source.text().to_owned()))
            .collect();
        let place = |value: &Value| {
            let file = text(&value["file"]);
            let own = files.get(file).unwrap_or_else(|| panic!("no file {file}"));
            covered(&value["span"], own).to_owned()
        };
        let document = parse(&json::render(std::slice::from_ref(&report)));
        has_keys(&document, &["diagnostics"]);
        let entries = list(&document["diagnostics"]);
        assert_eq!(entries.len(), report.diagnostics.len());
        for (entry, diagnostic) in entries.iter().zip(&report.diagnostics) {
            let keys = ["code", "severity", "message", "file", "span", "labels", "notes", "fixes"];
            has_keys(entry, &keys);
            assert_eq!(text(&entry["code"]), diagnostic.code.to_string());
            assert!(["error", "warning", "note"].contains(&text(&entry["severity"])));
            assert_eq!(text(&entry["message"]), diagnostic.message);
            assert_eq!(place(entry), report.sources.slice(diagnostic.span));
            for label in list(&entry["labels"]) {
                has_keys(label, &["file", "span", "text"]);
                place(label);
                assert!(!text(&label["text"]).is_empty());
            }
            assert!(list(&entry["notes"]).iter().all(Value::is_string));
            for fix in list(&entry["fixes"]) {
                has_keys(fix, &["title", "edits"]);
                assert!(!text(&fix["title"]).is_empty());
                assert!(!list(&fix["edits"]).is_empty());
                for edit in list(&fix["edits"]) {
                    has_keys(edit, &["file", "span", "text"]);
                    assert!(place(edit) != text(&edit["text"]), "an edit that changes nothing");
                    edited += 1;
                }
            }
        }
    }
    assert!(edited > 50, "{edited} edits");
}
