//! The daemon's own metrics: the same names for every fibre, which is a label.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

/// From an act within the shortest budget to one at the longest: 1 ms to 16 s.
const DWELL_BUCKETS: [f64; 15] = [
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.0, 2.0, 4.0, 8.0, 16.0,
];
/// From what a timer needs to a scheduler's worst: 10 µs to 100 ms.
const LATENESS_BUCKETS: [f64; 13] =
    [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 1e-1];

/// Most refused signals are none of them: the kernel sends nothing while its processor is idle, nor to
/// who is about to end.
const TROUBLES: &str = "What went wrong inside the kernel program; a signal_errors is a signal that \
                        was still refused after 25 ms of tries";

/// A gauge of a real number.
pub type Real = Gauge<f64, AtomicU64>;
/// A counter of a real number.
pub type RealCounter = Counter<f64, AtomicU64>;

/// One figure a class of members.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByClass {
    /// The class.
    pub class: &'static str,
}

/// One figure a class, what was done, and what found that the budget was spent.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByAct {
    /// The class.
    pub class: &'static str,
    /// The act.
    pub act: &'static str,
    /// The path.
    pub path: &'static str,
}

/// One figure a state of buckets.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByState {
    /// The state.
    pub state: &'static str,
}

/// One figure an evidence.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByEvidence {
    /// The evidence.
    pub evidence: &'static str,
}

/// One figure a program of the kernel part.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByProgram {
    /// The program.
    pub program: String,
}

/// One figure a build.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByBuild {
    /// Version of the runtime.
    pub version: &'static str,
    /// Of the interface between it and the kernel program.
    pub abi: u32,
    /// Begin of the SHA-256 of the kernel program.
    pub object: String,
}

/// One figure for what was taken and one for what was refused.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByResult {
    /// `taken` or `refused`.
    pub result: &'static str,
}

/// One figure a verdict.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByVerdict {
    /// The verdict.
    pub verdict: &'static str,
}

/// One figure a kind of trouble inside the kernel program.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct ByKind {
    /// The kind.
    pub kind: &'static str,
}

/// Handles of the metrics; a clone is the same metric.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Buckets whose clock runs.
    pub members: Gauge,
    /// The price, in utility per second, whatever the spec exports.
    pub price: Real,
    /// How often the configuration was read again.
    pub reloads: Family<ByResult, Counter>,
    /// When it was last read well, in seconds since 1970.
    pub last_reload: Real,
    /// 1, with what this daemon was built from.
    pub build: Family<ByBuild, Gauge>,
    /// 1 while this daemon has the runs of programs counted.
    pub counts_runs: Gauge,
    /// Buckets by what is done to them; those that are stopped wait for a decision.
    pub buckets: Family<ByState, Gauge>,
    /// Processes in the buckets whose clock runs.
    pub processes: Gauge,
    /// The most points of any bucket.
    pub evidence_most: Family<ByEvidence, Real>,
    /// The points of all buckets.
    pub evidence_sum: Family<ByEvidence, Real>,
    /// Measured and computed use, in seconds.
    pub usage: Real,
    /// What the use may be, in seconds.
    pub capacity: Real,
    /// 1 when a spent budget is only reported.
    pub observe_only: Gauge,
    /// Updates of the price.
    pub updates: Counter,
    /// Periods that could not be completed.
    pub failed_periods: Counter,
    /// What went wrong inside the kernel program.
    pub troubles: Family<ByKind, Counter>,
    /// What a member of the class may use, in seconds.
    pub budget: Family<ByClass, Real>,
    /// Clocks started by a rule.
    pub taints: Family<ByClass, Counter>,
    /// Clocks started with a parent's.
    pub inherited: Family<ByClass, Counter>,
    /// Clocks stopped.
    pub clears: Family<ByClass, Counter>,
    /// Buckets past their budget that went on.
    pub overdue: Family<ByClass, Counter>,
    /// Buckets that ended by themselves.
    pub exits: Family<ByClass, Counter>,
    /// What was done to buckets past their budget.
    pub acts: Family<ByAct, Counter>,
    /// What people decided.
    pub decisions: Family<ByVerdict, Counter>,
    /// Dwell when a clock stopped, however it did, in seconds.
    pub dwell: Histogram,
    /// How long programs ran while somebody had that counted, in seconds.
    pub program_time: Family<ByProgram, RealCounter>,
    /// How often they did.
    pub program_runs: Family<ByProgram, Counter>,
    /// Dwell at an act, in seconds.
    pub act_dwell: Histogram,
    /// Dwell past the budget at an act, in seconds.
    pub act_lateness: Histogram,
}

