//! Undirected graphs and their elimination: chordality, minimal completion, clique trees.
//!
//! | question | answer | cost |
//! |---|---|---|
//! | is it chordal? | maximum cardinality search, then the parent test | n + m |
//! | in which order is it eliminated with little fill? | approximate minimum degree | near-linear |
//! | how much fill is that, and how wide? | column counts, without listing any of it | near-linear |
//! | which fill is dispensable? | edges in one maximal clique alone, until none is left | (m + fill) a round |
//! | which cliques, and how do they hang together? | supernodes of the perfect ordering | n + m + fill |
//!
//! n vertices `0 .. n`, m edges. Nothing here knows of resources or plans.

mod chordal;
mod cliques;
mod completion;
mod counts;
mod ordering;
mod sparse;
#[cfg(test)]
mod tests;

pub use chordal::perfect_width;
pub use cliques::{Clique, CliqueTree};
pub use counts::elimination_tree;
pub use sparse::Graph;

/// Most edges of a completion that are listed and made minimal.
pub const MOST_FILL: usize = 1 << 22;

/// How a graph is eliminated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elimination {
    /// The first is eliminated first.
    pub order: Vec<usize>,
    /// Largest number of later neighbours, fill included: the treewidth is at most this.
    pub width: usize,
    /// What has to be added so that the ordering is perfect.
    pub fill: Fill,
}

/// The edges that elimination adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// No edge can be spared, pairs (a, b) with a < b, sorted; empty exactly when the graph is chordal.
    /// With the maximal cliques of the graph and these edges together.
    Minimal(Vec<(usize, usize)>, CliqueTree),
    /// As many, too many to list; some may be spared.
    Counted(usize),
}

/// Eliminates a graph; fill is listed up to `most_fill` edges.
pub fn eliminate(graph: &Graph, most_fill: usize) -> Elimination {
    let order = chordal::maximum_cardinality_search(graph);
    if let Some(width) = perfect_width(graph, &order) {
        let tree = CliqueTree::new(graph, &order);
        return Elimination { order, width, fill: Fill::Minimal(Vec::new(), tree) };
    }
    let order = ordering::minimum_degree(graph);
    let counts = counts::column_counts(graph, &order);
    let fill = counts.iter().sum::<usize>() - graph.size();
    if fill > most_fill {
        let width = counts.iter().copied().max().unwrap_or_default();
        return Elimination { order, width, fill: Fill::Counted(fill) };
    }
    let (completed, rounds) = completion::minimal(graph, &order);
    debug_assert!(rounds <= graph.nodes());
    let order = chordal::maximum_cardinality_search(&completed);
    let tree = CliqueTree::new(&completed, &order);
    let width = tree.width();
    let fill = completed.edges().filter(|&(a, b)| !graph.has(a, b)).collect();
    Elimination { order, width, fill: Fill::Minimal(fill, tree) }
}
