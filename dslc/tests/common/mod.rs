//! A spec through splitter, parser and check, and references for what is said of it.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod functions;
pub mod prefix;
pub mod samples;

use dslc::diag::Diagnostic;
use dslc::sema::hir::Model;

/// The model of a text, and everything there is to say of it.
pub fn check(text: &str) -> (Option<Model>, Vec<Diagnostic>) {
    dslc::db::check_text("spec.num", text)
}
