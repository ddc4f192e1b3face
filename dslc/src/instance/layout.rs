//! Where each element of each variable stands among the columns.

use super::inputs::Inputs;
use crate::sema::hir::{Model, SetId, SetMembers, VariableId};

/// Sizes of sets, and first columns of variables.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    sizes: Vec<usize>,
    first: Vec<usize>,
    columns: usize,
}

impl Layout {
    /// Of a model whose open sets have the members of `inputs`.
    pub fn new(model: &Model, inputs: &Inputs) -> Self {
        let size = |set: &crate::sema::hir::Set| match &set.members {
            SetMembers::Closed(members) => members.len(),
            SetMembers::Open(_) => {
                inputs.members.get(&set.name.value).map_or(0, super::inputs::Population::count)
            }
        };
        let mut layout =
            Layout { sizes: model.sets.iter().map(size).collect(), ..Layout::default() };
        for variable in &model.variables {
            layout.first.push(layout.columns);
            let elements = variable.index.iter().map(|binder| layout.size(binder.set));
            layout.columns += elements.product::<usize>();
        }
        layout
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many members a set has.
    pub fn size(&self, set: SetId) -> usize {
        self.sizes.get(set).copied().unwrap_or(0)
    }

    /// The variable's first column; its elements follow in row-major order.
    pub fn first(&self, variable: VariableId) -> usize {
        self.first.get(variable).copied().unwrap_or(self.columns)
    }

    /// The variable's columns.
    pub fn range(&self, variable: VariableId) -> std::ops::Range<usize> {
        self.first(variable)..self.first.get(variable + 1).copied().unwrap_or(self.columns)
    }

    /// Row-major position of an element.
    pub fn position(&self, sets: impl IntoIterator<Item = SetId>, members: &[usize]) -> usize {
        let places = sets.into_iter().zip(members);
        places.fold(0, |position, (set, member)| position * self.size(set) + member)
    }

    /// The members of an element, from its row-major position.
    pub fn members(&self, sets: &[SetId], mut position: usize) -> Vec<usize> {
        let mut members = vec![0; sets.len()];
        for (member, set) in members.iter_mut().zip(sets).rev() {
            let size = self.size(*set).max(1);
            *member = position % size;
            position /= size;
        }
        members
    }
}
