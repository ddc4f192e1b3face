//! What stands between the brackets of `x[t]`: a binder, a member, or an attribute of a member.
//!
//! An attribute `class(t)` of a member t of an open set is a member of a closed set: the one that
//! its place requires, `w[class(t)]` with `w` indexed by `Class`. Its name is free, most often the
//! set's in small letters; one name has values in one set throughout the spec.

use std::borrow::Cow;

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::context::did_you_mean;
use crate::sema::hir::{Index, SetId, Span};
use crate::sema::names::nearest;
use crate::syntax::ast::{Expr, ExprKind, Name};

/// Most names of a set among which a misspelt one is looked for.
const MOST_NAMES: usize = 10_000;

impl Builder<'_> {
    /// An index for each of `sets`.
    pub(super) fn indices(
        &mut self,
        name: &Name,
        sets: &[SetId],
        written: &[Expr],
        span: Span,
    ) -> Option<Vec<Index>> {
        if written.len() != sets.len() {
            self.wrong_count(name, sets, written.len(), span);
            return None;
        }
        let indices: Vec<_> =
            sets.iter().zip(written).map(|(set, expr)| self.index(name, *set, expr)).collect();
        indices.into_iter().collect()
    }

    fn wrong_count(&mut self, name: &Name, sets: &[SetId], given: usize, span: Span) {
        let declared = self.context.names.get(&name.text).map(|declared| declared.span);
        let over: Vec<_> =
            sets.iter().map(|set| format!("`{}`", self.context.set_name(*set))).collect();
        let name = &name.text;
        let message = match sets.len() {
            0 => format!("`{name}` has no index"),
            1 => {
                format!("`{name}` has one index, over {}, and {given} stand here", over.join(", "))
            }
            n => format!(
                "`{name}` has {n} indices, over {}, and {given} stand here",
                over.join(", ")
            ),
        };
        let diagnostic = Diagnostic::error(codes::INDEX_COUNT, span, message);
        let diagnostic = match declared {
            Some(declared) => diagnostic.label(declared, "declared here"),
            None => diagnostic,
        };
        self.context.report(diagnostic);
    }

    fn index(&mut self, name: &Name, set: SetId, expr: &Expr) -> Option<Index> {
        // A set in error is already reported.
        self.context.set(set)?;
        let span = self.at(expr.span);
        match &expr.kind {
            ExprKind::Name(member) => {
                if let Some(at) = self.scope.iter().rposition(|binder| binder.name == member.text) {
                    return self.bound(name, set, at, span);
                }
                self.member(set, &member.text, span)
            }
            ExprKind::Text(text) => self.member(set, &text.value, span),
            ExprKind::Number(value, None) => self.member(set, &value.to_string(), span),
            ExprKind::Call(attribute, arguments) => self.attribute(set, attribute, arguments, span),
            _ => self.calculated(set, expr),
        }
    }

    fn bound(&mut self, name: &Name, set: SetId, at: usize, span: Span) -> Option<Index> {
        let binder = self.scope.get(at)?.clone();
        if binder.set == set {
            return Some(Index::Bound(binder.id));
        }
        self.context.set(binder.set)?;
        let (over, needed) = (self.context.set_name(binder.set), self.context.set_name(set));
        let message = format!(
            "`{}` is indexed by `{needed}`, and `{}` is a member of `{over}`",
            name.text, binder.name
        );
        let diagnostic = Diagnostic::error(codes::INDEX_SET, span, message);
        let diagnostic =
            if self.context.members(set).is_some() && self.context.members(binder.set).is_none() {
                let attribute = format!("{}({})", needed.to_lowercase(), binder.name);
                diagnostic.fix(format!("take the `{needed}` of `{}`", binder.name), span, attribute)
            } else {
                diagnostic
            };
        self.context.report(diagnostic);
        None
    }

    /// The member of that name.
    pub fn member(&mut self, set: SetId, text: &str, span: Span) -> Option<Index> {
        let name = self.context.set(set)?.name.value.clone();
        let Some(members) = self.context.members(set) else {
            let message = format!("the members of `{name}` have no names before run time");
            if self.context.again(&format!("{message}: {text}"), span) {
                return None;
            }
            let advice = format!("use a binder: `for t in {name}`");
            self.context
                .report(Diagnostic::error(codes::UNKNOWN_MEMBER, span, message).note(advice));
            return None;
        };
        if let Some(position) = members.position(text) {
            return Some(Index::Member(set, position));
        }
        let message = format!("`{name}` has no member `{text}`");
        let mut known: Vec<_> = members.names().take(MOST_NAMES).map(Cow::into_owned).collect();
        if self.context.again(&message, span) {
            return None;
        }
        known.extend(self.scope.iter().filter(|b| b.set == set).map(|b| b.name.clone()));
        let known = known.iter().map(String::as_str);
        self.context.unknown(codes::UNKNOWN_MEMBER, (text, span), message, known);
        None
    }

    pub(super) fn attribute(
        &mut self,
        set: SetId,
        name: &Name,
        arguments: &[Expr],
        span: Span,
    ) -> Option<Index> {
        let of = self.context.set_name(set).to_owned();
        let text = &name.text;
        let refuse = |builder: &mut Self, message: String, advice: String| {
            let error = Diagnostic::error(codes::ATTRIBUTE, span, message);
            builder.context.report(if advice.is_empty() { error } else { error.note(advice) });
            None
        };
        let binder = match arguments {
            [Expr { kind: ExprKind::Name(member), .. }] => {
                self.scope.iter().rev().find(|binder| binder.name == member.text).cloned()
            }
            _ => None,
        };
        let Some(binder) = binder else {
            let message = format!("`{text}(…)` is an attribute, and is asked of one member");
            return refuse(self, message, format!("write `{text}(t)` where `t in …` is in scope"));
        };
        self.context.set(binder.set)?;
        if self.context.members(binder.set).is_some() {
            let over = self.context.set_name(binder.set).to_owned();
            let message = format!("members of the closed set `{over}` have no attributes");
            let advice =
                format!("index a param by `{over}`: what it says of each member is known now");
            return refuse(self, message, advice);
        }
        if self.context.members(set).is_none() {
            let message =
                format!("an attribute's values are members of a closed set, and `{of}` is open");
            return refuse(self, message, String::new());
        }
        let usual = of.to_lowercase();
        let at = self.at(name.span);
        if *text != usual && nearest(text, [usual.as_str()]).is_some() {
            let message =
                format!("`{text}` is nearly `{usual}`, the attribute with values in `{of}`");
            let error = Diagnostic::error(codes::ATTRIBUTE, at, message);
            self.context.report(did_you_mean(error, text, at, [usual.as_str()]));
            return None;
        }
        let (first, first_at) = *self.context.attributes.entry(text.clone()).or_insert((set, at));
        if first != set {
            let other = self.context.set_name(first).to_owned();
            let message =
                format!("`{text}` has values in `{other}`, and cannot have values in `{of}` too");
            let error = Diagnostic::error(codes::ATTRIBUTE, span, message);
            self.context.report(error.label(first_at, format!("a member of `{other}` here")));
            return None;
        }
        Some(Index::Attribute { name: text.clone(), binder: binder.id, of: set })
    }
}
