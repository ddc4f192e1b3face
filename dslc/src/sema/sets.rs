//! Index sets.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use super::context::Context;
use super::data;
use super::expr::Builder;
use super::hir::{Members, Rational, Set, SetMembers, Span, Spanned};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, Item, Member, SetDecl};

/// Resolves a set.
pub fn resolve(context: &mut Context, item: &Item, set: &SetDecl) -> Option<Set> {
    let span = item.at(set.name.span);
    let members = match &set.members {
        ast::SetMembers::Inline(members) => inline(context, item, set, members),
        ast::SetMembers::Range(lo, hi) => range(context, item, lo, hi),
        ast::SetMembers::Open(limit) => open(context, item, limit),
        ast::SetMembers::Table(source) => {
            data::members(context, item, set, source).map(SetMembers::Closed)
        }
    }?;
    Some(Set { name: Spanned { value: set.name.text.clone(), span }, members })
}

fn bad(context: &mut Context, span: Span, message: String) -> Option<SetMembers> {
    context.report(Diagnostic::error(codes::BAD_SET, span, message));
    None
}

fn inline(
    context: &mut Context,
    item: &Item,
    set: &SetDecl,
    members: &[Member],
) -> Option<SetMembers> {
    if members.is_empty() {
        let message = format!("`{}` has no members", set.name.text);
        return bad(context, item.at(set.name.span), message);
    }
    let mut seen = BTreeMap::new();
    let mut twice = false;
    for member in members {
        if let Some(first) = seen.insert(member.text.as_str(), item.at(member.span)) {
            let message = format!("`{}` is listed twice", member.text);
            let error = Diagnostic::error(codes::BAD_SET, item.at(member.span), message);
            context.report(error.label(first, "first here"));
            twice = true;
        }
    }
    let names = members.iter().map(|member| member.text.as_str());
    (!twice).then(|| SetMembers::Closed(Members::named(names)))
}

/// The exact whole number that an expression stands for.
fn whole(context: &mut Context, item: &Item, expr: &ast::Expr) -> Option<Rational> {
    let mut builder = Builder::new(context, item.base);
    let built = builder.whole(expr)?;
    let value = builder.constant(&built)?;
    if value.is_integer() && built.facts.unit.is_dimensionless() {
        return Some(value);
    }
    let message = "a whole number without a unit is needed here".to_owned();
    bad(context, built.span, message);
    None
}

fn range(context: &mut Context, item: &Item, lo: &ast::Expr, hi: &ast::Expr) -> Option<SetMembers> {
    let span = item.at(lo.span.to(hi.span));
    let (lo, hi) = (whole(context, item, lo), whole(context, item, hi));
    let (lo, hi) = (lo?, hi?);
    if lo > hi {
        let message = format!("a range from {lo} to {hi} has no members");
        return bad(context, span, message);
    }
    let ends = lo.to_integer().to_i64().zip(hi.to_integer().to_i64());
    match ends.and_then(|(first, last)| Members::range(first, last)) {
        Some(members) => Some(SetMembers::Closed(members)),
        None => bad(
            context,
            span,
            "the members of a range are whole numbers of less than 64 bits".to_owned(),
        ),
    }
}

fn open(context: &mut Context, item: &Item, limit: &ast::Expr) -> Option<SetMembers> {
    let span = item.at(limit.span);
    match whole(context, item, limit)?.to_integer().to_u32() {
        Some(limit) if limit > 0 => Some(SetMembers::Open(limit)),
        _ => bad(context, span, "an open set has from 1 to 4294967295 members".to_owned()),
    }
}
