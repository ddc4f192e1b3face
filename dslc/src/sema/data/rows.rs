//! Rows of a table, one after the other.

use super::complaints::Complaints;
use super::{Rows, Table};
use crate::diag::{Source, codes};
use crate::sema::hir::Span;
use crate::syntax::ast::{self, ItemKind};

/// Where a row stands: a byte of the file, or a row of the item.
pub type Place = usize;

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Where it stands.
    pub place: Place,
    cells: Cells<'r>,
}

#[derive(Clone, Copy, Debug)]
enum Cells<'r> {
    File(&'r csv::StringRecord),
    Inline(&'r [ast::Cell]),
}

impl<'r> Row<'r> {
    /// The text of a cell; empty past the end of the row.
    pub fn cell(&self, at: usize) -> &'r str {
        match self.cells {
            Cells::File(record) => record.get(at).unwrap_or_default(),
            Cells::Inline(cells) => cells.get(at).map_or("", |cell| &cell.member.text),
        }
    }

    fn len(&self) -> usize {
        match self.cells {
            Cells::File(record) => record.len(),
            Cells::Inline(cells) => cells.len(),
        }
    }
}

fn reader(source: &Source) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(source.text().as_bytes())
}

/// The names of a file's columns, and where they stand.
pub fn header(source: &Source, base: usize) -> (Vec<String>, Span) {
    let header = match reader(source).headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(_) => Vec::new(),
    };
    (header, line(source, base, 0))
}

/// The line of a file on which a record that starts at a byte, or before that on blank lines, stands.
fn line(source: &Source, base: usize, at: usize) -> Span {
    let text = source.text().get(at..).unwrap_or_default();
    let blank = text.len() - text.trim_start().len();
    let first = text.get(blank..).unwrap_or_default().lines().next().unwrap_or_default().trim_end();
    let start = base + at + blank;
    Span { start, end: start + first.len() }
}

impl Table {
    /// Reads every row that is as long as the header; the others are complained of.
    pub(super) fn read(
        &self,
        complaints: &mut Complaints,
        mut each: impl FnMut(&mut Complaints, Row<'_>),
    ) {
        let mut read = |complaints: &mut Complaints, row: Row<'_>| {
            if row.len() == self.header.len() {
                each(complaints, row);
            } else {
                let count = |n: usize, one: &str| {
                    if n == 1 { format!("one {one}") } else { format!("{n} {one}s") }
                };
                let (cells, columns) =
                    (count(row.len(), "cell"), count(self.header.len(), "column"));
                let message = format!("this row has {cells}, and the table has {columns}");
                complaints.add(codes::TABLE_ROW, self.span(row.place), message);
            }
        };
        match &self.rows {
            Rows::File(source, base) => {
                let mut reader = reader(source);
                let mut record = csv::StringRecord::new();
                loop {
                    let place = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
                    match reader.read_record(&mut record) {
                        Ok(false) => break,
                        Ok(true) => {
                            let at = record.position().map(|position| position.byte());
                            let place = at.and_then(|at| usize::try_from(at).ok()).unwrap_or(place);
                            read(complaints, Row { place, cells: Cells::File(&record) });
                        }
                        Err(error) => {
                            let span = line(source, *base, place);
                            complaints.add(
                                codes::TABLE_ROW,
                                span,
                                format!("this row cannot be read: {error}"),
                            );
                            break;
                        }
                    }
                }
            }
            Rows::Inline(item) => {
                let ItemKind::Data(data) = &item.kind else { return };
                for (place, cells) in data.rows.iter().enumerate() {
                    read(complaints, Row { place, cells: Cells::Inline(cells) });
                }
            }
        }
    }

    /// Where a row stands.
    pub(super) fn span(&self, place: Place) -> Span {
        match &self.rows {
            Rows::File(source, base) => line(source, *base, place),
            Rows::Inline(item) => match &item.kind {
                ItemKind::Data(data) => {
                    let row = data.rows.get(place).map_or(&[][..], Vec::as_slice);
                    match (row.first(), row.last()) {
                        (Some(first), Some(last)) => {
                            item.at(first.member.span.to(last.member.span))
                        }
                        _ => item.at(data.name.span),
                    }
                }
                _ => item.at(item.span),
            },
        }
    }
}
