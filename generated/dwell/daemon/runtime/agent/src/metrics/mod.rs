//! What the daemon tells Prometheus.
//!
//! The names that a spec exports stand as they are; the daemon's own begin with `dslc_`.

mod figures;
mod text;

use std::fmt;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use sha2::{Digest, Sha256};

use crate::abi::ABI_VERSION;
use crate::controller::Look;
use crate::fibre::{ExportValue, Fibre, Verdict};
use crate::plant::{Event, EventKind, Measure, Path, Program, State, Trouble};
use crate::units::{points, price, seconds, unix_seconds};
use figures::{
    ByAct, ByBuild, ByClass, ByEvidence, ByKind, ByProgram, ByResult, ByState, ByVerdict, Figures,
    Real,
};

/// Every metric of a daemon.
#[derive(Debug)]
pub struct Metrics {
    fibre: &'static Fibre,
    registry: Registry,
    figures: Figures,
    exports: Vec<(ExportValue, Real)>,
}

impl Metrics {
    /// All metrics at their first values.
    pub fn new(fibre: &'static Fibre, observe_only: bool) -> Self {
        let mut registry = Registry::default();
        let exports = fibre.exports.iter().map(|export| {
            let gauge = Real::default();
            registry.register(export.name, help(export.value), gauge.clone());
            (export.value, gauge)
        });
        let exports = exports.collect();
        let label = ("fibre".into(), fibre.name.into());
        let own = registry.sub_registry_with_prefix("dslc").sub_registry_with_label(label);
        let figures = Figures::register(own);
        figures.capacity.set(seconds(fibre.rule.capacity));
        figures.observe_only.set(i64::from(observe_only));
        figures.last_reload.set(unix_seconds());
        figures.build.get_or_create(&build(fibre)).set(1);
        let metrics = Metrics { fibre, registry, figures, exports };
        metrics.start_counting();
        metrics.set_price(fibre.initial_price);
        metrics.show(&Measure::default());
        metrics
    }

    /// Creates each labelled counter at 0: Prometheus sees no increase in what first appears at 1.
    fn start_counting(&self) {
        let Figures { taints, inherited, clears, overdue, exits, acts, decisions, .. } =
            &self.figures;
        for class in self.fibre.classes.iter().map(|class| class.name) {
            for counters in [taints, inherited, clears, overdue, exits] {
                drop(counters.get_or_create(&ByClass { class }));
            }
            for act in self.fibre.acts.iter().map(|act| act.name()) {
                for path in Path::ALL {
                    drop(acts.get_or_create(&ByAct { class, act, path: path.name() }));
                }
            }
        }
        for taken in [true, false] {
            drop(self.figures.reloads.get_or_create(&ByResult { result: result(taken) }));
        }
        for verdict in [Verdict::Release, Verdict::Kill] {
            drop(decisions.get_or_create(&ByVerdict { verdict: verdict.name() }));
        }
    }

    /// A period went well.
    pub fn tick(&self, tick: &Look) {
        let members = tick.measure.members;
        let total = seconds(tick.measure.total_dwell_ns);
        let mean = if members == 0 { 0.0 } else { total / f64::from(members) };
        self.export(ExportValue::Mean, mean);
        self.figures.members.set(i64::from(members));
        self.show(&tick.measure);
        self.figures.usage.set(seconds(tick.use_ns));
        self.figures.updates.inc();
        self.set_price(tick.price);
    }

    /// What the buckets are, and what was observed of them.
    fn show(&self, measure: &Measure) {
        let Figures { buckets, processes, evidence_most, evidence_sum, .. } = &self.figures;
        let (rows, mut running) = (&measure.rows, 0);
        for state in State::ALL {
            let here = rows.iter().filter(|row| row.state == state);
            let (count, inside) =
                here.fold((0, 0), |(n, sum), row| (n + 1, sum + i64::from(row.processes)));
            buckets.get_or_create(&ByState { state: state.name() }).set(count);
            if state.runs() {
                running += inside;
            }
        }
        processes.set(running);
        for (index, evidence) in self.fibre.evidence.iter().enumerate() {
            let of_each = rows.iter().filter_map(|row| row.evidence_q16.get(index));
            let (most, sum) = of_each
                .fold((0, 0.0), |(most, sum), &fixed| (fixed.max(most), sum + points(fixed)));
            let label = ByEvidence { evidence: evidence.name };
            evidence_most.get_or_create(&label).set(points(most));
            evidence_sum.get_or_create(&label).set(sum);
        }
    }

