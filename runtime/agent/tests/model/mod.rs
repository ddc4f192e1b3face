//! A plant without a kernel, and the fibre of `examples/dwell.num` around it.
// Each test program uses its part of this.
#![allow(dead_code)]

pub mod served;

use std::sync::{Arc, Mutex};

use dslc_agent::plant::{
    Decided, Event, EventKind, Measure, Member, Path, Plant, Program, State, Trouble,
};
use dslc_agent::{
    Act, Class, Computed, Evidence, Export, ExportValue, Fibre, PriceRule, Reciprocal, Verdict,
};

/// The fibre `dwell`.
pub static DWELL: Fibre = CONSTANT;

/// Classes `interactive` and `batch` of weights 4 and 1, a reserve of weight 99, 5 s for all.
const CONSTANT: Fibre = Fibre {
    name: "dwell",
    program: "dwell_user",
    object: &[],
    rule: PriceRule {
        frac_bits: 24,
        carry_bits: 26,
        price_lo: 332_188_876,
        price_hi: 83_047_219_200,
        capacity: 5_000_000_000,
        step_num: 1_237_940_039_285_380_274,
        step_fixed: 277_654_451_459,
        step_member: 11_219_506_406,
    },
    initial_price: 332_188_877,
    period_ns: 100_000_000,
    classes: &[
        Class { name: "interactive", demand: reciprocal(4, 202_020_202) },
        Class { name: "batch", demand: reciprocal(1, 50_505_050) },
    ],
    evidence: &[Evidence { name: "harm", most: 24 }, Evidence { name: "doubt", most: 24 }],
    acts: &[Act::Kill, Act::Ask { after_ns: 600_000_000_000, then: Verdict::Kill }],
    computed: &[Computed { name: "reserve", demand: reciprocal(99, 5_000_000_000) }],
    rules: &["taint on write"],
    trees: &["/srv"],
    exports: &[
        Export { name: "price_dwell", value: ExportValue::Price },
        Export { name: "dwell_seconds_current", value: ExportValue::Mean },
    ],
    page: "/dev/shm/dslc-dwell/price",
};

/// The same, an hour between two updates.
pub static SLOW: Fibre = Fibre { period_ns: 3_600_000_000_000, ..CONSTANT };

const fn reciprocal(weight: u64, hi: u64) -> Reciprocal {
    Reciprocal { numerator: (weight * 1_000_000_000) << 24, lo: 20_000_000, hi }
}

/// Members whose use is a function of the price.
pub struct Model {
    answer: Box<dyn FnMut(u64) -> Result<Measure, &'static str> + Send>,
    price: u64,
    /// Events that wait to be drained.
    pub events: Arc<Mutex<Vec<Event>>>,
    /// What went wrong.
    pub troubles: Vec<Trouble>,
    /// What was decided, oldest first.
    pub decided: Arc<Mutex<Vec<(u64, Verdict)>>>,
}

impl Model {
    /// Members that use what `answer` says at a price.
    pub fn new(answer: impl FnMut(u64) -> Result<Measure, &'static str> + Send + 'static) -> Self {
        Model {
            answer: Box::new(answer),
            price: 0,
            events: Arc::default(),
            troubles: Vec::new(),
            decided: Arc::default(),
        }
    }

    /// The price that was set last.
    pub fn price(&self) -> u64 {
        self.price
    }
}

impl Plant for Model {
    type Error = &'static str;

    fn measure(&mut self) -> Result<Measure, &'static str> {
        (self.answer)(self.price)
    }

    fn set_price(&mut self, price: u64) -> Result<(), &'static str> {
        self.price = price;
        Ok(())
    }

    fn drain(&mut self, sink: &mut dyn FnMut(Event)) -> Result<(), &'static str> {
        self.events.lock().map_err(|_| "a test panicked")?.drain(..).for_each(sink);
        Ok(())
    }

    /// Bucket 4 waits, 9 has nothing to wait for, and there is no other.
    fn decide(&mut self, bucket: u64, verdict: Verdict) -> Result<Decided, &'static str> {
        self.decided.lock().map_err(|_| "a test panicked")?.push((bucket, verdict));
        Ok(match bucket {
            4 => Decided::Done,
            9 => Decided::Idle,
            _ => Decided::Gone,
        })
    }

    fn programs(&self) -> Result<Vec<Program>, &'static str> {
        Ok(vec![program(3, 1_500)])
    }

    fn troubles(&self) -> Result<Vec<Trouble>, &'static str> {
        Ok(self.troubles.clone())
    }
}

/// A program that ran.
pub fn program(runs: u64, run_ns: u64) -> Program {
    Program { name: "on_sys_enter".to_owned(), verified: 9_000, runs, run_ns }
}

/// Members that use exactly what their class may at `price`: so many of each class.
pub fn obedient(price: u64, population: [u32; 2]) -> Measure {
    let mut measure = Measure::default();
    for (class, count) in population.into_iter().enumerate() {
        let dwell_ns = DWELL.classes[class].demand.at(price);
        for _ in 0..count {
            measure.members += 1;
            measure.total_dwell_ns += dwell_ns;
            measure.rows.push(member(measure.members, class, dwell_ns, dwell_ns));
        }
    }
    measure
}

/// A member.
pub fn member(tgid: u32, class: usize, dwell_ns: u64, budget_ns: u64) -> Member {
    Member {
        id: u64::from(tgid),
        tgid,
        comm: "cp \"x\"".to_owned(),
        class,
        state: if dwell_ns > budget_ns { State::Overdue } else { State::Live },
        act: None,
        dwell_ns,
        budget_ns,
        processes: 3,
        lost: 2,
        evidence_q16: [9 << 16, 1 << 15, 0, 0],
    }
}

/// Something of each kind, to a member of class `batch`.
pub fn one_event_of_each_kind() -> Vec<Event> {
    let kinds = [
        EventKind::Tainted(0),
        EventKind::Inherited(6),
        EventKind::Acted { act: 1, path: Path::SystemCall },
        EventKind::Acted { act: 0, path: Path::Timer },
        EventKind::Overdue,
        EventKind::Cleared,
        EventKind::Exited,
        EventKind::Decided(Verdict::Release),
    ];
    let event = |kind| Event {
        time_ns: 0,
        kind,
        member: member(7, 1, 50_030_000, 50_000_000),
        price: 20 << 24,
    };
    kinds.map(event).into()
}

/// A price in Q(F) as a real number.
pub fn real(price: u64) -> f64 {
    dslc_agent::units::price(&DWELL.rule, price)
}
