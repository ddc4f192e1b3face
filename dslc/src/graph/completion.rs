//! Minimal completions: an elimination's fill without what can be spared.
//!
//! A completion is minimal exactly when no single edge of its fill can be removed (Rose, Tarjan and
//! Lueker 1976), and an edge of a chordal graph can be removed exactly when it lies in one maximal clique
//! alone. So each clique is completed again without such edges of its own, and then the new cliques,
//! until no edge is left to spare. A clique's separators consist of edges that lie in two cliques: what
//! happens inside it stays inside it.

use super::chordal::{maximum_cardinality_search, positions};
use super::ordering::minimum_degree;
use super::{CliqueTree, Graph};

/// A minimal chordal graph that holds `graph`, within the fill of `order`; and in how many rounds.
pub fn minimal(graph: &Graph, order: &[usize]) -> (Graph, usize) {
    let mut completed = filled(graph, order);
    let mut rounds = 0;
    loop {
        rounds += 1;
        let spared = spared(graph, &completed);
        if spared.is_empty() {
            return (completed, rounds);
        }
        let kept = completed.edges().filter(|edge| spared.binary_search(edge).is_err());
        completed = Graph::new(graph.nodes(), kept);
    }
}

/// The graph with the fill of an elimination ordering.
pub fn filled(graph: &Graph, order: &[usize]) -> Graph {
    let nodes = graph.nodes();
    let Some(position) = positions(nodes, order) else {
        return graph.clone();
    };
    // The later neighbours of each vertex; a vertex hands its own on to the first of them.
    let mut later: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut seen = vec![usize::MAX; nodes];
    for &vertex in order {
        seen[vertex] = vertex;
        let mut found = Vec::new();
        let inherited = children[vertex].iter().flat_map(|&child| &later[child]);
        for &other in graph.neighbours(vertex).iter().chain(inherited) {
            if position[other] > position[vertex] && seen[other] != vertex {
                seen[other] = vertex;
                found.push(other);
            }
        }
        if let Some(&parent) = found.iter().min_by_key(|&&other| position[other]) {
            children[parent].push(vertex);
        }
        later[vertex] = found;
    }
    let edges = later.iter().enumerate().flat_map(|(a, later)| later.iter().map(move |&b| (a, b)));
    Graph::new(nodes, edges)
}

/// Edges of a completion that it remains chordal without, all of them at once; sorted. None exactly when
/// it is minimal.
fn spared(graph: &Graph, completed: &Graph) -> Vec<(usize, usize)> {
    let order = maximum_cardinality_search(completed);
    let tree = CliqueTree::new(completed, &order);
    let pairs =
        tree.cliques.iter().enumerate().filter_map(|(id, clique)| Some((clique.parent?, id)));
    let children = Graph::grouped(tree.cliques.len(), pairs);
    // Which of a clique's children share each of its vertices.
    let mut sharing: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes()];
    let mut covered = vec![usize::MAX; graph.nodes()];
    let mut spared = Vec::new();
    for (id, clique) in tree.cliques.iter().enumerate() {
        let of_children = || children.neighbours(id).iter().map(|&child| &tree.cliques[child]);
        for (number, child) in of_children().enumerate() {
            child.separator().iter().for_each(|&vertex| sharing[vertex].push(number));
        }
        let separators: Vec<_> = of_children().map(|child| child.separator()).collect();
        // An edge with an end that the parent lacks is in no clique above: only a child's can hold it.
        let mut alone = Vec::new();
        for (place, &vertex) in clique.own().iter().enumerate() {
            let added = clique.members[place + 1..].iter().copied();
            let mut added: Vec<_> = added.filter(|&other| !graph.has(vertex, other)).collect();
            for &child in &sharing[vertex] {
                if added.is_empty() {
                    break;
                }
                separators[child].iter().for_each(|&other| covered[other] = vertex);
                added.retain(|&other| covered[other] != vertex);
            }
            alone.extend(added.into_iter().map(|other| (vertex.min(other), vertex.max(other))));
        }
        separators.iter().flat_map(|it| it.iter()).for_each(|&vertex| sharing[vertex].clear());
        spared.extend(inside(&alone));
    }
    spared.sort_unstable();
    spared
}

/// Which of a clique's edges, of which each alone may go, go together: those that a completion of the
/// clique without all of them does not bring back. The first vertex of an elimination has no fill, so
/// that some do.
fn inside(alone: &[(usize, usize)]) -> Vec<(usize, usize)> {
    if alone.len() < 2 {
        return alone.to_vec();
    }
    // All other members see every member: they fill nothing.
    let mut members: Vec<_> = alone.iter().flat_map(|&(a, b)| [a, b]).collect();
    members.sort_unstable();
    members.dedup();
    let place = |vertex: usize| members.binary_search(&vertex).unwrap_or_default();
    let missing = Graph::new(members.len(), alone.iter().map(|&(a, b)| (place(a), place(b))));
    let all = (0..members.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let rest = Graph::new(members.len(), all.filter(|&(a, b)| !missing.has(a, b)));
    let completed = filled(&rest, &minimum_degree(&rest));
    let gone = missing.edges().filter(|&(a, b)| !completed.has(a, b));
    gone.map(|(a, b)| (members[a], members[b])).collect()
}
