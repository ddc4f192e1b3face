//! The kernel program against a real kernel: needs root, clang 19 and cgroup2.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acts;
mod buckets;
mod ends;
mod evidence;
mod faults;
mod frozen;
mod guard;
mod inherited;
mod kills;
mod layout;
mod measures;
#[path = "../model/mod.rs"]
mod model;
mod operations;
mod policy;
mod privileges;
mod refuses;
mod rules;
mod spared;
mod support;
mod takeover;
mod throttle;
