//! The loop of a plan that measures and enforces, in the arithmetic of the kernel.

use dslc_rounds::fixed::{Arithmetic, FixedRun, FixedTick, Loop};
use dslc_rounds::{Disturbances, Error};

use super::Frame;
use crate::instance::{Inputs, Instance, named, real};
use crate::plan::ir::{Control, Plan};
use crate::sema::hir::Model;

/// Quanta in a coherent unit: the clock of every port counts nanoseconds.
const QUANTA: f64 = 1e9;

/// A loop with the columns that its members and agents are.
#[derive(Debug)]
pub struct Whole {
    fibre: Loop,
    /// The class of each member, and its column.
    members: Vec<(usize, usize)>,
    /// The column of each agent without a port.
    computed: Vec<usize>,
    columns: usize,
    /// Units of the instance in a quantum, by column.
    units: Vec<f64>,
    /// Units of the instance in a price of 1 in Q(F).
    price_unit: f64,
    /// The same of a quantum of the resource.
    use_unit: f64,
}

/// A run of the loop, in the units of the instance.
pub struct Integers<'l> {
    whole: &'l Whole,
    run: FixedRun<'l, dyn Arithmetic + 'l>,
    round: u64,
    x: Vec<f64>,
    prices: [f64; 1],
    uses: [f64; 1],
    present: Vec<bool>,
}

impl Integers<'_> {
    /// The loop of a plan whose one resource it runs.
    pub fn loop_of(
        model: &Model,
        plan: &Plan,
        instance: &Instance,
        inputs: &Inputs,
    ) -> Option<Whole> {
        let control = plan.control.as_ref()?;
        let ([resource], [row]) = (plan.resources.as_slice(), instance.rows.as_slice()) else {
            return None;
        };
        let family = plan.families.get(control.family)?;
        let id = model.variables.iter().position(|v| v.name.value == family.name)?;
        let range = instance.layout.range(id);
        let population = match &family.members {
            crate::plan::ir::Members::Open { set, .. } => inputs.members.get(set),
            crate::plan::ir::Members::One => None,
        };
        let members = range.clone().enumerate().map(|(at, column)| {
            let attribute = population.and_then(|population| population.attribute(at));
            (class(control, attribute), column)
        });
        let members: Vec<_> = members.collect();
        let column = |name: &str| {
            (0..instance.layout.columns()).find(|column| {
                instance
                    .column(model, *column)
                    .is_some_and(|(id, key)| named(&model.variables[id].name.value, &key) == name)
            })
        };
        let computed: Option<Vec<_>> =
            control.computed.iter().map(|agent| column(&agent.name)).collect();
        let computed = computed?;
        if members.len() + computed.len() != instance.layout.columns() || resource.name.is_empty() {
            return None;
        }
        let unit = |column: usize| {
            let (id, _) = instance.column(model, column)?;
            Some((QUANTA * real(&model.variables[id].unit.scale)).recip())
        };
        let units: Option<Vec<_>> = (0..instance.layout.columns()).map(unit).collect();
        let scale = real(&model.resources[row.resource].unit.scale);
        let gain = model.utilities.first().map_or(1.0, |u| real(&u.body.facts.unit.scale));
        Some(Whole {
            fibre: of_control(control),
            members,
            computed,
            columns: instance.layout.columns(),
            units: units?,
            price_unit: scale / gain / 2f64.powi(control.rule.frac_bits as i32),
            use_unit: (QUANTA * scale).recip(),
        })
    }

    /// The loop as it stands.
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            round: self.round,
            x: &self.x,
            prices: &self.prices,
            uses: &self.uses,
            present: &self.present,
        }
    }

    /// One period.
    pub fn round(&mut self) {
        self.run.round();
        self.look();
    }

    fn look(&mut self) {
        let FixedTick { round, price, budgets, computed, present } = self.run.tick();
        let whole = self.whole;
        for (((_, column), budget), there) in whole.members.iter().zip(budgets).zip(present) {
            self.x[*column] = *budget as f64 * whole.units[*column];
            self.present[*column] = *there;
        }
        for (column, demand) in whole.computed.iter().zip(computed) {
            self.x[*column] = *demand as f64 * whole.units[*column];
        }
        self.prices = [price as f64 * whole.price_unit];
        self.uses = [self.run.tick().used() as f64 * whole.use_unit];
        self.round = round;
    }
}

/// The constants of a loop.
pub fn of_control(control: &Control) -> Loop {
    Loop {
        rule: control.rule,
        initial_price: control.initial_price,
        classes: control.classes.iter().map(|class| class.demand).collect(),
        computed: control.computed.iter().map(|agent| agent.demand).collect(),
    }
}

impl Whole {
    /// The operations of `runtime/core`.
    pub fn core(&self) -> &dyn Arithmetic {
        &self.fibre
    }

    /// Starts the loop with everybody present, by these operations.
    pub fn start<'l>(
        &'l self,
        arithmetic: &'l dyn Arithmetic,
        disturbances: &Disturbances,
    ) -> Result<Integers<'l>, Error> {
        let classes = self.members.iter().map(|(class, _)| *class).collect();
        let run = FixedRun::new(&self.fibre, arithmetic, classes, disturbances.clone())?;
        let mut integers = Integers {
            whole: self,
            run,
            round: 0,
            x: vec![0.0; self.columns],
            prices: [0.0],
            uses: [0.0],
            present: vec![true; self.columns],
        };
        integers.look();
        Ok(integers)
    }
}

/// The class of a member with this attribute; whoever has none is of the first.
fn class(control: &Control, attribute: Option<&str>) -> usize {
    let named = |name: &str| control.classes.iter().position(|class| class.name == name);
    attribute.and_then(named).unwrap_or(0)
}
