//! The loop that has integers in the kernel: one price, members that come and go.
//!
//! Each round does what the daemon does once a period, with [`dslc_core`]'s arithmetic: the members' use
//! is measured, what the agents without a port would use is added, and the price moves. Members use
//! exactly what their budget allows.

use dslc_core::{PriceRule, Reciprocal};

use crate::error::Error;
use crate::weather::{Disturbances, Weather};

/// The loop's constants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// How the price moves.
    pub rule: PriceRule,
    /// The price at the start, in Q(F).
    pub initial_price: u64,
    /// The demand of each class of members.
    pub classes: Vec<Reciprocal>,
    /// Demands of the agents that are always there.
    pub computed: Vec<Reciprocal>,
}

/// The integer operations of a round: those of [`dslc_core`], or machine code that does the same.
pub trait Arithmetic {
    /// One update of the accumulator, as [`PriceRule::update`].
    fn update(&self, accumulator: u64, used: u64, members: u32) -> u64;

    /// The demand of a class at a price in Q(F), as [`Reciprocal::at`].
    fn demand(&self, class: usize, price: u64) -> u64;
}

impl Arithmetic for Loop {
    fn update(&self, accumulator: u64, used: u64, members: u32) -> u64 {
        self.rule.update(accumulator, used, members)
    }

    fn demand(&self, class: usize, price: u64) -> u64 {
        self.classes.get(class).map_or(0, |class| class.at(price))
    }
}

/// A run of the loop.
#[derive(Debug)]
pub struct FixedRun<'l, A: ?Sized> {
    fibre: &'l Loop,
    arithmetic: &'l A,
    disturbances: Disturbances,
    weather: Weather,
    /// The class of each member.
    class: Vec<usize>,
    present: Vec<bool>,
    nodes: Vec<Node>,
    /// What each member may use, in quanta; 0 for one that is away.
    budgets: Vec<u64>,
    /// What a member of each class may use at the price its node has seen, by node and then by class.
    demands: Vec<u64>,
    /// What the agents that are always there use at the price, in quanta.
    computed: Vec<u64>,
    /// The last measured use of each member, in quanta.
    measured: Vec<u64>,
    rounds: u64,
}

/// A node's copy of the price.
#[derive(Debug)]
struct Node {
    accumulator: u64,
    /// Published prices of the last rounds, in Q(F); `next` is the oldest.
    ring: Vec<u64>,
    next: usize,
    /// The price that its members have, in Q(F).
    seen: u64,
    /// What members elsewhere used, at the last exchange, and how many they were.
    elsewhere: (u64, u32),
}

/// The loop after a round.
#[derive(Clone, Copy, Debug)]
pub struct FixedTick<'r> {
    /// Rounds so far.
    pub round: u64,
    /// The published price in Q(F); with several nodes the mean of theirs.
    pub price: u64,
    /// What each member may use at the price it has seen, in quanta; 0 for one that is away.
    pub budgets: &'r [u64],
    /// What the agents that are always there use, in quanta.
    pub computed: &'r [u64],
    /// Whether each member is present.
    pub present: &'r [bool],
}

impl FixedTick<'_> {
    /// What is used altogether, in quanta.
    pub fn used(&self) -> u64 {
        self.budgets.iter().chain(self.computed).fold(0, |sum, each| sum.saturating_add(*each))
    }
}

impl<'l, A: Arithmetic + ?Sized> FixedRun<'l, A> {
    /// With these members, each of a class, all present at the start.
    ///
    /// # Errors
    ///
    /// Disturbances that make no sense.
    pub fn new(
        fibre: &'l Loop,
        arithmetic: &'l A,
        class: Vec<usize>,
        disturbances: Disturbances,
    ) -> Result<Self, Error> {
        disturbances.check()?;
        let price = fibre.initial_price.clamp(fibre.rule.price_lo, fibre.rule.price_hi);
        let node = || Node {
            accumulator: price << fibre.rule.carry_bits,
            ring: vec![price; disturbances.delay as usize],
            next: 0,
            seen: price,
            elsewhere: (0, 0),
        };
        let nodes = (0..disturbances.nodes).map(|_| node()).collect();
        let count = class.len();
        let mut run = FixedRun {
            fibre,
            arithmetic,
            weather: Weather::new(disturbances.seed),
            class,
            present: vec![true; count],
            nodes,
            budgets: vec![0; count],
            demands: Vec::new(),
            computed: Vec::new(),
            measured: vec![0; count],
            rounds: 0,
            disturbances,
        };
        run.obey();
        run.measured.copy_from_slice(&run.budgets);
        run.exchange();
        Ok(run)
    }

