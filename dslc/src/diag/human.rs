//! Diagnostics for people: the source with its labels, the reasons, and what the fix would make of the
//! line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::{Buffer, WriteColor};
use codespan_reporting::term::{Config, emit_to_io_write, emit_to_write_style};

use super::{Diagnostic, Edit, FileId, Report, Severity, Source, Sources};
use crate::sema::hir::Span;

/// Lines up to this many bytes are shown whole; of a longer one, a window around the label.
const WHOLE_LINE: usize = 200;
/// Bytes shown before and after the label on a longer line.
const WINDOW: (usize, usize) = (60, 140);
/// Lines that a fix may rewrite and still be shown.
const SHOWN_FIX: usize = 160;

/// Renders a spec's diagnostics, one after another.
pub fn render(report: &Report, color: bool) -> String {
    let view = View::new(&report.sources);
    let rendered = report.diagnostics.iter().map(|diagnostic| one(view.clone(), diagnostic, color));
    rendered.collect()
}

fn one(mut view: View<'_>, diagnostic: &Diagnostic, color: bool) -> String {
    let labels = labels(&mut view, diagnostic);
    let fixes = diagnostic.fixes.iter().map(|fix| match preview(view.sources, &fix.edits) {
        Some(line) => format!("fix: {}\n{}", visible(&fix.title), visible(&line)),
        None => format!("fix: {}", visible(&fix.title)),
    });
    let notes = diagnostic.notes.iter().map(|note| visible(note).into_owned());
    let rendered = codespan::Diagnostic::new(severity(diagnostic.severity))
        .with_code(diagnostic.code.to_string())
        .with_message(visible(&diagnostic.message))
        .with_labels(labels)
        .with_notes(notes.chain(fixes).collect());
    let mut buffer = if color { Buffer::ansi() } else { Buffer::no_color() };
    let config = Config::default();
    let written = if buffer.supports_color() {
        emit_to_write_style(&mut buffer, &config, &view, &rendered)
    } else {
        emit_to_io_write(&mut buffer, &config, &view, &rendered)
    };
    match written {
        Ok(()) => String::from_utf8_lossy(buffer.as_slice()).into_owned(),
        // A span that cannot be shown must not hide the message.
        Err(_) => format!(
            "{}[{}]: {}\n\n",
            diagnostic.severity.name(),
            diagnostic.code,
            visible(&diagnostic.message)
        ),
    }
}

fn severity(severity: Severity) -> codespan::Severity {
    match severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    }
}

/// The labels in codespan's terms: none for a file without text, which has nothing to show.
fn labels(view: &mut View<'_>, diagnostic: &Diagnostic) -> Vec<codespan::Label<FileId>> {
    let own = diagnostic.labels.iter().find(|label| label.span == diagnostic.span);
    let primary = view.focus(diagnostic.span).map(|(file, range)| {
        codespan::Label::primary(file, range)
            .with_message(own.map_or(Cow::Borrowed(""), |label| visible(&label.text)))
    });
    let others = diagnostic.labels.iter().filter(|label| !own.is_some_and(|own| own == *label));
    let secondary = others.filter_map(|label| {
        let (file, range) = view.focus(label.span)?;
        Some(codespan::Label::secondary(file, range).with_message(visible(&label.text)))
    });
    primary.into_iter().chain(secondary).collect()
}

/// The line as the edits would leave it, when they touch one line that is not too long.
fn preview(sources: &Sources, edits: &[Edit]) -> Option<String> {
    let (source, first) = sources.local(edits.first()?.span);
    let base = edits.first()?.span.start - first.start;
    let line = source.line_span(source.line_of(first.start))?;
    let span = Span { start: base + line.start, end: base + line.end };
    let inside = |edit: &Edit| edit.span.start >= span.start && edit.span.end <= span.end;
    if span.end - span.start > SHOWN_FIX || !edits.iter().all(inside) {
        return None;
    }
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span.start);
    let (mut text, mut at) = (String::new(), span.start);
    for edit in edits {
        text.push_str(sources.slice(Span { start: at, end: edit.span.start }));
        text.push_str(&edit.text);
        at = edit.span.end;
    }
    text.push_str(sources.slice(Span { start: at, end: span.end }));
    let shown = text.trim();
    (!shown.is_empty() && !shown.contains('\n')).then(|| format!("  {shown}"))
}

/// The text without characters that would steer a terminal or reorder what it shows. Each is replaced
/// by one of the same length in bytes, so that spans stay true.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match (steers(c), c.len_utf8()) {
        (false, _) => c,
        (true, 1) if c == '\r' => ' ',
        (true, 1) => '?',
        (true, 2) => '·',
        (true, _) => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// Sources as codespan reads them: steering characters replaced, long lines cut to a window.
#[derive(Clone)]
struct View<'a> {
    sources: &'a Sources,
    /// Texts of the files that a label touches.
    texts: BTreeMap<FileId, Cow<'a, str>>,
    /// Windows of the long lines that a label touches, by file and line.
    windows: BTreeMap<(FileId, usize), Range<usize>>,
}

impl<'a> View<'a> {
    fn new(sources: &'a Sources) -> Self {
        View { sources, texts: BTreeMap::new(), windows: BTreeMap::new() }
    }

