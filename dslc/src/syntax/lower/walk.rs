//! A walk over a pair's children that leaves out what only marks their places.

use std::iter::Peekable;

use pest::iterators::{Pair, Pairs};

use super::Lowered;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{Local, Name};
use crate::syntax::grammar::Rule;
use crate::syntax::local;
use crate::syntax::scan::Scanner;

/// Children of a pair, without punctuation and keywords that say nothing more than the pair's rule.
pub struct Walk<'i> {
    children: Peekable<Pairs<'i, Rule>>,
    parent: Rule,
    span: Local,
}

impl<'i> Walk<'i> {
    pub fn new(pair: Pair<'i, Rule>) -> Self {
        let (parent, span) = (pair.as_rule(), of(&pair));
        Walk { children: pair.into_inner().peekable(), parent, span }
    }

    /// The next child, if it is of this rule.
    pub fn accept(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.skip_marks();
        self.children.next_if(|pair| pair.as_rule() == rule)
    }

    /// The next child, which the grammar says is of this rule.
    pub fn need(&mut self, rule: Rule) -> Lowered<Pair<'i, Rule>> {
        let span = self.span;
        self.accept(rule).ok_or_else(|| disagree(rule, span))
    }

    /// The next child, which is a name or a word.
    pub fn name(&mut self) -> Lowered<Name> {
        let pair = self.next().ok_or_else(|| disagree(self.parent, self.span))?;
        Ok(Name { text: pair.as_str().to_owned(), span: of(&pair) })
    }

    fn skip_marks(&mut self) {
        while self.children.next_if(|pair| is_mark(pair.as_rule())).is_some() {}
    }
}

impl<'i> Iterator for Walk<'i> {
    type Item = Pair<'i, Rule>;

    fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.skip_marks();
        self.children.next()
    }
}

/// The span of a pair. Exact for a token; what ends in something optional may have blanks at its end.
pub fn of(pair: &Pair<'_, Rule>) -> Local {
    let span = pair.as_span();
    local(span.start(), span.end())
}

/// The span of a pair up to the end of its last token.
pub fn trimmed(pair: &Pair<'_, Rule>) -> Local {
    let start = pair.as_span().start();
    let length = Scanner::new(pair.as_str()).last().map_or(0, |token| token.end);
    local(start, start + length)
}

/// Refuses an item that the grammar accepts in a shape that the lowering does not know.
pub fn disagree(rule: Rule, span: Local) -> Box<Diagnostic> {
    let message = format!("this cannot be read as {}", crate::syntax::expected::describe(rule));
    Box::new(Diagnostic::error(codes::SYNTAX, span.at(0), message))
}

/// Rules that only mark where something stands.
fn is_mark(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::semicolon
            | Rule::comma
            | Rule::colon
            | Rule::assign
            | Rule::arrow
            | Rule::dots
            | Rule::lbrace
            | Rule::rbrace
            | Rule::lbracket
            | Rule::rbracket
            | Rule::lparen
            | Rule::rparen
            | Rule::kw_fibre
            | Rule::kw_remaps
            | Rule::kw_core
            | Rule::kw_sigil
            | Rule::kw_import
            | Rule::kw_unit
            | Rule::kw_set
            | Rule::kw_open
            | Rule::kw_param
            | Rule::kw_variable
            | Rule::kw_let
            | Rule::kw_resource
            | Rule::kw_utility
            | Rule::kw_decomposition
            | Rule::kw_observe
            | Rule::kw_enforce
            | Rule::kw_export
            | Rule::kw_emit
            | Rule::kw_data
            | Rule::kw_by
            | Rule::kw_from
            | Rule::kw_column
            | Rule::kw_in
            | Rule::kw_as
            | Rule::kw_for
            | Rule::kw_if
    )
}
