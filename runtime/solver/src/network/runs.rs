//! Routes along lines: sources whose links are consecutive, as runs `first .. end`.
//!
//! Prices along a run are a difference of two prefix sums, and what a run carries begins at its
//! first link and ends at its last: both products cost O(runs + links), however long the runs are.
//! Sums carry what rounding loses, so that a small link beside large ones keeps its digits.

use std::cell::RefCell;

use crate::sparse::Matrix;

/// Runs of each source, with coefficient 1.
pub(crate) struct Runs {
    /// Runs of source i: `start[i] .. start[i + 1]`.
    start: Vec<usize>,
    first: Vec<u32>,
    end: Vec<u32>,
    scratch: RefCell<Scratch>,
}

/// Sums over the links that every product needs anew.
#[derive(Default)]
struct Scratch {
    /// Sum of prices before each link.
    prefix: Vec<Exact>,
    /// What begins less what ends at each link.
    marks: Vec<Exact>,
}

/// Runs must on average be at least this long to be worth their prefix sums.
const WORTH: usize = 3;

impl Runs {
    /// `None` if a coefficient is not 1 or runs are short.
    pub fn find(routes: &Matrix) -> Option<Self> {
        let mut runs = Runs {
            start: vec![0],
            first: Vec::new(),
            end: Vec::new(),
            scratch: RefCell::default(),
        };
        let most = routes.nonzeros() / WORTH;
        let mut sorted = Vec::new();
        for i in 0..routes.rows() {
            if routes.values(i).iter().any(|&a| a != 1.0) {
                return None;
            }
            sorted.clear();
            sorted.extend_from_slice(routes.columns(i));
            sorted.sort_unstable();
            for (k, &link) in sorted.iter().enumerate() {
                match runs.end.last_mut() {
                    Some(end) if k > 0 && *end == link => *end += 1,
                    _ => {
                        runs.first.push(link);
                        runs.end.push(link + 1);
                    }
                }
            }
            runs.start.push(runs.first.len());
            if runs.first.len() > most {
                return None;
            }
        }
        Some(runs)
    }

    /// `q[i]`: the sum of `v` along the runs of i.
    pub fn along(&self, v: &[f64], q: &mut [f64]) {
        let prefix = &mut self.scratch.borrow_mut().prefix;
        prefix_sums(v, prefix);
        for (i, q) in q.iter_mut().enumerate() {
            *q = self.sum(i, prefix);
        }
    }

    /// `y[l]`: the sum of `x` over the runs across l.
    pub fn across(&self, x: &[f64], y: &mut [f64]) {
        let marks = &mut self.scratch.borrow_mut().marks;
        marks.clear();
        marks.resize(y.len() + 1, Exact::default());
        for (i, &x) in x.iter().enumerate() {
            self.mark(i, x, marks);
        }
        carried(marks, y);
    }

    /// `y[l]`: the sum over the runs across l of `d[i]` times the sum of `v` along i.
    pub fn normal_product(&self, d: &[f64], v: &[f64], y: &mut [f64]) {
        let Scratch { prefix, marks } = &mut *self.scratch.borrow_mut();
        prefix_sums(v, prefix);
        marks.clear();
        marks.resize(y.len() + 1, Exact::default());
        for (i, &d) in d.iter().enumerate() {
            self.mark(i, d * self.sum(i, prefix), marks);
        }
        carried(marks, y);
    }

    fn sum(&self, i: usize, prefix: &[Exact]) -> f64 {
        let mut sum = 0.0;
        for run in self.start[i]..self.start[i + 1] {
            let (from, to) = (prefix[self.first[run] as usize], prefix[self.end[run] as usize]);
            sum += (to.sum - from.sum) + (to.lost - from.lost);
        }
        sum
    }

    /// Adds `t` where the runs of `i` begin and takes it where they end.
    fn mark(&self, i: usize, t: f64, marks: &mut [Exact]) {
        for run in self.start[i]..self.start[i + 1] {
            marks[self.first[run] as usize].add(t);
            marks[self.end[run] as usize].add(-t);
        }
    }
}

/// `y[l]`: the running sum of the marks.
fn carried(marks: &[Exact], y: &mut [f64]) {
    let mut sum = Exact::default();
    for (y, mark) in y.iter_mut().zip(marks) {
        sum.add(mark.sum);
        sum.add(mark.lost);
        *y = sum.sum + sum.lost;
    }
}

/// `sums[l]`: the sum of `v` before l.
fn prefix_sums(v: &[f64], sums: &mut Vec<Exact>) {
    let mut sum = Exact::default();
    sums.clear();
    sums.push(sum);
    for &v in v {
        sum.add(v);
        sums.push(sum);
    }
}

/// A sum and what its rounding lost.
#[derive(Clone, Copy, Default)]
struct Exact {
    sum: f64,
    lost: f64,
}

impl Exact {
    /// Knuth's two-sum: without a branch on which is larger.
    fn add(&mut self, v: f64) {
        let next = self.sum + v;
        let part = next - self.sum;
        self.lost += (self.sum - (next - part)) + (v - part);
        self.sum = next;
    }
}
