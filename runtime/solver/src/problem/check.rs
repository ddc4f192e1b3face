//! Refuses what no route can read, by name, before any of them starts.

use super::{Cone, Owner, Problem, Sense};
use crate::error::{Error, Place};

impl Problem {
    /// Numbers are finite (bounds may be infinite), indices exist, weights have the sign that
    /// keeps their row convex, cones have their size. O(size of the problem).
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.check_bounds()?;
        let number = |value: f64, place| match value.is_finite() {
            true => Ok(()),
            false => Err(Error::NotFinite { place, value }),
        };
        number(self.offset, Place::Objective)?;
        for (j, gain) in self.gain.iter().enumerate() {
            number(*gain, Place::Gain(j))?;
        }
        for (i, limit) in self.limits.iter().enumerate() {
            number(*limit, Place::Limit(i))?;
        }
        for entry in &self.entries {
            let (row, var) = (entry.row as usize, entry.column as usize);
            if row >= self.rows() {
                return Err(Error::NoSuchRow { row, rows: self.rows() });
            }
            self.check_variable(var)?;
            number(entry.value, Place::Coefficient(row, var))?;
        }
        self.check_terms()?;
        self.check_cones()
    }

    fn check_bounds(&self) -> Result<(), Error> {
        if self.variables() == 0 {
            return Err(Error::NoVariables);
        }
        for (var, (&lower, &upper)) in self.lower.iter().zip(&self.upper).enumerate() {
            let bound = |value: f64, never: f64| match value.is_nan() || value == never {
                true => Err(Error::NotFinite { place: Place::Bound(var), value }),
                false => Ok(()),
            };
            bound(lower, f64::INFINITY)?;
            bound(upper, f64::NEG_INFINITY)?;
            if lower > upper {
                return Err(Error::EmptyBounds { var, lower, upper });
            }
        }
        Ok(())
    }

    fn check_variable(&self, var: usize) -> Result<(), Error> {
        match var < self.variables() {
            true => Ok(()),
            false => Err(Error::NoSuchVariable { var, variables: self.variables() }),
        }
    }

    fn check_terms(&self) -> Result<(), Error> {
        if let Some(last) = self.arguments.matrix.width().checked_sub(1) {
            self.check_variable(last)?;
        }
        for k in 0..self.weights.len() {
            let (weight, function) = (self.weights[k], self.functions[k]);
            if function.find(&self.library).is_none() {
                return Err(Error::BadFunction { term: k, function });
            }
            let concave = match self.owners[k] {
                Owner::Objective => weight >= 0.0,
                Owner::Row(row) => match self.senses.get(row as usize) {
                    None => {
                        return Err(Error::NoSuchRow { row: row as usize, rows: self.rows() });
                    }
                    Some(Sense::AtMost) => weight <= 0.0,
                    Some(Sense::AtLeast) => weight >= 0.0,
                    Some(Sense::Equal) => weight == 0.0,
                },
            };
            let parts =
                self.arguments.matrix.values(k).iter().chain([&self.arguments.constants[k]]);
            for &value in parts.chain([&weight]) {
                if !value.is_finite() {
                    return Err(Error::NotFinite { place: Place::Term(k), value });
                }
            }
            if !concave {
                return Err(Error::NotConvex { term: k, weight });
            }
        }
        Ok(())
    }

    fn check_cones(&self) -> Result<(), Error> {
        if let Some(last) = self.cone_rows.matrix.width().checked_sub(1) {
            self.check_variable(last)?;
        }
        let mut next = 0usize;
        for (at, &(cone, size)) in self.cones.iter().enumerate() {
            let fits = match cone {
                Cone::Zero | Cone::Nonnegative => true,
                Cone::SecondOrder => size >= 1,
                Cone::Exponential => size == 3,
                Cone::Power(a) => size == 3 && a > 0.0 && a < 1.0,
            };
            if !fits {
                return Err(Error::BadCone { at, cone, size: size as usize });
            }
            for row in next..next + size as usize {
                let constant = &self.cone_rows.constants[row];
                for &value in self.cone_rows.matrix.values(row).iter().chain([constant]) {
                    if !value.is_finite() {
                        return Err(Error::NotFinite { place: Place::Cone(at), value });
                    }
                }
            }
            next += size as usize;
        }
        Ok(())
    }
}
