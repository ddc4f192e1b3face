//! The methods: what a resource tells its users, and how it moves by what it hears.

mod admm;
mod consensus;
mod dual;
mod penalty;
mod primal;
mod primal_dual;

use std::fmt::Debug;
use std::ops::Range;

use crate::error::Error;
use crate::problem::{Peers, Resource, Sense, Use, positive};

/// What runs a resource, with its constants in the problem's units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// A price by gradient steps.
    Dual {
        /// α.
        step: f64,
    },
    /// Parts by gradient steps.
    Primal {
        /// a.
        step: f64,
        /// Whether the step stays; otherwise round k takes `step/√k`.
        constant: bool,
    },
    /// Primal-dual hybrid gradient; τ is a column's.
    PrimalDual {
        /// σ.
        sigma: f64,
    },
    /// Copies of the uses, projected on the capacity.
    Admm {
        /// ρ.
        rho: f64,
    },
    /// Log barrier; its step by backtracking.
    Penalty {
        /// μ.
        barrier: f64,
    },
    /// A copy of the price at each user, averaged over peers by Metropolis weights.
    Consensus {
        /// α.
        step: f64,
        /// Who hears whom.
        peers: Peers,
    },
}

/// What one entry of a row is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Adds to q.
    pub price: f64,
    /// Adds to κ, towards [`Told::towards`].
    pub pull: f64,
    /// v.
    pub towards: f64,
    /// Adds to κ, towards where the agent stands.
    pub hold: f64,
    /// The user's part, counted as [`Sense::sign`] says.
    pub most: f64,
}

impl Told {
    pub const NOTHING: Told =
        Told { price: 0.0, pull: 0.0, towards: 0.0, hold: 0.0, most: f64::INFINITY };
}

/// One resource as its law reads it.
#[derive(Debug)]
pub struct Row {
    /// Columns, by user.
    pub columns: Vec<usize>,
    /// Their coefficients; 1 where the use is curved.
    pub coefficients: Vec<f64>,
    /// Who uses it: an agent and its entries.
    pub users: Vec<(usize, Range<usize>)>,
    /// The least that each user can use, counted as [`Sense::sign`] says.
    pub least: Vec<f64>,
}

impl Row {
    /// What is used where the entries' columns have the values `x`.
    pub fn used(&self, resource: &Resource, x: &[f64]) -> f64 {
        match &resource.uses {
            Use::Affine(_) => self.coefficients.iter().zip(x).map(|(a, x)| a * x).sum(),
            Use::Curved(curve) => curve.value(x),
        }
    }

    /// What one user uses.
    pub fn used_by(&self, user: usize, x: &[f64]) -> f64 {
        let Some((_, range)) = self.users.get(user) else { return 0.0 };
        range.clone().map(|at| self.coefficients[at] * x[at]).sum()
    }
}

/// What a law hears of a round.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// The columns of the row's entries.
    pub x: &'a [f64],
    /// What each user says that a unit more of its part is worth.
    pub worth: &'a [f64],
    /// Members of each open family that are present.
    pub present: &'a [usize],
    /// Rounds so far, this one included.
    pub round: u64,
}

/// A resource's method with its state.
pub trait Law: Debug + Send {
    /// Writes what each entry is told; `x` are the columns as they were last heard.
    fn tell(&self, resource: &Resource, row: &Row, x: &[f64], told: &mut [Told]);

    /// Whether a move from `before` to `after` may be made. A law that says no has learnt from it.
    fn admits(
        &mut self,
        _resource: &Resource,
        _row: &Row,
        _before: &[f64],
        _after: &[f64],
    ) -> bool {
        true
    }

    /// Moves by what was heard.
    fn hear(&mut self, resource: &Resource, row: &Row, heard: &Heard<'_>);

    /// The resource's price: the derivative of the optimum in its capacity, as far as it is known.
    fn price(&self, resource: &Resource, row: &Row, x: &[f64]) -> f64;

    /// What nodes that each run the resource average.
    fn shared(&mut self) -> &mut [f64];
}

impl Method {
    /// That the constants are above 0 and the resource suits the method.
    pub(crate) fn check(&self, id: usize, resource: &Resource) -> Result<(), Error> {
        let unfit = |why| Err(Error::Unfit { resource: id, why });
        let constant = |name: &str, value| positive(&format!("{name} of resource {id}"), value);
        match *self {
            Method::Dual { step } | Method::Consensus { step, .. } => constant("the step", step)?,
            Method::PrimalDual { sigma } => constant("σ", sigma)?,
            Method::Admm { rho } => constant("ρ", rho)?,
            Method::Primal { step, .. } => {
                constant("the step", step)?;
                if resource.sense == Sense::Equal {
                    return unfit("a part that must be used up leaves its user no choice");
                }
            }
            Method::Penalty { barrier } => {
                constant("the barrier", barrier)?;
                if resource.sense == Sense::Equal {
                    return unfit("an equality has no inside");
                }
            }
        }
        let curved = matches!(resource.uses, Use::Curved(_));
        if curved && !matches!(self, Method::Penalty { .. }) {
            return unfit("its use is curved, which only a barrier can take");
        }
        Ok(())
    }

    /// The law of a resource, before the first round.
    pub(crate) fn law(&self, resource: &Resource, row: &Row, x: &[f64]) -> Box<dyn Law> {
        match *self {
            Method::Dual { step } => Box::new(dual::Dual::new(step)),
            Method::Primal { step, constant } => {
                Box::new(primal::Primal::new(step, constant, resource, row))
            }
            Method::PrimalDual { sigma } => {
                Box::new(primal_dual::PrimalDual::new(sigma, row.used(resource, x)))
            }
            Method::Admm { rho } => Box::new(admm::Admm::new(rho, row, x)),
            Method::Penalty { barrier } => Box::new(penalty::Penalty::new(barrier)),
            Method::Consensus { step, peers } => {
                Box::new(consensus::Consensus::new(step, peers, row.users.len()))
            }
        }
    }
}
