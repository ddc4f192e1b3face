//! The price step and the demand as text and as an object file.

use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetTriple,
};

use super::step;
use crate::emit::EmitError;
use crate::plan::ir::Control;

/// Where instrumented programs run. The processor is the oldest of its kind, so that the object
/// neither depends on the machine that made it nor asks for more than programs do.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
const PROCESSOR: &str = "x86-64";

/// What was compiled.
#[derive(Debug)]
pub struct Compiled {
    /// LLVM's assembly language.
    pub text: String,
    /// A position-independent ELF object.
    pub object: Vec<u8>,
}

/// Compiles `<fibre>_price_update` and `<fibre>_budget`; `source` is the spec's name.
pub fn compile(
    context: &Context,
    source: &str,
    fibre: &str,
    control: &Control,
) -> Result<Compiled, EmitError> {
    Target::initialize_x86(&InitializationConfig::default());
    let triple = TargetTriple::create(TRIPLE);
    let machine = Target::from_triple(&triple)?.create_target_machine(
        &triple,
        PROCESSOR,
        "",
        OptimizationLevel::Default,
        RelocMode::PIC,
        CodeModel::Default,
    );
    let machine = machine.ok_or_else(|| EmitError(format!("LLVM has no target {TRIPLE}")))?;
    let module = step::module(context, fibre, control)?;
    module.set_source_file_name(source);
    module.set_triple(&triple);
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    // Read first: making machine code of a module changes it.
    let text = module.print_to_string();
    let text = format!(
        "; Generated from {source} by dslc. Do not edit: change the spec and build again.\n{}",
        text.to_string_lossy()
    );
    let object = machine.write_to_memory_buffer(&module, FileType::Object)?;
    Ok(Compiled { text, object: object.as_slice().to_vec() })
}
