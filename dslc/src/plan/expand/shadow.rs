//! Where tables have entries, asked for one index while others are known: sorted once for each way of
//! asking, then found by halving.

use std::rc::Rc;

use super::support::{Asked, Support};
use super::{Bound, Expander};
use crate::sema::hir::{Index, Number, ParamId, Span, Values};

/// What is asked of a table: the members of one of its index sets, for the members of some others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    param: ParamId,
    /// Which of its indices is asked for.
    slot: usize,
    /// Which of its indices are known, a bit each.
    known: u64,
}

/// Where a table has entries: row-major position over the known indices, then member, sorted.
pub type Shadow = Vec<(usize, usize)>;

impl Expander<'_> {
    /// The members for which a table has an entry; none is all of them.
    pub(super) fn entries(
        &self,
        param: ParamId,
        index: &[Index],
        asked: &Asked<'_>,
    ) -> Option<Support> {
        let declared = self.model.params.get(param)?;
        let Values::Sparse(entries) = &declared.values else { return None };
        let own = Index::Bound(asked.binder);
        let mut slots = (0..index.len()).filter(|slot| index.get(*slot) == Some(&own));
        let slot = slots.next().filter(|_| slots.next().is_none() && index.len() <= 64)?;
        let mut question = Question { param, slot, known: 0 };
        let mut row = 0;
        for (at, (index, set)) in index.iter().zip(&declared.index).enumerate() {
            if at == slot {
                continue;
            }
            if let Ok(Bound::Member(member)) = self.bound(index, asked.scope, Span::default()) {
                question.known |= 1 << at;
                row = self.count(*set).checked_mul(row)?.checked_add(member)?;
            }
        }
        let shadow = self.shadow(question, entries);
        let start = shadow.partition_point(|(other, _)| *other < row);
        let end = shadow.partition_point(|(other, _)| *other <= row);
        Some(Support::Entries(shadow, start..end))
    }

    fn shadow(&self, question: Question, entries: &[(usize, Number)]) -> Rc<Shadow> {
        if let Some(shadow) = self.shadows.borrow().get(&question) {
            return Rc::clone(shadow);
        }
        let declared = self.model.params.get(question.param);
        let sets = declared.map_or(&[][..], |param| &param.index);
        let counts: Vec<_> = sets.iter().map(|set| self.count(*set).max(1)).collect();
        let mut shadow: Shadow = entries
            .iter()
            .map(|(position, _)| {
                let (mut rest, mut row, mut member, mut stride) = (*position, 0, 0, 1);
                for (at, count) in counts.iter().enumerate().rev() {
                    let own = rest % count;
                    rest /= count;
                    if at == question.slot {
                        member = own;
                    } else if question.known & (1 << at) != 0 {
                        row += own * stride;
                        stride *= count;
                    }
                }
                (row, member)
            })
            .collect();
        shadow.sort_unstable();
        shadow.dedup();
        let shadow = Rc::new(shadow);
        self.shadows.borrow_mut().insert(question, Rc::clone(&shadow));
        shadow
    }
}
