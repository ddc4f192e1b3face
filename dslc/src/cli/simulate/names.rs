//! What columns and rows are called, and in which units.

use crate::instance::{Instance, named};
use crate::sema::hir::Model;

/// A quantity of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name, with its members.
    pub name: String,
    /// Its unit; empty when dimensionless.
    pub unit: String,
}

/// Names in the order of the instance.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The columns.
    pub columns: Vec<Named>,
    /// The rows.
    pub rows: Vec<Named>,
    /// Units of the rows' prices.
    pub price_units: Vec<String>,
    /// What there is of each row.
    pub budgets: Vec<f64>,
    /// The unit of the utility.
    pub objective: String,
}

impl Names {
    /// Those of an instance.
    pub fn new(model: &Model, instance: &Instance) -> Self {
        let mut names = Names::default();
        let utility = model.utilities.first();
        names.objective = utility.map_or_else(String::new, |u| u.body.facts.unit.text.clone());
        for (id, variable) in model.variables.iter().enumerate() {
            let sets: Vec<_> = variable.index.iter().map(|binder| binder.set).collect();
            for place in 0..instance.layout.range(id).len() {
                let members = instance.layout.members(&sets, place);
                let name = named(&variable.name.value, &instance.key(model, &sets, &members));
                names.columns.push(Named { name, unit: variable.unit.text.clone() });
            }
        }
        for row in &instance.rows {
            let unit = model.resources[row.resource].unit.text.clone();
            names.price_units.push(price_unit(&names.objective, &unit));
            names.rows.push(Named { name: instance.row_name(model, row), unit });
            names.budgets.push(row.capacity);
        }
        names
    }
}

/// Utility per unit of a resource.
fn price_unit(utility: &str, resource: &str) -> String {
    match (utility, resource) {
        (utility, "") => utility.to_owned(),
        (utility, resource) => {
            let part = |unit: &str| match unit {
                "" => "1".to_owned(),
                unit if unit.contains('/') => format!("({unit})"),
                unit => unit.to_owned(),
            };
            let (above, below) = (part(utility), part(resource));
            format!("{above}/{below}")
        }
    }
}
