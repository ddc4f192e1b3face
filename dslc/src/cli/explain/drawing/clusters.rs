//! Gathers the resources of a large graph along its elimination tree.

use crate::graph::{Graph, elimination_tree};
use crate::plan::ir::CouplingGraph;

/// About how many clusters there are.
const CLUSTERS: usize = 20;

/// The cluster of each resource, and how many there are, at most some `4 · CLUSTERS`: subtrees of the
/// elimination tree that are cut off once they are large enough, so that a cluster hangs together; what
/// is small and apart from everything is gathered by itself.
pub fn gather(graph: &CouplingGraph) -> (Vec<usize>, usize) {
    let nodes = graph.nodes;
    let enough = nodes.div_ceil(CLUSTERS).max(1);
    let edges = Graph::new(nodes, graph.edges.iter().copied());
    let parent = elimination_tree(&edges, &graph.order);
    let mut weight = vec![1usize; nodes];
    let mut has_cut = vec![false; nodes];
    let mut cluster_of = vec![usize::MAX; nodes];
    let mut clusters = 0;
    // The cluster of small components that is being filled, and how full it is.
    let mut apart: Option<(usize, usize)> = None;
    for &vertex in &graph.order {
        let large = weight[vertex] >= enough;
        match parent[vertex] {
            Some(above) if large => has_cut[above] = true,
            Some(above) => {
                weight[above] += weight[vertex];
                has_cut[above] |= has_cut[vertex];
                continue;
            }
            None if !large && !has_cut[vertex] => {
                let open = apart.filter(|(_, filled)| *filled < enough);
                let (id, filled) = open.unwrap_or((clusters, 0));
                clusters = clusters.max(id + 1);
                apart = Some((id, filled + weight[vertex]));
                cluster_of[vertex] = id;
                continue;
            }
            None => {}
        }
        cluster_of[vertex] = clusters;
        clusters += 1;
    }
    for &vertex in graph.order.iter().rev() {
        if let Some(above) = parent[vertex].filter(|_| cluster_of[vertex] == usize::MAX) {
            cluster_of[vertex] = cluster_of[above];
        }
    }
    (cluster_of, clusters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::graph::through;

    #[test]
    fn every_resource_is_in_one_of_a_few_clusters() {
        let path: Vec<Vec<usize>> = (0..999).map(|at| vec![at, at + 1]).collect();
        let star: Vec<Vec<usize>> = (1..1000).map(|leaf| vec![0, leaf]).collect();
        let pairs: Vec<Vec<usize>> = (0..500).map(|at| vec![2 * at, 2 * at + 1]).collect();
        for routes in [path, star, pairs, Vec::new()] {
            let graph = through(1000, routes.iter().map(Vec::as_slice));
            let (cluster_of, clusters) = gather(&graph);
            assert!(clusters > 0 && clusters <= 4 * CLUSTERS, "{clusters}");
            let mut used = vec![false; clusters];
            cluster_of.iter().for_each(|&cluster| used[cluster] = true);
            assert!(used.into_iter().all(|used| used));
        }
    }
}
