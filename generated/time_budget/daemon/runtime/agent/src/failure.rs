//! What stops a daemon, in words for the person who started it.

use std::fmt;

/// The command line asks for something that cannot be.
pub const USAGE: u8 = 2;
/// Something outside the daemon is missing, refused or broken.
pub const OUTSIDE: u8 = 3;

/// What went wrong, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code: [`USAGE`] or [`OUTSIDE`].
    pub exit: u8,
    /// What was not done.
    pub what: String,
    /// What stood in its way.
    pub why: String,
    /// What the user can do.
    pub next: String,
}

impl Failure {
    /// The command line is at fault.
    pub fn usage(what: impl Into<String>, why: impl fmt::Display, next: impl Into<String>) -> Self {
        Failure { exit: USAGE, what: what.into(), why: why.to_string(), next: next.into() }
    }

    /// The world is at fault.
    pub fn outside(
        what: impl Into<String>,
        why: impl fmt::Display,
        next: impl Into<String>,
    ) -> Self {
        Failure { exit: OUTSIDE, what: what.into(), why: why.to_string(), next: next.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  why:  {}\n  next: {}", self.what, self.why, self.next)
    }
}

impl std::error::Error for Failure {}
