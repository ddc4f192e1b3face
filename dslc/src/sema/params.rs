//! Parameters and their values.

use std::collections::BTreeMap;

use num_traits::Signed;

use super::constant::row_major;
use super::context::Context;
use super::expr::{Builder, expect_unit};
use super::hir::{
    Binder, Index, Members, Param, Rational, SetMembers, Span, Spanned, Unit, Values,
};
use super::variables::range;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, Entry, Item, ParamValue, SignWord};

/// Most values of one param.
const MOST_VALUES: usize = 1 << 22;

/// Resolves a parameter and calculates its values.
pub fn resolve(context: &mut Context, item: &Item, param: &ast::Param) -> Option<Param> {
    let name = Spanned { value: param.name.text.clone(), span: item.at(param.name.span) };
    let mut builder = Builder::new(context, item.base);
    let index = builder.bind(&param.index);
    let unit = match &param.unit {
        Some(written) => builder.unit(written),
        None => Some(Unit::default()),
    };
    let (index, unit) = (index?, unit?);
    let bounds = match &param.range {
        Some(written) => Some(range(&mut builder, written, &unit, name.span)?),
        None => None,
    };
    let values = values(context, item, param, &index, &unit)?;
    let declared = Declared { item, param, unit: &unit };
    declared.check_sign(context, &values)?;
    if let Some((lo, hi)) = bounds {
        declared.check_range(context, &values, lo.as_ref(), hi.as_ref())?;
    }
    let values = Values::Dense(values.into_iter().map(|value| value.value).collect());
    Some(Param { name, index: index.iter().map(|binder| binder.set).collect(), unit, values })
}

/// Values in row-major order, each with the place where it is written.
fn values(
    context: &mut Context,
    item: &Item,
    param: &ast::Param,
    index: &[Binder],
    unit: &Unit,
) -> Option<Vec<Spanned<Rational>>> {
    let span = item.at(param.name.span);
    let count = count(context, index, span)?;
    match &param.value {
        None => {
            let what = format!("`{}` without a value, an input of run time,", param.name.text);
            context.not_yet(span, &what, "give it a value: `param p: s = 5 s;`");
            None
        }
        Some(ParamValue::Table(_)) => {
            let needs = "write the values down: `= { a: 1, b: 2 }`";
            context.not_yet(item.at(item.span), "a param from a table", needs);
            None
        }
        Some(ParamValue::Expr(expr)) => {
            let value = value(context, item, param, expr, unit)?;
            Some(vec![value; count])
        }
        Some(ParamValue::Entries(entries)) => {
            let table = Table { item, param, index, unit };
            table.read(context, entries, count)
        }
    }
}

fn count(context: &mut Context, index: &[Binder], span: Span) -> Option<usize> {
    let mut count = 1usize;
    for binder in index {
        let set = context.set(binder.set)?;
        match &set.members {
            SetMembers::Closed(members) => count = count.saturating_mul(members.len()),
            SetMembers::Open(_) => {
                let what = format!("a param of each member of the open set `{}`", set.name.value);
                let needs = "index it by a closed set and use an attribute: `w[class(t)]`";
                context.not_yet(span, &what, needs);
                return None;
            }
        }
    }
    if count > MOST_VALUES {
        let message =
            format!("a param has at most {MOST_VALUES} values, and this would have {count}");
        context.report(Diagnostic::error(codes::BAD_SET, span, message));
        return None;
    }
    Some(count)
}

fn value(
    context: &mut Context,
    item: &Item,
    param: &ast::Param,
    expr: &ast::Expr,
    unit: &Unit,
) -> Option<Spanned<Rational>> {
    let mut builder = Builder::new(context, item.base);
    let built = builder.whole(expr)?;
    let value = builder.constant(&built)?;
    let Some(written) = &param.unit else {
        if built.facts.unit.is_dimensionless() {
            return Some(Spanned { value, span: built.span });
        }
        undeclared(context, item, param, &built.facts.unit, built.span);
        return None;
    };
    let what = format!("`{}`", param.name.text);
    expect_unit(context, &built, unit, (codes::DECLARED_UNIT, item.at(written.span), &what))?;
    Some(Spanned { value, span: built.span })
}

/// A value with a unit for a param without one.
fn undeclared(context: &mut Context, item: &Item, param: &ast::Param, unit: &Unit, span: Span) {
    let name = item.at(param.name.span);
    let message =
        format!("`{}` is declared without a unit, and this has {}", param.name.text, unit.quoted());
    let error = Diagnostic::error(codes::DECLARED_UNIT, span, message)
        .label(span, unit.quoted())
        .label(name, "no unit");
    let end = Span { start: name.end, end: name.end };
    let fix = format!("declare the unit `{}`", unit.text);
    context.report(if param.index.is_empty() {
        error.fix(fix, end, format!(": {}", unit.text))
    } else {
        error.note(format!("{fix}: `param {}[…]: {} = …`", param.name.text, unit.text))
    });
}

/// `{ a: 4, (b, c): 1 }`.
struct Table<'a> {
    item: &'a Item,
    param: &'a ast::Param,
    index: &'a [Binder],
    unit: &'a Unit,
}

