//! What the names in an expression stand for.

use crate::sema::hir::{Binder, BinderId, SetId};

/// What a binder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The member of a closed set at this position.
    Member(usize),
    /// Any one member of an open set.
    Open,
}

/// What the names in an expression stand for. Expressions have few binders: a list is looked
/// through faster than a map.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    binders: Vec<(BinderId, SetId, Bound)>,
    /// The class of the open set's member, when it matters: the closed set and the position in it.
    pub class: Option<(SetId, usize)>,
}

impl Scope {
    /// A scope of which only the class is known.
    pub fn of_class(class: Option<(SetId, usize)>) -> Self {
        Scope { binders: Vec::new(), class }
    }

    /// What a binder stands for here.
    pub fn get(&self, binder: BinderId) -> Option<Bound> {
        self.entry(binder).map(|(_, bound)| bound)
    }

    /// The set that a binder runs over, and what it stands for.
    pub fn entry(&self, binder: BinderId) -> Option<(SetId, Bound)> {
        let found = self.binders.iter().find(|(id, ..)| *id == binder);
        found.map(|(_, set, bound)| (*set, *bound))
    }

    /// How many binders stand for any one member of an open set.
    pub fn open_members(&self) -> usize {
        self.binders.iter().filter(|(.., bound)| *bound == Bound::Open).count()
    }

    /// Lets a binder stand for something, or for something else.
    pub fn set(&mut self, binder: &Binder, bound: Bound) {
        self.insert(binder.id, binder.set, bound);
    }

    /// The same of a binder over that set.
    pub fn insert(&mut self, binder: BinderId, set: SetId, bound: Bound) {
        match self.binders.iter_mut().find(|(id, ..)| *id == binder) {
            Some((.., old)) => *old = bound,
            None => self.binders.push((binder, set, bound)),
        }
    }
}
