//! What links a program to its price: the compiler pass, the library that it calls, and the plan's
//! price step and demand as machine code.
//!
//! | artefact | what it is |
//! |---|---|
//! | `lib/<Fibre>Pass.cpp` | the pass, a plugin of clang 19 |
//! | `lib/<fibre>.h` | what an instrumented program may ask and be told |
//! | `lib/<fibre>_probe.c`, `lib/probe/` | the library's names, and the library |
//! | `lib/<fibre>_step.ll`, `.o` | the price step and the demand, see [`step`] |
//!
//! [`commands`] says how the pass and the library are compiled from these.

pub mod commands;
#[cfg(feature = "jit")]
pub mod jit;
pub mod object;
mod step;

use include_dir::{Dir, include_dir};
use inkwell::builder::BuilderError;
use inkwell::context::Context;
use inkwell::support::LLVMString;
use serde::Serialize;

use super::{Artifact, EmitError, template};
use crate::certify::Certificate;
use crate::plan::ir::{Control, Plan};

/// The library's sources as they are in this repository.
static PROBE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../runtime/probe/src");

#[derive(Serialize)]
struct Names<'a> {
    source: &'a str,
    fibre: &'a str,
    pass: String,
    guard: String,
    version: &'static str,
    price_name: &'a str,
    frac_bits: u32,
    default_class: usize,
    classes: Vec<&'a str>,
}

/// `lib/`: everything but what [`commands`] compile.
pub fn emit(plan: &Plan, _: &Certificate) -> Result<Vec<Artifact>, EmitError> {
    let control = plan.control.as_ref().ok_or_else(|| {
        EmitError("a pass needs a price: `observe` and `enforce` a variable".to_owned())
    })?;
    let fibre = plan.fibre.as_str();
    let names = names(plan, control);
    let compiled = object::compile(&Context::create(), &plan.source, fibre, control)?;
    let pass = format!("lib/{}.cpp", names.pass);
    let header = format!("lib/{fibre}.h");
    let shim = format!("lib/{fibre}_probe.c");
    let mut artifacts = vec![
        Artifact::text(pass, template::render("llvm/DwellPass.cpp.j2", &names)?),
        Artifact::text(header, template::render("llvm/probe.h.j2", &names)?),
        Artifact::text(shim, template::render("llvm/probe.c.j2", &names)?),
        Artifact::text(format!("lib/{fibre}_step.ll"), compiled.text),
        Artifact { path: format!("lib/{fibre}_step.o"), contents: compiled.object },
    ];
    artifacts.extend(PROBE.files().map(|file| Artifact {
        path: format!("lib/probe/{}", file.path().display()),
        contents: file.contents().to_vec(),
    }));
    Ok(artifacts)
}

fn names<'a>(plan: &'a Plan, control: &'a Control) -> Names<'a> {
    Names {
        source: &plan.source,
        fibre: &plan.fibre,
        pass: pass_name(&plan.fibre),
        guard: format!("{}_H", plan.fibre.to_uppercase()),
        version: env!("CARGO_PKG_VERSION"),
        price_name: &control.price_name,
        frac_bits: control.rule.frac_bits,
        default_class: control.taint.default_class,
        classes: control.classes.iter().map(|class| class.name.as_str()).collect(),
    }
}

/// `DwellPass` for the fibre `dwell`.
pub fn pass_name(fibre: &str) -> String {
    let mut letters = fibre.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain("Pass".chars()).collect()
}

impl From<BuilderError> for EmitError {
    fn from(error: BuilderError) -> Self {
        EmitError(format!("LLVM: {error}"))
    }
}

impl From<LLVMString> for EmitError {
    fn from(error: LLVMString) -> Self {
        // Its own display is quoted.
        EmitError(format!("LLVM: {}", error.to_string_lossy()))
    }
}
