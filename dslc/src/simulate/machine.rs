//! Long runs by machine code: the price step of a plan, compiled for this run.

use dslc_rounds::fixed::Arithmetic;

use crate::diag::Diagnostic;
use crate::plan::ir::Control;

/// Compiling takes milliseconds: it is tried from so many rounds on.
#[cfg(feature = "jit")]
const LONG: u64 = 1_000_000;

/// Hands the compiled operations of a loop on, when the run is long; none for a short one.
///
/// # Errors
///
/// What LLVM says.
#[cfg(feature = "jit")]
pub fn with<R>(
    control: Option<&Control>,
    rounds: u64,
    then: impl FnOnce(Option<&dyn Arithmetic>) -> R,
) -> Result<R, Box<Diagnostic>> {
    use crate::diag::codes;
    use crate::emit::llvm::jit::{Context, Jit};
    let Some(control) = control.filter(|_| rounds >= LONG) else { return Ok(then(None)) };
    let context = Context::create();
    let compiled = Jit::new(&context, control).map_err(|error| {
        Box::new(Diagnostic::error(codes::NOT_SOLVED, Default::default(), error.to_string()))
    })?;
    Ok(then(Some(&compiled)))
}

/// This compiler was built without machine code: there are no compiled operations to hand on.
#[cfg(not(feature = "jit"))]
pub fn with<R>(
    _: Option<&Control>,
    _: u64,
    then: impl FnOnce(Option<&dyn Arithmetic>) -> R,
) -> Result<R, Box<Diagnostic>> {
    Ok(then(None))
}

#[cfg(feature = "jit")]
impl Arithmetic for crate::emit::llvm::jit::Jit<'_> {
    fn update(&self, accumulator: u64, used: u64, members: u32) -> u64 {
        Self::update(self, accumulator, used, members)
    }

    fn demand(&self, class: usize, price: u64) -> u64 {
        u32::try_from(class).map_or(0, |class| self.budget(class, price))
    }
}
