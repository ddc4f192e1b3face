//! What the compiler has to say: one [`Diagnostic`] value that every phase returns, rendered at the
//! edge for people ([`human`]), for programs ([`json`]) and for code scanners ([`sarif`]).
//!
//! A code is one row of [`codes`] and one page of `pages/`.

pub mod codes;
pub mod human;
pub mod json;
pub mod pages;
pub mod sarif;
pub mod source;
pub mod sources;

pub use codes::Code;
pub use source::{Position, Source};
pub use sources::{FileId, Sources};

use crate::sema::hir::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The spec is refused.
    Error,
    /// The spec is accepted; it may not do what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Its name in every format.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A second place that belongs to a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place. The same as the diagnostic's own span: the text stands at that span.
    pub span: Span,
    /// What is to be said about it.
    pub text: String,
}

/// Replaces the bytes of `span` by `text`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// The bytes that go; empty to insert.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// Edits that mend what a diagnostic complains of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What it does, as an instruction: "insert `;`".
    pub title: String,
    /// Edits that do not overlap, applied together.
    pub edits: Vec<Edit>,
}

/// One thing to say about a spec. Spans count in the compilation's [`Sources`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// What kind of mistake it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// Why, and what to do next.
    pub notes: Vec<String>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// A warning at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    fn new(severity: Severity, code: Code, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        let (labels, notes, fixes) = (Vec::new(), Vec::new(), Vec::new());
        Diagnostic { code, severity, message, span, labels, notes, fixes }
    }

    /// Adds a place; give the diagnostic's own span to say something right at it.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a reason or an advice.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a fix that replaces the bytes of `span`.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        let edits = vec![Edit { span, text: replacement.into() }];
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }

    /// The same with every span moved by `base` bytes: from an item's own spans to the file's.
    #[must_use]
    pub fn moved_by(mut self, base: usize) -> Self {
        let shift = |span: &mut Span| {
            span.start += base;
            span.end += base;
        };
        shift(&mut self.span);
        self.labels.iter_mut().for_each(|label| shift(&mut label.span));
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits);
        edits.for_each(|edit| shift(&mut edit.span));
        self
    }
}

/// Most diagnostics of one file: past them a reader, and a renderer, only loses time.
pub const MAX_PER_FILE: usize = 1_000;

/// Whether any of them refuses the spec.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Orders by place, then by severity and code, and drops exact repetitions.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| (d.span.start, d.severity, d.code, d.span.end));
    diagnostics.dedup();
}

/// What is to be said about a spec and the files that it reads.
#[derive(Clone, Debug)]
pub struct Report {
    /// The files.
    pub sources: Sources,
    /// Its diagnostics, in order.
    pub diagnostics: Vec<Diagnostic>,
}
