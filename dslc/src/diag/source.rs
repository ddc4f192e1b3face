//! A source file: its name, its text and where its lines start.

use std::sync::OnceLock;

use crate::sema::hir::Span;

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// Characters (Unicode scalar values) from the start of the line, from 1.
    pub column: usize,
    /// Bytes from the start of the file, from 0.
    pub offset: usize,
}

/// A file's name and text.
#[derive(Clone, Debug, Default)]
pub struct Source {
    name: String,
    text: String,
    /// Found when somebody asks: of most files, nobody does.
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// A file that was read; `name` as the user wrote its path.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name: name.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }

    /// The path as the user wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of lines; 1 for an empty file.
    pub fn lines(&self) -> usize {
        self.line_starts().len()
    }

    /// Which line (from 0) holds the byte.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Bytes of a line (from 0), its line break included; none past the last.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.line_starts().get(line)?;
        let end = self.line_starts().get(line + 1).copied().unwrap_or(self.text.len());
        Some(Span { start, end })
    }

    /// The text of a span, moved to the nearest character boundaries inside the file.
    pub fn slice(&self, span: Span) -> &str {
        let span = self.clamp(span);
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// The span, moved to the nearest character boundaries inside the file: the start leftwards, the
    /// end rightwards.
    pub fn clamp(&self, span: Span) -> Span {
        let mut start = span.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = span.end.clamp(start, self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Span { start, end }
    }

    /// The position of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.clamp(Span { start: offset, end: offset }).start;
        let line = self.line_of(offset);
        let start = self.line_starts().get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        Position { line: line + 1, column: before.chars().count() + 1, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let source = Source::new("a.num", "é=1;\nβ×2");
        assert_eq!(source.position(2), Position { line: 1, column: 2, offset: 2 });
        assert_eq!(source.position(8), Position { line: 2, column: 2, offset: 8 });
        // Inside a character, and past the end.
        assert_eq!(source.position(7), Position { line: 2, column: 1, offset: 6 });
        assert_eq!(source.position(99), Position { line: 2, column: 4, offset: 11 });
    }

    #[test]
    fn an_empty_file_has_one_line() {
        let source = Source::new("a.num", "");
        assert_eq!(source.position(0), Position { line: 1, column: 1, offset: 0 });
        assert_eq!(source.lines(), 1);
    }
}
