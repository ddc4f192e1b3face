//! Parameters and their values.

use std::collections::BTreeMap;

use super::constant::{self, Assignment, row_major};
use super::context::Context;
use super::expr::{Builder, expect_unit};
use super::hir::{
    Binder, Dims, Expr, Index, Members, Number, Param, Rational, SetMembers, Span, Spanned, Unit,
    Values,
};
use super::promises::Promises;
use super::variables::range;
use super::{data, given, inputs};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, Entry, Item, ParamValue};

/// Most values of one param that are written out one by one; a table keeps those that are not 0, and
/// has no such limit.
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
    let sign = param.sign.map(|(word, span)| (word, item.at(span)));
    let promises = Promises::new(sign, bounds.as_ref());
    let values = match &param.value {
        None => inputs::input(context, item, param, &promises)?,
        Some(_) if has_open(builder.context, item, param, &index) => return None,
        Some(ParamValue::Table(source)) => {
            data::values(context, (item, param), &index, &unit, &promises, source)?
        }
        Some(ParamValue::Expr(expr)) => {
            let built = builder.value_over(expr, &index)?;
            declared(context, item, param, &built, &unit)?;
            let count = count(context, &index, name.span)?;
            let values = calculated(context, item, &index, &built, count)?;
            let kept = values.iter().map(|value| (value, built.span));
            keep(context, &name.value, &unit, &promises, kept)?;
            Values::Dense(values)
        }
        Some(ParamValue::Entries(entries)) => {
            let count = count(context, &index, name.span)?;
            let table = Table { item, param, index: &index, unit: &unit };
            let values = table.read(context, entries, count)?;
            let kept = values.iter().map(|value| (&value.value, value.span));
            keep(context, &name.value, &unit, &promises, kept)?;
            Values::Dense(values.into_iter().map(|value| value.value).collect())
        }
    };
    let values = given::replace(context, (&name.value, name.span), &index, &unit, values)?;
    if context.given.contains_key(&name.value)
        && let Values::Dense(all) = &values
    {
        let kept = all.iter().map(|value| (value, name.span));
        keep(context, &name.value, &unit, &promises, kept)?;
    }
    Some(Param { name, index: index.iter().map(|binder| binder.set).collect(), unit, values })
}

/// Reports the first value that breaks a promise.
fn keep<'v>(
    context: &mut Context,
    name: &str,
    unit: &Unit,
    promises: &Promises,
    mut values: impl Iterator<Item = (&'v Rational, Span)>,
) -> Option<()> {
    let broken = values.find_map(|(value, span)| {
        Some(promises.broken(name, unit, &Number::from(value))?.at(span))
    });
    match broken {
        Some(error) => {
            context.report(error);
            None
        }
        None => Some(()),
    }
}

/// Says so when an index set is open: the values then are not known before run time.
fn has_open(context: &mut Context, item: &Item, param: &ast::Param, index: &[Binder]) -> bool {
    let open = index.iter().find(|binder| {
        let set = context.set(binder.set);
        set.is_some_and(|set| matches!(set.members, SetMembers::Open(_)))
    });
    let Some(open) = open else { return false };
    let set = context.set_name(open.set);
    let name = &param.name.text;
    let message =
        format!("members of `{set}` come and go, and so `{name}` has no values before run time");
    let error = Diagnostic::error(codes::INDEX_SET, item.at(param.name.span), message)
        .note("what holds for every member needs no index; what differs by kind is a param of a closed set, asked for by an attribute: `w[class(t)]`")
        .note(format!("values that arrive at run time have a range and no `=`: `param {name}[{set}] in 1 .. 4;`"));
    context.report(error);
    true
}

/// How many values there are; all sets are closed.
fn count(context: &mut Context, index: &[Binder], span: Span) -> Option<usize> {
    let mut count = Some(1usize);
    for binder in index {
        let members = context.members(binder.set)?.len();
        count = count.and_then(|count| count.checked_mul(members));
    }
    let count = count.filter(|count| *count <= MOST_VALUES);
    if count.is_none() {
        let message = "this param has more values than can be written out";
        let error = Diagnostic::error(codes::TOO_MANY, span, message)
            .note(format!("{MOST_VALUES} of one param at most; a table from a file keeps only those that are not 0"))
            .note("a `let` in place of the param costs nothing: `let b[l in L, s in S] = 2 * A[l, s];`");
        context.report(error);
    }
    count
}

/// Checks that a value has the declared unit.
fn declared(
    context: &mut Context,
    item: &Item,
    param: &ast::Param,
    built: &Expr,
    unit: &Unit,
) -> Option<()> {
    let Some(written) = &param.unit else {
        if built.facts.unit.is_dimensionless() {
            return Some(());
        }
        undeclared(context, item, param, &built.facts.unit, built.span);
        return None;
    };
    let what = format!("`{}`", param.name.text);
    expect_unit(context, built, unit, (codes::DECLARED_UNIT, item.at(written.span), &what))
}

/// The value of an expression for every combination of the members that its binders stand for.
fn calculated(
    context: &mut Context,
    item: &Item,
    index: &[Binder],
    built: &Expr,
    count: usize,
) -> Option<Vec<Rational>> {
    let mut builder = Builder::new(context, item.base);
    if built.facts.dims != Dims::Scalar {
        return match constant::tensor(builder.context, built) {
            Ok(value) => Some(value.elements),
            Err(trouble) => {
                builder.report_trouble(trouble);
                None
            }
        };
    }
    if index.is_empty() || !builder.differs(built) {
        return Some(vec![builder.constant(built)?; count]);
    }
    let sets: Vec<_> = index
        .iter()
        .map(|binder| (binder, builder.context.members(binder.set).map_or(1, Members::len).max(1)))
        .collect();
    let mut values = Vec::with_capacity(count);
    for at in 0..count {
        let (mut rest, mut bound) = (at, Assignment::new());
        for (binder, members) in sets.iter().rev() {
            bound.insert(binder.id, (binder.set, rest % members));
            rest /= members;
        }
        match constant::value_at(builder.context, built, &bound) {
            Ok(value) => values.push(value),
            Err(trouble) => {
                builder.report_trouble(trouble);
                return None;
            }
        }
    }
    Some(values)
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
    declared(context, item, param, &built, unit)?;
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
