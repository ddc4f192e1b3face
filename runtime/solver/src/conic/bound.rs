//! Upper bounds on the utility from multipliers, whatever their rounding.

use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT;

use super::standard::Standard;
use crate::problem::Cone;

/// How far beyond the point the bound looks: every coordinate may be this much larger. A concave
/// function that gains at most ε within a neighbourhood of size R gains at most ε·d/R at the
/// distance d, so that the bound says what it should about the optimum itself.
const REACH: f64 = 10.0;

/// An upper bound on the objective (without the problem's offset) over the points within
/// [`REACH`] of `x`, by the Lagrangian at `z`, which is first moved into the dual cones.
pub(crate) fn upper(standard: &Standard, x: &[f64], z: &[f64]) -> f64 {
    let mut z = z.to_vec();
    into_dual(&standard.cones, &mut z);
    let mut gradient = standard.linear.clone();
    add_transposed(&standard.matrix, &z, &mut gradient);
    let mut square = 0.0;
    let quadratic = &standard.quadratic;
    for j in 0..quadratic.n {
        for at in quadratic.colptr[j]..quadratic.colptr[j + 1] {
            let product = quadratic.nzval[at] * x[j];
            gradient[j] += product;
            square += product * x[j];
        }
    }
    let rest: f64 = gradient.iter().zip(x).map(|(g, x)| g.abs() * REACH * x.abs().max(1.0)).sum();
    let dual: f64 = standard.right.iter().zip(&z).map(|(b, z)| b * z).sum();
    standard.constant + dual + 0.5 * square + rest
}

/// `y ← y + Mᵀ z`.
pub(crate) fn add_transposed(matrix: &CscMatrix<f64>, z: &[f64], y: &mut [f64]) {
    for (j, y) in y.iter_mut().enumerate() {
        for at in matrix.colptr[j]..matrix.colptr[j + 1] {
            *y += matrix.nzval[at] * z[matrix.rowval[at]];
        }
    }
}

/// Moves `z` into the product of dual cones by the least change in its last or first parts.
pub(crate) fn into_dual(cones: &[SupportedConeT<f64>], z: &mut [f64]) {
    let mut rest = z;
    for cone in cones {
        let size = match cone {
            SupportedConeT::ZeroConeT(size)
            | SupportedConeT::NonnegativeConeT(size)
            | SupportedConeT::SecondOrderConeT(size) => *size,
            _ => 3,
        };
        let (z, after) = rest.split_at_mut(size);
        rest = after;
        match (cone, z) {
            (SupportedConeT::NonnegativeConeT(_), z) => {
                for z in z {
                    *z = z.max(0.0);
                }
            }
            (SupportedConeT::SecondOrderConeT(_), [first, others @ ..]) => {
                *first = first.max(norm(others));
            }
            (SupportedConeT::ExponentialConeT(), [u, v, w]) => {
                // Dual: u < 0, w ≥ −u·exp(v/u − 1); or u = 0, v, w ≥ 0.
                if *u < 0.0 {
                    *w = w.max(-*u * (*v / *u - 1.0).exp());
                } else {
                    (*u, *v, *w) = (0.0, v.max(0.0), w.max(0.0));
                }
            }
            (SupportedConeT::PowerConeT(a), [u, v, w]) => {
                // Dual: (u/a)^a · (v/(1−a))^(1−a) ≥ |w|.
                (*u, *v) = (u.max(0.0), v.max(0.0));
                let most = (*u / a).powf(*a) * (*v / (1.0 - a)).powf(1.0 - a);
                *w = w.clamp(-most, most);
            }
            _ => {}
        }
    }
}

/// How far `v` is outside a cone, measured along the coordinate that bounds the others.
pub(crate) fn distance(cone: Cone, v: &[f64]) -> f64 {
    let below = |v: f64| (-v).max(0.0);
    match (cone, v) {
        (Cone::Zero, v) => v.iter().fold(0.0, |most, v| v.abs().max(most)),
        (Cone::Nonnegative, v) => v.iter().fold(0.0, |most, &v| below(v).max(most)),
        (Cone::SecondOrder, [first, others @ ..]) => (norm(others) - first).max(0.0),
        (Cone::Exponential, &[u, v, w]) if v > 0.0 => (v * (u / v).exp() - w).max(0.0),
        (Cone::Exponential, &[u, v, w]) => below(v).max(below(w)).max(u.max(0.0)),
        (Cone::Power(a), &[u, v, w]) => {
            let product = u.max(0.0).powf(a) * v.max(0.0).powf(1.0 - a);
            below(u).max(below(v)).max((w.abs() - product).max(0.0))
        }
        _ => f64::INFINITY,
    }
}

fn norm(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}
