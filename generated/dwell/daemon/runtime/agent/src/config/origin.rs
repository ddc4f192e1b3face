//! Where a configuration came from, to read it again while the daemon runs.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use super::layer::Layer;
use super::{Config, file};
use crate::failure::Failure;
use crate::fibre::Fibre;

/// The sources of a configuration, each over the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The command line.
    pub flags: Layer,
    /// The environment of the start.
    pub environment: Layer,
    /// The file, if there is one.
    pub file: Option<PathBuf>,
}

/// What tells whether a file was written or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp([i64; 4]);

impl Origin {
    /// All settings, as the file has them now.
    pub fn settings(&self) -> Result<Layer, Failure> {
        let file = self.file.as_deref().map(file::read).transpose()?.unwrap_or_default();
        Ok(self.flags.clone().over(self.environment.clone()).over(file))
    }

    /// The configuration, as the file has it now.
    pub fn config(&self, fibre: &Fibre) -> Result<Config, Failure> {
        Config::check(fibre, self.settings()?, self.clone())
    }

    /// What the file is like now; none without a file, or while it is being replaced.
    pub fn stamp(&self) -> Option<Stamp> {
        let found = fs::metadata(self.file.as_ref()?).ok()?;
        let inode = found.ino().cast_signed();
        Some(Stamp([inode, found.size().cast_signed(), found.mtime(), found.mtime_nsec()]))
    }
}