impl Figures {
    /// Registers all of them.
    pub fn register(registry: &mut Registry) -> Self {
        let (dwell, act_dwell) = (Histogram::new(DWELL_BUCKETS), Histogram::new(DWELL_BUCKETS));
        let lateness = Histogram::new(LATENESS_BUCKETS);
        let mut r = Registrar(registry);
        Figures {
            members: r.plain("members", "Buckets whose clock runs"),
            price: r.plain("price", "Price of the resource, in utility per second"),
            reloads: r.plain("reloads", "How often the configuration was read again"),
            last_reload: r.seconds(
                "last_reload_success_timestamp",
                "When the configuration was last read well, since 1970",
            ),
            build: r.plain("build_info", "1, with what this daemon was built from"),
            counts_runs: r.plain("counts_runs", "1 while the daemon has runs of programs counted"),
            buckets: r.plain("buckets", "Buckets by state; stopped ones wait for a decision"),
            processes: r.plain("processes", "Processes in the buckets whose clock runs"),
            evidence_most: r.plain("evidence_points_max", "The most points of any bucket"),
            evidence_sum: r.plain("evidence_points_all", "The points of all buckets together"),
            usage: r.seconds("use", "Measured and computed use of the resource"),
            capacity: r.seconds("capacity", "What the use of the resource may be"),
            observe_only: r.plain("observe_only", "1 when a spent budget is only reported"),
            updates: r.plain("updates", "Updates of the price"),
            failed_periods: r.plain("failed_periods", "Periods that could not be completed"),
            troubles: r.plain("troubles", TROUBLES),
            budget: r.seconds("budget", "What a process of the class may use at the price now"),
            taints: r.plain("taints", "Clocks started by a rule"),
            inherited: r.plain("inherited", "Clocks started with those of parents"),
            clears: r.plain("clears", "Clocks stopped"),
            overdue: r.plain("overdue", "Buckets past their budget that were only reported"),
            exits: r.plain("exits", "Buckets that ended by themselves while their clocks ran"),
            acts: r.plain("acts", "What was done to buckets past their budget"),
            decisions: r.plain("decisions", "What was decided on buckets that waited"),
            dwell: r.histogram("dwell", "Dwell when a clock stopped, however it did", dwell),
            program_time: r.seconds("program_run", "Run time, while the kernel counts it"),
            program_runs: r.plain("program_runs", "Runs, while the kernel counts them"),
            act_dwell: r.histogram("act_dwell", "Dwell when something was done", act_dwell),
            act_lateness: r.histogram(
                "act_lateness",
                "Dwell past the budget when something was done",
                lateness,
            ),
        }
    }
}

/// Puts metrics into a registry and keeps a handle.
struct Registrar<'r>(&'r mut Registry);

impl Registrar<'_> {
    fn plain<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register(name, help, metric.clone());
        metric
    }

    fn seconds<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register_with_unit(name, help, Unit::Seconds, metric.clone());
        metric
    }

    fn histogram(&mut self, name: &str, help: &str, metric: Histogram) -> Histogram {
        self.0.register_with_unit(name, help, Unit::Seconds, metric.clone());
        metric
    }
}
