//! Takes an objective apart into utilities of single variables.

use super::{Owner, Problem, Var};
use crate::concave::Scalar;

impl Problem {
    /// The utility of each variable as a function of it alone: its gain and its terms in the objective.
    /// `None` for a variable that shares a term or cone with another. Rows are left aside. O(nonzeros).
    pub fn scalars(&self) -> Vec<Option<Scalar>> {
        let linear = |gain: &f64| Some(Scalar::linear(*gain));
        let mut scalars: Vec<Option<Scalar>> = self.gain.iter().map(linear).collect();
        for (at, owner) in self.owners.iter().enumerate() {
            if *owner != Owner::Objective || self.weights[at] == 0.0 {
                continue;
            }
            let argument = self.arguments.get(at);
            let known = match argument.terms[..] {
                [(var, slope)] => scalars.get_mut(var.index()).is_some_and(|scalar| {
                    let (f, library) = (self.functions[at], &self.library);
                    let shape = (slope, argument.constant);
                    scalar
                        .as_mut()
                        .is_some_and(|scalar| scalar.add(self.weights[at], f, library, shape))
                }),
                _ => false,
            };
            if !known {
                joined(&mut scalars, argument.terms.iter().map(|(var, _)| *var));
            }
        }
        for at in 0..self.cone_rows.constants.len() {
            joined(&mut scalars, self.cone_rows.get(at).terms.iter().map(|(var, _)| *var));
        }
        scalars
    }
}

/// Variables that are not on their own.
fn joined(scalars: &mut [Option<Scalar>], variables: impl Iterator<Item = Var>) {
    for var in variables {
        if let Some(scalar) = scalars.get_mut(var.index()) {
            *scalar = None;
        }
    }
}