    /// The file and range to label for a span: inside the file and inside the windows of its lines,
    /// which are opened around the first label that asks. None in a file without text, which has
    /// nothing to show.
    fn focus(&mut self, span: Span) -> Option<(FileId, Range<usize>)> {
        let file = self.sources.file_of(span.start);
        let (source, span) = self.sources.local(span);
        if source.text().is_empty() {
            return None;
        }
        self.texts.entry(file).or_insert_with(|| visible(source.text()));
        // A span's end is exclusive: one that ends with a line break belongs to the line it ends.
        let text = source.slice(span).trim_end_matches(['\n', '\r']);
        let clamped = source.clamp(span).start;
        let start = self.inside(file, clamped);
        let end = self.inside(file, clamped + text.len());
        Some((file, start..end.max(start)))
    }

    fn inside(&mut self, file: FileId, offset: usize) -> usize {
        let source = self.sources.source(file);
        let line = source.line_of(offset);
        let Some(whole) = source.line_span(line) else { return offset };
        if whole.end - whole.start <= WHOLE_LINE {
            return offset;
        }
        let window = self.windows.entry((file, line)).or_insert_with(|| {
            let start = offset.saturating_sub(WINDOW.0).max(whole.start);
            let end = offset.saturating_add(WINDOW.1).min(whole.end);
            let window = source.clamp(Span { start, end });
            window.start..window.end
        });
        offset.clamp(window.start, window.end)
    }

    fn file(&self, file: FileId) -> &'a Source {
        self.sources.source(file)
    }
}

impl<'a> Files<'a> for View<'_> {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, file: FileId) -> Result<&'a str, Error> {
        Ok(self.file(file).name())
    }

    fn source(&'a self, file: FileId) -> Result<&'a str, Error> {
        self.texts.get(&file).map(AsRef::as_ref).ok_or(Error::FileMissing)
    }

    fn line_index(&'a self, file: FileId, byte_index: usize) -> Result<usize, Error> {
        Ok(self.file(file).line_of(byte_index))
    }

    fn column_number(
        &'a self,
        file: FileId,
        _line: usize,
        byte_index: usize,
    ) -> Result<usize, Error> {
        Ok(self.file(file).position(byte_index).column)
    }

    fn line_range(&'a self, file: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        let source = self.file(file);
        let max = source.lines().saturating_sub(1);
        let span = source.line_span(line_index);
        let span = span.ok_or(Error::LineTooLarge { given: line_index, max })?;
        Ok(self.windows.get(&(file, line_index)).cloned().unwrap_or(span.start..span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes;

    fn shown(text: &str, diagnostic: Diagnostic) -> String {
        let sources = Source::new("a.num", text).into();
        render(&Report { sources, diagnostics: vec![diagnostic] }, false)
    }

    #[test]
    fn labels_of_several_files_are_shown_each_in_its_own() {
        let mut sources = Sources::new(Source::new("a.num", "import \"b.num\";\n"));
        let base = sources.add(Source::new("b.num", "\n\nfibre b;\n"));
        let at = |start, end| Span { start, end };
        let diagnostic = Diagnostic::error(codes::FIBRE, at(base + 8, base + 9), "another fibre")
            .label(at(0, 15), "imported here")
            .fix("remove it", at(base + 2, base + 10), "// none");
        insta::assert_snapshot!(render(&Report { sources, diagnostics: vec![diagnostic] }, false));
    }

    #[test]
    fn labels_notes_and_fixes_are_shown() {
        let at = |start, end| Span { start, end };
        let diagnostic = Diagnostic::error(codes::MISSING_SEMICOLON, at(11, 11), "expected `;`")
            .label(at(11, 11), "here")
            .label(at(0, 5), "this item")
            .note("every item ends in `;`")
            .fix("insert `;`", at(11, 11), ";");
        insta::assert_snapshot!(shown("param r = 5\nlet y = r;\n", diagnostic));
    }

    #[test]
    fn a_long_line_is_cut_to_a_window() {
        let mut text = "1+".repeat(1_000_000);
        text.push_str("é?");
        let end = text.len();
        let diagnostic = Diagnostic::error(codes::SYNTAX, Span { start: end - 1, end }, "no")
            .label(Span { start: 0, end: 4 }, "it began here");
        let shown = shown(&text, diagnostic);
        assert!(shown.len() < 2_000, "{} bytes", shown.len());
        assert!(shown.contains("a.num:1:2000002"), "{shown}");
    }

    #[test]
    fn no_character_of_a_spec_steers_the_terminal() {
        let text = "let \u{1b}[31m\u{9b}x\u{202e}y = 1;\r\n";
        let diagnostic =
            Diagnostic::error(codes::SYNTAX, Span { start: 4, end: 5 }, "bad \u{1b}[2J");
        let shown = shown(text, diagnostic);
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{shown:?}");
    }

    #[test]
    fn any_span_is_shown_without_a_panic() {
        for text in ["", "é", "a\n\nb\n", "\n", "\r\n\r\n"] {
            for start in 0..8 {
                for end in 0..8 {
                    let diagnostic = Diagnostic::error(codes::SYNTAX, Span { start, end }, "no");
                    assert!(shown(text, diagnostic).contains("error[N0101]: no"));
                }
            }
        }
    }
}
