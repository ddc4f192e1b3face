//! Consensus: no coordinator. Every user of a resource keeps a copy of its price, averages it with its
//! peers' and moves it by its own excess over an equal part of the capacity.
//!
//! With a doubly stochastic W this is gradient descent on `Σ_j f_j(π_j) + ⟨π, (I − W)π⟩/2a`, whose gradient is
//! Lipschitz with L + (1 − λ_min(W))/a: it settles for `a < (1 + λ_min(W))/L`, within O(a/(1 − σ₂)) of the
//! optimum (Yuan, Ling, Yin 2016). L is the largest share of one user in R_l, so that it does not
//! grow with their number.

use super::norm::Response;
use super::refusal::Result;
use super::{Constants, Facts, HALF, Kind, Owned, Taken, dual};
use crate::plan::resources::nearest;
use crate::sema::hir::Peers;

/// Checks the rows and derives their steps.
pub fn take(facts: &Facts, owned: &Owned<'_>) -> Result<Vec<Taken>> {
    dual::prices_answer(facts, owned.rows, Kind::Consensus)?;
    let response = Response::new(facts, &dual::gradient_rows(facts, owned));
    let mut all = Vec::new();
    for ((row, settings), l) in owned.rows.iter().zip(&owned.settings).zip(&response.users) {
        let each = &facts.rows[*row];
        let peers = settings.peers.as_ref().map_or(Peers::All, |peers| peers.value);
        let users = facts.owners(&[*row]).len();
        let Spectrum { least, second } = spectrum(peers, users);
        let bound = (1.0 + least) / l;
        let (shown, l) = (bound / each.step_unit, l * each.step_unit);
        if let Some(given) = &settings.step {
            let limit = dual::Limit {
                formula: "(1 + λ_min(W))/L",
                bound: shown,
                why: format!(
                    "λ_min(W) = {} among {users} peers, and L = {} of the fastest of them",
                    short(least),
                    nearest(l)
                ),
            };
            dual::step_below(*row, &each.name, given, &limit)?;
        }
        let given = settings.step.as_ref().map(|given| dual::real(given) * each.step_unit);
        let step = given.unwrap_or_else(|| (HALF * bound).min(f64::MAX));
        all.push(Taken {
            constants: Constants::Consensus { step, peers },
            step: Some(step / each.step_unit),
            bound: Some(shown),
            rule: nearest(step / each.step_unit),
            because: format!(
                "{} is below (1 + λ_min(W))/L = {} with λ_min(W) = {}, σ₂(W) = {} among {users} \
                 peers and L = {}; copies stay within O(a/(1 − σ₂)) of the price",
                nearest(step / each.step_unit),
                nearest(shown),
                short(least),
                short(second),
                nearest(l)
            ),
            lipschitz: Some((l, response.low_lapsley * each.step_unit)),
        });
    }
    Ok(all)
}

/// What of a mixing matrix the step and the neighbourhood depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spectrum {
    /// λ_min(W).
    least: f64,
    /// σ₂(W): the largest absolute value of an eigenvalue but the first.
    second: f64,
}

/// Of the Metropolis weights `1/(1 + max(d_i, d_j))` of so many peers (Xiao, Boyd 2004).
fn spectrum(peers: Peers, users: usize) -> Spectrum {
    match (peers, users) {
        (_, 0 | 1) => Spectrum { least: 1.0, second: 0.0 },
        // All weights are 1/n: of two or three peers in a ring too.
        (Peers::All, _) | (Peers::Ring, 2 | 3) => Spectrum { least: 0.0, second: 0.0 },
        (Peers::Ring, n) => {
            // Circulant with 1/3 at itself and at each neighbour: (1 + 2 cos 2πk/n)/3.
            let eigenvalue = |k: usize| {
                let angle = std::f64::consts::TAU * k as f64 / n as f64;
                2.0f64.mul_add(angle.cos(), 1.0) / 3.0
            };
            let least = eigenvalue(n / 2);
            Spectrum { least, second: eigenvalue(1).abs().max(least.abs()) }
        }
    }
}

fn short(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// W of a ring by power iteration on I − W and on I + W without the constant vector.
    #[test]
    fn the_spectrum_is_that_of_the_weights() {
        for users in 4..12usize {
            let apply = |x: &[f64]| -> Vec<f64> {
                let at = |i: usize| x[(i + users - 1) % users] + x[i] + x[(i + 1) % users];
                (0..users).map(|i| at(i) / 3.0).collect()
            };
            let found = spectrum(Peers::Ring, users);
            let mut x: Vec<f64> = (0..users).map(|i| (i * i % 7) as f64 - 0.3 * i as f64).collect();
            let mut shifted = 0.0;
            for _ in 0..20_000 {
                let moved: Vec<_> = x.iter().zip(apply(&x)).map(|(x, w)| x - w).collect();
                shifted = moved.iter().map(|x| x * x).sum::<f64>().sqrt();
                x = moved.into_iter().map(|x| x / shifted).collect();
            }
            assert!((1.0 - shifted - found.least).abs() < 1e-6, "{users}: {shifted} {found:?}");
            assert!(found.second < 1.0 && found.second >= found.least.abs());
        }
    }
}
