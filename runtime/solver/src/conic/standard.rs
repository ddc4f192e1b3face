//! Clarabel's standard form: minimise `½ xᵀP x + qᵀx` over `A x + s = b`, s in a product of cones.

use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT;

use crate::problem::{Affine, Cone, Form, Owner, Sense, Var};

/// A lowered problem in standard form, and where its parts went.
pub(crate) struct Standard {
    pub quadratic: CscMatrix<f64>,
    pub linear: Vec<f64>,
    pub matrix: CscMatrix<f64>,
    pub right: Vec<f64>,
    pub cones: Vec<SupportedConeT<f64>>,
    /// Constant of the objective that squares leave.
    pub constant: f64,
    /// For each row of the problem, its row here and the sign its price has there.
    rows: Vec<(usize, f64)>,
    /// For each variable, the rows here of its lower and upper bound.
    bounds: Vec<[Option<usize>; 2]>,
}

/// Rows of the matrix while it grows, in coordinate form.
#[derive(Default)]
struct Rows {
    row: Vec<usize>,
    column: Vec<usize>,
    value: Vec<f64>,
    right: Vec<f64>,
}

impl Rows {
    /// Appends `form ∈ cone` as `A x + s = b` with `s = form`; returns its position.
    fn push(&mut self, form: impl IntoIterator<Item = (usize, f64)>, constant: f64) -> usize {
        let at = self.right.len();
        for (column, value) in form {
            self.row.push(at);
            self.column.push(column);
            self.value.push(-value);
        }
        self.right.push(constant);
        at
    }

    fn append(&mut self, other: Rows) -> usize {
        let base = self.right.len();
        self.row.extend(other.row.iter().map(|row| row + base));
        self.column.extend(other.column);
        self.value.extend(other.value);
        self.right.extend(other.right);
        base
    }
}

impl Standard {
    /// `form` must be lowered: its only terms are squares in the objective.
    pub fn new(form: &Form<'_>) -> Self {
        let problem = form.problem;
        let (mut equal, mut least, mut curved) =
            (Rows::default(), Rows::default(), Rows::default());
        let mut rows = Vec::with_capacity(problem.rows());
        for (i, (&sense, &limit)) in problem.senses.iter().zip(&problem.limits).enumerate() {
            let minus = form.rows.row(i).map(|(j, a)| (j, -a));
            rows.push(match sense {
                Sense::Equal => (true, equal.push(minus, limit), 1.0),
                Sense::AtMost => (false, least.push(minus, limit), 1.0),
                Sense::AtLeast => (false, least.push(form.rows.row(i), -limit), -1.0),
            });
        }
        let mut bounds = Vec::with_capacity(problem.variables());
        for (j, (&lower, &upper)) in problem.lower.iter().zip(&problem.upper).enumerate() {
            let low = lower.is_finite().then(|| least.push([(j, 1.0)], -lower));
            let high = upper.is_finite().then(|| least.push([(j, -1.0)], upper));
            bounds.push([low, high]);
        }
        let mut cones = Vec::new();
        let mut next = 0usize;
        for &(cone, size) in &problem.cones {
            let into = match cone {
                Cone::Zero => &mut equal,
                Cone::Nonnegative => &mut least,
                Cone::SecondOrder | Cone::Exponential | Cone::Power(_) => &mut curved,
            };
            for row in next..next + size as usize {
                into.push(problem.cone_rows.matrix.row(row), problem.cone_rows.constants[row]);
            }
            next += size as usize;
            match cone {
                Cone::SecondOrder => cones.push(SupportedConeT::SecondOrderConeT(size as usize)),
                Cone::Exponential => cones.push(SupportedConeT::ExponentialConeT()),
                Cone::Power(a) => cones.push(SupportedConeT::PowerConeT(a)),
                Cone::Zero | Cone::Nonnegative => {}
            }
        }
        let mut squares = Squares::new(form);
        squares.fold(form, &mut equal);
        let sizes = (equal.right.len(), least.right.len());
        let flat = [SupportedConeT::ZeroConeT(sizes.0), SupportedConeT::NonnegativeConeT(sizes.1)];
        let flat = flat.into_iter().zip([sizes.0, sizes.1]).filter(|(_, size)| *size > 0);
        let cones = flat.map(|(cone, _)| cone).chain(cones).collect();
        let mut all = equal;
        let base = all.append(least);
        all.append(curved);
        let place = |(is_equal, at, sign)| (if is_equal { at } else { base + at }, sign);
        let width = squares.linear.len();
        Standard {
            quadratic: diagonal(&squares.diagonal),
            linear: squares.linear,
            matrix: CscMatrix::new_from_triplets(
                all.right.len(),
                width,
                all.row,
                all.column,
                all.value,
            ),
            right: all.right,
            cones,
            constant: squares.constant,
            rows: rows.into_iter().map(place).collect(),
            bounds: bounds.into_iter().map(|pair| pair.map(|at| at.map(|at| base + at))).collect(),
        }
    }

