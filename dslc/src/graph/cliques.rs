//! The maximal cliques of a chordal graph, and the tree on which they hang.

use super::Graph;
use super::chordal::{later, parents, positions};

/// A tree (a forest, when the graph is not connected) of the maximal cliques: the cliques that share a
/// vertex hang together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CliqueTree {
    /// Every maximal clique.
    pub cliques: Vec<Clique>,
}

/// A maximal clique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clique {
    /// Its vertices: first those that its parent lacks, each part in the order of elimination.
    pub members: Vec<usize>,
    /// How many of them its parent lacks; all of a root's.
    pub own: usize,
    /// The clique that it hangs on, which holds the rest of its members.
    pub parent: Option<usize>,
}

impl Clique {
    /// The members that its parent lacks.
    pub fn own(&self) -> &[usize] {
        &self.members[..self.own]
    }

    /// The members that it shares with its parent: a minimal separator, unless it is empty.
    pub fn separator(&self) -> &[usize] {
        &self.members[self.own..]
    }
}

impl CliqueTree {
    /// The cliques of a chordal graph by one of its perfect elimination orderings (Pothen and Sun
    /// 1990): `{v} ∪ later(v)` is maximal unless a child of v has one later neighbour more than v.
    ///
    /// Of any other ordering it makes a tree of sets that means nothing.
    pub fn new(graph: &Graph, order: &[usize]) -> Self {
        let nodes = graph.nodes();
        let Some(position) = positions(nodes, order) else {
            return CliqueTree::default();
        };
        let parent_of = parents(graph, &position);
        let count: Vec<_> = (0..nodes).map(|v| later(graph, &position, v).count()).collect();
        // The clique of each vertex that is passed on from a child, as long as it has been met.
        let mut passed: Vec<Option<usize>> = vec![None; nodes];
        let mut clique_of = vec![usize::MAX; nodes];
        let mut own: Vec<Vec<usize>> = Vec::new();
        for &vertex in order {
            let clique = passed[vertex].unwrap_or(own.len());
            if clique == own.len() {
                own.push(Vec::new());
            }
            own[clique].push(vertex);
            clique_of[vertex] = clique;
            if let Some(parent) = parent_of[vertex]
                && count[vertex] == count[parent] + 1
            {
                passed[parent].get_or_insert(clique);
            }
        }
        let clique = |own: Vec<usize>| {
            let top = own.last().copied();
            let mut members = own;
            let own = members.len();
            members.extend(top.into_iter().flat_map(|top| later(graph, &position, top)));
            members[own..].sort_unstable_by_key(|&vertex| position[vertex]);
            let parent = top.and_then(|top| parent_of[top]).map(|parent| clique_of[parent]);
            Clique { members, own, parent }
        };
        CliqueTree { cliques: own.into_iter().map(clique).collect() }
    }

    /// One less than the largest clique: the treewidth of the chordal graph.
    pub fn width(&self) -> usize {
        let sizes = self.cliques.iter().map(|clique| clique.members.len());
        sizes.max().map_or(0, |largest| largest.saturating_sub(1))
    }
}
