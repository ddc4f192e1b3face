//! The loop: a period after the other, and whoever asks in between.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::oneshot;

use crate::asks::Asks;
use crate::config::Reload;
use crate::controller::Controller;
use crate::fibre::{Fibre, Verdict};
use crate::groups::Change;
use crate::health::Health;
use crate::history::History;
use crate::log::{Log, Record};
use crate::metrics::Metrics;
use crate::page::PricePage;
use crate::plant::{self, Decided, Measure, Plant};
use crate::state::State;
use crate::units::monotonic_ns;

/// The longest that an event waits for its line in the log, and for its place in the ring.
const LOG_DELAY: Duration = Duration::from_millis(100);

const SECOND: u64 = 1_000_000_000;

/// What other threads ask of the loop.
#[derive(Debug)]
pub enum Message {
    /// Stop; the name of what asked.
    Stop(&'static str),
    /// Read the configuration again.
    Reload,
    /// Measure now and answer with the [`State`] as JSON, or with what failed.
    Look(oneshot::Sender<Result<String, String>>),
    /// Answer with the [`History`] as JSON.
    History(oneshot::Sender<Result<String, String>>),
    /// Have a bucket that waits go on, or end, and answer what became of it, or what failed.
    Decide(u64, Verdict, oneshot::Sender<Result<Decided, String>>),
}

/// What a period works on.
#[derive(Debug)]
pub struct Periods<P, W> {
    /// The fibre.
    pub fibre: &'static Fibre,
    /// Whether a spent budget is only reported.
    pub observe_only: bool,
    /// The price and the plant.
    pub controller: Controller<P>,
    /// Where instrumented programs read the price.
    pub page: PricePage,
    /// Where Prometheus reads it.
    pub metrics: Arc<Metrics>,
    /// Who is told that a period went well.
    pub health: Arc<Health>,
    /// Who is told what happened.
    pub log: Log<W>,
    /// The last minutes.
    pub history: History,
    /// Who waits for a decision.
    pub asks: Asks,
    /// The configuration, where there is one to read again.
    pub reload: Option<Reload>,
}

impl<P: Plant, W: Write> Periods<P, W> {
    /// Has the runs of programs counted if that is wanted. Where the kernel refuses it, all else goes
    /// on.
    pub fn count_runs(&mut self, wanted: bool) {
        let done = self.controller.plant().count_runs(wanted);
        self.metrics.counts_runs(wanted && done.is_ok());
        if let Err(error) = done {
            self.log.write(&Record::RunsNotCounted { error: error.to_string() });
        }
    }

    /// Runs until a message says stop, or nobody is left to say it; returns what said it.
    pub fn run(&mut self, inbox: &Receiver<Message>) -> &'static str {
        let period = self.fibre.period();
        let mut failed = 0;
        let mut next = Instant::now();
        loop {
            let wait = next.saturating_duration_since(Instant::now()).min(LOG_DELAY);
            match inbox.recv_timeout(wait) {
                Ok(Message::Stop(by)) => {
                    self.report_events();
                    return by;
                }
                Ok(Message::Reload) => self.reload(),
                Ok(Message::Look(reply)) => {
                    // Whoever asked may have gone.
                    let _ = reply.send(self.look());
                }
                Ok(Message::History(reply)) => {
                    let _ = reply.send(json(&self.history));
                }
                Ok(Message::Decide(bucket, verdict, reply)) => {
                    let decided = self.controller.plant().decide(bucket, verdict);
                    let _ = reply.send(decided.map_err(|error| error.to_string()));
                }
                Err(RecvTimeoutError::Disconnected) => return "the end of its threads",
                Err(RecvTimeoutError::Timeout) => {}
            }
            // Checked after each message, so that no number of them keeps a period from its time.
            if self.reload.as_mut().is_some_and(Reload::file_changed) {
                self.reload();
            }
            if Instant::now() >= next {
                failed = self.attempt(failed);
                next = following(next, period, Instant::now());
            } else {
                self.report_events();
            }
        }
    }

    /// One period; `failed` periods before it failed in a row. Returns how many have now.
    fn attempt(&mut self, failed: u64) -> u64 {
        match self.period() {
            Ok(()) => {
                if failed > 0 {
                    self.log.write(&Record::Recovered { failed });
                }
                0
            }
            Err(error) => {
                self.metrics.failed();
                if failed == 0 {
                    self.log.write(&Record::Failed { error: error.to_string() });
                }
                failed + 1
            }
        }
    }