    /// Multipliers of the first `count` rows in the maximisation.
    pub fn prices(&self, z: &[f64], count: usize) -> Vec<f64> {
        self.rows.iter().take(count).map(|&(at, sign)| sign * z[at]).collect()
    }

    /// Multipliers of the bounds of the first `count` variables in the maximisation.
    pub fn reduced_costs(&self, z: &[f64], count: usize) -> Vec<f64> {
        let of = |at: Option<usize>| at.map_or(0.0, |at| z[at]);
        self.bounds.iter().take(count).map(|&[low, high]| of(high) - of(low)).collect()
    }

    /// The largest violation at `x` of a cone that the problem itself names, relative to the size
    /// of its parts. Terms are judged by what they are worth, not by their cones.
    pub fn cone_violation(&self, lowered: &Form<'_>, x: &[f64], given: usize) -> f64 {
        let problem = lowered.problem;
        let mut next = 0usize;
        let mut worst = 0.0f64;
        for &(cone, size) in problem.cones.iter().take(given) {
            let v: Vec<f64> =
                (next..next + size as usize).map(|row| problem.cone_rows.at(row, x)).collect();
            next += size as usize;
            let size = v.iter().fold(1.0f64, |most, v| most.max(v.abs()));
            worst = worst.max(super::bound::distance(cone, &v) / size);
        }
        worst
    }
}

/// Squares of the objective as a diagonal: `−w (a·x + b)²` of one variable directly, of more
/// through a new variable that equals the expression.
struct Squares {
    diagonal: Vec<f64>,
    linear: Vec<f64>,
    constant: f64,
}

impl Squares {
    fn new(form: &Form<'_>) -> Self {
        Squares {
            diagonal: vec![0.0; form.problem.variables()],
            linear: form.problem.gain.iter().map(|gain| -gain).collect(),
            constant: 0.0,
        }
    }

    fn fold(&mut self, form: &Form<'_>, equal: &mut Rows) {
        for (k, term) in form.terms().filter(|(_, term)| term.owner == Owner::Objective) {
            let Affine { terms, constant } = form.arguments().get(k);
            let (Var(j), a, b) = match terms[..] {
                [] => {
                    self.constant -= term.weight * constant * constant;
                    continue;
                }
                [(var, a)] => (var, a, constant),
                _ => {
                    let new = self.linear.len();
                    let parts = terms.iter().map(|(var, a)| (var.index(), *a));
                    equal.push(parts.chain([(new, -1.0)]), constant);
                    self.linear.push(0.0);
                    self.diagonal.push(0.0);
                    (Var(new as u32), 1.0, 0.0)
                }
            };
            self.diagonal[j as usize] += 2.0 * term.weight * a * a;
            self.linear[j as usize] += 2.0 * term.weight * a * b;
            self.constant -= term.weight * b * b;
        }
    }
}

fn diagonal(entries: &[f64]) -> CscMatrix<f64> {
    let at: Vec<usize> = (0..entries.len()).filter(|&j| entries[j] != 0.0).collect();
    let values = at.iter().map(|&j| entries[j]).collect();
    CscMatrix::new_from_triplets(entries.len(), entries.len(), at.clone(), at, values)
}
