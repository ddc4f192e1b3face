//! The emitted daemon: complete, locked, a program wherever it is copied to, and one that does its
//! work on a real kernel. Needs root, clang 19 and cgroup2.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "daemon/emitted.rs"]
mod emitted;
#[path = "daemon/refusals.rs"]
mod refusals;
#[path = "daemon/site.rs"]
mod site;
#[path = "daemon/work.rs"]
mod work;
