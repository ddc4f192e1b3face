//! The Newton system, quasi-definite and sparse:
//!
//! ```text
//! ⎡ D   Jᵀ    Uᵀ  ⎤   D: curvature of terms of one variable and of the bounds' barriers
//! ⎢ J  −S/Λ       ⎥   J: derivative of the rows
//! ⎣ U        −1/h ⎦   U: a row for each term of several variables, Hessian h·uuᵀ
//! ```
//!
//! so that no term fills the matrix with the product of its own variables. Factored as LDLᵀ with a
//! minimum-degree order that is found once; solutions are refined against the system as it is.

use clarabel::algebra::CscMatrix;
use clarabel::qdldl::{QDLDLFactorisation, QDLDLSettings};

use super::model::{Model, Point};

/// Added to the diagonal with its sign, so that every pivot exists.
const REGULARITY: f64 = 1e-11;
/// Most refinements of one solution.
const REFINEMENTS: usize = 8;
/// 1/h of a term that is flat where it stands.
const FLAT: f64 = 1e18;

/// Pattern, order and workspace of the system.
pub(crate) struct Kkt {
    matrix: CscMatrix<f64>,
    /// The place in the matrix of each coordinate, in the order in which they are written.
    places: Vec<usize>,
    diagonal: Vec<usize>,
    factors: QDLDLFactorisation<f64>,
    variables: usize,
    residual: Vec<f64>,
}

/// Receives the coordinates of the upper triangle.
trait Sink {
    fn put(&mut self, row: usize, column: usize, value: f64);
}

#[derive(Default)]
struct Triplets {
    row: Vec<usize>,
    column: Vec<usize>,
    value: Vec<f64>,
}

impl Sink for Triplets {
    fn put(&mut self, row: usize, column: usize, value: f64) {
        self.row.push(row);
        self.column.push(column);
        self.value.push(value);
    }
}

struct Refill<'a> {
    places: std::slice::Iter<'a, usize>,
    values: &'a mut [f64],
}

impl Sink for Refill<'_> {
    fn put(&mut self, _: usize, _: usize, value: f64) {
        if let Some(&place) = self.places.next() {
            self.values[place] += value;
        }
    }
}

/// The numbers of one Newton system, beside those of the model and the point.
pub(crate) struct Weights<'a> {
    /// Barrier curvature of the bounds of each variable.
    pub bounds: &'a [f64],
    /// Slack over multiplier of each row, 0 for an equation.
    pub ratio: &'a [f64],
    /// Multiplier of each row.
    pub multipliers: &'a [f64],
}

/// Writes the system, always the same coordinates in the same order; returns its size.
fn write(model: &Model<'_>, point: &Point, weights: &Weights<'_>, out: &mut impl Sink) -> usize {
    let (n, m) = (model.variables(), model.rows());
    for (j, &bound) in weights.bounds.iter().enumerate() {
        out.put(j, j, bound);
    }
    for i in 0..m {
        for (j, a) in model.rows.row(i) {
            out.put(j, n + i, a);
        }
        out.put(n + i, n + i, -weights.ratio[i]);
    }
    let mut size = n + m;
    for (term, jet) in model.terms.iter().zip(&point.jets) {
        let weight = match term.row {
            Some(row) => term.weight * weights.multipliers[row],
            None => term.weight,
        };
        let bend = weight * jet.bend;
        let forms = &model.arguments.matrix;
        if let Some(row) = term.row {
            for k in 0..term.curve.arity() {
                for (j, a) in forms.row(term.first + k) {
                    out.put(j, n + row, -term.weight * jet.slope[k] * a);
                }
            }
        }
        if term.curve.arity() == 1 && forms.columns(term.first).len() <= 1 {
            for (j, a) in forms.row(term.first) {
                out.put(j, j, bend * a * a);
            }
            continue;
        }
        for k in 0..term.curve.arity() {
            for (j, a) in forms.row(term.first + k) {
                out.put(j, size, jet.across[k] * a);
            }
        }
        out.put(size, size, -(1.0 / bend).min(FLAT));
        size += 1;
    }
    size
}

