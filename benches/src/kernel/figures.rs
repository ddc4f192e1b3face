//! What is said of repeated measurements.

use std::fmt;

/// The measurements of one thing, in the order of the rounds.
#[derive(Clone, Debug, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Adds a measurement.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// All of them.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// The value that a share of all does not pass; 0 of none.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (share * sorted.len() as f64) as usize;
        sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// The median and the range.
impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, middle, high] = [0.0, 0.5, 1.0].map(|share| self.quantile(share));
        write!(f, "{middle:.0} ({low:.0}–{high:.0})")
    }
}

/// The median of some values.
pub fn median(values: Vec<f64>) -> f64 {
    Sample(values).quantile(0.5)
}
