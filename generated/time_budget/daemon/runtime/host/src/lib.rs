//! What a host offers to the kernel program, and what stands in for what it does not.
//!
//! ```text
//! table ── a row for each feature: what it gives, what is used instead, what is lost by that
//!   probe ── how each kind of feature is looked for
//!     host ── what the probes look at: files of /proc and /sys, read once
//!     btf ─── names that the kernel's type information holds
//! ```
//!
//! The daemon chooses by it and writes it into its first line of log; `dslc doctor` prints it.

mod btf;
mod host;
mod probe;
mod table;

pub use btf::Names;
pub use host::Host;
pub use table::{BY_NUMBER, FEATURES, Feature, Finding, Instead, SECURITY_HOOKS, SIGNALS, examine};
