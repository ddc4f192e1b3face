//! placeholder
pub mod certify;
pub mod diag;
pub mod plan;
pub mod sema;
pub mod syntax;
pub mod emit;