impl Table<'_> {
    fn read(
        &self,
        context: &mut Context,
        entries: &[Entry],
        count: usize,
    ) -> Option<Vec<Spanned<Rational>>> {
        let name = &self.param.name.text;
        let at = self.item.at(self.param.name.span);
        if self.index.is_empty() {
            let message = format!("`{name}` has no index, so that it has one value");
            let advice = format!("index it: `param {name}[Set] = …`, or write one value");
            context.report(Diagnostic::error(codes::INDEX_COUNT, at, message).note(advice));
            return None;
        }
        let mut values: Vec<Option<Spanned<Rational>>> = vec![None; count];
        let mut firsts: BTreeMap<usize, Span> = BTreeMap::new();
        let (mut failed, mut unread) = (false, false);
        for entry in entries {
            let position = self.position(context, entry);
            let value = value(context, self.item, self.param, &entry.value, self.unit);
            unread |= position.is_none();
            failed |= position.is_none() || value.is_none();
            let Some((position, span)) = position else { continue };
            if let Some(first) = firsts.insert(position, span) {
                let message = format!("`{name}` has two values for the same members");
                let error = Diagnostic::error(codes::DUPLICATE_NAME, span, message);
                context.report(error.label(first, "the first"));
                failed = true;
            }
            if let (Some(slot), Some(value)) = (values.get_mut(position), value) {
                *slot = Some(value);
            }
        }
        let missing: Vec<_> = (0..count).filter(|at| !firsts.contains_key(at)).collect();
        // A key that is nearly right leaves a gap of which there is nothing more to say.
        if !missing.is_empty() && !unread {
            let names: Vec<_> =
                missing.iter().take(5).map(|at| self.members(context, *at)).collect();
            let more = if missing.len() > 5 {
                format!(" and {} more", missing.len() - 5)
            } else {
                String::new()
            };
            let message = format!("`{name}` has no value for {}{more}", names.join(", "));
            let advice = "every combination of members needs a value";
            context.report(Diagnostic::error(codes::MISSING_VALUE, at, message).note(advice));
            return None;
        }
        if failed { None } else { values.into_iter().collect() }
    }

    /// The entry's place among the values, and its key's span.
    fn position(&self, context: &mut Context, entry: &Entry) -> Option<(usize, Span)> {
        let (first, last) = (entry.key.first()?, entry.key.last()?);
        let span = self.item.at(first.span.to(last.span));
        let sets: Vec<_> = self.index.iter().map(|binder| binder.set).collect();
        if entry.key.len() != sets.len() {
            let over: Vec<_> = sets.iter().map(|set| context.set_name(*set)).collect();
            let message = format!(
                "a key of `{}` is one member each of {}",
                self.param.name.text,
                over.join(", ")
            );
            context.report(Diagnostic::error(codes::INDEX_COUNT, span, message));
            return None;
        }
        let mut builder = Builder::new(context, self.item.base);
        let members = sets.iter().zip(&entry.key).map(|(set, member)| {
            let span = self.item.at(member.span);
            match builder.member(*set, &member.text, span)? {
                Index::Member(_, position) => Some(position),
                _ => None,
            }
        });
        let positions: Vec<_> = members.collect();
        let positions: Vec<usize> = positions.into_iter().collect::<Option<_>>()?;
        Some((row_major(context, &sets, &positions)?, span))
    }

    /// `(a, b)`, the members of a place.
    fn members(&self, context: &Context, mut at: usize) -> String {
        let mut names = Vec::new();
        for binder in self.index.iter().rev() {
            let members = context.members(binder.set);
            let count = members.map_or(1, Members::len).max(1);
            let name = members.and_then(|members| members.name(at % count));
            names.push(name.unwrap_or_default().into_owned());
            at /= count;
        }
        names.reverse();
        match names.as_slice() {
            [one] => format!("`{one}`"),
            several => format!("`({})`", several.join(", ")),
        }
    }
}

/// What the declaration promises of the values.
struct Declared<'a> {
    item: &'a Item,
    param: &'a ast::Param,
    unit: &'a Unit,
}

impl Declared<'_> {
    fn check_sign(&self, context: &mut Context, values: &[Spanned<Rational>]) -> Option<()> {
        let Some((word, span)) = self.param.sign else { return Some(()) };
        let (breaks, name): (fn(&Rational) -> bool, _) = match word {
            SignWord::Nonneg => (Signed::is_negative, "nonneg"),
            SignWord::Nonpos => (Signed::is_positive, "nonpos"),
        };
        let Some(value) = values.iter().find(|value| breaks(&value.value)) else { return Some(()) };
        let message = format!(
            "`{}` is declared `{name}`, and this is {}",
            self.param.name.text,
            self.unit.show(&value.value)
        );
        let error = Diagnostic::error(codes::VALUE_RANGE, value.span, message);
        context.report(error.label(self.item.at(span), "promised here"));
        None
    }

    fn check_range(
        &self,
        context: &mut Context,
        values: &[Spanned<Rational>],
        lo: Option<&Rational>,
        hi: Option<&Rational>,
    ) -> Option<()> {
        let outside =
            |value: &Rational| lo.is_some_and(|lo| value < lo) || hi.is_some_and(|hi| value > hi);
        let Some(value) = values.iter().find(|value| outside(&value.value)) else {
            return Some(());
        };
        let end = |end: Option<&Rational>, none: &str| {
            end.map_or(none.to_owned(), |end| self.unit.show(end))
        };
        let message = format!(
            "`{}` lies in {} .. {}, and this is {}",
            self.param.name.text,
            end(lo, "-inf"),
            end(hi, "inf"),
            self.unit.show(&value.value)
        );
        context.report(Diagnostic::error(codes::VALUE_RANGE, value.span, message));
        None
    }
}
