//! The files of one compilation, end to end in one space of bytes: a [`Span`] counts in it, so that it
//! also says which file it is of.

use std::sync::Arc;

use super::Source;
use crate::sema::hir::Span;

/// Every file that took part: the spec at byte 0, each further one behind it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    main: Arc<Source>,
    others: Vec<Placed>,
}

/// A file and the byte at which it starts.
#[derive(Clone, Debug)]
struct Placed {
    base: usize,
    source: Arc<Source>,
}

/// A file of [`Sources`], by position; the spec is 0.
pub type FileId = usize;

impl Sources {
    /// The spec alone.
    pub fn new(main: impl Into<Arc<Source>>) -> Self {
        Sources { main: main.into(), others: Vec::new() }
    }

    /// Adds a file; returns the byte at which it starts. One byte is left free behind each file, so
    /// that the end of one is not the start of the next.
    pub fn add(&mut self, source: impl Into<Arc<Source>>) -> usize {
        let source = source.into();
        let last = self.len() - 1;
        let base = self.base(last) + self.source(last).text().len() + 1;
        self.others.push(Placed { base, source });
        base
    }

    /// The spec.
    pub fn main(&self) -> &Source {
        &self.main
    }

    /// How many files there are.
    #[allow(clippy::len_without_is_empty, reason = "it holds the spec at least")]
    pub fn len(&self) -> usize {
        self.others.len() + 1
    }

    /// A file; the spec when there is no such file.
    pub fn source(&self, file: FileId) -> &Source {
        self.placed(file).map_or(&self.main, |placed| &placed.source)
    }

    /// The byte at which a file starts.
    pub fn base(&self, file: FileId) -> usize {
        self.placed(file).map_or(0, |placed| placed.base)
    }

    fn placed(&self, file: FileId) -> Option<&Placed> {
        self.others.get(file.checked_sub(1)?)
    }

    /// The file that holds a byte; past the last one, the last.
    pub fn file_of(&self, offset: usize) -> FileId {
        self.others.partition_point(|placed| placed.base <= offset)
    }

    /// The file that a span starts in, and the span counted from that file's start.
    pub fn local(&self, span: Span) -> (&Source, Span) {
        let file = self.file_of(span.start);
        let base = self.base(file);
        let local = Span { start: span.start - base, end: span.end.saturating_sub(base) };
        (self.source(file), local)
    }

    /// The text of a span, moved to the nearest character boundaries inside its file.
    pub fn slice(&self, span: Span) -> &str {
        let (source, span) = self.local(span);
        source.slice(span)
    }
}

impl From<Source> for Sources {
    fn from(source: Source) -> Self {
        Sources::new(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_belongs_to_the_file_that_holds_it() {
        let mut sources = Sources::new(Source::new("a", "12345"));
        let empty = sources.add(Source::new("b", ""));
        let last = sources.add(Source::new("c", "xyz"));
        let name = |at: usize| sources.local(Span { start: at, end: at }).0.name();
        // The end of a file belongs to it.
        assert_eq!((name(0), name(5)), ("a", "a"));
        assert_eq!((name(empty), name(last), name(last + 3), name(999)), ("b", "c", "c", "c"));
        let span = Span { start: last + 1, end: last + 3 };
        assert_eq!(sources.slice(span), "yz");
        assert_eq!(sources.local(span).1, Span { start: 1, end: 3 });
    }
}
