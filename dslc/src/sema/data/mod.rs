//! Tables: CSV files and the `data` items of a spec.
//!
//! A table is read row by row and never held as cells: one of half a million rows costs what is kept
//! of it. The first row names the columns; cells are trimmed; a `,` separates them.

mod cells;
mod complaints;
mod members;
mod rows;
mod values;

use std::sync::Arc;

use super::context::{Context, Entity, did_you_mean};
use super::hir::Span;
use crate::diag::{Diagnostic, Source, codes};
use crate::syntax::ast::{self, Item, ItemKind, TableName, TableSource};

pub use members::members;
pub use values::values;

/// A table whose header has been read.
#[derive(Debug)]
struct Table {
    /// How a message speaks of it.
    name: String,
    /// Where the spec names it.
    named: Span,
    /// Names of its columns.
    header: Vec<String>,
    /// Where these stand.
    header_span: Span,
    rows: Rows,
}

/// What the rows are read from.
#[derive(Debug)]
enum Rows {
    /// A file, and the byte at which it starts.
    File(Arc<Source>, usize),
    /// A `data` item.
    Inline(Item),
}

/// Opens the table that an item names.
fn open(context: &mut Context, item: &Item, source: &TableSource) -> Option<Table> {
    match &source.table {
        TableName::File(path) => {
            let named = item.at(path.span);
            match context.files.data(&path.value, named) {
                Ok(loaded) => {
                    let rows = Rows::File(loaded.source, loaded.base);
                    Table::new(context, path.value.clone(), named, rows)
                }
                Err(error) => {
                    context.report(*error);
                    None
                }
            }
        }
        TableName::Inline(name) => {
            let named = item.at(name.span);
            let rows = inline(context, name, named)?;
            Table::new(context, name.text.clone(), named, Rows::Inline(rows))
        }
    }
}

fn inline(context: &mut Context, name: &ast::Name, span: Span) -> Option<Item> {
    match context.names.get(&name.text).copied() {
        Some(declared) => match declared.entity {
            Entity::Data(at) => context.data.get(at).cloned(),
            Entity::Broken => None,
            entity => {
                let message = format!("`{}` is {}, not a table", name.text, entity.kind());
                let error = Diagnostic::error(codes::WRONG_KIND, span, message);
                context.report(error.label(declared.span, "declared here"));
                None
            }
        },
        None => {
            let known = context.known(|entity| matches!(entity, Entity::Data(_)));
            let message = format!("there is no table `{}`", name.text);
            let known = known.iter().map(String::as_str);
            context.unknown(codes::UNKNOWN_NAME, (&name.text, span), message, known);
            None
        }
    }
}

impl Table {
    fn new(context: &mut Context, name: String, named: Span, rows: Rows) -> Option<Self> {
        let (header, header_span) = match &rows {
            Rows::File(source, base) => rows::header(source, *base),
            Rows::Inline(item) => match &item.kind {
                ItemKind::Data(data) => {
                    let names = data.columns.iter().map(|column| column.text.clone()).collect();
                    let first = data.columns.first()?.span;
                    (names, item.at(first.to(data.columns.last()?.span)))
                }
                _ => return None,
            },
        };
        let table = Table { name, named, header, header_span, rows };
        table.check_header(context)?;
        Some(table)
    }

    fn check_header(&self, context: &mut Context) -> Option<()> {
        if self.header.is_empty() {
            let message = format!("the table `{}` is empty", self.name);
            let error = Diagnostic::error(codes::TABLE_COLUMN, self.named, message);
            context.report(error.note("its first row names its columns"));
            return None;
        }
        let mut sorted: Vec<_> = self.header.iter().collect();
        sorted.sort_unstable();
        let twice = sorted.windows(2).find_map(|pair| match pair {
            [a, b] if a == b => Some(*a),
            _ => None,
        });
        if let Some(name) = twice {
            let message = format!("the table `{}` has two columns `{name}`", self.name);
            let error = Diagnostic::error(codes::TABLE_COLUMN, self.header_span, message);
            context.report(error.label(self.named, "read here"));
            return None;
        }
        Some(())
    }

    /// The column of one of these names, exactly or in other letters of their case.
    fn find(&self, names: &[&str]) -> Option<usize> {
        let exact = |column: &String| names.contains(&column.as_str());
        let alike =
            |column: &String| names.iter().any(|name| name.to_lowercase() == column.to_lowercase());
        let position = |fits: &dyn Fn(&String) -> bool| self.header.iter().position(fits);
        position(&exact).or_else(|| position(&alike))
    }

    /// The column that the spec names by `column "…"`.
    fn named_column(&self, context: &mut Context, item: &Item, name: &ast::Text) -> Option<usize> {
        let found = self.header.iter().position(|column| *column == name.value);
        if found.is_none() {
            let message = format!("the table `{}` has no column `{}`", self.name, name.value);
            let span = item.at(name.span);
            let error = Diagnostic::error(codes::TABLE_COLUMN, span, message);
            let quoted: Vec<_> = self.header.iter().map(|column| format!("{column:?}")).collect();
            let wanted = format!("{:?}", name.value);
            let known = quoted.iter().map(String::as_str);
            let error = did_you_mean(error, &wanted, span, known);
            context.report(self.separated_otherwise(error));
        }
        found
    }

    /// Adds an advice when the only column looks like several.
    fn separated_otherwise(&self, error: Diagnostic) -> Diagnostic {
        let error = error.label(self.header_span, "its columns");
        match self.header.as_slice() {
            [only] if only.contains([';', '\t', '|']) => {
                error.note("columns are separated by `,`, and this file separates them otherwise")
            }
            _ => error,
        }
    }
}
