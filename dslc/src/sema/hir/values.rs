//! Values of parameters.

use std::borrow::Cow;

use super::{Number, Rational};

/// Values of a parameter, by row-major position over its index sets; a scalar has position 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// One for each position.
    Dense(Vec<Rational>),
    /// Those that are not 0, as a table gives them: positions, ascending, and what stands there.
    Sparse(Vec<(usize, Number)>),
    /// An input of run time: every one of its values lies between these two.
    Input(Rational, Rational),
}

impl Values {
    /// The value at a position; none outside, and none of an input.
    pub fn get(&self, at: usize) -> Option<Cow<'_, Rational>> {
        match self {
            Values::Dense(values) => values.get(at).map(Cow::Borrowed),
            Values::Sparse(entries) => {
                let found = entries.binary_search_by_key(&at, |(position, _)| *position);
                let value = found.ok().and_then(|found| entries.get(found));
                Some(Cow::Owned(
                    value.map_or_else(Rational::default, |(_, value)| value.to_rational()),
                ))
            }
            Values::Input(..) => None,
        }
    }
}
