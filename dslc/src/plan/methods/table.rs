//! The methods: a row each.

use super::refusal::Result;
use super::{Facts, Owned, Taken, admm, consensus, dual, penalty, primal, primal_dual};

/// A method of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Prices by gradient steps.
    Dual,
    /// Allocations by gradient steps.
    Primal,
    /// Primal-dual hybrid gradient.
    PrimalDual,
    /// Alternating directions, in sharing form.
    Admm,
    /// Log barrier.
    Penalty,
    /// Prices that peers keep and average.
    Consensus,
}

/// What is known of a method.
#[derive(Debug)]
pub struct Row {
    /// The method.
    pub kind: Kind,
    /// Its name in a spec.
    pub name: &'static str,
    /// What a round does.
    pub update: &'static str,
    /// What must hold, and is checked.
    pub condition: &'static str,
    /// What follows from it.
    pub certificate: Certificate,
    /// What it needs.
    pub needs: Needs,
    /// Checks the condition on rows and derives the constants of each.
    pub take: fn(&Facts, &Owned<'_>) -> Result<Vec<Taken>>,
}

/// What a method promises, and no more than its theorem.
#[derive(Clone, Copy, Debug)]
pub struct Certificate {
    /// The kind of argument.
    pub kind: &'static str,
    /// What it says of the rate.
    pub rate: &'static str,
}

/// What a method needs of a problem and of where it runs.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Every agent's utility is strictly concave on its box.
    pub strict_concavity: bool,
    /// One owner sees the whole utility.
    pub one_owner: bool,
    /// Somebody reads the whole use of a resource.
    pub coordinator: bool,
    /// It is proved for reads that are some rounds old.
    pub bears_delay: bool,
}

/// What a step of dual ascent gains where nothing is delayed, with `V = Σ (π − π*)²/α`.
pub const DESCENT: &str = "V(step π) ≤ V(π) − 2(1 − θ)·Σ μ (x − x*)²";

/// What all its steps d gain together where reads are up to D rounds old, with f the dual function.
pub const DELAYED_DESCENT: &str =
    "f(π_K) ≤ f(π_0) − (1 − θ)·Σ_k Σ d_k²/α: prices come to rest, with no rate";

/// Every method.
pub const ROWS: &[Row] = &[
    Row {
        kind: Kind::Dual,
        name: "dual",
        update: "x = U′⁻¹(Aᵀπ); π ← [π + α(Ax − c)]⁺",
        condition: "0 < α < 2/((1 + 2D)L) with reads at most D rounds old",
        certificate: Certificate { kind: "lyapunov", rate: DESCENT },
        needs: Needs {
            strict_concavity: true,
            one_owner: false,
            coordinator: true,
            bears_delay: true,
        },
        take: dual::take,
    },
    Row {
        kind: Kind::Primal,
        name: "primal",
        update: "x_j within its part y_j; y ← Π[y + aλ(y)]",
        condition: "0 < a < 2/L_φ where each user's value is smooth in its part; a/√k elsewhere",
        certificate: Certificate {
            kind: "projected_gradient",
            rate: "the gap falls as O(1/k) where smooth, its best so far as O(1/√k) elsewhere",
        },
        needs: Needs {
            strict_concavity: false,
            one_owner: false,
            coordinator: true,
            bears_delay: false,
        },
        take: primal::take,
    },
    Row {
        kind: Kind::PrimalDual,
        name: "primal_dual",
        update: "x ← prox(x − τAᵀπ); π ← [π + σ(A(2x⁺ − x) − c)]⁺",
        condition: "‖Σ^½ A T^½‖ < 1",
        certificate: Certificate {
            kind: "ergodic",
            rate: "the gap at the average of k iterates is O(1/k)",
        },
        needs: Needs {
            strict_concavity: false,
            one_owner: false,
            coordinator: true,
            bears_delay: false,
        },
        take: primal_dual::take,
    },
    Row {
        kind: Kind::Admm,
        name: "admm",
        update: "x-prox; z ← projection on the capacity; u ← u + ax − z",
        condition: "two blocks, one fixed ρ > 0",
        certificate: Certificate {
            kind: "contraction",
            rate: "ρ‖z − z*‖² + ‖λ − λ*‖²/ρ never grows; the gap at the average is O(1/k)",
        },
        needs: Needs {
            strict_concavity: false,
            one_owner: false,
            coordinator: true,
            bears_delay: false,
        },
        take: admm::take,
    },
    Row {
        kind: Kind::Penalty,
        name: "penalty",
        update: "ascent on U + μ Σ log(c − Ax), by backtracking",
        condition: "a point strictly inside every limit",
        certificate: Certificate {
            kind: "barrier",
            rate: "within mμ of the best at barrier μ, for m resources",
        },
        needs: Needs {
            strict_concavity: false,
            one_owner: true,
            coordinator: true,
            bears_delay: false,
        },
        take: penalty::take,
    },
    Row {
        kind: Kind::Consensus,
        name: "consensus",
        update: "π_j ← [Wπ − a∇f_j]⁺ at every user j of the resource",
        condition: "W doubly stochastic, σ₂(W) < 1, 0 < a < (1 + λ_min(W))/L",
        certificate: Certificate {
            kind: "neighbourhood",
            rate: "prices settle within O(a/(1 − σ₂)) of the optimum",
        },
        needs: Needs {
            strict_concavity: true,
            one_owner: false,
            coordinator: false,
            bears_delay: false,
        },
        take: consensus::take,
    },
];

impl Kind {
    /// Its row.
    pub fn row(self) -> &'static Row {
        // The rows stand in the order of the methods; a test holds them to it.
        &ROWS[self as usize]
    }

    /// Its name in a spec.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The method of that name.
    pub fn named(name: &str) -> Option<Kind> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_finds_its_row() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!((row.kind as usize, Kind::named(row.name)), (at, Some(row.kind)));
        }
    }
}
