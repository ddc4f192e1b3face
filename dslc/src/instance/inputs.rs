//! What a run supplies: values of run-time inputs, and who is in the open sets.

use std::collections::BTreeMap;

/// Who is in the open sets. Params that arrive at run time are given when the spec is compiled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Members of open sets, by the set's name.
    pub members: BTreeMap<String, Population>,
}

/// Members of an open set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// Groups: what the members' attributes are, if given, and how many there are.
    pub groups: Vec<(Option<String>, usize)>,
}

impl Population {
    /// How many members there are.
    pub fn count(&self) -> usize {
        self.groups.iter().map(|(_, count)| count).sum()
    }

    /// The attribute of the member at a position, if it was given.
    pub fn attribute(&self, position: usize) -> Option<&str> {
        let mut end = 0;
        let group = self.groups.iter().find(|(_, count)| {
            end += count;
            position < end
        })?;
        group.0.as_deref()
    }
}
