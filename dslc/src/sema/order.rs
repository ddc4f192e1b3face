//! The order in which definitions can be resolved: each after those that it uses.

use std::collections::BTreeMap;

use crate::syntax::ast::{Binder, Expr, ExprKind, ItemKind, ParamValue, Range, SetMembers};

/// The definitions, by position, each after the ones it uses; and those of one cycle, if any, whose
/// order is arbitrary.
#[derive(Debug, Default)]
pub struct Order {
    /// Positions of definitions.
    pub sorted: Vec<usize>,
    /// Definitions that need each other, a list per cycle.
    pub cycles: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Sorts definitions; `uses[i]` are positions of definitions that definition i names.
pub fn sort(uses: &[Vec<usize>]) -> Order {
    let mut order = Order::default();
    let mut state = vec![State::New; uses.len()];
    for root in 0..uses.len() {
        if state[root] != State::New {
            continue;
        }
        state[root] = State::Open;
        // Depth-first on a stack of its own: a chain of definitions may be as long as the file.
        let mut path = vec![(root, 0)];
        while let Some((at, next)) = path.last_mut() {
            let (at, used) = (*at, uses[*at].get(*next).copied());
            *next += 1;
            match used {
                None => {
                    state[at] = State::Done;
                    order.sorted.push(at);
                    path.pop();
                }
                Some(used) if state[used] == State::New => {
                    state[used] = State::Open;
                    path.push((used, 0));
                }
                Some(used) if state[used] == State::Open => {
                    let cycle = path.iter().map(|(at, _)| *at).skip_while(|at| *at != used);
                    order.cycles.push(cycle.collect());
                }
                Some(_) => {}
            }
        }
    }
    order
}

/// Positions of the definitions that an item names, binders left out.
pub fn uses(item: &ItemKind, definitions: &BTreeMap<&str, usize>) -> Vec<usize> {
    let mut walk = Walk { definitions, bound: Vec::new(), found: Vec::new() };
    match item {
        ItemKind::Set(set) => match &set.members {
            SetMembers::Range(lo, hi) => {
                walk.expr(lo);
                walk.expr(hi);
            }
            SetMembers::Open(limit) => walk.expr(limit),
            SetMembers::Inline(_) | SetMembers::Table(_) => {}
        },
        ItemKind::Param(param) => {
            walk.binders(&param.index);
            walk.range(param.range.as_ref());
            match &param.value {
                Some(ParamValue::Expr(value)) => walk.expr(value),
                Some(ParamValue::Entries(entries)) => {
                    entries.iter().for_each(|entry| walk.expr(&entry.value));
                }
                Some(ParamValue::Table(_)) | None => {}
            }
        }
        ItemKind::Variable(variable) => {
            walk.binders(&variable.index);
            walk.range(variable.range.as_ref());
        }
        ItemKind::Let(item) => {
            walk.binders(&item.index);
            walk.expr(&item.body);
        }
        _ => {}
    }
    walk.found
}

struct Walk<'a> {
    definitions: &'a BTreeMap<&'a str, usize>,
    bound: Vec<&'a str>,
    found: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn name(&mut self, name: &str) {
        if !self.bound.contains(&name) {
            self.found.extend(self.definitions.get(name));
        }
    }

    fn binders(&mut self, binders: &'a [Binder]) {
        for binder in binders {
            self.name(&binder.set.text);
            self.bound.extend(binder.name.as_ref().map(|name| name.text.as_str()));
        }
    }

    fn range(&mut self, range: Option<&'a Range>) {
        if let Some(range) = range {
            self.expr(&range.lo);
            self.expr(&range.hi);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Number(..) | ExprKind::Infinity | ExprKind::Text(_) => {}
            ExprKind::Name(name) => self.name(&name.text),
            // What stands between the brackets are binders and members, no definitions.
            ExprKind::Index(name, _) => self.name(&name.text),
            ExprKind::Call(_, parts) | ExprKind::Vector(parts) => {
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Fold(fold) | ExprKind::Each(fold) => {
                let outer = self.bound.len();
                self.binders(&fold.binders);
                self.expr(&fold.body);
                fold.condition.iter().for_each(|condition| self.expr(condition));
                self.bound.truncate(outer);
            }
            ExprKind::Neg(a) | ExprKind::Not(a) => self.expr(a),
            ExprKind::Binary(_, a, b) | ExprKind::Compare(_, a, b) | ExprKind::Logic(_, a, b) => {
                self.expr(a);
                self.expr(b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn what_is_used_comes_first_however_long_the_chain() {
        let chain: Vec<Vec<usize>> =
            (0..50_000).map(|i| if i == 49_999 { vec![] } else { vec![i + 1] }).collect();
        let order = sort(&chain);
        assert!(order.sorted.iter().copied().eq((0..50_000).rev()));
        assert!(order.cycles.is_empty());
    }

    #[test]
    fn a_cycle_is_named_once() {
        let order = sort(&[vec![1], vec![2], vec![1], vec![0, 3]]);
        assert_eq!(order.cycles, [vec![1, 2], vec![3]]);
    }
}
