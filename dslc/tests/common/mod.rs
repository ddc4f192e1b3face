//! A spec through splitter, parser and check.

use dslc::diag::Diagnostic;
use dslc::sema::hir::Model;

/// The model of a text, and everything there is to say of it.
pub fn check(text: &str) -> (Option<Model>, Vec<Diagnostic>) {
    dslc::db::check_text("spec.num", text)
}
