//! Where a concave envelope promises more than the points it was made of.
//!
//! The envelope of a curve with a cliff is reached by splitting between two of its points. Whoever
//! cannot split keeps what the curve itself has there.

use crate::instance::numeric::{Argument, atom};
use crate::instance::{Instance, Value};

/// How much more an envelope must be than its points to be named, relative to it.
const NOTABLE: f64 = 1e-6;

/// An envelope at an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// The column that its argument depends on.
    pub column: usize,
    /// What the envelope gives.
    pub envelope: f64,
    /// What its points give, joined by straight pieces.
    pub points: f64,
}

/// The envelopes in the utility that promise more than their points keep at `x`.
pub fn promises(instance: &Instance, x: &[f64]) -> Vec<Promise> {
    let promise = |application: &crate::instance::Application| {
        let Some(Value::Scalar(argument)) = application.arguments.first() else { return None };
        let (column, _) = *argument.linear.first()?;
        let at = Argument::One(argument.value(x));
        let envelope =
            atom("concave_envelope", std::slice::from_ref(&at), &application.parameters)?;
        let points = atom("pwl", &[at], &application.parameters)?;
        let more = envelope - points > NOTABLE * envelope.abs().max(1.0);
        more.then_some(Promise { column, envelope, points })
    };
    let terms = instance.objective.terms.iter();
    terms
        .filter(|(_, term)| term.atom == "concave_envelope")
        .filter_map(|(_, term)| promise(term))
        .collect()
}
