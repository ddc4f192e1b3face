//! Units: what a unit's text means, dimensional analysis, and how derived units print.
//!
//! Every value of the compiler is in coherent SI (bits for information), so a [`Unit`]'s scale says
//! only how the spec writes it.

pub mod table;

use std::collections::BTreeMap;

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, One, ToPrimitive, Zero};

use self::table::{BINARY_PREFIXES, Prefixes, REFUSED, SI_PREFIXES, UNITS};
use super::constant::rational_power;
use super::hir::{Rational, Unit, UnitParts};
use super::names::nearest;
use crate::syntax::ast::{Local, UnitExpr};

/// Largest numerator and denominator of a power: beyond any that means something, and small enough
/// that scales stay short.
const LARGEST_POWER: i64 = 64;

/// A power of a base dimension.
pub type Power = Ratio<i64>;

/// Why a unit's text means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// Where in the item.
    pub span: Local,
    /// Why.
    pub kind: UnitErrorKind,
}

/// Why a unit's text means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitErrorKind {
    /// No unit has this name.
    Unknown {
        /// The name.
        name: String,
        /// The nearest name of a unit, when one is near.
        nearest: Option<String>,
    },
    /// It is no multiple of a unit.
    Refused {
        /// The name.
        name: String,
        /// Why.
        reason: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// A power is too large, or the unit's size is not rational.
    Power,
    /// A number stands in front that is 0 or less.
    Scale,
}

/// The units that a spec knows: the predeclared ones and its own.
#[derive(Clone, Debug, Default)]
pub struct Units {
    own: BTreeMap<String, Unit>,
}

impl Units {
    /// Adds a unit of the spec's own.
    pub fn declare(&mut self, name: &str, unit: Unit) {
        self.own.insert(name.to_owned(), unit.written(name));
    }

    /// The unit of that name, prefix included.
    pub fn find(&self, symbol: &str) -> Option<Unit> {
        self.own.get(symbol).cloned().or_else(|| predeclared(symbol))
    }

    /// What a unit's text means; the number in front goes into the scale.
    pub fn resolve(&self, written: &UnitExpr) -> Result<Unit, UnitError> {
        let error = |span, kind| UnitError { span, kind };
        let mut unit = Unit::default().sized(written.scale.clone());
        if written.scale <= Rational::zero() {
            return Err(error(written.span, UnitErrorKind::Scale));
        }
        for factor in &written.factors {
            let name = &factor.name;
            let base =
                self.find(&name.text).ok_or_else(|| error(name.span, self.unknown(&name.text)))?;
            let power = || error(name.span, UnitErrorKind::Power);
            let scale = in_range(factor.power).and_then(|by| rational_power(&base.scale, by));
            let scale = scale.ok_or_else(power)?;
            let raised = base.to_power(factor.power).ok_or_else(power)?;
            let product = unit.times(&raised).ok_or_else(power)?;
            unit = product.sized(&unit.scale * scale);
        }
        let plain = unit.is_dimensionless() && unit.scale.is_one();
        Ok(unit.written(if plain { "" } else { &written.text }))
    }

    fn unknown(&self, name: &str) -> UnitErrorKind {
        let refused = REFUSED.iter().find(|(symbols, ..)| symbols.contains(&name));
        if let Some(&(_, reason, instead)) = refused {
            return UnitErrorKind::Refused { name: name.to_owned(), reason, instead };
        }
        let prefixed = ["ms", "us", "ns", "kB", "MB", "GB", "KiB", "MiB", "GiB", "kW", "mW", "kHz"];
        let known = UNITS.iter().map(|row| row.symbol).chain(prefixed);
        let known = self.own.keys().map(String::as_str).chain(known);
        let habit = table::HABITS.iter().find(|(words, _)| words.contains(&name));
        let nearest = habit.map(|(_, symbol)| *symbol).or_else(|| nearest(name, known));
        let nearest = nearest.map(str::to_owned);
        UnitErrorKind::Unknown { name: name.to_owned(), nearest }
    }
}

fn predeclared(symbol: &str) -> Option<Unit> {
    // `dB` would read as a tenth of a byte.
    if REFUSED.iter().any(|(symbols, ..)| symbols.contains(&symbol)) {
        return None;
    }
    let exactly = UNITS.iter().find(|row| row.symbol == symbol);
    let (row, factor) = exactly.map(|row| (row, Rational::one())).or_else(|| prefixed(symbol))?;
    let (numerator, denominator) = row.scale;
    let scale = Rational::new(numerator.into(), denominator.into()) * factor;
    let dimensions = row.dimensions.iter();
    let dimensions =
        dimensions.map(|&(name, power)| (name.to_owned(), Power::from_integer(power))).collect();
    Some(UnitParts { dimensions, text: symbol.to_owned(), scale }.into())
}

fn prefixed(symbol: &str) -> Option<(&'static table::Row, Rational)> {
    let powers = |prefixes: &'static [(&'static str, i32)], base: i32, binary: bool| {
        prefixes.iter().find_map(move |&(prefix, power)| {
            let rest = symbol.strip_prefix(prefix)?;
            let takes = |row: &&table::Row| match row.prefixes {
                Prefixes::None => false,
                Prefixes::Si => !binary,
                Prefixes::SiAndBinary => true,
            };
            let row = UNITS.iter().filter(takes).find(|row| row.symbol == rest)?;
            Some((row, Rational::from_integer(base.into()).pow(power)))
        })
    };
    powers(BINARY_PREFIXES, 1024, true).or_else(|| powers(SI_PREFIXES, 10, false))
}

