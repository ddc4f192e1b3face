//! The fixed JSON of `dslc solve`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::instance::{Instance, named};
use crate::sema::hir::{Model, Relation};
use crate::solve::Answer;

/// The answer, in the units of the spec.
#[derive(Debug, Serialize)]
pub struct Document {
    /// `optimal`, `infeasible`, `unbounded` or `iteration_limit`.
    pub status: String,
    /// The utility at the variables; `null` without an optimum.
    pub objective: Option<f64>,
    /// Values of the variables.
    pub variables: Entries,
    /// Multipliers of the resources: ≥ 0 for `<=`, free for `==`, ≤ 0 for `>=`.
    pub prices: Entries,
    /// Where a price is not unique, the least and the largest that the optimum admits, by the
    /// resource's name with its members; `null` for an end that is infinite.
    pub price_intervals: BTreeMap<String, [Option<f64>; 2]>,
    /// Where a concave envelope in the utility promises more than the points that it was made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub envelopes: Vec<Envelope>,
    /// `(bound − objective) / max(1, |objective|)`, from weak duality at the prices.
    pub gap: Option<f64>,
    /// The largest violation of a resource or bound, relative to it.
    pub violation: Option<f64>,
    /// Steps of the method.
    pub iterations: usize,
    /// Where the time went.
    pub seconds: Seconds,
    /// The method that found it.
    pub route: String,
    /// Units of the objective, the variables and the prices.
    pub units: Units,
    /// What proves that there is no optimum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Proof>,
    /// Bounds of the variables' elements, in their order.
    #[serde(skip)]
    pub bounds: Vec<(f64, f64)>,
    /// What is used of the resources' elements, in the order of their prices.
    #[serde(skip)]
    pub loads: Vec<Load>,
}

/// What is used of a resource, in its unit.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Its left side.
    pub used: f64,
    /// Its right side.
    pub limit: f64,
    /// How they compare.
    pub relation: Relation,
    /// The largest part of the left side.
    pub size: f64,
}

/// An envelope at the answer.
#[derive(Debug, Serialize)]
pub struct Envelope {
    /// The variable that it depends on, with its members.
    pub variable: String,
    /// The variable's value.
    pub at: f64,
    /// What the envelope gives.
    pub envelope: f64,
    /// What its points give, joined by straight pieces.
    pub points: f64,
}

/// Seconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Seconds {
    /// From the text to the problem in numbers.
    pub compile: f64,
    /// From there to the answer.
    pub solve: f64,
}

/// Units as the spec writes them; without the dimensionless ones.
#[derive(Debug, Serialize)]
pub struct Units {
    /// Of the utility.
    pub objective: String,
    /// Of each variable.
    pub variables: Vec<(String, String)>,
    /// Of each resource; a price is in utility per this.
    pub resources: Vec<(String, String)>,
}

/// Named scalars, and named tables by members joined with `,`, in the order of the spec.
#[derive(Debug, Default)]
pub struct Entries(pub Vec<(String, Entry)>);

