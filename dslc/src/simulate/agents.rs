//! Agents that no closed form answers for, and uses that are curved.

use std::collections::BTreeSet;

use dslc_rounds::{Ask, Curve, Utility};
use dslc_solver::{Affine, Concave, Options, Problem, Sense, Status, Var, solve};

use crate::diag::Diagnostic;
use crate::instance::{Form, Instance};
use crate::solve::objective;

/// A utility of several columns, answered by the solver.
#[derive(Debug)]
pub struct Joint {
    /// The utility over the agent's box; its first variables are the instance's columns, of which the
    /// others are 0.
    problem: Problem,
    columns: Vec<Var>,
    form: Form,
    places: Vec<usize>,
    all: usize,
}

/// How accurately a joint answer is found.
const ACCURACY: f64 = 1e-10;

impl Joint {
    /// The utility of these columns.
    pub fn new(instance: &Instance, columns: &[usize]) -> Result<Self, Box<Diagnostic>> {
        let mine: BTreeSet<usize> = columns.iter().copied().collect();
        let form = part(&instance.objective, &mine);
        let own = |bounds: &[f64]| -> Vec<f64> {
            let bound = |(at, bound): (usize, &f64)| if mine.contains(&at) { *bound } else { 0.0 };
            bounds.iter().enumerate().map(bound).collect()
        };
        let alone = Instance {
            layout: instance.layout.clone(),
            lower: own(&instance.lower),
            upper: own(&instance.upper),
            objective: form.clone(),
            rows: Vec::new(),
        };
        let problem = objective(&alone)?;
        let vars = columns.iter().filter_map(|column| problem.variable_at(*column)).collect();
        let all = instance.layout.columns();
        Ok(Joint { problem, columns: vars, form, places: columns.to_vec(), all })
    }
}

/// The parts of a form that depend on these columns alone.
pub fn part(form: &Form, columns: &BTreeSet<usize>) -> Form {
    let linear = form.linear.iter().filter(|(column, _)| columns.contains(column));
    let terms = form.terms.iter().filter(|(_, atom)| {
        let mut of = BTreeSet::new();
        atom.columns(&mut of);
        of.is_subset(columns)
    });
    Form { constant: 0.0, linear: linear.copied().collect(), terms: terms.cloned().collect() }
}

impl Utility for Joint {
    fn value(&self, x: &[f64]) -> f64 {
        let mut all = vec![0.0; self.all];
        for (place, x) in self.places.iter().zip(x) {
            all.iter_mut().skip(*place).take(1).for_each(|slot| *slot = *x);
        }
        self.form.value(&all)
    }

    fn answer(&self, ask: &Ask<'_>, x: &mut [f64], worth: &mut [f64]) {
        let mut problem = self.problem.clone();
        let pulls = ask.pull.iter().zip(ask.towards);
        for ((var, price), (pull, towards)) in self.columns.iter().zip(ask.price).zip(pulls) {
            problem.gain(Affine::from(*var) * -price);
            if *pull > 0.0 {
                let away = Affine::from(*var) - Affine::constant(*towards);
                problem.utility(pull / 2.0, Concave::NegativeSquare, away);
            }
        }
        let mut rows = Vec::new();
        for part in ask.parts {
            let row = problem.row(Sense::AtMost, part.most);
            for (at, a) in &part.entries {
                if let Some(var) = self.columns.get(*at) {
                    problem.coefficient(row, *var, *a);
                }
            }
            rows.push(row);
        }
        // Who gets no answer stays.
        let options = Options { tolerance: ACCURACY, ..Options::default() };
        let Ok(answer) = solve(&problem, &options) else { return };
        if !matches!(answer.status, Status::Optimal | Status::IterationLimit) {
            return;
        }
        let bounds = ask.lower.iter().zip(ask.upper);
        for ((x, var), (lower, upper)) in x.iter_mut().zip(&self.columns).zip(bounds) {
            if let Some(found) = answer.x.get(var.index()).filter(|found| found.is_finite()) {
                *x = found.max(*lower).min(*upper);
            }
        }
        for (worth, row) in worth.iter_mut().zip(rows) {
            *worth = answer.prices.get(row.index()).map_or(0.0, |price| price.max(0.0));
        }
    }
}

/// A curved use of a resource.
#[derive(Debug)]
pub struct Curved {
    form: Form,
    columns: Vec<usize>,
}

impl Curved {
    /// A row's use.
    pub fn new(form: &Form) -> Self {
        let mut columns = BTreeSet::new();
        form.columns(&mut columns);
        Curved { form: form.clone(), columns: columns.into_iter().collect() }
    }
}

impl Curve for Curved {
    fn columns(&self) -> &[usize] {
        &self.columns
    }

    fn value(&self, x: &[f64]) -> f64 {
        let at = |column: usize| {
            let place = self.columns.binary_search(&column).ok();
            place.and_then(|place| x.get(place)).copied().unwrap_or(f64::NAN)
        };
        self.form.at(&0.0, &at)
    }

    fn gradient(&self, x: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; self.columns.len()];
        for (column, a) in &self.form.linear {
            if let Ok(place) = self.columns.binary_search(column) {
                gradient[place] += a;
            }
        }
        for (weight, atom) in &self.form.terms {
            let jet = atom.jet(&self.columns, x);
            gradient.iter_mut().zip(jet.gradient()).for_each(|(g, slope)| *g += weight * slope);
        }
        gradient
    }
}
