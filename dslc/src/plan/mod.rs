//! From a checked spec to what every emitter reads.
pub mod ir;
