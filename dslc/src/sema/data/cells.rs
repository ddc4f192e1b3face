//! Numbers in cells.

use crate::sema::hir::Number;
use crate::syntax;

/// The number that a cell holds, or why it holds none.
pub fn number(cell: &str) -> Result<Number, String> {
    if cell.is_empty() {
        return Err("this value is missing; a row that is left out counts as 0".to_owned());
    }
    if let Some(number) = Number::decimal(cell) {
        return Ok(number);
    }
    let word = cell.trim_start_matches(['+', '-']).to_lowercase();
    match word.as_str() {
        "nan" | "na" | "n/a" | "null" | "none" | "-" => {
            return Err(format!("`{cell}` is no number; a row that is left out counts as 0"));
        }
        "inf" | "infinity" | "∞" => {
            return Err(format!("`{cell}` is no number: values are finite"));
        }
        _ => {}
    }
    if reads_as_decimal(cell) {
        let plain = cell.strip_prefix('+').unwrap_or(cell);
        return syntax::rational(plain).map(Number::from);
    }
    if cell.replace(',', ".").parse::<f64>().is_ok() {
        return Err(format!("`{cell}` is no number: decimals have a point"));
    }
    let digits = cell.trim_end_matches(|c: char| !c.is_ascii_digit()).trim_end();
    if digits.len() < cell.len() && reads_as_decimal(digits) {
        return Err(format!(
            "`{cell}` is no number: values are in the declared unit, and have none of their own"
        ));
    }
    Err(format!("`{}` is no number", shortened(cell)))
}

/// A text that fits a message.
pub fn shortened(cell: &str) -> String {
    const MOST: usize = 40;
    if cell.chars().count() <= MOST {
        return cell.to_owned();
    }
    cell.chars().take(MOST).chain(['…']).collect()
}

/// Sign, digits with at most one point, and a power of ten.
fn reads_as_decimal(text: &str) -> bool {
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let text = unsigned(text);
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa.to_owned(), Some(unsigned(power))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && power.is_none_or(|power| !power.is_empty() && digits(&power))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sema::hir::Rational;

    #[test]
    fn long_decimals_are_exact_and_what_is_no_number_says_why() {
        let long = "0.1234567890123456789";
        let expected = Rational::new(
            1_234_567_890_123_456_789i64.into(),
            10_000_000_000_000_000_000u64.into(),
        );
        assert_eq!(number(long), Ok(Number::from(expected.clone())));
        assert_eq!(number("-0.1234567890123456789"), Ok(Number::from(-expected.clone())));
        assert_eq!(number("+0.1234567890123456789"), Ok(Number::from(expected)));
        assert_eq!(number("1e-30").map(|n| n.to_f64()), Ok(1e-30));
        for cell in [
            "", "nan", "NaN", "-inf", "Infinity", "1,5", "5 ms", "5ms", "1_000", "--5", "1e",
            "0x10", "1e999", "a",
        ] {
            assert!(number(cell).is_err(), "{cell}");
        }
    }
}
