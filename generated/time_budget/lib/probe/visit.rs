//! What happens when a thread's count-down has run out.

use core::ffi::c_char;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::page::PricePage;

/// A thread that is busy visits about this often; between the two, its grant stays as it is.
const SOONEST_NS: u64 = 250_000;
const LATEST_NS: u64 = 1_000_000;
/// Bounds of a grant, in units.
const LEAST_GRANT: i64 = 1 << 10;
const LARGEST_GRANT: i64 = 1 << 30;

/// One fibre of the program; declared alike in the generated C file.
#[repr(C)]
#[derive(Debug)]
pub struct Fibre {
    /// Where the daemon puts its page unless the environment says otherwise; ends in a zero byte.
    pub page_path: *const c_char,
    /// The page with the price.
    pub page: *const PricePage,
    /// The demand of a class at a price, in nanoseconds.
    pub budget: extern "C" fn(class: u32, price: u64) -> u64,
    /// What the program does when its dwell has passed its budget.
    pub over_budget: Option<extern "C" fn(stats: *const Stats)>,
    /// Fractional bits of the price that `budget` takes.
    pub frac_bits: u64,
    /// When the clock started; 0 before that.
    pub start_ns: AtomicU64,
    /// Units that threads have settled.
    pub units: AtomicU64,
    /// Visits of all threads.
    pub visits: AtomicU64,
    /// Class of the program.
    pub class: AtomicU32,
    /// Not 0 once the program was told.
    pub told: AtomicU32,
}

/// A thread's count-down; declared alike in the generated C file.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Thread {
    /// Units left. The pass knows that it comes first.
    pub count_down: i64,
    /// Units that it was granted.
    pub granted: i64,
    /// Time of its last visit.
    pub visited_ns: u64,
}

/// The figures that a program may ask for; declared alike in the generated header.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Units charged.
    pub units: u64,
    /// Visits.
    pub slow_calls: u64,
    /// The price, with the fibre's fractional bits.
    pub price: u64,
    /// Time since the clock started.
    pub dwell_ns: u64,
    /// What the price allows.
    pub budget_ns: u64,
}

impl Fibre {
    /// Starts the clock, unless it runs.
    pub(crate) fn start(&self, now_ns: u64) {
        // Losing the race means that it runs.
        let _ = self.start_ns.compare_exchange(0, now_ns, Relaxed, Relaxed);
    }

    /// Starts the clock again, for a member of `class`.
    pub(crate) fn begin(&self, class: u32, now_ns: u64) {
        self.class.store(class, Relaxed);
        self.start_ns.store(now_ns, Relaxed);
        self.told.store(0, Relaxed);
    }

    /// Settles the thread's count-down and grants a new one. Returns the figures when the program
    /// has to be told.
    pub(crate) fn visit(&self, thread: &mut Thread, now_ns: u64) -> Option<Stats> {
        // An initialiser of the program may run before the probe's.
        self.start(now_ns);
        self.units.fetch_add(thread.used(), Relaxed);
        self.visits.fetch_add(1, Relaxed);
        thread.grant(now_ns);
        let stats = self.stats(thread, now_ns);
        (stats.dwell_ns > stats.budget_ns && self.told.swap(1, Relaxed) == 0).then_some(stats)
    }

    /// Tells the program that its dwell has passed its budget.
    pub(crate) fn tell(&self, stats: &Stats) {
        if let Some(over_budget) = self.over_budget {
            over_budget(stats);
        }
    }

    /// The figures, as `thread` knows them.
    pub(crate) fn stats(&self, thread: &Thread, now_ns: u64) -> Stats {
        // SAFETY: the page is there for the whole program; another process may write it, hence
        // the atomics.
        let price = unsafe { &*self.page }.price.load(Relaxed);
        let dwell_ns = match self.start_ns.load(Relaxed) {
            0 => 0,
            start_ns => now_ns.saturating_sub(start_ns),
        };
        Stats {
            units: self.units.load(Relaxed).wrapping_add(thread.used()),
            slow_calls: self.visits.load(Relaxed),
            price,
            dwell_ns,
            budget_ns: (self.budget)(self.class.load(Relaxed), price),
        }
    }
}

impl Thread {
    /// Units charged since the last visit.
    fn used(&self) -> u64 {
        self.granted.wrapping_sub(self.count_down).cast_unsigned()
    }

    /// A new grant, so that the next visit is neither too soon to be cheap nor too late to be of
    /// use.
    fn grant(&mut self, now_ns: u64) {
        let elapsed = now_ns.saturating_sub(self.visited_ns);
        let grant = if elapsed < SOONEST_NS {
            self.granted.saturating_mul(2)
        } else if elapsed > LATEST_NS {
            self.granted / 2
        } else {
            self.granted
        };
        self.granted = grant.clamp(LEAST_GRANT, LARGEST_GRANT);
        self.count_down = self.granted;
        self.visited_ns = now_ns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::boxed::Box;

    extern "C" fn halves(class: u32, price: u64) -> u64 {
        (1_000 >> price) + u64::from(class)
    }

    fn fibre(price: u64) -> Fibre {
        let page = Box::new(PricePage { price: AtomicU64::new(price), ..PricePage::default() });
        Fibre {
            page_path: c"".as_ptr(),
            page: Box::leak(page),
            budget: halves,
            over_budget: None,
            frac_bits: 0,
            start_ns: AtomicU64::new(0),
            units: AtomicU64::new(0),
            visits: AtomicU64::new(0),
            class: AtomicU32::new(0),
            told: AtomicU32::new(0),
        }
    }

    #[test]
    fn the_program_is_told_once_for_each_start_of_the_clock() {
        let (fibre, mut thread) = (fibre(1), Thread::default());
        assert_eq!(fibre.visit(&mut thread, 10), None);
        assert_eq!(fibre.visit(&mut thread, 510), None);
        let told = fibre.visit(&mut thread, 511);
        assert_eq!(told.map(|s| (s.dwell_ns, s.budget_ns, s.price)), Some((501, 500, 1)));
        assert_eq!(fibre.visit(&mut thread, 9_000), None);
        fibre.begin(7, 10_000);
        assert_eq!(fibre.visit(&mut thread, 10_507), None);
        assert_eq!(fibre.visit(&mut thread, 10_508).map(|s| s.budget_ns), Some(507));
    }

    #[test]
    fn every_unit_is_counted_once() {
        let (fibre, mut thread) = (fibre(0), Thread::default());
        let mut charged = 0u64;
        for units in [1, 5_000, 70_000, 3] {
            thread.count_down -= units;
            charged += units.cast_unsigned();
            assert_eq!(fibre.stats(&thread, 1).units, charged);
            if thread.count_down < 0 {
                fibre.visit(&mut thread, 1);
            }
            assert_eq!(fibre.stats(&thread, 1).units, charged);
        }
    }

    #[test]
    fn grants_settle_where_visits_are_paced() {
        let (fibre, mut thread) = (fibre(0), Thread::default());
        let mut now_ns = 1;
        // A thread that works off one unit a nanosecond.
        for _ in 0..30 {
            now_ns += thread.granted.cast_unsigned();
            thread.count_down = -1;
            fibre.visit(&mut thread, now_ns);
        }
        let paced = SOONEST_NS..=LATEST_NS;
        assert!(paced.contains(&thread.granted.cast_unsigned()), "{thread:?}");
        // However far apart, a grant stays within its bounds.
        for _ in 0..80 {
            now_ns += 10 * LATEST_NS;
            fibre.visit(&mut thread, now_ns);
        }
        assert_eq!(thread.granted, LEAST_GRANT);
    }
}
