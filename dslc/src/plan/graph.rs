//! The coupling graph: resources that share a variable are adjacent.

use super::ir::{CouplingGraph, Family, ResourceId};
use crate::graph::{CliqueTree, Fill, Graph, MOST_FILL, eliminate};

/// Most pairs of resources, over all routes, that are listed as edges.
const MOST_PAIRS: usize = 1 << 24;

/// The graph whose vertices are the resources; two are adjacent when a family uses both.
pub fn coupling(resources: usize, families: &[Family]) -> CouplingGraph {
    let routes: Vec<Vec<_>> = families.iter().map(route).collect();
    through(resources, routes.iter().map(Vec::as_slice))
}

/// The same by the resources that each variable uses.
pub fn through<'r>(
    resources: usize,
    routes: impl Iterator<Item = &'r [ResourceId]> + Clone,
) -> CouplingGraph {
    match Graph::of_cliques(resources, routes, MOST_PAIRS) {
        Some(graph) => ordered(&graph, MOST_FILL),
        None => CouplingGraph { nodes: resources, ..CouplingGraph::default() },
    }
}

/// Its edges alone, sorted; none when there are too many.
pub fn edges(resources: usize, families: &[Family]) -> Option<Vec<(ResourceId, ResourceId)>> {
    let routes: Vec<Vec<_>> = families.iter().map(route).collect();
    let graph = Graph::of_cliques(resources, routes.iter().map(Vec::as_slice), MOST_PAIRS)?;
    Some(graph.edges().collect())
}

/// The resources that a family uses.
pub fn route(family: &Family) -> Vec<ResourceId> {
    family.route.iter().map(|(resource, _)| *resource).collect()
}

fn ordered(graph: &Graph, most_fill: usize) -> CouplingGraph {
    let found = eliminate(graph, most_fill);
    let (fill_edges, fill, cliques) = match found.fill {
        Fill::Minimal(fill, cliques) => (fill.len(), fill, cliques),
        Fill::Counted(count) => (count, Vec::new(), CliqueTree::default()),
    };
    CouplingGraph {
        nodes: graph.nodes(),
        edges: graph.edges().collect(),
        chordal: fill_edges == 0,
        ordered: true,
        order: found.order,
        width: found.width,
        fill_edges,
        fill,
        cliques,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> impl Iterator<Item = &'static [usize]> + Clone {
        [[0, 1], [1, 2], [2, 3], [0, 3]].iter().map(<[usize; 2]>::as_slice)
    }

    #[test]
    fn a_cycle_of_four_needs_one_chord() {
        let graph = through(4, square());
        assert!(!graph.chordal && graph.is_listed());
        assert_eq!((graph.fill.len(), graph.fill_edges, graph.width), (1, 1, 2));
        assert_eq!(graph.cliques.cliques.len(), 2);
    }

    #[test]
    fn a_tree_is_chordal_of_width_one() {
        let edges = [[0, 1], [0, 2], [2, 3], [2, 4]];
        let graph = through(5, edges.iter().map(<[usize; 2]>::as_slice));
        assert!(graph.chordal && graph.fill.is_empty() && graph.is_listed());
        assert_eq!((graph.width, graph.cliques.cliques.len()), (1, 4));
    }

    #[test]
    fn what_is_too_large_to_list_is_still_ordered() {
        let graph = through(4, square());
        let counted = ordered(&Graph::new(4, graph.edges.iter().copied()), 0);
        assert!(counted.ordered && !counted.is_listed() && !counted.chordal);
        assert_eq!((counted.order.len(), counted.width, counted.fill_edges), (4, 2, 1));
    }
}
