//! The fixed JSON of `dslc simulate`.

use dslc_rounds::Disturbances;
use serde::Serialize;

use super::names::Names;
use crate::simulate::certified::Certified;
use crate::simulate::reference::Distance;
use crate::simulate::{ACCURACIES, Settings, Simulation};

/// A run, in the units of the spec.
#[derive(Debug, Serialize)]
pub struct Document {
    /// Rounds that ran.
    pub rounds: u64,
    /// Whether everything is within the tolerance of the optimum at the end.
    pub settled: bool,
    /// The tolerance.
    pub tolerance: f64,
    /// `fixed_point`, as in the kernel, or `f64`.
    pub arithmetic: &'static str,
    /// Whether the price step was compiled to machine code for this run.
    pub machine_code: bool,
    /// How each resource was run.
    pub methods: Vec<Method>,
    /// What disturbed the run.
    pub disturbances: Weather,
    /// Rounds on the way, the first and the last among them.
    pub convergence: Vec<Sample>,
    /// From which round on gap and violation stayed within each accuracy; `null` if they did not.
    pub rounds_to: Vec<RoundsTo>,
    /// What the certificate says, beside what was seen.
    pub certified: Promise,
    /// The variables at the end, beside the optimum.
    pub variables: Vec<Variable>,
    /// The resources at the end, beside the optimum.
    pub resources: Vec<Resource>,
    /// Utility of the optimum of those present at the end, and its certified gap.
    pub optimum: Optimum,
}

/// How a resource was run.
#[derive(Debug, Serialize)]
pub struct Method {
    /// The resource.
    pub resource: String,
    /// The method.
    pub method: &'static str,
    /// α, a or σ with everybody present; `null` for a method without one.
    pub step: Option<f64>,
    /// What it must stay below.
    pub step_bound: Option<f64>,
    /// Reads may be so many rounds old.
    pub delay: u32,
}

/// What disturbed a run.
#[derive(Debug, Serialize)]
pub struct Weather {
    /// The seed of all that is random.
    pub seed: u64,
    /// Standard deviation of a measured use, relative to it.
    pub noise: f64,
    /// Age of a price when it is read, in rounds.
    pub delay: u32,
    /// Probability that a message is lost.
    pub loss: f64,
    /// Probability that a member comes or goes in a round.
    pub churn: f64,
    /// Nodes.
    pub nodes: usize,
    /// Rounds between their exchanges.
    pub exchange: u32,
}

/// How far a round was from the optimum; a number that is not finite is `null`.
#[derive(Debug, Serialize)]
pub struct Sample {
    /// The round.
    pub round: u64,
    /// Of the variables, relative to the largest element of each.
    pub variables: f64,
    /// Of the prices, relative to the largest of each resource.
    pub prices: f64,
    /// Of the utility, relative to `max(1, |optimum|)`; below 0 where limits are exceeded.
    pub gap: f64,
    /// Of the limits, relative to `max(1, |capacity|)`.
    pub violation: f64,
}

/// How soon a run was accurate.
#[derive(Debug, Serialize)]
pub struct RoundsTo {
    /// The accuracy.
    pub accuracy: f64,
    /// The round.
    pub round: Option<u64>,
}

/// What the certificate says of the run.
#[derive(Debug, Serialize)]
pub struct Promise {
    /// The rate.
    pub rate: String,
    /// What of the run it does not speak of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_covered: Option<String>,
    /// In how many rounds it was compared with what happened.
    pub rounds_compared: u64,
    /// In how many of them it was kept.
    pub rounds_kept: u64,
    /// What it promised at the end: a bound of what was measured.
    pub promised: Option<f64>,
    /// What was measured.
    pub measured: Option<f64>,
}

/// A variable at the end.
#[derive(Debug, Serialize)]
pub struct Variable {
    /// Its name, with its members.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Whether its owner is present.
    pub present: bool,
    /// Its value.
    pub value: f64,
    /// That of the optimum.
    pub optimum: f64,
}

/// A resource at the end.
#[derive(Debug, Serialize)]
pub struct Resource {
    /// Its name, with its members.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The unit of its price.
    pub price_unit: String,
    /// Its price.
    pub price: f64,
    /// That of the optimum.
    pub optimum: f64,
    /// What is used of it.
    #[serde(rename = "use")]
    pub used: f64,
    /// What there is.
    pub budget: f64,
}

/// The optimum.
#[derive(Debug, Serialize)]
pub struct Optimum {
    /// Its utility.
    pub objective: f64,
    /// The unit.
    pub unit: String,
    /// How far it may be from the best, relative.
    pub gap: f64,
}

/// The document of a run.
pub fn of(names: &Names, simulation: &Simulation, settings: &Settings) -> Document {
    let reference = &simulation.reference;
    let Disturbances { seed, noise, delay, loss, churn, nodes, exchange } = settings.disturbances;
    let last = simulation.samples.last().map(|sample| sample.distance.largest());
    let methods = names.rows.iter().zip(&simulation.derived.rows).map(|(row, how)| Method {
        resource: row.name.clone(),
        method: how.kind.name(),
        step: how.step,
        step_bound: how.bound,
        delay: how.delay,
    });
    let sample = |sample: &crate::simulate::Sample| {
        let Distance { variables, prices, gap, violation } = sample.distance;
        Sample { round: sample.round, variables, prices, gap, violation }
    };
    let Certified { rate, not_covered, seen } = simulation.certified.clone();
    let columns = names.columns.iter().enumerate();
    let rows = names.rows.iter().enumerate();
    Document {
        rounds: simulation.rounds,
        settled: last.is_some_and(|last| last <= settings.tolerance),
        tolerance: settings.tolerance,
        arithmetic: if simulation.fixed_point { "fixed_point" } else { "f64" },
        machine_code: simulation.machine_code,
        methods: methods.collect(),
        disturbances: Weather { seed, noise, delay, loss, churn, nodes, exchange },
        convergence: simulation.samples.iter().map(sample).collect(),
        rounds_to: ACCURACIES
            .into_iter()
            .zip(simulation.settled)
            .map(|(accuracy, round)| RoundsTo { accuracy, round })
            .collect(),
        certified: Promise {
            rate,
            not_covered,
            rounds_compared: seen.map_or(0, |seen| seen.rounds),
            rounds_kept: seen.map_or(0, |seen| seen.kept),
            promised: seen.map(|seen| seen.promised),
            measured: seen.map(|seen| seen.measured),
        },
        variables: columns
            .map(|(at, each)| Variable {
                name: each.name.clone(),
                unit: each.unit.clone(),
                present: simulation.present[at],
                value: simulation.x[at],
                optimum: reference.x[at],
            })
            .collect(),
        resources: rows
            .map(|(at, each)| Resource {
                name: each.name.clone(),
                unit: each.unit.clone(),
                price_unit: names.price_units[at].clone(),
                price: simulation.prices[at],
                optimum: reference.prices[at],
                used: simulation.uses[at],
                budget: names.budgets[at],
            })
            .collect(),
        optimum: Optimum {
            objective: reference.objective,
            unit: names.objective.clone(),
            gap: reference.gap,
        },
    }
}
