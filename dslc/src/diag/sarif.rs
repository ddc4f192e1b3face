//! Diagnostics for code scanners: SARIF 2.1.0 (OASIS standard), one run a document.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Code, Diagnostic, FileId, Fix, Report, Severity, Source, Sources, pages};
use crate::sema::hir::Span;

/// Renders the reports as one document.
pub fn render(reports: &[Report]) -> String {
    let all = || reports.iter().flat_map(|r| r.diagnostics.iter().map(|d| (&r.sources, d)));
    let mut rules: Vec<Code> = all().map(|(_, diagnostic)| diagnostic.code).collect();
    rules.sort();
    rules.dedup();
    let results: Vec<_> =
        all().map(|(sources, diagnostic)| result(sources, diagnostic, &rules)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "dslc",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().copied().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    document.to_string()
}

fn rule(code: Code) -> Value {
    let page = pages::page(code).unwrap_or_default();
    json!({
        "id": code.to_string(),
        "shortDescription": { "text": code.title() },
        "help": { "text": page, "markdown": page },
    })
}

fn result(sources: &Sources, diagnostic: &Diagnostic, rules: &[Code]) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let text = std::iter::once(&diagnostic.message).chain(&diagnostic.notes);
    let mut result = json!({
        "ruleId": diagnostic.code.to_string(),
        "ruleIndex": rules.binary_search(&diagnostic.code).unwrap_or_default(),
        "level": level,
        "message": { "text": text.map(String::as_str).collect::<Vec<_>>().join("\n") },
        "locations": [location(sources, diagnostic.span, None)],
    });
    // The standard wants at least one fix where the key is present.
    if !diagnostic.labels.is_empty() {
        let related = diagnostic.labels.iter();
        result["relatedLocations"] =
            related.map(|label| location(sources, label.span, Some(&label.text))).collect();
    }
    if !diagnostic.fixes.is_empty() {
        result["fixes"] = diagnostic.fixes.iter().map(|each| fix(sources, each)).collect();
    }
    result
}

fn location(sources: &Sources, span: Span, message: Option<&str>) -> Value {
    let (source, span) = sources.local(span);
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(source.name()) },
        "region": region(source, span),
    }});
    if let Some(text) = message {
        location["message"] = json!({ "text": text });
    }
    location
}

fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": start.offset,
        "byteLength": end.offset.saturating_sub(start.offset),
    })
}

fn fix(sources: &Sources, fix: &Fix) -> Value {
    let mut changes: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let (source, span) = sources.local(edit.span);
        let replacement = json!({
            "deletedRegion": region(source, span),
            "insertedContent": { "text": edit.text },
        });
        changes.entry(sources.file_of(edit.span.start)).or_default().push(replacement);
    }
    let change = |(file, replacements): (FileId, Vec<Value>)| {
        json!({
            "artifactLocation": { "uri": uri(sources.source(file).name()) },
            "replacements": replacements,
        })
    };
    json!({
        "description": { "text": fix.title },
        "artifactChanges": changes.into_iter().map(change).collect::<Vec<_>>(),
    })
}

/// A path as a URI reference: what RFC 3986 does not allow in a path is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    // A relative path whose first segment has a colon would read as a scheme.
    if path.split('/').next().is_some_and(|first| first.contains(':')) {
        uri.push_str("./");
    }
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b':' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes;

    #[test]
    fn a_document_names_its_rules_places_and_fixes() {
        let at = |start, end| Span { start, end };
        let diagnostic = Diagnostic::error(codes::MISSING_SEMICOLON, at(2, 3), "expected `;`")
            .label(at(0, 1), "here")
            .note("why")
            .fix("insert `;`", at(3, 3), ";");
        let sources = Source::new("my specs/é.num", "é x").into();
        let text = render(&[Report { sources, diagnostics: vec![diagnostic] }]);
        let document: Value = serde_json::from_str(&text).unwrap_or_default();
        let run = &document["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "N0102");
        let result = &run["results"][0];
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "my%20specs/%C3%A9.num");
        assert_eq!(place["region"]["startColumn"], 2);
        assert_eq!(place["region"]["byteOffset"], 2);
        let change = &result["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], ";");
    }

    #[test]
    fn a_path_never_reads_as_a_scheme() {
        assert_eq!(uri("c:x.num"), "./c:x.num");
        assert_eq!(uri("/a b"), "/a%20b");
    }
}
