//! What the certificate says of the rounds, checked on them, and no more than it says.
//!
//! | theorem | methods | what is checked |
//! |---|---|---|
//! | descent | dual | `V⁺ ≤ V − 2(1 − θ)Σμ(x − x*)²` in every round, `V = Σ(π − π*)²/α` |
//! | ergodic | primal_dual | the gap at the average of k rounds is at most `V₀/2k` (Chambolle, Pock 2011) |
//! | contraction | admm | `V = Σρ(z − z*)² + ρ(u − u*)²` grows in no round |
//! | barrier | penalty | nothing before it has settled: the last gap stands beside mμ |
//! | none | primal, consensus, mixes | they have a rate without its constant: nothing to compare |

use dslc_rounds::{Disturbances, Method, Use};

use super::Frame;
use super::derive::Derived;
use super::reference::Reference;
use crate::instance::Instance;
use crate::plan::methods::Kind;

/// What follows for a run from its method's condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theorem {
    /// Each round lowers a distance to the optimal prices.
    Descent,
    /// The average's gap falls as 1/k.
    Ergodic,
    /// No round raises a distance to the optimum.
    Contraction,
    /// Where it settles is within mμ of the optimum.
    Barrier,
    /// It settles, without a number to compare with.
    Settles,
}

impl Theorem {
    /// That of a method.
    pub fn of(kind: Kind) -> Theorem {
        match kind {
            Kind::Dual => Theorem::Descent,
            Kind::PrimalDual => Theorem::Ergodic,
            Kind::Admm => Theorem::Contraction,
            Kind::Penalty => Theorem::Barrier,
            Kind::Primal | Kind::Consensus => Theorem::Settles,
        }
    }
}

/// What is certified of a run and what was seen of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Certified {
    /// The rate, as the methods' table words it.
    pub rate: String,
    /// Why the certificate does not speak of this run, if it does not.
    pub not_covered: Option<String>,
    /// The comparison.
    pub seen: Option<Seen>,
}

/// A promise beside what happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// In how many rounds it was compared.
    pub rounds: u64,
    /// In how many of them it was kept.
    pub kept: u64,
    /// The promised bound in the last of them.
    pub promised: f64,
    /// What was measured then.
    pub measured: f64,
}

/// Compares round by round.
#[derive(Debug)]
pub struct Checker {
    theorem: Option<Theorem>,
    /// Of the distances: rounding and what is not known of the optimum.
    slack: f64,
    seen: Option<Seen>,
    last: Option<Last>,
    first: f64,
    /// Sums of the columns and prices.
    sums: (Vec<f64>, Vec<f64>),
    /// Entries of each affine row, its method, and its capacity.
    rows: Vec<(Vec<(usize, f64)>, Method)>,
    /// μ of each column.
    mu: Vec<f64>,
    tau: Vec<f64>,
    /// θ: the largest share of a bound that a step takes.
    theta: f64,
}

/// What a comparison needs of the round before.
#[derive(Clone, Debug)]
struct Last {
    prices: Vec<f64>,
    distance: f64,
}

impl Checker {
    /// Compares a run with this optimum, where something is certified of it.
    pub fn new(
        derived: &Derived,
        reference: &Reference,
        disturbances: &Disturbances,
        fixed_point: bool,
    ) -> Self {
        let mut theorems = derived.rows.iter().map(|row| row.theorem);
        let first = theorems.next();
        let calm = !disturbances.is_random() && disturbances.oldest_read() == 0 && !fixed_point;
        let theorem = first.filter(|first| calm && theorems.all(|next| next == *first));
        let entries = |resource: &dslc_rounds::Resource| match &resource.uses {
            Use::Affine(entries) => (entries.clone(), resource.method),
            Use::Curved(_) => (Vec::new(), resource.method),
        };
        let shares = derived.rows.iter().filter_map(|row| Some(row.step? / row.bound?));
        let (columns, rows) = (reference.x.len(), reference.prices.len());
        Checker {
            theorem,
            slack: 10.0 * reference.gap.abs().max(1e-9),
            seen: None,
            last: None,
            first: 0.0,
            sums: (vec![0.0; columns], vec![0.0; rows]),
            rows: derived.problem.resources.iter().map(entries).collect(),
            mu: derived.facts.columns.iter().map(|column| column.curvature.mu).collect(),
            tau: derived.problem.columns.iter().map(|column| column.tau).collect(),
            theta: shares.fold(0.0, f64::max),
        }
    }

    /// Sees a round.
    pub fn see(&mut self, instance: &Instance, reference: &Reference, frame: &Frame<'_>) {
        match self.theorem {
            Some(Theorem::Descent) => self.descent(reference, frame),
            Some(Theorem::Ergodic) => self.ergodic(instance, reference, frame),
            Some(Theorem::Contraction) => self.contraction(reference, frame),
            Some(Theorem::Barrier) => self.barrier(instance, reference, frame),
            Some(Theorem::Settles) | None => {}
        }
    }

    fn compare(&mut self, promised: f64, measured: f64, slack: f64) {
        let before = self.seen.unwrap_or(Seen { rounds: 0, kept: 0, promised, measured });
        let kept = before.kept + u64::from(measured <= promised + slack);
        self.seen = Some(Seen { rounds: before.rounds + 1, kept, promised, measured });
    }

