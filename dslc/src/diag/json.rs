//! Diagnostics for programs: the fixed JSON of `dslc check --format json`.

use serde::Serialize;

use super::{Diagnostic, Position, Report, Sources};
use crate::sema::hir;

/// The document: `{"diagnostics": […]}`.
#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: String,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    span: Span,
    labels: Vec<Label<'a>>,
    notes: &'a [String],
    fixes: Vec<Fix<'a>>,
}

/// A span in JSON, by its positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Its first character.
    pub start: Position,
    /// One past its last.
    pub end: Position,
}

#[derive(Serialize)]
struct Label<'a> {
    file: &'a str,
    span: Span,
    text: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    edits: Vec<Label<'a>>,
}

/// Renders the reports as one document, on one line.
pub fn render(reports: &[Report]) -> String {
    let entries = reports.iter().flat_map(|report| {
        report.diagnostics.iter().map(|diagnostic| entry(&report.sources, diagnostic))
    });
    let document = Document { diagnostics: entries.collect() };
    // Strings and integers always serialise.
    serde_json::to_string(&document).unwrap_or_default()
}

/// A span's file, and its positions in it.
pub fn span(sources: &Sources, span: hir::Span) -> (&str, Span) {
    let (source, span) = sources.local(span);
    (source.name(), Span { start: source.position(span.start), end: source.position(span.end) })
}

fn entry<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Entry<'a> {
    let place = |at: hir::Span, text: &'a str| {
        let (file, span) = span(sources, at);
        Label { file, span, text }
    };
    let (file, span) = span(sources, diagnostic.span);
    Entry {
        code: diagnostic.code.to_string(),
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        file,
        span,
        labels: diagnostic.labels.iter().map(|label| place(label.span, &label.text)).collect(),
        notes: &diagnostic.notes,
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| Fix {
                title: &fix.title,
                edits: fix.edits.iter().map(|edit| place(edit.span, &edit.text)).collect(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Source, codes};

    #[test]
    fn the_keys_are_the_contracts() {
        let at = |start, end| hir::Span { start, end };
        let diagnostic = Diagnostic::error(codes::SYNTAX, at(3, 4), "expected `;`")
            .label(at(0, 2), "here")
            .note("why")
            .fix("insert `;`", at(3, 3), ";");
        let sources = Source::new("a.num", "é\nx").into();
        let text = render(&[Report { sources, diagnostics: vec![diagnostic] }]);
        insta::assert_snapshot!(text);
    }
}
