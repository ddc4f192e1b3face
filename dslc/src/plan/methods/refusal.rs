//! A choice whose condition fails: the resource, the number, the bound, and what would pass.

use super::Facts;
use crate::diag::{Code, Diagnostic};
use crate::sema::hir::{Model, Span};

/// What a method answers.
pub type Result<T> = std::result::Result<T, Box<Refusal>>;

/// Why a method does not run some rows.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The row that it fails on.
    pub row: usize,
    /// What kind of failure it is.
    pub code: Code,
    /// What is wrong, with the resource and the number.
    pub message: String,
    /// The setting that is at fault; the method where none is.
    pub span: Option<Span>,
    /// The bound.
    pub label: Option<String>,
    /// Why the bound is, and what to do.
    pub notes: Vec<String>,
    /// What to write in the place of the setting or method, each with a title.
    pub fixes: Vec<(String, String)>,
}

impl Refusal {
    /// A refusal without more to say.
    pub fn new(row: usize, code: Code, message: String) -> Box<Self> {
        let (notes, fixes) = (Vec::new(), Vec::new());
        Box::new(Refusal { row, code, message, span: None, label: None, notes, fixes })
    }

    /// Says that a setting is at fault.
    #[must_use]
    pub fn at(mut self: Box<Self>, span: Span) -> Box<Self> {
        self.span = Some(span);
        self
    }

    /// Says what the bound is.
    #[must_use]
    pub fn label(mut self: Box<Self>, label: String) -> Box<Self> {
        self.label = Some(label);
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self: Box<Self>, note: impl Into<String>) -> Box<Self> {
        self.notes.push(note.into());
        self
    }

    /// Adds a fix.
    #[must_use]
    pub fn fix(
        mut self: Box<Self>,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Box<Self> {
        self.fixes.push((title.into(), text.into()));
        self
    }

    /// The refusal as a message to whoever wrote the spec.
    pub fn diagnostic(&self, model: &Model, facts: &Facts) -> Diagnostic {
        let item = facts.rows.get(self.row).map(|row| row.item);
        let asked = model.decomposition.iter().find(|each| Some(each.resource.value) == item);
        let method = asked.map_or(model.fibre.span, |each| each.method.span);
        let span = self.span.unwrap_or(method);
        let mut error = Diagnostic::error(self.code, span, self.message.clone());
        if let Some(label) = &self.label {
            error = error.label(span, label.clone());
        }
        for note in &self.notes {
            error = error.note(note.clone());
        }
        for (title, text) in &self.fixes {
            error = error.fix(title.clone(), span, text.clone());
        }
        error
    }
}
