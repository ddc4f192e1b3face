//! Columns of text, as wide as what stands in them.

/// A table with a header.
pub struct Table<const N: usize> {
    header: [String; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// Without rows yet.
    pub fn new(header: [&str; N]) -> Self {
        Table { header: header.map(str::to_owned), rows: Vec::new() }
    }

    /// Appends a row.
    pub fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// A line for each row under the header; nothing if there is no row.
    pub fn render(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let lines = || std::iter::once(&self.header).chain(&self.rows);
        let mut widths = [0; N];
        for line in lines() {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for line in lines() {
            let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            text.push_str("  ");
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_longest_cell() {
        let mut table = Table::new(["name", "µ", ""]);
        assert_eq!(table.render(), "");
        table.row(["x".to_owned(), "1.25 µs".to_owned(), "binds".to_owned()]);
        table.row(["longer".to_owned(), "2".to_owned(), String::new()]);
        assert_eq!(table.render(), "  name    µ\n  x       1.25 µs  binds\n  longer  2\n");
    }
}