/// A scalar or a table.
#[derive(Debug)]
pub enum Entry {
    /// One number.
    One(f64),
    /// A number for each element.
    Many(Vec<(String, f64)>),
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, entry)| (name, entry)))
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Entry::One(value) => serializer.serialize_f64(*value),
            Entry::Many(values) => {
                let mut map = serializer.serialize_map(Some(values.len()))?;
                for (key, value) in values {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// A proof that there is no optimum.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    /// The resources weighted by these multipliers, and the bounds by theirs, contradict each other.
    Farkas {
        /// Multipliers of the resources.
        prices: Entries,
        /// Multipliers of the variables' bounds: above 0 for the upper, below 0 for the lower.
        bounds: Entries,
    },
    /// Along this direction the utility grows without end.
    Direction {
        /// Change of each variable.
        variables: Entries,
    },
}

/// The document of an answer.
pub fn of(model: &Model, instance: &Instance, answer: &Answer, seconds: Seconds) -> Document {
    let solution = &answer.solution;
    let finite = |value: f64| value.is_finite().then_some(value);
    // Without a certificate there is a point, unless it stopped before it had one.
    let solved = solution.certificate.is_none() && solution.x.iter().all(|x| x.is_finite());
    Document {
        status: solution.status.to_string(),
        objective: finite(answer.objective).filter(|_| solved),
        variables: if solved {
            variables(model, instance, &solution.x)
        } else {
            Entries::default()
        },
        prices: if solved { prices(model, instance, &solution.prices) } else { Entries::default() },
        price_intervals: answer
            .intervals
            .iter()
            .filter_map(|(at, (low, high))| {
                let name = instance.row_name(model, instance.rows.get(*at)?);
                Some((name, [finite(*low), finite(*high)]))
            })
            .collect(),
        envelopes: answer
            .promises
            .iter()
            .filter_map(|promise| {
                let (id, key) = instance.column(model, promise.column)?;
                Some(Envelope {
                    variable: named(&model.variables[id].name.value, &key),
                    at: solution.x.get(promise.column).copied()?,
                    envelope: promise.envelope,
                    points: promise.points,
                })
            })
            .collect(),
        gap: finite(solution.gap).filter(|_| solved),
        violation: finite(answer.violation).filter(|_| solved),
        iterations: solution.iterations,
        seconds,
        route: solution.route.to_string(),
        units: units(model),
        bounds: instance.lower.iter().copied().zip(instance.upper.iter().copied()).collect(),
        loads: instance
            .rows
            .iter()
            .map(|row| Load {
                used: row.form.value(&solution.x),
                limit: row.capacity,
                relation: row.relation,
                size: row.form.largest_part(&solution.x),
            })
            .collect(),
        certificate: solution.certificate.as_ref().map(|proof| match proof {
            dslc_solver::Certificate::Infeasible { prices: multipliers, bounds, .. } => {
                Proof::Farkas {
                    prices: prices(model, instance, multipliers),
                    bounds: variables(model, instance, bounds),
                }
            }
            dslc_solver::Certificate::Unbounded { direction, .. } => {
                Proof::Direction { variables: variables(model, instance, direction) }
            }
        }),
    }
}

fn variables(model: &Model, instance: &Instance, values: &[f64]) -> Entries {
    let entry = |(id, variable): (usize, &crate::sema::hir::Variable)| {
        let range = instance.layout.range(id);
        let sets: Vec<_> = variable.index.iter().map(|binder| binder.set).collect();
        let value = |column: usize| values.get(column).copied().unwrap_or(f64::NAN);
        let entry = if sets.is_empty() {
            Entry::One(value(range.start))
        } else {
            let key = |column| {
                let members = instance.layout.members(&sets, column - range.start);
                instance.key(model, &sets, &members)
            };
            Entry::Many(range.clone().map(|column| (key(column), value(column))).collect())
        };
        (variable.name.value.clone(), entry)
    };
    Entries(model.variables.iter().enumerate().map(entry).collect())
}

fn prices(model: &Model, instance: &Instance, values: &[f64]) -> Entries {
    let mut entries: Vec<(String, Entry)> = Vec::new();
    for (row, value) in instance.rows.iter().zip(values) {
        let resource = &model.resources[row.resource];
        if resource.index.is_empty() {
            entries.push((resource.name.value.clone(), Entry::One(*value)));
            continue;
        }
        let sets: Vec<_> = resource.index.iter().map(|binder| binder.set).collect();
        let element = (instance.key(model, &sets, &row.members), *value);
        match entries.last_mut() {
            Some((name, Entry::Many(values))) if *name == resource.name.value => {
                values.push(element);
            }
            _ => entries.push((resource.name.value.clone(), Entry::Many(vec![element]))),
        }
    }
    Entries(entries)
}

fn units(model: &Model) -> Units {
    let written = |name: &str, unit: &crate::sema::hir::Unit| {
        (!unit.text.is_empty()).then(|| (name.to_owned(), unit.text.clone()))
    };
    let objective = model.utilities.first().map(|utility| utility.body.facts.unit.text.clone());
    Units {
        objective: objective.unwrap_or_default(),
        variables: model.variables.iter().filter_map(|v| written(&v.name.value, &v.unit)).collect(),
        resources: model.resources.iter().filter_map(|r| written(&r.name.value, &r.unit)).collect(),
    }
}
