//! Sparse matrices by rows: indices in `u32`, one allocation per array, O(nonzeros) memory.

/// One coefficient in coordinate form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Entry {
    pub row: u32,
    pub column: u32,
    pub value: f64,
}

/// Compressed sparse rows. Row `i` holds `columns[start[i]..start[i + 1]]` with its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    width: usize,
    start: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

impl Matrix {
    /// No rows yet, over `width` columns.
    pub fn new(width: usize) -> Self {
        Matrix { width, start: vec![0], columns: Vec::new(), values: Vec::new() }
    }

    /// Counting sort of `entries` by row; O(nonzeros + rows). Within a row the order of `entries`
    /// stays. Every index is within `rows` × `width`.
    pub fn from_entries(rows: usize, width: usize, entries: &[Entry]) -> Self {
        let mut start = vec![0usize; rows + 1];
        for entry in entries {
            start[entry.row as usize + 1] += 1;
        }
        for row in 0..rows {
            start[row + 1] += start[row];
        }
        let mut next = start.clone();
        let mut columns = vec![0u32; entries.len()];
        let mut values = vec![0.0; entries.len()];
        for entry in entries {
            let slot = &mut next[entry.row as usize];
            columns[*slot] = entry.column;
            values[*slot] = entry.value;
            *slot += 1;
        }
        Matrix { width, start, columns, values }
    }

    /// Appends a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f64)>) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.start.push(self.columns.len());
    }

    pub fn rows(&self) -> usize {
        self.start.len() - 1
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// More columns, all of them empty.
    pub fn widen(&mut self, width: usize) {
        self.width = self.width.max(width);
    }

    pub fn nonzeros(&self) -> usize {
        self.columns.len()
    }

    /// Columns of row `i`.
    pub fn columns(&self, i: usize) -> &[u32] {
        &self.columns[self.start[i]..self.start[i + 1]]
    }

    /// Values of row `i`, beside [`Matrix::columns`].
    pub fn values(&self, i: usize) -> &[f64] {
        &self.values[self.start[i]..self.start[i + 1]]
    }

    /// The nonzeros of row `i`.
    pub fn row(&self, i: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.columns(i).iter().zip(self.values(i)).map(|(&column, &value)| (column as usize, value))
    }

    /// `⟨row i, x⟩`.
    pub fn dot(&self, i: usize, x: &[f64]) -> f64 {
        self.row(i).map(|(column, value)| value * x[column]).sum()
    }

    /// `y ← y + factor · row i`.
    pub fn add_to(&self, i: usize, factor: f64, y: &mut [f64]) {
        for (column, value) in self.row(i) {
            y[column] += factor * value;
        }
    }

    /// `y ← M x`.
    pub fn multiply(&self, x: &[f64], y: &mut [f64]) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = self.dot(i, x);
        }
    }

    /// The same matrix by columns, each value times the `factor` of its row; zeros are left out.
    pub fn transposed(&self, factor: impl Fn(usize) -> f64) -> Matrix {
        let kept = || self.columns.iter().zip(&self.values).filter(|(_, value)| **value != 0.0);
        let mut start = vec![0usize; self.width + 1];
        for (&column, _) in kept() {
            start[column as usize + 1] += 1;
        }
        for column in 0..self.width {
            start[column + 1] += start[column];
        }
        let mut next = start.clone();
        let mut columns = vec![0u32; start[self.width]];
        let mut values = vec![0.0; columns.len()];
        for i in 0..self.rows() {
            for (column, value) in self.row(i).filter(|(_, value)| *value != 0.0) {
                let slot = &mut next[column];
                columns[*slot] = i as u32;
                values[*slot] = factor(i) * value;
                *slot += 1;
            }
        }
        Matrix { width: self.rows(), start, columns, values }
    }

    /// A row that names the same column twice, with that column.
    pub fn duplicate(&self) -> Option<(usize, usize)> {
        let mut seen = vec![u32::MAX; self.width];
        for i in 0..self.rows() {
            for &column in self.columns(i) {
                let last = std::mem::replace(&mut seen[column as usize], i as u32);
                if last == i as u32 {
                    return Some((i, column as usize));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Matrix {
        let entries = [(1, 0, 4.0), (0, 2, 3.0), (0, 0, 1.0), (2, 1, -2.0)];
        let entries = entries.map(|(row, column, value)| Entry { row, column, value });
        Matrix::from_entries(3, 3, &entries)
    }

    #[test]
    fn rows_come_together_whatever_the_order() {
        let mut y = vec![0.0; 3];
        sample().multiply(&[1.0, 2.0, 3.0], &mut y);
        assert_eq!(y, [10.0, 4.0, -4.0]);
    }

    #[test]
    fn a_duplicate_is_named() {
        let mut matrix = sample();
        assert_eq!(matrix.duplicate(), None);
        matrix.push([(2, 1.0), (0, 1.0), (2, 5.0)]);
        assert_eq!(matrix.duplicate(), Some((3, 2)));
    }
}
