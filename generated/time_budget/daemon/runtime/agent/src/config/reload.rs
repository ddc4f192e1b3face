//! Reads the configuration again while the daemon runs.
//!
//! What the kernel program holds as constants, what a socket is bound to and what others hold open
//! stays until the next start, which with pins leaves no moment unwatched; it is named. The log's
//! form, the names that HTTP answers to, whether runs are counted and what becomes of the program on a
//! stop change at once.

use std::time::{Duration, Instant};

use super::{Config, Stamp};
use crate::failure::Failure;
use crate::fibre::Fibre;
use crate::http::Access;

/// How often the file is looked at.
const SPACING: Duration = Duration::from_secs(1);

/// The configuration that holds, and what follows its changes.
#[derive(Debug)]
pub struct Reload {
    config: Config,
    access: Access,
    stamp: Option<Stamp>,
    next: Instant,
}

impl Reload {
    /// `config` holds, and `access` follows it.
    pub fn new(config: Config, access: Access) -> Self {
        let stamp = config.origin.stamp();
        Reload { config, access, stamp, next: Instant::now() + SPACING }
    }

    /// The configuration that holds.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether the file is another one than when this was last asked; looks once a second.
    pub fn file_changed(&mut self) -> bool {
        let now = Instant::now();
        if now < self.next {
            return false;
        }
        self.next = now + SPACING;
        let stamp = self.config.origin.stamp();
        // A file that is gone for the moment is being replaced.
        let changed = stamp.is_some() && stamp != self.stamp;
        if changed {
            self.stamp = stamp;
        }
        changed
    }

    /// Reads all of it again. A bad one is refused, and the old one goes on. Returns the settings
    /// that differ and wait for the next start.
    pub fn again(&mut self, fibre: &Fibre) -> Result<Vec<&'static str>, Failure> {
        self.stamp = self.config.origin.stamp();
        let new = self.config.origin.config(fibre)?;
        self.access.rename(new.host_names.clone());
        self.config.host_names.clone_from(&new.host_names);
        self.config.log = new.log;
        self.config.count_runs = new.count_runs;
        self.config.stay = new.stay && self.config.pin.is_some();
        Ok(self.config.differences(&new))
    }
}
