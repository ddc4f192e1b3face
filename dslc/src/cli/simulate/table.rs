//! A run as a table: a row for each round.

use std::io;
use std::path::Path;

use super::names::{Named, Names};
use crate::cli::whole_file::Staged;
use crate::simulate::Frame;

/// A table that grows with the run.
#[derive(Debug)]
pub struct Table {
    csv: csv::Writer<Staged>,
    budgets: Vec<String>,
    /// The first thing that went wrong.
    failed: Option<csv::Error>,
}

impl Table {
    /// Starts the table with its head: `tick`, each variable, then `price`, `use` and `budget` of each
    /// resource; units in square brackets after a blank.
    pub fn create(path: &Path, names: &Names) -> io::Result<Self> {
        let mut csv = csv::Writer::from_writer(Staged::create(path)?);
        let mut head = vec!["tick".to_owned()];
        head.extend(names.columns.iter().map(|each| with_unit(&each.name, &each.unit)));
        for (Named { name, unit }, price_unit) in names.rows.iter().zip(&names.price_units) {
            head.push(with_unit(&format!("price {name}"), price_unit));
            head.push(with_unit(&format!("use {name}"), unit));
            head.push(with_unit(&format!("budget {name}"), unit));
        }
        csv.write_record(&head).map_err(io::Error::other)?;
        let budgets = names.budgets.iter().map(ToString::to_string).collect();
        Ok(Table { csv, budgets, failed: None })
    }

    /// Adds a round. An error is kept until the end.
    pub fn row(&mut self, frame: &Frame<'_>) {
        if self.failed.is_none() {
            self.failed = self.write(frame).err();
        }
    }

    fn write(&mut self, frame: &Frame<'_>) -> csv::Result<()> {
        self.csv.write_field(frame.round.to_string())?;
        for (x, present) in frame.x.iter().zip(frame.present) {
            // Who is away has no value.
            self.csv.write_field(if *present { x.to_string() } else { String::new() })?;
        }
        for ((price, used), budget) in frame.prices.iter().zip(frame.uses).zip(&self.budgets) {
            self.csv.write_field(price.to_string())?;
            self.csv.write_field(used.to_string())?;
            self.csv.write_field(budget)?;
        }
        self.csv.write_record(None::<&[u8]>)
    }

    /// Puts the table into its place.
    pub fn finish(self) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(io::Error::other(error));
        }
        let staged = self.csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        staged.commit()
    }
}

fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name} [{unit}]") }
}
