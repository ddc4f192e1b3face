//! Numbers and texts: exact, and small enough to compute with.

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{One, Zero};
use pest::iterators::Pair;

use super::{Lowered, walk};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::Rational;
use crate::syntax::ast::{Local, Name, Text};
use crate::syntax::grammar::Rule;

/// Most digits of a number, and largest power of ten: beyond the range of `f64` on both sides.
const MAX_DIGITS: usize = 400;
/// No number has more digits before its point: all are in the range of `f64`.
const MAX_SIZE: i64 = 308;
/// Digits that always fit a `u64`.
const SHORT: usize = 20;
const MAX_EXPONENT: i64 = 400;

/// `12`, `0.1`, `-1e-3`: exactly.
pub fn number(pair: &Pair<'_, Rule>) -> Lowered<Rational> {
    rational(pair.as_str()).map_err(|why| bad_number(walk::of(pair), &why))
}

/// The value of a number, when `text` is one.
pub fn rational(text: &str) -> Result<Rational, String> {
    // Most numbers are short and whole.
    if let (true, Ok(whole)) = (text.len() < SHORT && !text.starts_with('+'), text.parse::<u64>()) {
        return Ok(Ratio::from_integer(whole.into()));
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() > MAX_DIGITS {
        return Err(format!("a number may have {MAX_DIGITS} digits"));
    }
    let written = format!("{whole}{fraction}");
    let digits: BigInt = written.parse().map_err(|_| "this is not a number".to_owned())?;
    let power = power.parse().ok().filter(|power: &i64| power.abs() <= MAX_EXPONENT);
    let power = power.ok_or_else(|| format!("its power of ten is beyond ±{MAX_EXPONENT}"))?;
    // At most MAX_DIGITS digits stand after the point, so this stays far from the ends of `i64`.
    let power = power - i64::try_from(fraction.len()).unwrap_or(0);
    let significant = i64::try_from(written.trim_start_matches('0').len()).unwrap_or(i64::MAX);
    if significant > 0 && significant.saturating_add(power) > MAX_SIZE {
        return Err(format!("it is 1e{MAX_SIZE} or more, beyond what is calculated with"));
    }
    let ten = BigInt::from(10).pow(u32::try_from(power.unsigned_abs()).unwrap_or(0));
    let digits = if negative { -digits } else { digits };
    Ok(if power < 0 { Ratio::new(digits, ten) } else { Ratio::from_integer(digits * ten) })
}

/// The power of a unit: `2`, `-1`, `0.5`, `(1/3)`.
pub fn exponent(pair: &Pair<'_, Rule>) -> Lowered<Ratio<i64>> {
    let span = walk::of(pair);
    let written = pair.as_str().trim_matches(['(', ')']);
    let (above, below) = written.split_once('/').unwrap_or((written, "1"));
    let part = |text: &str| rational(text.trim()).map_err(|why| bad_number(span, &why));
    let (above, below) = (part(above)?, part(below)?);
    if below.is_zero() {
        return Err(bad_number(span, "the power of a unit cannot be divided by 0"));
    }
    let value = above / below;
    if value.is_zero() {
        return Err(bad_number(span, "a unit to the power 0 is no unit: leave it out"));
    }
    let small = |part: &BigInt| i64::try_from(part).ok().filter(|part| part.abs() <= 1_000);
    match (small(value.numer()), small(value.denom())) {
        (Some(numer), Some(denom)) => Ok(Ratio::new(numer, denom)),
        _ => Err(bad_number(span, "the power of a unit is a ratio of numbers up to 1000")),
    }
}

/// The number 1.
pub fn one() -> Rational {
    Rational::one()
}

/// A text in quotes.
pub fn text(pair: &Pair<'_, Rule>) -> Lowered<Text> {
    let span = walk::of(pair);
    let quoted = pair.as_str();
    let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    let mut value = String::with_capacity(inside.len());
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        let escaped = chars.next().map(|(_, escaped)| escaped);
        match escaped {
            Some(plain @ ('"' | '\\')) => value.push(plain),
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            _ => {
                let start = span.start + 1 + u32::try_from(at).unwrap_or(0);
                let length = escaped.map_or(0, char::len_utf8) as u32;
                let at = Local { start, end: start + 1 + length };
                let message = "a string knows no such escape";
                return Err(Box::new(
                    Diagnostic::error(codes::BAD_STRING, at.at(0), message)
                        .note("escapes: `\\\"` `\\\\` `\\n` `\\t`")
                        .fix("write `\\\\` for a backslash", at_start(at).at(0), "\\\\"),
                ));
            }
        }
    }
    Ok(Text { value, span })
}

fn at_start(at: Local) -> Local {
    Local { start: at.start, end: at.start + 1 }
}

/// A name as a token.
pub fn name(pair: &Pair<'_, Rule>) -> Name {
    Name { text: pair.as_str().to_owned(), span: walk::of(pair) }
}

pub fn bad_number(span: Local, why: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(codes::BAD_NUMBER, span.at(0), "this number cannot be used")
            .label(span.at(0), why),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        let of = |n: i64, d: i64| Ok(Ratio::new(n.into(), d.into()));
        assert_eq!(rational("0.1"), of(1, 10));
        assert_eq!(rational("1e-3"), of(1, 1000));
        assert_eq!(rational("12.50E+2"), of(1250, 1));
        assert_eq!(rational("-7.2"), of(-36, 5));
        assert!(rational("1e401").is_err());
        assert!(rational("1e99999999999999999999").is_err());
        assert!(rational(&"9".repeat(401)).is_err());
        assert!(rational("x").is_err());
    }
}