impl Kkt {
    /// Finds pattern and order. `None` if the system cannot be factored at all.
    pub fn new(model: &Model<'_>, point: &Point, weights: &Weights<'_>) -> Option<Self> {
        let mut triplets = Triplets::default();
        let size = write(model, point, weights, &mut triplets);
        let Triplets { row, column, value } = triplets;
        let ones = vec![1.0; value.len()];
        let mut matrix =
            CscMatrix::new_from_triplets(size, size, row.clone(), column.clone(), ones);
        let place = |(row, column): (&usize, &usize)| {
            let span = matrix.colptr[*column]..matrix.colptr[column + 1];
            span.start + matrix.rowval[span.clone()].partition_point(|r| r < row)
        };
        let places: Vec<usize> = row.iter().zip(&column).map(place).collect();
        let diagonal = (0..size).map(|j| matrix.colptr[j + 1] - 1).collect();
        let variables = model.variables();
        for j in 0..size {
            let last = matrix.colptr[j + 1] - 1;
            matrix.nzval[last] = if j < variables { 1e3 } else { -1e3 };
        }
        let signs = (0..size).map(|j| if j < variables { 1 } else { -1 }).collect();
        let settings = QDLDLSettings { Dsigns: Some(signs), ..QDLDLSettings::default() };
        let factors = QDLDLFactorisation::new(&matrix, Some(settings)).ok()?;
        let residual = vec![0.0; size];
        Some(Kkt { matrix, places, diagonal, factors, variables, residual })
    }

    /// Factors the system at a point. `None` if a pivot vanished.
    pub fn factor(
        &mut self,
        model: &Model<'_>,
        point: &Point,
        weights: &Weights<'_>,
    ) -> Option<()> {
        self.matrix.nzval.fill(0.0);
        let mut refill = Refill { places: self.places.iter(), values: &mut self.matrix.nzval };
        write(model, point, weights, &mut refill);
        let all: Vec<usize> = (0..self.matrix.nzval.len()).collect();
        let mut values = self.matrix.nzval.clone();
        for (j, &at) in self.diagonal.iter().enumerate() {
            let shift = REGULARITY * values[at].abs().max(1.0);
            values[at] += if j < self.variables { shift } else { -shift };
        }
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        self.factors.update_values(&all, &values);
        self.factors.refactor().ok()
    }

    /// Solves for the right side `right` (rows of the system: variables, rows; the rest is 0).
    pub fn solve(&mut self, right: &[f64]) -> Vec<f64> {
        let size = self.residual.len();
        let mut full = right.to_vec();
        full.resize(size, 0.0);
        let mut solution = full.clone();
        self.factors.solve(&mut solution);
        let mut error = self.residual_of(&full, &solution);
        for _ in 0..REFINEMENTS {
            let mut better = self.residual.clone();
            self.factors.solve(&mut better);
            for (better, solution) in better.iter_mut().zip(&solution) {
                *better += solution;
            }
            let next = self.residual_of(&full, &better);
            if next.is_nan() || next >= error {
                break;
            }
            let enough = next > 0.5 * error;
            (solution, error) = (better, next);
            if enough {
                break;
            }
        }
        solution.truncate(right.len());
        solution
    }

    /// `residual ← right − K·solution`; returns its largest entry.
    fn residual_of(&mut self, right: &[f64], solution: &[f64]) -> f64 {
        self.residual.copy_from_slice(right);
        for column in 0..solution.len() {
            for at in self.matrix.colptr[column]..self.matrix.colptr[column + 1] {
                let (row, value) = (self.matrix.rowval[at], self.matrix.nzval[at]);
                self.residual[row] -= value * solution[column];
                if row != column {
                    self.residual[column] -= value * solution[row];
                }
            }
        }
        self.residual.iter().fold(0.0, |most, r| r.abs().max(most))
    }
}
