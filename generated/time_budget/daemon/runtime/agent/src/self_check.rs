//! Whether the kernel program computes what `dslc-core` computes, asked before anything is enforced.
//!
//! The compiler, the loader and the kernel's own translator stand between the plan and the machine
//! code that kills. The cases are the ends of every range crossed with each other, and a few
//! hundred in between.

use dslc_core::evidence::{decayed, worth_q16};
use dslc_core::{PriceRule, Reciprocal};

use crate::failure::Failure;
use crate::fibre::Fibre;

/// Inputs of one price update and one demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// How the price moves.
    pub rule: PriceRule,
    /// The demand.
    pub demand: Reciprocal,
    /// The accumulator before the update, in Q(F + s).
    pub accumulator: u64,
    /// Use in quanta.
    pub use_: u64,
    /// Members present.
    pub members: u32,
    /// The price that the demand answers, in Q(F).
    pub price: u64,
    /// What is known against the member.
    pub known: Known,
}

/// Two evidences, and what they take from a worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Their points, in Q16.
    pub points_q16: [u32; 2],
    /// What each point takes, in Q32.
    pub per_point_q32: [u64; 2],
    /// How long the first ones have stood, in nanoseconds.
    pub elapsed_ns: u64,
    /// In which time these halve, in nanoseconds.
    pub half_life_ns: u64,
}

/// What a case gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The accumulator after the update, in Q(F + s).
    pub accumulator: u64,
    /// The demand in quanta, at the worth that is left.
    pub demand: u64,
    /// The first points after they have stood, in Q16.
    pub points: u32,
}

impl Case {
    /// What `dslc-core` gives.
    pub fn answer(&self) -> Answer {
        let Known { points_q16, per_point_q32: [first, second], elapsed_ns, half_life_ns } =
            self.known;
        let worth = worth_q16(&points_q16, &[(0, first), (1, second)]);
        Answer {
            accumulator: self.rule.update(self.accumulator, self.use_, self.members),
            demand: self.demand.lowered(worth).at(self.price),
            points: decayed(points_q16[0], elapsed_ns, half_life_ns),
        }
    }
}

/// Compares what the kernel program gave in these cases.
pub fn verify(cases: &[Case], answers: &[Answer]) -> Result<(), Failure> {
    let wrong = |why: String| {
        Failure::outside(
            "nothing is enforced: the kernel program's arithmetic is not the daemon's",
            why,
            "build the spec again; if that does not help, report this with the kernel's version",
        )
    };
    if answers.len() != cases.len() {
        return Err(wrong(format!("it gave {} answers to {} cases", answers.len(), cases.len())));
    }
    match cases.iter().zip(answers).find(|(case, answer)| case.answer() != **answer) {
        None => Ok(()),
        Some((case, answer)) => {
            Err(wrong(format!("{case:?} gave {answer:?}, not {:?}", case.answer())))
        }
    }
}

/// Cases in between.
const DRAWN: usize = 256;

/// The cases of a fibre, always the same.
pub fn cases(fibre: &Fibre) -> Vec<Case> {
    let rule = fibre.rule;
    let demands: Vec<Reciprocal> = fibre.classes.iter().map(|class| class.demand).collect();
    let demands = if demands.is_empty() { vec![NOTHING] } else { demands };
    let mut demands = demands.into_iter().cycle();
    let mut demand = || demands.next().unwrap_or(NOTHING);
    let (low, high) = (rule.price_lo, rule.price_hi);
    let (floor, ceiling) = (low << rule.carry_bits, high << rule.carry_bits);
    let mut known = KNOWN.into_iter().cycle();
    let mut known = || known.next().unwrap_or_default();
    let mut prices = [0, 1, low, low + 1, high, u64::MAX].into_iter().cycle();
    let mut cases = Vec::new();
    for accumulator in [0, floor, floor + 1, floor / 2 + ceiling / 2, ceiling - 1, u64::MAX] {
        for use_ in around(rule.capacity) {
            for members in [0, 1, 2, u32::MAX] {
                let (price, demand) = (prices.next().unwrap_or(low), demand());
                let known = known();
                cases.push(Case { rule, demand, accumulator, use_, members, price, known });
            }
        }
    }
    let mut draw = Draw(0);
    for _ in 0..DRAWN {
        let accumulator = floor + draw.below(ceiling - floor);
        let use_ = draw.below(rule.capacity.saturating_mul(2));
        let members = (draw.next() >> draw.below(32) >> 32) as u32;
        let price = low + draw.below(high - low);
        let known = draw.known();
        cases.push(Case { rule, demand: demand(), accumulator, use_, members, price, known });
    }
    cases
}

/// Points in Q16.
const fn q16(points: u32) -> u32 {
    points << 16
}
/// A share of the worth in Q32: one of so many.
const fn one_of(points: u64) -> u64 {
    (1 << 32) / points + 1
}
const MINUTE: u64 = 60_000_000_000;

/// Nothing known; part of the worth; all of it; more than that; at and around the halvings.
const KNOWN: [Known; 7] = {
    const fn known(points: [u32; 2], elapsed_ns: u64, half_life_ns: u64) -> Known {
        let per_point_q32 = [one_of(24), one_of(48)];
        Known { points_q16: points, per_point_q32, elapsed_ns, half_life_ns }
    }
    [
        known([0, 0], 0, 0),
        known([q16(8), q16(3) + 1], 1, MINUTE),
        known([q16(24) - 1, 0], MINUTE - 1, MINUTE),
        known([q16(24), q16(24)], MINUTE, MINUTE),
        known([u32::MAX, u32::MAX], 31 * MINUTE + MINUTE / 3, MINUTE),
        known([1, 1], 32 * MINUTE, MINUTE),
        Known {
            points_q16: [u32::MAX, 1],
            per_point_q32: [u64::MAX, u64::MAX],
            elapsed_ns: u64::MAX,
            half_life_ns: 1,
        },
    ]
};

const NOTHING: Reciprocal = Reciprocal { numerator: 0, lo: 0, hi: 0 };

fn around(capacity: u64) -> [u64; 6] {
    [
        0,
        capacity.saturating_sub(1),
        capacity,
        capacity.saturating_add(1),
        capacity.saturating_mul(2),
        u64::MAX,
    ]
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Points and times of every size.
    fn known(&mut self) -> Known {
        let mut word = || {
            let bits = self.below(64);
            self.next() >> bits
        };
        let (first, second) = (word() as u32, word() as u32);
        Known {
            points_q16: [first, second],
            per_point_q32: [word(), word()],
            elapsed_ns: word(),
            half_life_ns: word(),
        }
    }

    /// At most `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }
}