    /// The loop as it stands.
    pub fn tick(&self) -> FixedTick<'_> {
        FixedTick {
            round: self.rounds,
            price: self.price(),
            budgets: &self.budgets,
            computed: &self.computed,
            present: &self.present,
        }
    }

    /// One period: measure, move the price, obey it.
    pub fn round(&mut self) -> FixedTick<'_> {
        self.rounds += 1;
        self.churn();
        self.measure();
        let count = self.nodes.len();
        for at in 0..count {
            let (mut used, mut members) = self.nodes[at].elsewhere;
            for member in (at..self.class.len()).step_by(count) {
                used = used.saturating_add(self.measured[member]);
                members += u32::from(self.present[member]);
            }
            let price = self.nodes[at].accumulator >> self.fibre.rule.carry_bits;
            let computed = self.fibre.computed.iter();
            let used = computed.fold(used, |sum, agent| sum.saturating_add(agent.at(price)));
            let node = &mut self.nodes[at];
            node.accumulator = self.arithmetic.update(node.accumulator, used, members);
        }
        if self.rounds.is_multiple_of(u64::from(self.disturbances.exchange)) {
            self.exchange();
        }
        self.publish();
        self.obey();
        self.tick()
    }

    /// Members leave and come.
    fn churn(&mut self) {
        if self.disturbances.churn == 0.0 {
            return;
        }
        for present in &mut self.present {
            *present ^= self.weather.happens(self.disturbances.churn);
        }
        self.obey();
    }

    /// Reads what each member uses; what is lost stays as it was. Who is away uses nothing, and is seen
    /// to.
    fn measure(&mut self) {
        let Disturbances { noise, loss, .. } = self.disturbances;
        for (at, measured) in self.measured.iter_mut().enumerate() {
            if !self.present[at] {
                *measured = 0;
            } else if !self.weather.happens(loss) {
                let factor = self.weather.factor(noise);
                *measured = self.budgets[at];
                if factor != 1.0 {
                    // Quanta fit an f64 well enough for a noise; the cast saturates at both ends.
                    *measured = (*measured as f64 * factor).round() as u64;
                }
            }
        }
    }

    /// Nodes tell each other uses and average their prices.
    fn exchange(&mut self) {
        let count = self.nodes.len();
        if count == 1 {
            return;
        }
        let sum: u128 = self.nodes.iter().map(|node| u128::from(node.accumulator)).sum();
        let mean = u64::try_from(sum / count as u128).unwrap_or(u64::MAX);
        for (at, node) in self.nodes.iter_mut().enumerate() {
            node.accumulator = mean;
            node.elsewhere = (0, 0);
            for member in (0..self.class.len()).filter(|member| member % count != at) {
                node.elsewhere.0 = node.elsewhere.0.saturating_add(self.measured[member]);
                node.elsewhere.1 += u32::from(self.present[member]);
            }
        }
    }

    /// Makes the prices known, as late and as surely as the disturbances let them.
    fn publish(&mut self) {
        for node in &mut self.nodes {
            let mut price = node.accumulator >> self.fibre.rule.carry_bits;
            if let Some(oldest) = node.ring.get_mut(node.next) {
                std::mem::swap(oldest, &mut price);
                node.next = (node.next + 1) % node.ring.len();
            }
            if !self.weather.happens(self.disturbances.loss) {
                node.seen = price;
            }
        }
    }

    /// Members and the agents without a port use what they may.
    fn obey(&mut self) {
        let (count, classes) = (self.nodes.len(), self.fibre.classes.len());
        // A class asks for one thing at a price, however many members it has.
        self.demands.clear();
        for node in &self.nodes {
            let demand = |class| self.arithmetic.demand(class, node.seen);
            self.demands.extend((0..classes).map(demand));
        }
        let members = self.class.iter().zip(&self.present).zip(&mut self.budgets);
        for (at, ((class, present), budget)) in members.enumerate() {
            let demand = self.demands.get(at % count * classes + class).copied().unwrap_or(0);
            *budget = if *present { demand } else { 0 };
        }
        let price = self.price();
        self.computed.clear();
        self.computed.extend(self.fibre.computed.iter().map(|agent| agent.at(price)));
    }

    fn price(&self) -> u64 {
        let sum: u128 = self.nodes.iter().map(|node| u128::from(node.accumulator)).sum();
        let mean = u64::try_from(sum / self.nodes.len().max(1) as u128).unwrap_or(u64::MAX);
        mean >> self.fibre.rule.carry_bits
    }
}