impl Unit {
    /// The same unit under another text.
    #[must_use]
    pub fn written(&self, text: &str) -> Unit {
        UnitParts { text: text.to_owned(), ..(**self).clone() }.into()
    }

    /// A unit of the same dimensions and another size.
    #[must_use]
    pub fn sized(&self, scale: Rational) -> Unit {
        UnitParts { scale, ..(**self).clone() }.into()
    }

    /// Whether it has no dimension.
    pub fn is_dimensionless(&self) -> bool {
        self.dimensions.is_empty()
    }

    /// Whether values of the two can be added and compared.
    pub fn same_dimension(&self, other: &Unit) -> bool {
        self.dimensions == other.dimensions
    }

    /// The unit of a product; none when a power leaves its range.
    pub fn times(&self, other: &Unit) -> Option<Unit> {
        if other.is_dimensionless() {
            return Some(self.clone());
        }
        if self.is_dimensionless() {
            return Some(other.clone());
        }
        let mut powers: BTreeMap<&str, Power> = BTreeMap::new();
        for (name, power) in self.dimensions.iter().chain(&other.dimensions) {
            let sum = powers.entry(name).or_insert_with(Power::zero);
            *sum = in_range(sum.checked_add(power)?)?;
        }
        powers.retain(|_, power| !power.is_zero());
        Some(coherent(powers.into_iter().map(|(name, power)| (name.to_owned(), power)).collect()))
    }

    /// The unit of a quotient; none when a power leaves its range.
    pub fn per(&self, other: &Unit) -> Option<Unit> {
        self.times(&other.to_power(-Power::one())?)
    }

    /// The unit of a power; none when a power leaves its range.
    pub fn to_power(&self, power: Power) -> Option<Unit> {
        if power.is_one() || self.is_dimensionless() {
            return Some(self.clone());
        }
        if power.is_zero() {
            return Some(Unit::default());
        }
        let raise = |(name, own): &(String, Power)| {
            Some((name.clone(), in_range(own.checked_mul(&power)?)?))
        };
        Some(coherent(self.dimensions.iter().map(raise).collect::<Option<_>>()?))
    }

    /// A value in SI as an amount of it: `20 ms`.
    pub fn show(&self, value: &Rational) -> String {
        let amount = decimal(&(value / &self.scale));
        if self.text.is_empty() { amount } else { format!("{amount} {}", self.text) }
    }

    /// The same of an approximate value; `inf` has no unit.
    pub fn show_near(&self, value: f64) -> String {
        Rational::from_float(value).map_or_else(|| value.to_string(), |value| self.show(&value))
    }

    /// How a message speaks of it: `` `ms` ``, or "no unit".
    pub fn quoted(&self) -> String {
        if self.is_dimensionless() { "no unit".to_owned() } else { format!("`{}`", self.text) }
    }
}

/// The shortest way to write it that is exact, or else to six digits.
fn decimal(value: &Rational) -> String {
    let near = value.to_f64().unwrap_or(f64::NAN);
    let magnitude = near.abs();
    let printed = if near == 0.0 || (1e-4..1e15).contains(&magnitude) {
        format!("{near}")
    } else {
        format!("{near:e}")
    };
    if printed.len() <= 12 {
        return printed;
    }
    // Six digits, without the zeros at their end.
    let short: f64 = format!("{near:.5e}").parse().unwrap_or(near);
    if (1e-4..1e15).contains(&magnitude) { format!("{short}") } else { format!("{short:e}") }
}

fn in_range(power: Power) -> Option<Power> {
    let fits = |n: i64| n.unsigned_abs() <= LARGEST_POWER.unsigned_abs();
    (fits(*power.numer()) && fits(*power.denom())).then_some(power)
}

/// The coherent unit of these dimensions, under its own name where it has one.
pub fn coherent(dimensions: Vec<(String, Power)>) -> Unit {
    let text = print(&dimensions);
    UnitParts { dimensions, text, scale: Rational::one() }.into()
}

/// How a coherent derived unit reads: `W`, `1/s`, `m/s^2`, `bit/(m*s)`.
fn print(dimensions: &[(String, Power)]) -> String {
    let named = UNITS.iter().find(|row| {
        row.dimensions.len() > 1
            && row.scale == (1, 1)
            && row.dimensions.len() == dimensions.len()
            && row.dimensions.iter().zip(dimensions).all(|(&(name, power), (other, own))| {
                name == other && *own == Power::from_integer(power)
            })
    });
    if let Some(row) = named {
        return row.symbol.to_owned();
    }
    let product = |below: bool| {
        let factors = dimensions.iter().filter(|(_, power)| (*power < Power::zero()) == below);
        let factors = factors.map(|(name, power)| {
            let power = if below { -*power } else { *power };
            match decimal_power(power) {
                _ if power.is_one() => name.clone(),
                Some(decimal) => format!("{name}^{decimal}"),
                None => format!("{name}^({power})"),
            }
        });
        factors.collect::<Vec<_>>()
    };
    let (above, below) = (product(false), product(true));
    let above =
        if above.is_empty() && !below.is_empty() { "1".to_owned() } else { above.join("*") };
    match below.as_slice() {
        [] => above,
        [one] => format!("{above}/{one}"),
        several => format!("{above}/({})", several.join("*")),
    }
}

/// `3`, `0.5`: the power as a decimal, when that is exact.
fn decimal_power(power: Power) -> Option<String> {
    let places = (0..=6).find(|&places| (power * 10i64.pow(places)).is_integer())?;
    let digits = usize::try_from(places).ok()?;
    Some(format!("{:.digits$}", power.to_f64()?))
}

#[cfg(test)]
mod tests;
