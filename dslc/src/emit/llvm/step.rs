//! The plan's price step and demand in LLVM's intermediate representation.
//!
//! ```c
//! uint64_t <fibre>_price_update(uint64_t accumulator, uint64_t use, uint32_t members);
//! uint64_t <fibre>_budget(uint32_t class, uint64_t price);
//! ```
//!
//! The operations of `dslc_core::PriceRule::update` and `dslc_core::Reciprocal::at` in their order,
//! with the plan's constants in place. No operation may overflow, divide by zero or be undefined
//! for any input. A class that the plan does not have is its default class.

use inkwell::IntPredicate::{EQ, UGE, UGT, ULT};
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::basic_block::BasicBlock;
use inkwell::builder::{Builder, BuilderError};
use inkwell::context::Context;
use inkwell::intrinsics::Intrinsic;
use inkwell::module::Module;
use inkwell::types::{BasicMetadataTypeEnum, IntType};
use inkwell::values::{BasicValueEnum, FunctionValue, IntValue};

use crate::emit::EmitError;
use crate::plan::ir::Control;
use dslc_core::PriceRule;

/// A module with both functions, verified.
pub fn module<'ctx>(
    context: &'ctx Context,
    fibre: &str,
    control: &Control,
) -> Result<Module<'ctx>, EmitError> {
    let module = context.create_module(&format!("{fibre}_step"));
    let emitter = Emitter { context, word: context.i64_type(), module: &module };
    emitter.price_update(&format!("{fibre}_price_update"), &control.rule)?;
    emitter.budget(&format!("{fibre}_budget"), control)?;
    module.verify()?;
    Ok(module)
}

struct Emitter<'a, 'ctx> {
    context: &'ctx Context,
    /// 64 bits, for quanta, prices and accumulators.
    word: IntType<'ctx>,
    module: &'a Module<'ctx>,
}

