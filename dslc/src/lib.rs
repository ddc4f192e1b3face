//! placeholder
pub mod plan;
pub mod sema;
pub mod emit;
