//! How much an ordering fills, without filling it.

use super::Graph;
use super::chordal::positions;

/// The parent of each vertex in the elimination tree: the first vertex after it that it is adjacent to
/// once all before have been eliminated (Liu 1990). None of an ordering that is not one.
pub fn elimination_tree(graph: &Graph, order: &[usize]) -> Vec<Option<usize>> {
    let nodes = graph.nodes();
    let Some(position) = positions(nodes, order) else {
        return vec![None; nodes];
    };
    let mut parent = vec![None; nodes];
    // A shortcut towards the root of what has been built so far.
    let mut root: Vec<Option<usize>> = vec![None; nodes];
    for &vertex in order {
        let earlier = graph.neighbours(vertex).iter().copied();
        for start in earlier.filter(|&other| position[other] < position[vertex]) {
            let mut below = start;
            while below != vertex {
                match root[below].replace(vertex) {
                    Some(above) => below = above,
                    None => {
                        parent[below] = Some(vertex);
                        break;
                    }
                }
            }
        }
    }
    parent
}

/// How many later neighbours each vertex has when it is eliminated, fill included (Gilbert, Ng and
/// Peyton 1994): a vertex is counted at the leaves of the subtree of the elimination tree that it
/// reaches, less where two of these paths meet.
pub fn column_counts(graph: &Graph, order: &[usize]) -> Vec<usize> {
    let nodes = graph.nodes();
    let parent = elimination_tree(graph, order);
    let visits = postorder(&parent, order);
    let Some(position) = positions(nodes, &visits) else {
        return vec![0; nodes];
    };
    let mut first = vec![usize::MAX; nodes];
    for (place, &vertex) in visits.iter().enumerate() {
        let mut up = Some(vertex);
        while let Some(at) = up.filter(|&at| first[at] == usize::MAX) {
            first[at] = place;
            up = parent[at];
        }
    }
    let mut delta: Vec<isize> = (0..nodes).map(|v| isize::from(first[v] == position[v])).collect();
    // The largest first descendant among the leaves met so far, the last of these leaves, and the sets
    // of the vertices between a leaf and where its path meets the one before.
    let mut most: Vec<Option<usize>> = vec![None; nodes];
    let mut last: Vec<Option<usize>> = vec![None; nodes];
    let mut ancestor: Vec<usize> = (0..nodes).collect();
    for &vertex in &visits {
        if let Some(parent) = parent[vertex] {
            delta[parent] -= 1;
        }
        let later = graph.neighbours(vertex).iter().copied();
        for row in later.filter(|&other| position[other] > position[vertex]) {
            if most[row].is_some_and(|most| first[vertex] <= most) {
                continue;
            }
            most[row] = Some(first[vertex]);
            delta[vertex] += 1;
            if let Some(before) = last[row].replace(vertex) {
                delta[find(&mut ancestor, before)] -= 1;
            }
        }
        if let Some(parent) = parent[vertex] {
            ancestor[vertex] = parent;
        }
    }
    for &vertex in &visits {
        if let Some(parent) = parent[vertex] {
            delta[parent] += delta[vertex];
        }
    }
    // The vertex itself is counted too.
    delta.into_iter().map(|count| usize::try_from(count - 1).unwrap_or_default()).collect()
}

/// The vertices of a forest, children right before their parents.
fn postorder(parent: &[Option<usize>], order: &[usize]) -> Vec<usize> {
    let nodes = parent.len();
    let pairs = order.iter().filter_map(|&vertex| Some((parent[vertex]?, vertex)));
    let children = Graph::grouped(nodes, pairs);
    let mut visits = Vec::with_capacity(nodes);
    let mut stack = Vec::new();
    for &root in order.iter().filter(|&&vertex| parent[vertex].is_none()) {
        stack.push((root, 0));
        while let Some((vertex, next)) = stack.pop() {
            match children.neighbours(vertex).get(next) {
                Some(&child) => stack.extend([(vertex, next + 1), (child, 0)]),
                None => visits.push(vertex),
            }
        }
    }
    visits
}

/// The representative of a set, with the way to it halved.
fn find(ancestor: &mut [usize], start: usize) -> usize {
    let mut at = start;
    while ancestor[at] != at {
        ancestor[at] = ancestor[ancestor[at]];
        at = ancestor[at];
    }
    at
}
