//! Values of a param that a table lists: a column of members for each index, and one of values.

use super::cells::{number, shortened};
use super::complaints::Complaints;
use super::rows::Place;
use super::{Table, open};
use crate::diag::{Diagnostic, codes};
use crate::sema::context::Context;
use crate::sema::hir::{Binder, Members, Number, Unit, Values};
use crate::sema::names::nearest;
use crate::sema::promises::Promises;
use crate::syntax::ast::{Item, Param, TableSource};

/// Most names of a set among which a misspelt one is looked for.
const MOST_NAMES: usize = 10_000;

/// Reads the values of a param; what no row gives is 0.
pub fn values(
    context: &mut Context,
    (item, param): (&Item, &Param),
    index: &[Binder],
    unit: &Unit,
    promises: &Promises,
    source: &TableSource,
) -> Option<Values> {
    let table = open(context, item, source)?;
    let columns: Option<Vec<_>> =
        index.iter().map(|binder| index_column(context, &table, binder)).collect();
    let columns = columns?;
    let value = value_column(context, &table, (item, param), &columns, source)?;
    let sets: Option<Vec<_>> =
        index.iter().map(|binder| context.members(binder.set).cloned()).collect();
    let reader = Reader { table: &table, columns, value, index, sets: sets?, unit, promises };
    reader.read(context, &param.name.text)
}

/// The column of a binder's members: it has the binder's name, or the set's, or it is the one that the
/// set itself was read from.
fn index_column(context: &mut Context, table: &Table, binder: &Binder) -> Option<usize> {
    let set = context.set_name(binder.set).to_owned();
    let own = context.columns.get(&binder.set).filter(|(name, _)| *name == table.name);
    let own = own.map(|(_, column)| column.as_str());
    let column = table.find(&[&binder.name, &set]).or_else(|| table.find(&[own?]));
    if column.is_none() {
        let message =
            format!("the table `{}` has no column for the members of `{set}`", table.name);
        let names = if binder.name == set {
            format!("a column `{set}`")
        } else {
            format!("a column `{set}` or `{}`", binder.name)
        };
        let error = Diagnostic::error(codes::TABLE_COLUMN, table.named, message);
        context.report(table.separated_otherwise(error).note(format!("it needs {names}")));
    }
    column
}

/// The column of the values: the one that the spec names, the one of the param's name, `value`, or the
/// only one that is left.
fn value_column(
    context: &mut Context,
    table: &Table,
    (item, param): (&Item, &Param),
    taken: &[usize],
    source: &TableSource,
) -> Option<usize> {
    if let Some(name) = &source.column {
        return table.named_column(context, item, name);
    }
    let free = |column: &usize| !taken.contains(column);
    let name = &param.name.text;
    let usual = table.find(&[name]).or_else(|| table.find(&["value"])).filter(free);
    let mut left = (0..table.header.len()).filter(free);
    match (usual, left.next(), left.next()) {
        (Some(column), ..) | (None, Some(column), None) => Some(column),
        (None, None, _) => {
            let message =
                format!("the table `{}` has no column of values for `{name}`", table.name);
            let error = Diagnostic::error(codes::TABLE_COLUMN, table.named, message);
            context.report(table.separated_otherwise(error));
            None
        }
        (None, Some(first), Some(_)) => {
            let message = format!("which column of `{}` holds the values of `{name}`?", table.name);
            let first = table.header.get(first).map_or("", String::as_str);
            let error = Diagnostic::error(codes::TABLE_COLUMN, table.named, message)
                .label(table.header_span, "its columns")
                .note(format!("name one: `column {first:?}`, or give a column the name `{name}`"));
            context.report(error);
            None
        }
    }
}

struct Reader<'a> {
    table: &'a Table,
    columns: Vec<usize>,
    value: usize,
    index: &'a [Binder],
    sets: Vec<Members>,
    unit: &'a Unit,
    promises: &'a Promises,
}

