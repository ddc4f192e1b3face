//! Members of closed sets: names in order, or a range of whole numbers that no list holds.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

/// Names in order, each once.
pub type Names = indexmap::IndexSet<Box<str>, FxBuildHasher>;

/// Members of a closed set, in order; none twice. A copy shares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Names(Arc<Names>),
    /// `first`, `first + 1`, …, so many.
    Range {
        first: i64,
        count: usize,
    },
}

impl Members {
    /// Members by their names; a name that is there already adds nothing.
    pub fn named(names: impl IntoIterator<Item = impl Into<Box<str>>>) -> Self {
        Members(Kind::Names(Arc::new(names.into_iter().map(Into::into).collect())))
    }

    /// The whole numbers from `first` to `last`; none when there are too many to count.
    pub fn range(first: i64, last: i64) -> Option<Self> {
        let count = i128::from(last) - i128::from(first) + 1;
        let count =
            usize::try_from(count.max(0)).ok().filter(|count| i64::try_from(*count).is_ok());
        Some(Members(Kind::Range { first, count: count? }))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::Names(names) => names.len(),
            Kind::Range { count, .. } => *count,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the member at a position.
    pub fn name(&self, at: usize) -> Option<Cow<'_, str>> {
        match &self.0 {
            Kind::Names(names) => names.get_index(at).map(|name| Cow::Borrowed(&**name)),
            Kind::Range { .. } => self.number(at).map(|number| Cow::Owned(number.to_string())),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.len()).filter_map(|at| self.name(at))
    }

    /// The position of the member of that name.
    pub fn position(&self, name: &str) -> Option<usize> {
        match &self.0 {
            Kind::Names(names) => names.get_index_of(name),
            Kind::Range { .. } => self.position_of(whole(name)?),
        }
    }

    /// The whole number that the member at a position is; none when it is no number.
    pub fn number(&self, at: usize) -> Option<i64> {
        match &self.0 {
            Kind::Names(names) => whole(names.get_index(at)?),
            Kind::Range { first, count } => {
                let step = i64::try_from(at).ok().filter(|_| at < *count)?;
                first.checked_add(step)
            }
        }
    }

    /// The position of the member that is this number.
    pub fn position_of(&self, number: i64) -> Option<usize> {
        match &self.0 {
            Kind::Names(names) => names.get_index_of(number.to_string().as_str()),
            Kind::Range { first, count } => {
                let step = usize::try_from(number.checked_sub(*first)?).ok();
                step.filter(|step| step < count)
            }
        }
    }

    /// The least and the largest member, when all of them are whole numbers and there are any.
    pub fn numbers(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Kind::Names(names) => {
                let numbers: Option<Vec<_>> = names.iter().map(|name| whole(name)).collect();
                let numbers = numbers?;
                Some((*numbers.iter().min()?, *numbers.iter().max()?))
            }
            Kind::Range { count, .. } => {
                Some((self.number(0)?, self.number(count.checked_sub(1)?)?))
            }
        }
    }
}

/// The whole number that a name is, written as numbers are: neither `+1` nor `01`.
fn whole(name: &str) -> Option<i64> {
    let digits = name.strip_prefix('-').unwrap_or(name);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let short = name == "0" || !digits.starts_with('0');
    if plain && short { name.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_and_its_list_are_the_same_set() {
        let range = Members::range(-2, 3);
        let list = Members::named(["-2", "-1", "0", "1", "2", "3"]);
        let range = range.unwrap_or_else(|| Members::named([""]));
        assert!(range.names().eq(list.names()));
        for name in ["-3", "-2", "0", "3", "4", "+1", "01", "-0", "x", ""] {
            assert_eq!(range.position(name), list.position(name), "{name}");
        }
        for number in -4..6 {
            assert_eq!(range.position_of(number), list.position_of(number));
        }
        assert_eq!((range.numbers(), list.numbers()), (Some((-2, 3)), Some((-2, 3))));
        assert_eq!(Members::named(["1", "a"]).numbers(), None);
    }

    #[test]
    fn a_range_of_any_size_costs_nothing() {
        let all = Members::range(i64::MIN + 2, 0);
        let all = all.unwrap_or_else(|| Members::named([""]));
        assert_eq!(all.len(), i64::MAX as usize);
        assert_eq!(all.position("0"), Some(all.len() - 1));
        assert_eq!(Members::range(i64::MIN, i64::MAX), None);
        assert_eq!(Members::range(1, 0).map(|none| none.len()), Some(0));
    }
}
