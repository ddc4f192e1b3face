//! What came of it: figures for people and for programs.

use std::path::Path;

use serde::Serialize;

use crate::daemon::{Kill, State};
use crate::pipeline::Proof;
use crate::workloads::Outcome;
use crate::{Failure, Result};

/// What the daemon said at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// Seconds since the start.
    pub seconds: f64,
    /// The price.
    pub price: f64,
    /// Tainted processes.
    pub members: usize,
    /// Their dwell, added up, in seconds.
    pub dwell_seconds: f64,
}

impl Sample {
    /// The sample of a state.
    pub fn of(seconds: f64, state: &State) -> Self {
        let dwell_seconds = state.members.iter().map(|member| member.dwell_seconds).sum();
        Sample { seconds, price: state.price, members: state.members.len(), dwell_seconds }
    }
}

/// The figures.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Files in the opponent's tree.
    pub files: usize,
    /// Files of it that are not what they were.
    pub lost: usize,
    /// Every kill.
    pub kills: Vec<Kill>,
    /// When the opponent started, in seconds.
    pub attack_seconds: f64,
    /// How ordinary work ended.
    pub ordinary: Vec<Outcome>,
    /// The certificate.
    pub proof: Proof,
    /// The autoscaler's manifest passed the compiler's check.
    pub hpa_valid: bool,
    /// The price that an instrumented program read, in the price's fixed-point format.
    pub pass_price: u64,
    /// The price over time.
    pub samples: Vec<Sample>,
}

impl Summary {
    /// The longest that a kill came after its budget, in seconds.
    fn latest(&self) -> f64 {
        let late = self.kills.iter().map(|kill| kill.dwell_seconds - kill.budget_seconds);
        late.fold(0.0, f64::max)
    }

    /// Prints it.
    pub fn print(&self, picture: &Path) {
        let prices = || self.samples.iter().map(|sample| sample.price);
        let (low, high) = (prices().fold(f64::INFINITY, f64::min), prices().fold(0.0, f64::max));
        println!();
        for kill in &self.kills {
            println!(
                "killed         {} ({}) after {:.2} ms of a budget of {:.2} ms: {:.0} µs past it",
                kill.comm,
                kill.tgid,
                kill.dwell_seconds * 1e3,
                kill.budget_seconds * 1e3,
                (kill.dwell_seconds - kill.budget_seconds) * 1e6
            );
        }
        println!("files lost     {} of {}", self.lost, self.files);
        println!("price          {low:.3} to {high:.3} per second, in {}", picture.display());
        for outcome in &self.ordinary {
            let how = if outcome.unharmed { "finished unharmed" } else { "HARMED" };
            println!("ordinary work  {}: {how}", outcome.name);
        }
        let checked = if self.proof.checked { "checked by coqc" } else { "NOT CHECKED" };
        println!("certificate    {checked}; assumes {}", self.proof.assumptions.join(", "));
        println!("autoscaler     {}", if self.hpa_valid { "valid" } else { "INVALID" });
        println!(
            "pass           loaded; an instrumented program read the price {}",
            self.pass_price
        );
    }

    /// Writes it as JSON.
    pub fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(Failure::because("no JSON"))?;
        std::fs::write(file, text)
            .map_err(Failure::because(format!("cannot write {}", file.display())))
    }

    /// An error when the job was not done.
    pub fn verdict(&self) -> Result<()> {
        let failed = [
            (self.kills.is_empty(), "the opponent was not killed"),
            (self.latest() < 0.0, "something was killed before its budget was spent"),
            (self.lost >= self.files, "every file was lost"),
            (self.ordinary.iter().any(|work| !work.unharmed), "ordinary work was harmed"),
            (!self.proof.checked, "the certificate was not checked"),
            (!self.hpa_valid, "the autoscaler is not valid"),
            (self.pass_price == 0, "the instrumented program saw no price"),
        ];
        let what: Vec<_> =
            failed.iter().filter(|(failed, _)| *failed).map(|(_, why)| *why).collect();
        if what.is_empty() { Ok(()) } else { Err(Failure::new(what.join("; "))) }
    }
}
