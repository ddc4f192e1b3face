//! Members of a set that a table lists.

use super::cells::shortened;
use super::complaints::Complaints;
use super::{Table, open};
use crate::diag::{Diagnostic, codes};
use crate::sema::context::{Context, Declared, Entity};
use crate::sema::hir::{Members, Names};
use crate::syntax::ast::{Item, SetDecl, TableSource};

/// Longest name of a member, in bytes.
const LONGEST: usize = 256;

/// The distinct values of a column, in the order in which they first appear.
pub fn members(
    context: &mut Context,
    item: &Item,
    set: &SetDecl,
    source: &TableSource,
) -> Option<Members> {
    let table = open(context, item, source)?;
    let column = match &source.column {
        Some(name) => table.named_column(context, item, name)?,
        None => column(context, &table, &set.name.text)?,
    };
    let mut complaints = Complaints::default();
    let mut names = Names::default();
    table.read(&mut complaints, |complaints, row| {
        let cell = row.cell(column);
        if cell.is_empty() {
            complaints.add(
                codes::TABLE_VALUE,
                table.span(row.place),
                "a member's name is missing here",
            );
        } else if cell.len() > LONGEST {
            let message = format!("`{}` is too long for the name of a member", shortened(cell));
            complaints.add(codes::TABLE_VALUE, table.span(row.place), message);
        } else if !names.contains(cell) {
            names.insert(cell.into());
        }
    });
    complaints.report(context)?;
    if names.is_empty() {
        let message =
            format!("`{}` has no members: the table `{}` has no rows", set.name.text, table.name);
        context.report(Diagnostic::error(codes::BAD_SET, item.at(set.name.span), message));
        return None;
    }
    if let (Some(Declared { entity: Entity::Set(id), .. }), Some(name)) =
        (context.names.get(&set.name.text), table.header.get(column))
    {
        context.columns.insert(*id, (table.name.clone(), name.clone()));
    }
    Some(Members::named(names))
}

/// The column without being told: the one of the set's name, or the only one.
fn column(context: &mut Context, table: &Table, name: &str) -> Option<usize> {
    if let Some(column) = table.find(&[name]) {
        return Some(column);
    }
    if table.header.len() == 1 {
        return Some(0);
    }
    let message = format!("which column of `{}` lists the members of `{name}`?", table.name);
    let first = table.header.first().map_or("", String::as_str);
    let error = Diagnostic::error(codes::TABLE_COLUMN, table.named, message)
        .label(table.header_span, "its columns")
        .note(format!("name one: `column {first:?}`, or give a column the name `{name}`"));
    context.report(error);
    None
}
