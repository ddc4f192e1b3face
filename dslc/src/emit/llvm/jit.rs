//! The price step and the demand as machine code in this process, for long simulations.
//!
//! Compiling takes milliseconds and a step about a nanosecond, so it pays from some millions of
//! steps on.

use inkwell::OptimizationLevel;
pub use inkwell::context::Context;
use inkwell::execution_engine::{ExecutionEngine, JitFunction};
use inkwell::targets::{InitializationConfig, Target};

use super::step;
use crate::emit::EmitError;
use crate::plan::ir::Control;

type Update = unsafe extern "C" fn(u64, u64, u32) -> u64;
type Budget = unsafe extern "C" fn(u32, u64) -> u64;

/// A plan's price step and demand, compiled.
#[derive(Debug)]
pub struct Jit<'ctx> {
    update: JitFunction<'ctx, Update>,
    budget: JitFunction<'ctx, Budget>,
}

impl<'ctx> Jit<'ctx> {
    /// Compiles the loop of a plan.
    pub fn new(context: &'ctx Context, control: &Control) -> Result<Self, EmitError> {
        Target::initialize_native(&InitializationConfig::default()).map_err(EmitError)?;
        let module = step::module(context, "jit", control)?;
        let engine = module.create_jit_execution_engine(OptimizationLevel::Aggressive)?;
        Ok(Jit {
            update: function(&engine, "jit_price_update")?,
            budget: function(&engine, "jit_budget")?,
        })
    }

    /// One update of the accumulator, as `dslc_core::PriceRule::update`.
    pub fn update(&self, accumulator: u64, used: u64, members: u32) -> u64 {
        // SAFETY: the function takes any integers and touches no memory.
        unsafe { self.update.call(accumulator, used, members) }
    }

    /// The demand of a class at a price, as `dslc_core::Reciprocal::at`.
    pub fn budget(&self, class: u32, price: u64) -> u64 {
        // SAFETY: the function takes any integers and touches no memory.
        unsafe { self.budget.call(class, price) }
    }
}

fn function<'ctx, F>(
    engine: &ExecutionEngine<'ctx>,
    name: &str,
) -> Result<JitFunction<'ctx, F>, EmitError>
where
    F: inkwell::execution_engine::UnsafeFunctionPointer,
{
    // SAFETY: the types here are those that `step` gives the functions.
    let found = unsafe { engine.get_function(name) };
    found.map_err(|error| EmitError(format!("LLVM: {name}: {error}")))
}
