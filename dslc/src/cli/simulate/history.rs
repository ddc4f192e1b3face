//! What of a run is drawn: so many rounds and quantities as a picture can show.

use crate::simulate::Frame;

/// Most rounds that are kept: every second one is forgotten when there are more.
const MOST_POINTS: usize = 1_200;

/// Rounds of a run.
#[derive(Clone, Debug)]
pub struct History {
    stride: u64,
    /// The rounds that are kept.
    pub points: Vec<Point>,
}

/// One of them. What is beyond the series is summarised.
#[derive(Clone, Debug)]
pub struct Point {
    /// The round.
    pub round: u64,
    /// The columns; none for members that are away.
    pub x: Vec<Option<f64>>,
    /// The prices.
    pub prices: Vec<f64>,
    /// The uses.
    pub uses: Vec<f64>,
}

/// Quantities of a run that is drawn: more would not fit into memory for each round.
const MOST_KEPT: usize = 2_000;

impl Default for History {
    fn default() -> Self {
        History { stride: 1, points: Vec::new() }
    }
}

impl History {
    /// Sees a round.
    pub fn see(&mut self, frame: &Frame<'_>) {
        let x = frame.x.iter().zip(frame.present).take(MOST_KEPT);
        let point = || Point {
            round: frame.round,
            x: x.map(|(x, present)| present.then_some(*x)).collect(),
            prices: frame.prices.iter().copied().take(MOST_KEPT).collect(),
            uses: frame.uses.iter().copied().take(MOST_KEPT).collect(),
        };
        if !frame.round.is_multiple_of(self.stride) {
            return;
        }
        self.points.push(point());
        if self.points.len() > MOST_POINTS {
            self.stride *= 2;
            self.points.retain(|point| point.round.is_multiple_of(self.stride));
        }
    }
}
