//! Medians, and the table that is printed.

use std::fmt;

/// The middle one of some figures.
fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What is printed: a row a stage.
pub struct Table {
    peer: String,
    rows: Vec<String>,
}

impl Table {
    /// Without rows; `peer` is the other side's version.
    pub fn new(peer: &str) -> Self {
        Table { peer: peer.to_owned(), rows: Vec::new() }
    }

    /// A stage of both sides, by seconds of paired repetitions; the unit has a name and a size.
    pub fn pair(&mut self, stage: &str, (name, unit): (&str, f64), own: &[f64], peer: &[f64]) {
        let [own_median, peer_median] =
            [own, peer].map(|figures| median(figures.iter().copied()) / unit);
        let ratio = median(peer.iter().zip(own).map(|(peer, own)| peer / own));
        self.rows.push(format!(
            "{stage:<46} {own_median:>11.4} {name:<3} {peer_median:>11.3} {name:<3} {ratio:>8.1}"
        ));
    }

    /// A stage that the peer does not have.
    pub fn own(&mut self, stage: &str, (name, unit): (&str, f64), own: &[f64]) {
        let own = median(own.iter().copied()) / unit;
        self.rows.push(format!("{stage:<46} {own:>11.4} {name:<3}"));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (title, peer) = ("median of paired repetitions", format!("CVXPY {}", self.peer));
        writeln!(f, "{title:<46} {:>15} {peer:>15} {:>8}", "dslc", "ratio")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}
