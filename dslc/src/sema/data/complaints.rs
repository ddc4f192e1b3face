//! What is wrong with the rows of one table: the first few, and how many more.

use crate::diag::{Code, Diagnostic};
use crate::sema::context::Context;
use crate::sema::hir::Span;

/// Most complaints about one table.
const MOST: usize = 8;

/// Complaints about one table.
#[derive(Debug, Default)]
pub struct Complaints {
    first: Vec<Diagnostic>,
    more: usize,
}

impl Complaints {
    /// Adds one.
    pub fn add(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.push(|| Diagnostic::error(code, span, message.into()));
    }

    /// Adds one that is worked out only if it will be shown.
    pub fn push(&mut self, complaint: impl FnOnce() -> Diagnostic) {
        if self.first.len() < MOST {
            self.first.push(complaint());
        } else {
            self.more += 1;
        }
    }

    /// Reports them; none when there are any.
    pub fn report(mut self, context: &mut Context) -> Option<()> {
        if self.more > 0
            && let Some(last) = self.first.pop()
        {
            let rows = if self.more == 1 { "row" } else { "rows" };
            self.first
                .push(last.note(format!("{} more {rows} of this table are wrong", self.more)));
        }
        let none = self.first.is_empty();
        self.first.into_iter().for_each(|complaint| context.report(complaint));
        none.then_some(())
    }
}
