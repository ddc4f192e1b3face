//! The concavity engine.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "concavity/claims.rs"]
mod claims;
#[path = "concavity/corpus.rs"]
mod corpus;
#[path = "concavity/fuzz.rs"]
mod fuzz;
#[path = "concavity/oracle.rs"]
mod oracle;
#[path = "concavity/rows.rs"]
mod rows;