    /// The columns of a round answer the prices of the round before.
    fn descent(&mut self, reference: &Reference, frame: &Frame<'_>) {
        let off = frame.prices.iter().zip(&reference.prices).zip(&self.rows);
        let distance: f64 = off
            .map(|((price, best), (_, method))| match method {
                Method::Dual { step } => (price - best).powi(2) / step,
                _ => 0.0,
            })
            .sum();
        if let Some(last) = &self.last {
            let x = frame.x.iter().zip(&reference.x).zip(&self.mu);
            let moved: f64 = x.map(|((x, best), mu)| mu * (x - best).powi(2)).sum();
            let promised = last.distance - 2.0 * (1.0 - self.theta) * moved;
            // π* and x* are known up to the solver's accuracy.
            let slack = self.slack * (last.distance + self.first);
            self.compare(promised, distance, slack);
        } else {
            self.first = distance;
        }
        self.last = Some(Last { prices: Vec::new(), distance });
    }

    fn ergodic(&mut self, instance: &Instance, reference: &Reference, frame: &Frame<'_>) {
        if self.last.is_none() {
            // ‖(x, π) − (x*, π*)‖² in the metric of the steps, with the cross term.
            let apart = |x: &[f64], best: &[f64]| -> Vec<f64> {
                x.iter().zip(best).map(|(x, best)| x - best).collect()
            };
            let (dx, dp) = (apart(frame.x, &reference.x), apart(frame.prices, &reference.prices));
            self.first = dx.iter().zip(&self.tau).map(|(d, tau)| d * d / tau).sum();
            for ((entries, method), d) in self.rows.iter().zip(&dp) {
                let Method::PrimalDual { sigma } = method else { continue };
                let used: f64 = entries.iter().map(|(column, a)| a * dx[*column]).sum();
                self.first += d * d / sigma - 2.0 * used * d;
            }
            self.last = Some(Last { prices: Vec::new(), distance: self.first });
            return;
        }
        let (xs, prices) = &mut self.sums;
        xs.iter_mut().zip(frame.x).for_each(|(sum, x)| *sum += x);
        prices.iter_mut().zip(frame.prices).for_each(|(sum, price)| *sum += price);
        let rounds = frame.round as f64;
        let mean = |sums: &[f64]| -> Vec<f64> { sums.iter().map(|sum| sum / rounds).collect() };
        let (x, prices) = (mean(xs), mean(prices));
        let lagrangian = |x: &[f64], prices: &[f64]| {
            let excess = |row: &crate::instance::Row| row.form.value(x) - row.capacity;
            let charged = instance.rows.iter().zip(prices).map(|(row, p)| p * excess(row));
            instance.objective.value(x) - charged.sum::<f64>()
        };
        let measured = lagrangian(&reference.x, &prices) - lagrangian(&x, &reference.prices);
        let slack = self.slack * reference.objective.abs().max(1.0);
        self.compare(self.first / (2.0 * rounds), measured, slack);
    }

    /// z and u follow from the prices of two rounds: `u = π/ρ`, `z⁺ = ax + u − u⁺`.
    fn contraction(&mut self, reference: &Reference, frame: &Frame<'_>) {
        if let Some(last) = &self.last {
            let mut distance = 0.0;
            for (row, (entries, method)) in self.rows.iter().enumerate() {
                let Method::Admm { rho } = method else { continue };
                let fall = (last.prices[row] - frame.prices[row]) / rho;
                let off = (frame.prices[row] - reference.prices[row]) / rho;
                for (column, a) in entries {
                    let copy = a * (frame.x[*column] - reference.x[*column]) + fall;
                    distance += rho * (copy * copy + off * off);
                }
            }
            if last.distance.is_finite() {
                let (before, slack) = (last.distance, self.slack * (last.distance + self.first));
                self.compare(before, distance, slack);
            } else {
                self.first = distance;
            }
            self.last = Some(Last { prices: frame.prices.to_vec(), distance });
        } else {
            // The first copies are not told by the prices.
            self.last = Some(Last { prices: frame.prices.to_vec(), distance: f64::INFINITY });
        }
    }

    /// Of a run that has not settled the barrier says nothing: only the last round counts.
    fn barrier(&mut self, instance: &Instance, reference: &Reference, frame: &Frame<'_>) {
        let barriers = self.rows.iter().map(|(_, method)| match method {
            Method::Penalty { barrier } => *barrier,
            _ => 0.0,
        });
        let promised: f64 = barriers.sum();
        let measured = reference.objective - instance.objective.value(frame.x);
        self.seen = Some(Seen { rounds: 0, kept: 0, promised, measured });
    }

    /// What came of it.
    pub fn certified(self, derived: &Derived, disturbances: &Disturbances) -> Certified {
        let mut kinds: Vec<Kind> = derived.rows.iter().map(|row| row.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let rates = kinds.iter().map(|kind| match kinds.len() {
            1 => kind.row().certificate.rate.to_owned(),
            _ => format!("{}: {}", kind.name(), kind.row().certificate.rate),
        });
        let rate = rates.collect::<Vec<_>>().join("; ");
        Certified { rate, not_covered: not_covered(derived, disturbances), seen: self.seen }
    }
}

/// What of the disturbances the theorems do not speak of.
fn not_covered(derived: &Derived, disturbances: &Disturbances) -> Option<String> {
    let mut why = Vec::new();
    let parts = [
        (disturbances.noise > 0.0, "noise"),
        (disturbances.loss > 0.0, "lost messages"),
        (disturbances.churn > 0.0, "members that come and go"),
    ];
    why.extend(parts.iter().filter(|(is, _)| *is).map(|(_, what)| (*what).to_owned()));
    let oldest = disturbances.oldest_read();
    let allowed = derived.rows.iter().map(|row| row.delay).min().unwrap_or(0);
    if oldest > allowed {
        let reads = format!("reads that are {oldest} rounds old, where {allowed} are allowed for");
        let dual = derived.rows.iter().all(|row| row.kind == Kind::Dual);
        why.push(match dual {
            true => {
                format!("{reads} (`delay {oldest} rounds;` in the spec derives the step for them)")
            }
            false => reads,
        });
    }
    (!why.is_empty()).then(|| why.join(", "))
}
