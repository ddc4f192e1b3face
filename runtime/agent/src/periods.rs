//! The loop: a period after the other, and whoever asks in between.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::controller::Controller;
use crate::fibre::Fibre;
use crate::health::Health;
use crate::log::{Log, Record};
use crate::metrics::Metrics;
use crate::page::PricePage;
use crate::plant::Plant;
use crate::state::State;
use crate::units::monotonic_ns;

/// What other threads ask of the loop.
#[derive(Debug)]
pub enum Message {
    /// Stop; the name of what asked.
    Stop(&'static str),
    /// Measure now and answer with the [`State`] as JSON, or with what failed.
    Look(oneshot::Sender<Result<String, String>>),
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
}

impl<P: Plant, W: Write> Periods<P, W> {
    /// Runs until a message says stop, or nobody is left to say it; returns what said it.
    pub fn run(&mut self, inbox: &Receiver<Message>) -> &'static str {
        let period = self.fibre.period();
        let mut failed = 0;
        let mut next = Instant::now();
        loop {
            match inbox.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Message::Stop(by)) => return self.stop(by),
                Ok(Message::Look(reply)) => {
                    // Whoever asked may have gone.
                    let _ = reply.send(self.look());
                }
                Err(RecvTimeoutError::Disconnected) => return self.stop("the end of its threads"),
                Err(RecvTimeoutError::Timeout) => {}
            }
            // Checked after each message, so that no number of them keeps a period from its time.
            if Instant::now() >= next {
                failed = self.report(failed);
                next = following(next, period, Instant::now());
            }
        }
    }

    /// One period; `failed` periods before it failed in a row. Returns how many have now.
    fn report(&mut self, failed: u64) -> u64 {
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
        self.events()?;
        self.health.beat(now);
        Ok(())
    }

    fn events(&mut self) -> Result<(), P::Error> {
        let Periods { fibre, controller, metrics, log, .. } = self;
        controller.plant().drain(&mut |event| {
            metrics.event(&event);
            log.write(&Record::of(fibre, event));
        })?;
        for trouble in controller.plant().troubles()? {
            if metrics.trouble(&trouble) {
                log.write(&Record::Trouble { kind: trouble.kind, total: trouble.total });
            }
        }
        Ok(())
    }

    fn look(&mut self) -> Result<String, String> {
        let look = self.controller.look().map_err(|error| error.to_string())?;
        let state = State::new(self.fibre, self.observe_only, &look);
        serde_json::to_string(&state).map_err(|error| error.to_string())
    }

    /// Lets go of plant and page; what is left to tell is how many updates there were, and the log.
    pub fn end(self) -> (u64, Log<W>) {
        (self.controller.updates(), self.log)
    }

    fn stop(&mut self, by: &'static str) -> &'static str {
        if let Err(error) = self.events() {
            self.log.write(&Record::Failed { error: error.to_string() });
        }
        by
    }
}

/// The start of the period after the one that began at `began`; those that were missed are left out.
fn following(began: Instant, period: Duration, now: Instant) -> Instant {
    let next = began + period;
    if next > now { next } else { now + period }
}
