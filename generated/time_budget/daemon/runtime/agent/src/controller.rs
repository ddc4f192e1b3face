//! One period of the loop: measure, move the price, enforce it.

use dslc_core::Price;

use crate::fibre::Fibre;
use crate::plant::{Measure, Plant};

/// The price of a fibre and the plant it steers.
#[derive(Debug)]
pub struct Controller<P> {
    fibre: &'static Fibre,
    plant: P,
    price: Price,
    updates: u64,
}

/// The loop at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The price, in Q(F).
    pub price: u64,
    /// Updates so far.
    pub updates: u64,
    /// The members.
    pub measure: Measure,
    /// What they and the computed agents use, in nanoseconds.
    pub use_ns: u64,
}

impl<P: Plant> Controller<P> {
    /// Starts at the price that an earlier daemon left, else at the fibre's initial one, and tells
    /// the plant.
    pub fn start(fibre: &'static Fibre, mut plant: P) -> Result<Self, P::Error> {
        let price = Price::new(&fibre.rule, first_price(fibre, &plant));
        plant.set_price(price.get(&fibre.rule))?;
        Ok(Controller { fibre, plant, price, updates: 0 })
    }

    /// The price now, in Q(F).
    pub fn price(&self) -> u64 {
        self.price.get(&self.fibre.rule)
    }

    /// The plant, for what the loop does not do with it.
    pub fn plant(&mut self) -> &mut P {
        &mut self.plant
    }

    /// Updates so far.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// What is used at the price now.
    pub fn look(&mut self) -> Result<Look, P::Error> {
        let measure = self.plant.measure()?;
        let price = self.price.get(&self.fibre.rule);
        let use_ns = measure.total_dwell_ns.saturating_add(self.fibre.computed_use(price));
        Ok(Look { price, updates: self.updates, measure, use_ns })
    }

    /// One update; returns the use that moved the price, and the price it moved to.
    ///
    /// When the plant does not answer, the price stays. When it cannot be told the new price, the
    /// next period tells it the next one.
    pub fn tick(&mut self) -> Result<Look, P::Error> {
        let mut look = self.look()?;
        look.price = self.price.update(&self.fibre.rule, look.use_ns, look.measure.members);
        self.updates += 1;
        look.updates = self.updates;
        self.plant.set_price(look.price)?;
        Ok(look)
    }
}

/// The price at which a fibre starts on a plant, in Q(F): one that was left stays, as far as it lies
/// within the range of this fibre's prices.
fn first_price(fibre: &Fibre, plant: &impl Plant) -> u64 {
    let (lo, hi) = (fibre.rule.price_lo, fibre.rule.price_hi);
    plant.price().map_or(fibre.initial_price, |left| left.max(lo).min(hi))
}