impl Reader<'_> {
    fn read(&self, context: &mut Context, name: &str) -> Option<Values> {
        let mut complaints = Complaints::default();
        let mut entries: Vec<(usize, Number, Place)> = Vec::new();
        let scale = Number::from(&self.unit.scale);
        self.table.read(&mut complaints, |complaints, row| {
            let mut position = Some(0usize);
            for ((column, members), binder) in self.columns.iter().zip(&self.sets).zip(self.index) {
                let cell = row.cell(*column);
                let Some(member) = members.position(cell) else {
                    let set = context.set_name(binder.set);
                    complaints.push(|| self.no_member(row.place, set, members, cell));
                    return;
                };
                position =
                    position.and_then(|at| at.checked_mul(members.len())?.checked_add(member));
            }
            match (number(row.cell(self.value)), position) {
                (Ok(value), Some(position)) => {
                    let value = value.times(&scale);
                    match self.promises.broken(name, self.unit, &value) {
                        Some(broken) => complaints.push(|| broken.at(self.table.span(row.place))),
                        None => entries.push((position, value, row.place)),
                    }
                }
                (Err(why), _) => {
                    complaints.add(codes::TABLE_VALUE, self.table.span(row.place), why);
                }
                (Ok(_), None) => {
                    let message =
                        "the sets of this param have more combinations than can be counted";
                    complaints.add(codes::TOO_MANY, self.table.named, message);
                }
            }
        });
        if !entries.is_sorted_by_key(|(position, ..)| *position) {
            entries.sort_by_key(|(position, ..)| *position);
        }
        if self.sets.is_empty() && entries.len() > 1 {
            context.report(self.many_rows(name, entries.len()));
            return None;
        }
        for pair in entries.windows(2) {
            if let [(first, _, before), (second, _, place)] = pair
                && first == second
            {
                complaints.push(|| self.twice(name, *before, *place));
            }
        }
        complaints.report(context)?;
        let all = self.sets.iter().try_fold(1usize, |all, members| all.checked_mul(members.len()));
        if self.sets.is_empty() && entries.len() != 1 {
            let message =
                format!("`{name}` has one value, and the table `{}` has no row", self.table.name);
            context.report(Diagnostic::error(codes::TABLE_ROW, self.table.named, message));
            return None;
        }
        if all == Some(entries.len()) {
            let values = entries.iter().map(|(_, value, _)| value.to_rational());
            return Some(Values::Dense(values.collect()));
        }
        let others = self.promises.broken(name, self.unit, &Number::ZERO);
        if let Some(broken) = others {
            let error = broken.at(self.table.named);
            context.report(error.note("what no row of the table gives is 0"));
            return None;
        }
        if entries.is_empty() {
            let message = format!(
                "the table `{}` has no rows: every value of `{name}` is 0",
                self.table.name
            );
            context.report(Diagnostic::warning(codes::TABLE_ROW, self.table.named, message));
        }
        let entries = entries.into_iter().filter(|(_, value, _)| !value.is_zero());
        Some(Values::Sparse(entries.map(|(position, value, _)| (position, value)).collect()))
    }

    fn no_member(&self, place: Place, set: &str, members: &Members, cell: &str) -> Diagnostic {
        let message = format!("`{set}` has no member `{}`", shortened(cell));
        let error = Diagnostic::error(codes::UNKNOWN_MEMBER, self.table.span(place), message);
        let names: Vec<_> = members.names().take(MOST_NAMES).collect();
        match nearest(cell, names.iter().map(|name| &**name)) {
            Some(near) => error.note(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    fn many_rows(&self, name: &str, rows: usize) -> Diagnostic {
        let message =
            format!("`{name}` has one value, and the table `{}` has {rows} rows", self.table.name);
        Diagnostic::error(codes::TABLE_ROW, self.table.named, message)
            .note(format!("index it by the set that the rows are about: `{name}[SET]`"))
    }

    fn twice(&self, name: &str, before: Place, place: Place) -> Diagnostic {
        let (before, place) = (before.min(place), before.max(place));
        let message = format!("`{name}` has two values for the same members");
        Diagnostic::error(codes::TABLE_TWICE, self.table.span(place), message)
            .label(self.table.span(before), "the first")
            .note("what two rows say is not added up: leave one of them")
    }
}
