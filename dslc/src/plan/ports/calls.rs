//! System calls by name: numbers of x86-64, for which the kernel program is made.

/// A line for each: its number and its name.
const TABLE: &str = include_str!("calls.txt");

/// Every call's name and number, in the order of the numbers.
pub fn all() -> impl Iterator<Item = (&'static str, u32)> {
    TABLE.lines().filter_map(|line| {
        let (number, name) = line.split_once(' ')?;
        Some((name, number.parse().ok()?))
    })
}

/// The number of a call.
pub fn number(name: &str) -> Option<u32> {
    all().find(|(known, _)| *known == name).map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_is_a_call_and_no_name_stands_twice() {
        let names: BTreeSet<_> = all().map(|(name, _)| name).collect();
        assert_eq!(names.len(), TABLE.lines().count());
        let numbers: Vec<_> = all().map(|(_, number)| number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn numbers_are_the_kernels() {
        for (name, wanted) in [("read", 0), ("unlink", 87), ("finit_module", 313)] {
            assert_eq!(number(name), Some(wanted), "{name}");
        }
        assert_eq!(number("no_such_call"), None);
    }
}
