//! Finds where a bracket that was forgotten belongs: where the item would parse with it.

use pest::Parser;

use super::grammar::{Grammar, Rule};
use super::scan::Scanner;

/// Longest item, in bytes and in tokens after the bracket, for which places are tried.
const MAX_BYTES: usize = 4_096;
const MAX_TOKENS: usize = 128;

/// The last place after the bracket at byte `opener` where `closer` makes the item parse. Where it fits
/// in several places, later ones enclose more: `log(x + y` is meant as `log(x + y)`.
pub fn place_of_closer(item: &str, opener: usize, closer: &str) -> Option<usize> {
    if item.len() > MAX_BYTES {
        return None;
    }
    let ends = Scanner::new(item).filter(|token| token.start > opener).map(|token| token.end);
    let ends: Vec<_> = ends.take(MAX_TOKENS).collect();
    ends.into_iter().rev().find(|end| {
        let (before, after) = item.split_at_checked(*end).unwrap_or_default();
        Grammar::parse(Rule::one, &[before, closer, after].concat()).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closer_goes_where_the_item_parses() {
        let closed = |item: &str, bracket: char, closer: &str| {
            let place = place_of_closer(item, item.find(bracket)?, closer)?;
            let (before, after) = item.split_at_checked(place)?;
            Some([before, closer, after].concat())
        };
        let variable = closed("variable x[t in Task: s in 0 .. 1;", '[', "]");
        assert_eq!(variable.as_deref(), Some("variable x[t in Task]: s in 0 .. 1;"));
        let call = closed("let n = log(x + y;", '(', ")");
        assert_eq!(call.as_deref(), Some("let n = log(x + y);"));
        assert_eq!(closed("let n = log(x y;", '(', ")"), None);
    }
}
