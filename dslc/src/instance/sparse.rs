//! Which elements of a sparse parameter lie on a line along one of its axes.

use std::collections::HashMap;

use super::layout::Layout;
use crate::sema::hir::{Model, ParamId, Values};

/// Lines of sparse parameters, found on first use.
#[derive(Debug, Default)]
pub struct Lines {
    axes: HashMap<(ParamId, usize), Axis>,
}

/// The elements of one parameter, by the line along one axis that they lie on.
type Axis = HashMap<usize, Vec<usize>>;

impl Lines {
    /// Members of the axis `axis` for which the param is not 0, ascending, when the other indices are
    /// those of `position`; none for a param that is not sparse.
    pub fn along(
        &mut self,
        model: &Model,
        layout: &Layout,
        (param, axis): (ParamId, usize),
        position: usize,
    ) -> Option<&[usize]> {
        let item = model.params.get(param)?;
        let Values::Sparse(entries) = &item.values else { return None };
        // Positions along the axis differ by the product of the sizes that follow it.
        let after = item.index.iter().skip(axis + 1).map(|set| layout.size(*set));
        let stride = after.product::<usize>().max(1);
        let size = layout.size(*item.index.get(axis)?).max(1);
        let lines = self.axes.entry((param, axis)).or_insert_with(|| {
            let mut lines = Axis::new();
            for (at, _) in entries {
                let member = at / stride % size;
                lines.entry(at - member * stride).or_default().push(member);
            }
            lines
        });
        let base = position - position / stride % size * stride;
        Some(lines.get(&base).map_or(&[], Vec::as_slice))
    }
}