    /// Measures, moves the price, publishes it, and reports what happened meanwhile.
    pub fn period(&mut self) -> Result<(), P::Error> {
        let tick = self.controller.tick()?;
        let now = monotonic_ns();
        self.page.publish(tick.price, tick.updates, now);
        self.metrics.tick(&tick);
        self.history.sample(self.fibre, &tick);
        // A system call for each program: once a second is enough for what is read every 15.
        if (tick.updates - 1).is_multiple_of((SECOND / self.fibre.period_ns.max(1)).max(1)) {
            self.metrics.programs(&self.controller.plant().programs()?);
        }
        self.time_out(&tick.measure, now)?;
        let held = self.controller.plant().hold(self.fibre.acts, &tick.measure)?;
        self.tell(held);
        self.events()?;
        self.health.beat(now);
        Ok(())
    }

    /// Decides on buckets on which nobody did in time.
    fn time_out(&mut self, measure: &Measure, now_ns: u64) -> Result<(), P::Error> {
        for (bucket, verdict) in self.asks.due(self.fibre, measure, now_ns) {
            if self.controller.plant().decide(bucket, verdict)? == Decided::Done {
                self.log.write(&Record::TimeUp { bucket, verdict: verdict.name() });
            }
        }
        Ok(())
    }

    fn tell(&mut self, changes: Vec<Change>) {
        changes.into_iter().for_each(|change| self.log.write(&Record::of_change(change)));
    }

    /// Leaves the members as they are, under a kernel program that stays.
    pub fn leave(&mut self) -> Result<(), P::Error> {
        let rows = self.controller.plant().measure()?.rows;
        let stopped = rows.iter().filter(|row| row.state == plant::State::Stopped).count();
        let slowed = rows.iter().filter(|row| row.is_slowed(self.fibre.acts)).count();
        if stopped + slowed > 0 {
            self.log.write(&Record::Left { stopped, slowed });
        }
        Ok(())
    }

    /// Lets go of the members. Who is stopped or slowed goes on: nobody is left to decide.
    pub fn let_go(&mut self) -> Result<(), P::Error> {
        let woken = self.wake();
        self.report_events();
        // Whatever came of that.
        let freed = self.controller.plant().detach()?;
        self.tell(freed);
        woken
    }

    fn wake(&mut self) -> Result<(), P::Error> {
        let plant = self.controller.plant();
        let rows = plant.measure()?.rows;
        let stopped = rows.iter().filter(|row| row.state == plant::State::Stopped);
        let mut any = false;
        for row in stopped {
            any |= plant.decide(row.id, Verdict::Release)? == Decided::Done;
        }
        if any { plant.settle() } else { Ok(()) }
    }

    fn reload(&mut self) {
        let Some(reload) = &mut self.reload else { return };
        let done = reload.again(self.fibre);
        let (format, count_runs) = (reload.config().log, reload.config().count_runs);
        self.log.set_format(format);
        self.metrics.reloaded(done.is_ok());
        self.count_runs(count_runs);
        self.log.write(&match done {
            Ok(pending) => Record::Reloaded { pending },
            Err(failure) => Record::ReloadRefused { error: failure.to_string() },
        });
    }

    fn events(&mut self) -> Result<(), P::Error> {
        let Periods { fibre, controller, metrics, log, history, .. } = self;
        controller.plant().drain(&mut |event| {
            metrics.event(&event);
            let time_ns = event.time_ns;
            let record = Record::of(fibre, event);
            history.record(&record, time_ns);
            log.write_at(&record, time_ns);
        })?;
        for trouble in controller.plant().troubles()? {
            if metrics.trouble(&trouble) {
                log.write(&Record::Trouble { kind: trouble.kind, total: trouble.total });
            }
        }
        Ok(())
    }

    /// What happened since the period began. An error here is one of the next period as well, which
    /// counts and reports it.
    fn report_events(&mut self) {
        let _ = self.events();
    }

    fn look(&mut self) -> Result<String, String> {
        let look = self.controller.look().map_err(|error| error.to_string())?;
        json(&State::new(self.fibre, self.observe_only, &look))
    }

    /// Lets go of plant and page; what is left to tell is how many updates there were, and the log.
    pub fn end(self) -> (u64, Log<W>) {
        (self.controller.updates(), self.log)
    }
}

fn json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}

/// The start of the period after the one that began at `began`; those that were missed are left out.
fn following(began: Instant, period: Duration, now: Instant) -> Instant {
    let next = began + period;
    if next > now { next } else { now + period }
}
