//! The coupling graph: elimination orderings, chordality, minimal completion.

use std::collections::BTreeSet;

use super::ir::{CouplingGraph, Family, ResourceId};

/// Most pairs of resources, over all routes, that are listed as edges.
const MOST_PAIRS: usize = 1 << 24;

/// Most steps of a minimal completion, which visits every edge for every vertex.
const MOST_STEPS: usize = 1 << 24;

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
    match pairs(routes) {
        Some(edges) => from_edges(resources, edges),
        None => CouplingGraph { nodes: resources, ..CouplingGraph::default() },
    }
}

/// Its edges, sorted; none when there are too many.
pub fn edges(families: &[Family]) -> Option<Vec<(ResourceId, ResourceId)>> {
    let routes: Vec<Vec<_>> = families.iter().map(route).collect();
    pairs(routes.iter().map(Vec::as_slice))
}

fn route(family: &Family) -> Vec<ResourceId> {
    family.route.iter().map(|(resource, _)| *resource).collect()
}

fn pairs<'r>(
    routes: impl Iterator<Item = &'r [ResourceId]> + Clone,
) -> Option<Vec<(ResourceId, ResourceId)>> {
    let count = |route: &[ResourceId]| route.len() * route.len().saturating_sub(1) / 2;
    let most = routes.clone().map(count).fold(0usize, usize::saturating_add);
    if most > MOST_PAIRS {
        return None;
    }
    let mut edges = Vec::with_capacity(most);
    for route in routes {
        for (i, &a) in route.iter().enumerate() {
            edges.extend(route[i + 1..].iter().map(|&b| (a.min(b), a.max(b))));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    Some(edges)
}

/// Orders the graph by maximum cardinality search, and completes it when it is not chordal.
pub fn from_edges(nodes: usize, edges: Vec<(ResourceId, ResourceId)>) -> CouplingGraph {
    let order = maximum_cardinality_search(nodes, &edges);
    let ordered = true;
    if let Some(width) = perfect_width(nodes, &edges, &order) {
        return CouplingGraph {
            nodes,
            edges,
            chordal: true,
            ordered,
            order,
            width,
            fill: Vec::new(),
        };
    }
    if nodes.saturating_mul(nodes.saturating_add(edges.len())) > MOST_STEPS {
        return CouplingGraph { nodes, edges, ..CouplingGraph::default() };
    }
    let (order, fill) = minimal_completion(nodes, &edges);
    let all: Vec<_> = edges.iter().chain(&fill).copied().collect();
    let width = perfect_width(nodes, &all, &order).unwrap_or(nodes.saturating_sub(1));
    CouplingGraph { nodes, edges, chordal: false, ordered, order, width, fill }
}

fn adjacency(nodes: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut adjacent = vec![Vec::new(); nodes];
    for &(a, b) in edges {
        adjacent[a].push(b);
        adjacent[b].push(a);
    }
    adjacent
}

/// Visits next the vertex with the most visited neighbours; the reverse of the visits is a perfect
/// elimination ordering exactly when the graph is chordal (Tarjan and Yannakakis 1984). Linear.
fn maximum_cardinality_search(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let adjacent = adjacency(nodes, edges);
    let mut count = vec![0usize; nodes];
    let mut visited = vec![false; nodes];
    let mut buckets: Vec<Vec<usize>> = vec![(0..nodes).rev().collect()];
    let mut visits = Vec::with_capacity(nodes);
    while let Some(bucket) = buckets.last_mut() {
        let Some(vertex) = bucket.pop() else {
            buckets.pop();
            continue;
        };
        // Entries left behind by a later increment are stale.
        if visited[vertex] || count[vertex] + 1 != buckets.len() {
            continue;
        }
        visited[vertex] = true;
        visits.push(vertex);
        for &neighbour in &adjacent[vertex] {
            if !visited[neighbour] {
                count[neighbour] += 1;
                let bucket = count[neighbour];
                if buckets.len() <= bucket {
                    buckets.resize(bucket + 1, Vec::new());
                }
                buckets[bucket].push(neighbour);
            }
        }
    }
    visits.reverse();
    visits
}

/// The width of `order` when it is a perfect elimination ordering, by the parent test (Rose, Tarjan
/// and Lueker 1976): the first later neighbour of a vertex must see its other later neighbours.
pub fn perfect_width(nodes: usize, edges: &[(usize, usize)], order: &[usize]) -> Option<usize> {
    let mut position = vec![usize::MAX; nodes];
    for (i, &vertex) in order.iter().enumerate() {
        *position.get_mut(vertex)? = i;
    }
    if order.len() != nodes || position.contains(&usize::MAX) {
        return None;
    }
    let adjacent = adjacency(nodes, edges);
    let position = &position;
    let later = |v: usize| adjacent[v].iter().copied().filter(move |&u| position[u] > position[v]);
    let mut width = 0;
    // Whom each vertex must see, asked of it when its own turn comes.
    let mut asked: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut mark = vec![usize::MAX; nodes];
    for &vertex in order {
        for neighbour in later(vertex) {
            mark[neighbour] = vertex;
        }
        if asked[vertex].iter().any(|&other| mark[other] != vertex) {
            return None;
        }
        width = width.max(later(vertex).count());
        if let Some(parent) = later(vertex).min_by_key(|&u| position[u]) {
            let others: Vec<_> = later(vertex).filter(|&u| u != parent).collect();
            asked[parent].extend(others);
        }
    }
    Some(width)
}

/// A minimal elimination ordering and its fill, by MCS-M (Berry, Blair, Heggernes and Peyton 2004):
/// a vertex counts also along paths through vertices of smaller count.
fn minimal_completion(nodes: usize, edges: &[(usize, usize)]) -> (Vec<usize>, Vec<(usize, usize)>) {
    let adjacent = adjacency(nodes, edges);
    let present: BTreeSet<_> = edges.iter().copied().collect();
    let mut count = vec![0usize; nodes];
    let mut visited = vec![false; nodes];
    let mut fill = BTreeSet::new();
    let mut visits = Vec::with_capacity(nodes);
    for _ in 0..nodes {
        let unvisited = (0..nodes).filter(|&v| !visited[v]);
        let Some(vertex) = unvisited.max_by_key(|&v| (count[v], std::cmp::Reverse(v))) else {
            break;
        };
        visited[vertex] = true;
        visits.push(vertex);
        for reached in reached_through_smaller(vertex, &adjacent, &visited, &count) {
            count[reached] += 1;
            let edge = (vertex.min(reached), vertex.max(reached));
            if !present.contains(&edge) {
                fill.insert(edge);
            }
        }
    }
    visits.reverse();
    (visits, fill.into_iter().collect())
}

/// The unvisited vertices u with a path from `start` whose inner vertices all count less than u.
fn reached_through_smaller(
    start: usize,
    adjacent: &[Vec<usize>],
    visited: &[bool],
    count: &[usize],
) -> Vec<usize> {
    let nodes = adjacent.len();
    // `open[c]`: vertices reached by paths whose largest inner count is c.
    let mut open: Vec<Vec<usize>> = vec![Vec::new(); nodes + 1];
    let mut seen = visited.to_vec();
    let mut reached = Vec::new();
    for &u in &adjacent[start] {
        if !seen[u] {
            seen[u] = true;
            reached.push(u);
            open[count[u]].push(u);
        }
    }
    for level in 0..=nodes {
        while let Some(inner) = open[level].pop() {
            for &u in &adjacent[inner] {
                if seen[u] {
                    continue;
                }
                seen[u] = true;
                if count[u] > level {
                    reached.push(u);
                    open[count[u]].push(u);
                } else {
                    open[level].push(u);
                }
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cycle_of_four_needs_one_chord() {
        let graph = from_edges(4, vec![(0, 1), (1, 2), (2, 3), (0, 3)]);
        assert!(!graph.chordal);
        assert_eq!(graph.fill.len(), 1);
        assert_eq!(graph.width, 2);
    }

    #[test]
    fn a_tree_is_chordal_of_width_one() {
        let graph = from_edges(5, vec![(0, 1), (0, 2), (2, 3), (2, 4)]);
        assert!(graph.chordal && graph.fill.is_empty());
        assert_eq!(graph.width, 1);
    }

    proptest! {
        #[test]
        fn the_completion_is_chordal_and_minimal(
            nodes in 1usize..9,
            bits in proptest::collection::vec(any::<bool>(), 36),
        ) {
            let pairs = (0..nodes).flat_map(|b| (0..b).map(move |a| (a, b)));
            let edges: Vec<_> = pairs.zip(bits).filter(|(_, keep)| *keep).map(|(e, _)| e).collect();
            let graph = from_edges(nodes, edges.clone());
            let all: Vec<_> = edges.iter().chain(&graph.fill).copied().collect();
            prop_assert_eq!(perfect_width(nodes, &all, &graph.order), Some(graph.width));
            prop_assert_eq!(graph.chordal, graph.fill.is_empty());
            for edge in &graph.fill {
                let fewer: Vec<_> = all.iter().filter(|e| *e != edge).copied().collect();
                let order = maximum_cardinality_search(nodes, &fewer);
                prop_assert_eq!(perfect_width(nodes, &fewer, &order), None, "not minimal");
            }
        }
    }
}