impl<'ctx> Emitter<'_, 'ctx> {
    fn constant(&self, value: u64) -> IntValue<'ctx> {
        self.word.const_int(value, false)
    }

    /// A function of integers that returns a word, and its first block.
    fn function(
        &self,
        name: &str,
        parameters: &[(&str, IntType<'ctx>)],
    ) -> (FunctionValue<'ctx>, Vec<IntValue<'ctx>>, Builder<'ctx>) {
        let types: Vec<BasicMetadataTypeEnum<'_>> =
            parameters.iter().map(|(_, of)| (*of).into()).collect();
        let function = self.module.add_function(name, self.word.fn_type(&types, false), None);
        let nounwind = Attribute::get_named_enum_kind_id("nounwind");
        let nounwind = self.context.create_enum_attribute(nounwind, 0);
        function.add_attribute(AttributeLoc::Function, nounwind);
        let values: Vec<_> = function.get_params().iter().map(|p| p.into_int_value()).collect();
        for (value, (name, _)) in values.iter().zip(parameters) {
            value.set_name(name);
        }
        let builder = self.context.create_builder();
        builder.position_at_end(self.context.append_basic_block(function, "entry"));
        (function, values, builder)
    }

    /// `PriceRule::update`.
    fn price_update(&self, name: &str, rule: &PriceRule) -> Result<(), EmitError> {
        let narrow = self.context.i32_type();
        let parameters = [("accumulator", self.word), ("use", self.word), ("members", narrow)];
        let (function, values, b) = self.function(name, &parameters);
        let [accumulator, used, members] = values[..] else {
            return Err(EmitError(format!("LLVM: {name} lost a parameter")));
        };
        let block = |name| self.context.append_basic_block(function, name);
        let (moves, rises, falls, done) =
            (block("moves"), block("rises"), block("falls"), block("done"));
        let entry = b.get_insert_block().unwrap_or(moves);

        let floor = self.constant(rule.price_lo << rule.carry_bits);
        let ceiling = self.constant(rule.price_hi << rule.carry_bits);
        let capacity = self.constant(rule.capacity);
        let zero = self.constant(0);
        let accumulator = clamp(&b, accumulator, floor, ceiling)?;
        let step = self.step(&b, rule, members)?;
        let still = b.build_int_compare(EQ, step, zero, "still")?;
        b.build_conditional_branch(still, done, moves)?;

        b.position_at_end(moves);
        let scarce = b.build_int_compare(UGE, used, capacity, "scarce")?;
        b.build_conditional_branch(scarce, rises, falls)?;

        b.position_at_end(rises);
        let excess = b.build_int_sub(used, capacity, "excess")?;
        let room = b.build_int_sub(ceiling, accumulator, "room")?;
        let far = beyond(&b, excess, room, step)?;
        let gain = b.build_int_mul(step, excess, "gain")?;
        let risen = b.build_int_add(accumulator, gain, "risen")?;
        let risen = select(&b, far, ceiling, risen, "up")?;
        b.build_unconditional_branch(done)?;

        b.position_at_end(falls);
        let slack = b.build_int_sub(capacity, used, "slack")?;
        let room = b.build_int_sub(accumulator, floor, "room")?;
        let far = beyond(&b, slack, room, step)?;
        let loss = b.build_int_mul(step, slack, "loss")?;
        let fallen = b.build_int_sub(accumulator, loss, "fallen")?;
        let fallen = select(&b, far, floor, fallen, "down")?;
        b.build_unconditional_branch(done)?;

        b.position_at_end(done);
        let next = b.build_phi(self.word, "next")?;
        next.add_incoming(&[(&accumulator, entry), (&risen, rises), (&fallen, falls)]);
        b.build_return(Some(&next.as_basic_value()))?;
        Ok(())
    }

    /// `PriceRule::step`.
    fn step(
        &self,
        b: &Builder<'ctx>,
        rule: &PriceRule,
        members: IntValue<'ctx>,
    ) -> Result<IntValue<'ctx>, EmitError> {
        let (zero, each) = (self.constant(0), self.constant(rule.step_member));
        let members = b.build_int_z_extend(members, self.word, "members.wide")?;
        let pair = self.call(b, "llvm.umul.with.overflow", each, members)?.into_struct_value();
        let product = b.build_extract_value(pair, 0, "product")?.into_int_value();
        let wraps = b.build_extract_value(pair, 1, "wraps")?.into_int_value();
        let product = select(b, wraps, self.constant(u64::MAX), product, "members.sum")?;
        let fixed = self.constant(rule.step_fixed);
        let sum = self.call(b, "llvm.uadd.sat", fixed, product)?.into_int_value();
        let nobody = b.build_int_compare(EQ, sum, zero, "nobody")?;
        let denominator = select(b, nobody, each, sum, "denominator")?;
        // Division by zero is undefined here too, in a branch that is not taken as well.
        let none = b.build_int_compare(EQ, denominator, zero, "none")?;
        let divisor = select(b, none, self.constant(1), denominator, "divisor")?;
        let step = b.build_int_unsigned_div(self.constant(rule.step_num), divisor, "quotient")?;
        Ok(select(b, none, zero, step, "step")?)
    }

    /// An intrinsic of two words.
    fn call(
        &self,
        b: &Builder<'ctx>,
        name: &str,
        left: IntValue<'ctx>,
        right: IntValue<'ctx>,
    ) -> Result<BasicValueEnum<'ctx>, EmitError> {
        let intrinsic = Intrinsic::find(name)
            .and_then(|of| of.get_declaration(self.module, &[self.word.into()]))
            .ok_or_else(|| EmitError(format!("LLVM has no {name}")))?;
        let call = b.build_call(intrinsic, &[left.into(), right.into()], "")?;
        let value = call.try_as_basic_value().basic();
        value.ok_or_else(|| EmitError(format!("LLVM: {name} returns nothing")))
    }

    /// `Reciprocal::at` of a class.
    fn budget(&self, name: &str, control: &Control) -> Result<(), EmitError> {
        let narrow = self.context.i32_type();
        let (function, values, b) = self.function(name, &[("class", narrow), ("price", self.word)]);
        let [class, price] = values[..] else {
            return Err(EmitError(format!("LLVM: {name} lost a parameter")));
        };
        let block = |name: &str| self.context.append_basic_block(function, name);
        let blocks: Vec<BasicBlock<'_>> =
            control.classes.iter().map(|class| block(&class.name)).collect();
        let default = blocks.get(control.taint.default_class).copied().ok_or_else(|| {
            EmitError("the plan's default class is none of its classes".to_owned())
        })?;
        let (demand, divides, free) = (block("demand"), block("divides"), block("free"));
        let cases: Vec<_> = (0u64..)
            .zip(&blocks)
            .map(|(index, block)| (narrow.const_int(index, false), *block))
            .collect();
        b.build_switch(class, default, &cases)?;
        for block in &blocks {
            b.position_at_end(*block);
            b.build_unconditional_branch(demand)?;
        }

        b.position_at_end(demand);
        let numerator = b.build_phi(self.word, "numerator")?;
        let (lo, hi) = (b.build_phi(self.word, "lo")?, b.build_phi(self.word, "hi")?);
        for (class, block) in control.classes.iter().zip(&blocks) {
            let of = class.demand;
            numerator.add_incoming(&[(&self.constant(of.numerator), *block)]);
            lo.add_incoming(&[(&self.constant(of.lo), *block)]);
            hi.add_incoming(&[(&self.constant(of.hi), *block)]);
        }
        let value = |phi: inkwell::values::PhiValue<'ctx>| phi.as_basic_value().into_int_value();
        let (numerator, lo, hi) = (value(numerator), value(lo), value(hi));
        let costless = b.build_int_compare(EQ, price, self.constant(0), "costless")?;
        b.build_conditional_branch(costless, free, divides)?;

        b.position_at_end(divides);
        let quotient = b.build_int_unsigned_div(numerator, price, "quotient")?;
        b.build_return(Some(&clamp(&b, quotient, lo, hi)?))?;
        b.position_at_end(free);
        b.build_return(Some(&hi))?;
        Ok(())
    }
}

/// `value` within `[lo, hi]`; `lo` first, as in the core.
fn clamp<'ctx>(
    b: &Builder<'ctx>,
    value: IntValue<'ctx>,
    lo: IntValue<'ctx>,
    hi: IntValue<'ctx>,
) -> Result<IntValue<'ctx>, BuilderError> {
    let above = b.build_int_compare(UGT, value, hi, "above")?;
    let at_most = select(b, above, hi, value, "at_most")?;
    let below = b.build_int_compare(ULT, value, lo, "below")?;
    select(b, below, lo, at_most, "clamped")
}

/// Whether `distance` steps are further than `room`.
fn beyond<'ctx>(
    b: &Builder<'ctx>,
    distance: IntValue<'ctx>,
    room: IntValue<'ctx>,
    step: IntValue<'ctx>,
) -> Result<IntValue<'ctx>, BuilderError> {
    let steps = b.build_int_unsigned_div(room, step, "steps")?;
    b.build_int_compare(UGT, distance, steps, "far")
}

fn select<'ctx>(
    b: &Builder<'ctx>,
    condition: IntValue<'ctx>,
    then: IntValue<'ctx>,
    otherwise: IntValue<'ctx>,
    name: &str,
) -> Result<IntValue<'ctx>, BuilderError> {
    b.build_select(condition, then, otherwise, name).map(BasicValueEnum::into_int_value)
}
