//! What disturbs a run, from one seed.

use crate::error::Error;

/// What disturbs a run. The same disturbances with the same seed give the same run, bit for bit.
#[derive(Clone, Debug, PartialEq)]
pub struct Disturbances {
    /// Where the random numbers start.
    pub seed: u64,
    /// Standard deviation of each reported use, relative to it.
    pub noise: f64,
    /// How many rounds old every price is when its agent reads it.
    pub delay: u32,
    /// With what probability a price or a report is lost; whoever waits for it keeps the last one.
    pub loss: f64,
    /// With what probability each member of an open set leaves in a round, or comes when it is away.
    pub churn: f64,
    /// How many nodes share the agents out. Each runs its own copy of every resource.
    pub nodes: usize,
    /// After how many rounds the nodes tell each other uses and average their prices.
    pub exchange: u32,
}

impl Default for Disturbances {
    /// Nothing disturbs.
    fn default() -> Self {
        Disturbances { seed: 0, noise: 0.0, delay: 0, loss: 0.0, churn: 0.0, nodes: 1, exchange: 1 }
    }
}

impl Disturbances {
    /// How old a read may be, in rounds: the delay, and what other nodes have not told yet.
    pub fn oldest_read(&self) -> u32 {
        let between = if self.nodes > 1 { self.exchange.saturating_sub(1) } else { 0 };
        self.delay.saturating_add(between)
    }

    /// Whether a run may differ from the undisturbed one by chance.
    pub fn is_random(&self) -> bool {
        self.noise > 0.0 || self.loss > 0.0 || self.churn > 0.0
    }

    /// That probabilities are probabilities.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let bad = |place: &str, value: f64, needs| {
            Err(Error::BadNumber { place: place.to_owned(), value, needs })
        };
        if !(self.noise >= 0.0 && self.noise.is_finite()) {
            return bad("the noise", self.noise, "it must be 0 or above, and finite");
        }
        for (place, value) in [("the loss", self.loss), ("the churn", self.churn)] {
            if !(0.0..=1.0).contains(&value) {
                return bad(place, value, "a probability lies between 0 and 1");
            }
        }
        if self.nodes == 0 || self.exchange == 0 {
            return bad(
                "the number of nodes or rounds between exchanges",
                0.0,
                "it must be above 0",
            );
        }
        Ok(())
    }
}

/// Random numbers for the disturbances. What does not disturb draws none.
#[derive(Debug)]
pub struct Weather {
    rng: fastrand::Rng,
}

impl Weather {
    pub fn new(seed: u64) -> Self {
        Weather { rng: fastrand::Rng::with_seed(seed) }
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.rng.f64() < probability
    }

    /// A factor near 1 (Box and Muller).
    pub fn factor(&mut self, noise: f64) -> f64 {
        if noise == 0.0 {
            return 1.0;
        }
        let radius = (-2.0 * (1.0 - self.rng.f64()).ln()).sqrt();
        let angle = std::f64::consts::TAU * self.rng.f64();
        noise.mul_add(radius * angle.cos(), 1.0)
    }
}
