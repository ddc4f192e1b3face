//! Checks a plan against the conditions of the theorems that it relies on, in exact arithmetic.
//!
//! Nothing here trusts how the plan was derived: curvature, ordering, step and integer ranges are
//! checked again from their definitions. Only [`certify`] makes a [`Certificate`], and no emitter
//! works without one. The same conditions are checked once more by Coq, in
//! `proofs/theories/Certificate.v`.

mod ranges;
mod worth;

use std::collections::HashMap;
use std::fmt;

use num_traits::{One, Signed, Zero};
use serde::Serialize;

use crate::graph::{Graph, perfect_width};
use crate::plan::ir::{Plan, Rational, Resource, Step};
use crate::plan::methods::table::{DELAYED_DESCENT, DESCENT};
use crate::plan::{graph, step, utility};

/// What was checked of a plan.
#[derive(Clone, Debug)]
pub struct Certificate {
    theta: Rational,
    lipschitz: Vec<Rational>,
    delay: u32,
    integer_bits: Option<u32>,
}

impl Certificate {
    /// θ < 1: the share of the largest admissible step that is taken, over all resources.
    pub fn theta(&self) -> &Rational {
        &self.theta
    }

    /// L of each resource at the largest population: a constant step must stay below 2/L.
    pub fn lipschitz(&self) -> &[Rational] {
        &self.lipschitz
    }

    /// The most bits that any integer of the control loop can need; none without a loop.
    pub fn integer_bits(&self) -> Option<u32> {
        self.integer_bits
    }

    /// The oldest read of any resource, in rounds.
    pub fn delay(&self) -> u32 {
        self.delay
    }

    /// What the certificate says, for `explain`.
    pub fn summary(&self) -> Summary {
        Summary {
            kind: if self.delay == 0 { "lyapunov" } else { "descent" },
            theta: self.theta.to_string(),
            rate: if self.delay == 0 { DESCENT } else { DELAYED_DESCENT }.to_owned(),
            integer_bits: self.integer_bits,
        }
    }
}

/// A certificate in words.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The kind of argument.
    pub kind: &'static str,
    /// θ as a fraction.
    pub theta: String,
    /// What each step gains; there is no linear rate in general.
    pub rate: String,
    /// The most bits that any integer of the control loop can need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integer_bits: Option<u32>,
}

/// A condition that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The resource or family.
    pub subject: String,
    /// The condition and by how much it fails.
    pub condition: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.subject, self.condition)
    }
}

fn violation(subject: &str, condition: impl Into<String>) -> Violation {
    Violation { subject: subject.to_owned(), condition: condition.into() }
}

/// Checks every condition; the violations are those that do not hold.
pub fn certify(plan: &Plan) -> Result<Certificate, Vec<Violation>> {
    let mut violations = Vec::new();
    if plan.resources.is_empty() || plan.families.is_empty() {
        violations.push(violation(&plan.fibre, "nothing is shared, or nobody shares it"));
    }
    curvature(plan, &mut violations);
    ordering(plan, &mut violations);
    let (theta, lipschitz) = steps(plan, &mut violations);
    let integer_bits =
        plan.control.as_ref().map(|control| ranges::check(plan, control, &mut violations));
    if violations.is_empty() {
        Ok(Certificate { theta, lipschitz, delay: delay(plan), integer_bits })
    } else {
        Err(violations)
    }
}

/// Every kind is strongly concave with its family's μ on a box that is not empty.
fn curvature(plan: &Plan, violations: &mut Vec<Violation>) {
    for family in &plan.families {
        if !family.mu.is_positive() || family.lo > family.hi || family.kinds.is_empty() {
            violations.push(violation(&family.name, "its curvature or its box is empty"));
        }
        for kind in &family.kinds {
            if kind.hi > family.hi || kind.hi < family.lo {
                violations.push(violation(&family.name, "a kind's box leaves the family's"));
            }
            if utility::strong_concavity(&kind.utility, &family.lo, &kind.hi) < family.mu {
                violations.push(violation(&family.name, "a utility is flatter than its μ"));
            }
            if !kind.lowering.is_empty() && !worth::is_steady(plan, family, kind) {
                let condition = "a demand that evidence lowers is steeper than 1/μ";
                violations.push(violation(&family.name, condition));
            }
        }
    }
}

/// The ordering eliminates the graph with its fill perfectly, and every route is a clique of it.
fn ordering(plan: &Plan, violations: &mut Vec<Violation>) {
    let given = &plan.graph;
    let nodes = plan.resources.len();
    let completed = Graph::new(nodes, given.edges.iter().chain(&given.fill).copied());
    if given.is_listed() && perfect_width(&completed, &given.order) != Some(given.width) {
        violations.push(violation(&plan.fibre, "the elimination ordering is not perfect"));
    }
    if graph::edges(nodes, &plan.families).unwrap_or_default() != given.edges {
        violations.push(violation(&plan.fibre, "the coupling graph misses a coupling"));
    }
}

/// `(1 + 2D) · a_l(n) · R_l(n) ≤ 2θ` at every population, from the routes and the longest delay D alone;
/// returns θ and each L.
fn steps(plan: &Plan, violations: &mut Vec<Violation>) -> (Rational, Vec<Rational>) {
    let scale: Vec<_> = plan.resources.iter().map(|resource| resource.scale.clone()).collect();
    let mut theta = Rational::zero();
    let mut lipschitz = Vec::new();
    let all = step::terms(&plan.families, &scale);
    for (resource, required) in plan.resources.iter().zip(&all) {
        if !resource.scale.is_positive() || !resource.capacity.is_positive() {
            violations.push(violation(&resource.name, "its weight or capacity is not above 0"));
            continue;
        }
        let largest = step::lipschitz(&plan.families, required);
        theta = theta.max(taken(resource, required, &largest) * step::delayed(delay(plan)));
        lipschitz.push(largest);
    }
    if theta >= Rational::one() {
        violations.push(violation(&plan.fibre, format!("the step is not below 2/L: θ = {theta}")));
    }
    (theta, lipschitz)
}

/// The oldest read of any resource, in rounds.
fn delay(plan: &Plan) -> u32 {
    plan.resources.iter().map(|each| each.delay).max().unwrap_or(0)
}

/// Half of the largest `a_l(n) · R_l(n)` over all populations n.
fn taken(resource: &Resource, required: &[(usize, Rational)], largest: &Rational) -> Rational {
    let two = Rational::from_integer(2.into());
    match &resource.step {
        Step::Constant(step) => step * largest / two,
        Step::Population { numerator, terms } => {
            let given: HashMap<_, _> = terms.iter().map(|(family, term)| (*family, term)).collect();
            // A ratio of sums is at most the largest ratio of their terms.
            let ratio = |(f, needed): &(usize, Rational)| {
                // A family that the denominator forgets could make the step arbitrarily too large.
                match given.get(f).filter(|given| given.is_positive()) {
                    Some(given) if *given == needed => numerator / &two,
                    Some(given) => numerator * needed / *given / &two,
                    None => Rational::one(),
                }
            };
            required.iter().map(ratio).max().unwrap_or_else(Rational::zero)
        }
    }
}