    /// How long the kernel's programs ran so far.
    pub fn programs(&self, programs: &[Program]) {
        let Figures { program_time, program_runs, .. } = &self.figures;
        for Program { name, runs, run_ns, .. } in programs {
            let label = ByProgram { program: name.clone() };
            let time = program_time.get_or_create(&label);
            time.inc_by((seconds(*run_ns) - time.get()).max(0.0));
            let count = program_runs.get_or_create(&label);
            count.inc_by(runs.saturating_sub(count.get()));
        }
    }

    /// The configuration was read again, and taken or refused.
    pub fn reloaded(&self, taken: bool) {
        self.figures.reloads.get_or_create(&ByResult { result: result(taken) }).inc();
        if taken {
            self.figures.last_reload.set(unix_seconds());
        }
    }

    /// Whether this daemon has the runs of programs counted.
    pub fn counts_runs(&self, counts: bool) {
        self.figures.counts_runs.set(i64::from(counts));
    }

    /// A period failed.
    pub fn failed(&self) {
        self.figures.failed_periods.inc();
    }

    /// What went wrong since the start; whether that is more than before.
    pub fn trouble(&self, trouble: &Trouble) -> bool {
        let counter = self.figures.troubles.get_or_create(&ByKind { kind: trouble.kind });
        let more = trouble.total.saturating_sub(counter.get());
        counter.inc_by(more);
        more > 0
    }

    /// Something happened to a bucket.
    pub fn event(&self, event: &Event) {
        let class = self.fibre.class(event.member.class);
        if event.kind.ends_a_clock() {
            self.figures.dwell.observe(seconds(event.member.dwell_ns));
        }
        let counters = match event.kind {
            EventKind::Tainted(_) => &self.figures.taints,
            EventKind::Inherited(_) => &self.figures.inherited,
            EventKind::Cleared => &self.figures.clears,
            EventKind::Overdue => &self.figures.overdue,
            EventKind::Exited => &self.figures.exits,
            EventKind::Acted { act, path } => {
                let (dwell, budget) = (event.member.dwell_ns, event.member.budget_ns);
                self.figures.act_dwell.observe(seconds(dwell));
                self.figures.act_lateness.observe(seconds(dwell.saturating_sub(budget)));
                let labels = ByAct { class, act: self.fibre.act_name(act), path: path.name() };
                self.figures.acts.get_or_create(&labels).inc();
                return;
            }
            EventKind::Decided(verdict) => {
                let labels = ByVerdict { verdict: verdict.name() };
                self.figures.decisions.get_or_create(&labels).inc();
                return;
            }
        };
        counters.get_or_create(&ByClass { class }).inc();
    }

    fn set_price(&self, fixed: u64) {
        let real = price(&self.fibre.rule, fixed);
        self.export(ExportValue::Price, real);
        self.figures.price.set(real);
        for class in self.fibre.classes {
            let budget = self.figures.budget.get_or_create(&ByClass { class: class.name });
            budget.set(seconds(class.demand.at(fixed)));
        }
    }

    fn export(&self, value: ExportValue, number: f64) {
        for (_, gauge) in self.exports.iter().filter(|(of, _)| *of == value) {
            gauge.set(number);
        }
    }

    /// All metrics in the OpenMetrics text format 1.0.0.
    pub fn open_metrics(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// All metrics in the Prometheus text format 0.0.4.
    pub fn prometheus(&self) -> Result<String, fmt::Error> {
        Ok(text::classic(&self.open_metrics()?))
    }
}

fn build(fibre: &Fibre) -> ByBuild {
    let digest = Sha256::digest(fibre.object);
    ByBuild {
        version: env!("CARGO_PKG_VERSION"),
        abi: ABI_VERSION,
        object: digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn result(taken: bool) -> &'static str {
    if taken { "taken" } else { "refused" }
}

fn help(value: ExportValue) -> &'static str {
    match value {
        ExportValue::Price => "Price of the resource, in utility per second",
        ExportValue::Mean => "Mean use of the observed members, in seconds",
    }
}
