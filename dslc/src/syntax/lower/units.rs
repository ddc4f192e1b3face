//! Units as written.

use num_traits::Zero;
use pest::iterators::Pair;

use super::literals::{bad_number, exponent, name, number, one};
use super::{Lowered, walk};
use crate::sema::hir::Rational;
use crate::syntax::ast::{Local, UnitExpr, UnitFactor};
use crate::syntax::grammar::Rule;

/// A unit in the place of one: `mmol/(gDW*h)`.
pub fn unit_expr(pair: Pair<'_, Rule>) -> Lowered<UnitExpr> {
    let (start, text) = (pair.as_span().start(), pair.as_str());
    let mut product = Product { scale: one(), factors: Vec::new(), end: walk::of(&pair).start };
    product.multiply(pair, false)?;
    Ok(product.finish(start, text))
}

/// The unit after a number in an expression: one name with its power.
pub fn unit_power(pair: Pair<'_, Rule>) -> Lowered<UnitExpr> {
    unit_powers(std::iter::once(pair))
}

/// Units after a number in a port's option: `MB/s`.
pub fn unit_powers<'i>(pairs: impl Iterator<Item = Pair<'i, Rule>>) -> Lowered<UnitExpr> {
    let mut pairs = pairs.peekable();
    let (start, text) = pairs.peek().map_or((0, ""), |first| {
        let span = first.as_span();
        (span.start(), span.get_input().get(span.start()..).unwrap_or_default())
    });
    let mut product = Product { scale: one(), factors: Vec::new(), end: 0 };
    let mut below = false;
    for pair in pairs {
        match pair.as_rule() {
            Rule::slash => below = true,
            Rule::star => below = false,
            _ => product.power(pair, below)?,
        }
    }
    Ok(product.finish(start, text))
}

/// A product that is being read.
struct Product {
    scale: Rational,
    factors: Vec<UnitFactor>,
    /// End of the last token.
    end: u32,
}

impl Product {
    /// Multiplies by a `unit_expr`, or divides by it when it stands below a `/`.
    fn multiply(&mut self, pair: Pair<'_, Rule>, below: bool) -> Lowered<()> {
        let mut inverted = below;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::star => inverted = below,
                Rule::slash => inverted = !below,
                Rule::number => self.number(&part, inverted)?,
                Rule::unit_group => {
                    let end = walk::of(&part).end;
                    for inner in part.into_inner().filter(|p| p.as_rule() == Rule::unit_expr) {
                        self.multiply(inner, inverted)?;
                    }
                    self.end = end;
                }
                _ => self.power(part, inverted)?,
            }
        }
        Ok(())
    }

    fn number(&mut self, pair: &Pair<'_, Rule>, below: bool) -> Lowered<()> {
        let value = number(pair)?;
        if value.is_zero() {
            return Err(bad_number(walk::of(pair), "a unit cannot be 0 of another"));
        }
        self.scale = if below { &self.scale / value } else { &self.scale * value };
        self.end = walk::of(pair).end;
        Ok(())
    }

    fn power(&mut self, pair: Pair<'_, Rule>, below: bool) -> Lowered<()> {
        let span = walk::of(&pair);
        let mut parts = pair.into_inner();
        let unit = parts.next().ok_or_else(|| walk::disagree(Rule::unit_power, span))?;
        self.end = walk::of(&unit).end;
        let mut power = num_rational::Ratio::from_integer(1);
        if let Some(part) = parts.find(|part| part.as_rule() == Rule::exponent) {
            power = exponent(&part)?;
            self.end = walk::of(&part).end;
        }
        let power = if below { -power } else { power };
        self.factors.push(UnitFactor { name: name(&unit), power });
        Ok(())
    }

    fn finish(self, start: usize, text: &str) -> UnitExpr {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let length = self.end.saturating_sub(start) as usize;
        UnitExpr {
            scale: self.scale,
            factors: self.factors,
            text: text.get(..length).unwrap_or(text).to_owned(),
            span: Local { start, end: self.end },
        }
    }
}
