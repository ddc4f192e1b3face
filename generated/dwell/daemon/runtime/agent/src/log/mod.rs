//! The daemon's log on standard output: one JSON object a line, or the same in words.

mod bucket;
mod record;

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::units::{monotonic_ns, unix_seconds_at};
pub use bucket::{Bucket, evidence};
pub use record::Record;

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For programs.
    Json,
    /// For people.
    #[default]
    Human,
}

/// Writes records.
#[derive(Debug)]
pub struct Log<W> {
    format: Format,
    out: W,
}

/// A record and when it was, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line<R = Record> {
    /// When.
    pub time: f64,
    /// What.
    #[serde(flatten)]
    pub record: R,
}

/// A text that somebody else chose, such as the name of a process, for a terminal: on one line, and
/// without characters that steer it.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '"' | '\'' => shown.push(sign),
            _ => shown.extend(sign.escape_debug()),
        }
    }
    shown
}

impl<W: Write> Log<W> {
    /// Writes to `out`.
    pub fn new(format: Format, out: W) -> Self {
        Log { format, out }
    }

    /// Lines look like this from now on.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Writes a line about now.
    pub fn write(&mut self, record: &Record) {
        self.write_at(record, monotonic_ns());
    }

    /// Writes a line about `time_ns` on the monotonic clock. A daemon goes on without a reader of
    /// its log: metrics and `/state` remain.
    pub fn write_at(&mut self, record: &Record, time_ns: u64) {
        let _ = self.line(record, unix_seconds_at(time_ns));
    }

    fn line(&mut self, record: &Record, time: f64) -> io::Result<()> {
        match self.format {
            Format::Human => writeln!(self.out, "{record}")?,
            Format::Json => {
                let line = Line { time, record };
                let mut text = serde_json::to_vec(&line)?;
                text.push(b'\n');
                self.out.write_all(&text)?;
            }
        }
        self.out.flush()
    }
}
