//! The last minutes: price and dwell once a second, and what was done.

use std::collections::VecDeque;

use serde::Serialize;

use crate::controller::Look;
use crate::fibre::Fibre;
use crate::log::{Line, Record};
use crate::units::{monotonic_ns, price, seconds, unix_seconds_at};

/// Ten minutes of seconds.
const SAMPLES: usize = 600;
const ACTS: usize = 200;
const SPACING_NS: u64 = 1_000_000_000;

/// What `/history` says.
#[derive(Clone, Debug, Default, Serialize)]
pub struct History {
    samples: VecDeque<Sample>,
    acts: VecDeque<Line>,
    #[serde(skip)]
    next_ns: u64,
}

/// The loop at one moment; the time in seconds since 1970, the price in utility per second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sample {
    time: f64,
    price: f64,
    dwell_seconds: f64,
    members: u32,
}

impl History {
    /// Keeps a look, unless the last one was kept less than a second ago.
    pub fn sample(&mut self, fibre: &Fibre, look: &Look) {
        let now = monotonic_ns();
        if now < self.next_ns {
            return;
        }
        self.next_ns = now.saturating_add(SPACING_NS);
        let sample = Sample {
            time: unix_seconds_at(now),
            price: price(&fibre.rule, look.price),
            dwell_seconds: seconds(look.measure.total_dwell_ns),
            members: look.measure.members,
        };
        keep(&mut self.samples, sample, SAMPLES);
    }

    /// Keeps a record if it tells what was done or decided.
    pub fn record(&mut self, record: &Record, time_ns: u64) {
        if matches!(record, Record::Acted(_) | Record::Overdue(_) | Record::Decided(_)) {
            let line = Line { time: unix_seconds_at(time_ns), record: record.clone() };
            keep(&mut self.acts, line, ACTS);
        }
    }
}

fn keep<T>(into: &mut VecDeque<T>, new: T, most: usize) {
    if into.len() >= most {
        into.pop_front();
    }
    into.push_back(new);
}
