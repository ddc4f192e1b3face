//! Finds where a bracket that was forgotten belongs: where the item would parse with it.

use super::lower::parse;
use super::scan::Scanner;

/// Longest item, in bytes and in tokens, for which places are tried.
const MAX_BYTES: usize = 4_096;
const MAX_TOKENS: usize = 128;

/// What mends a closing bracket without an opening one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stray {
    /// It goes.
    Remove,
    /// Its partner comes at this byte.
    OpenAt(usize),
}

/// The last place after the bracket at byte `opener` where `closer` makes the item parse. Where it fits
/// in several places, later ones enclose more: `log(x + y` is meant as `log(x + y)`.
pub fn place_of_closer(item: &str, opener: usize, closer: &str) -> Option<usize> {
    let ends = token_ends(item, |start| start > opener)?;
    ends.into_iter().rev().find(|end| parses_with(item, *end, closer))
}

/// What makes the item parse that has a bracket too many at byte `closer`.
pub fn stray(item: &str, closer: usize, opener: &str) -> Option<Stray> {
    let ends = token_ends(item, |start| start < closer)?;
    let (before, after) = item.split_at_checked(closer)?;
    if parses(&[before, after.get(1..)?].concat()) {
        return Some(Stray::Remove);
    }
    let place = ends.into_iter().rev().find(|end| parses_with(item, *end, &format!(" {opener}")));
    place.map(Stray::OpenAt)
}

/// Ends of the tokens whose starts `keep`; none for an item in which too many places would be tried.
fn token_ends(item: &str, keep: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    let tokens = Scanner::new(item).filter(|token| keep(token.start)).map(|token| token.end);
    let ends: Vec<_> = tokens.take(MAX_TOKENS + 1).collect();
    (item.len() <= MAX_BYTES && ends.len() <= MAX_TOKENS).then_some(ends)
}

fn parses_with(item: &str, at: usize, sign: &str) -> bool {
    let parts = item.split_at_checked(at);
    parts.is_some_and(|(before, after)| parses(&[before, sign, after].concat()))
}

fn parses(item: &str) -> bool {
    parse(item).diagnostics.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(item: &str, bracket: char, closer: &str) -> Option<String> {
        let place = place_of_closer(item, item.find(bracket)?, closer)?;
        let (before, after) = item.split_at_checked(place)?;
        Some([before, closer, after].concat())
    }

    #[test]
    fn the_closer_goes_where_the_item_parses() {
        let variable = closed("variable x[t in Task: s in 0 .. 1;", '[', "]");
        assert_eq!(variable.as_deref(), Some("variable x[t in Task]: s in 0 .. 1;"));
        let call = closed("let n = log(x + y;", '(', ")");
        assert_eq!(call.as_deref(), Some("let n = log(x + y);"));
        assert_eq!(closed("let n = log(x y;", '(', ")"), None);
    }

    #[test]
    fn a_stray_closer_goes_or_gets_its_partner() {
        assert_eq!(stray("let a = 1);", 9, "("), Some(Stray::Remove));
        let item = "set A = a, b };";
        assert_eq!(stray(item, 13, "{"), Some(Stray::OpenAt("set A =".len())));
        assert_eq!(stray("let a = 3 4);", 11, "("), None);
    }
}
