//! Whether a graph is chordal, in time linear in its size.

use super::Graph;

/// Visits next the vertex with the most visited neighbours; the reverse of the visits, which is what
/// comes back, is a perfect elimination ordering exactly when the graph is chordal (Tarjan and
/// Yannakakis 1984).
pub fn maximum_cardinality_search(graph: &Graph) -> Vec<usize> {
    let nodes = graph.nodes();
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
        for &neighbour in graph.neighbours(vertex) {
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

/// The place of each vertex in an ordering of all of them; none when it is not one.
pub fn positions(nodes: usize, order: &[usize]) -> Option<Vec<usize>> {
    let mut position = vec![usize::MAX; nodes];
    for (i, &vertex) in order.iter().enumerate() {
        *position.get_mut(vertex)? = i;
    }
    (order.len() == nodes && !position.contains(&usize::MAX)).then_some(position)
}

/// The largest number of later neighbours when `order` is a perfect elimination ordering, by the parent
/// test (Rose, Tarjan and Lueker 1976): the first later neighbour of a vertex must see its other later
/// neighbours.
pub fn perfect_width(graph: &Graph, order: &[usize]) -> Option<usize> {
    let position = positions(graph.nodes(), order)?;
    let parents = parents(graph, &position);
    let pairs = parents.iter().enumerate().filter_map(|(child, parent)| Some(((*parent)?, child)));
    let children = Graph::grouped(graph.nodes(), pairs);
    let mut width = 0;
    let mut sees = vec![usize::MAX; graph.nodes()];
    for &vertex in order {
        graph.neighbours(vertex).iter().for_each(|&neighbour| sees[neighbour] = vertex);
        sees[vertex] = vertex;
        for &child in children.neighbours(vertex) {
            if later(graph, &position, child).any(|other| sees[other] != vertex) {
                return None;
            }
        }
        width = width.max(later(graph, &position, vertex).count());
    }
    Some(width)
}

/// The neighbours that come after a vertex.
pub fn later<'g>(
    graph: &'g Graph,
    position: &'g [usize],
    vertex: usize,
) -> impl Iterator<Item = usize> + Clone + 'g {
    let neighbours = graph.neighbours(vertex).iter().copied();
    neighbours.filter(move |&other| position[other] > position[vertex])
}

/// The first later neighbour of each vertex.
pub fn parents(graph: &Graph, position: &[usize]) -> Vec<Option<usize>> {
    let parent = |vertex| later(graph, position, vertex).min_by_key(|&other| position[other]);
    (0..graph.nodes()).map(parent).collect()
}
