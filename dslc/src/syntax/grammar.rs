//! The generated parser of `num.pest`.

#![allow(missing_docs, reason = "the rules are described in the grammar")]

/// Parses what `num.pest` describes.
#[derive(pest_derive::Parser)]
#[grammar = "syntax/num.pest"]
pub struct Grammar;
