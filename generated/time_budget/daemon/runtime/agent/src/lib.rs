//! What a generated daemon links: it loads the kernel program of a fibre and moves its price.
//!
//! Once a period the daemon measures the members, adds what the agents that no port observes would
//! use, moves the price by the update of `dslc-core`, and publishes it: to the kernel, to a page of
//! shared memory, as a metric and in `/state`.
//!
//! ```text
//! config ── what the user asked for          failure ── what went wrong, why, what to do
//! daemon ── start, the periods, stop         fibre ──── what the compiler knows
//!   plant ────── what is measured and steered: the `kernel`, or a model of it in tests
//!     groups ── what a bucket's processes are put into: a share of a processor, or a freezer
//!   controller ─ one period: use → price
//!   periods ──── one after the other: page, metrics, state, log, health are told
//! ```
//!
//! `http` and the `token` that guards it let people see and decide.
//!
//! The control loop runs on the main thread and touches no socket; HTTP has a thread of its own
//! that asks the loop for what it does not have.

pub mod abi;
pub mod asks;
pub mod client;
pub mod config;
pub mod controller;
pub mod daemon;
pub mod exempt;
pub mod failure;
pub mod fibre;
pub mod groups;
pub mod health;
pub mod history;
pub mod http;
pub mod kernel;
pub mod log;
pub mod metrics;
pub mod page;
pub mod periods;
pub mod plant;
pub mod self_check;
mod signals;
pub mod state;
pub mod token;
pub mod units;

pub use daemon::main;
pub use dslc_core::{PriceRule, Reciprocal};
pub use fibre::{Act, Class, Computed, Evidence, Export, ExportValue, Fibre, Verdict};
