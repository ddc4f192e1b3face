//! A graph as sorted lists of neighbours, one after the other.

/// An undirected graph without loops and double edges on the vertices `0 .. nodes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// Where the neighbours of each vertex start; one more at the end.
    starts: Vec<usize>,
    /// Neighbours of each vertex, sorted.
    neighbours: Vec<usize>,
}

impl Graph {
    /// The graph of these edges; loops and repetitions say nothing, nor do vertices beyond `nodes`.
    pub fn new(nodes: usize, edges: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let edges = edges.filter(|&(a, b)| a != b && a < nodes && b < nodes);
        let both = edges.flat_map(|(a, b)| [(a, b), (b, a)]);
        // Sorted by one end, then by the other: neighbours come out in order.
        let mut graph = Graph::grouped(nodes, both);
        graph = graph.transposed();
        graph.without_repetitions()
    }

    /// The graph in which each of these sets of vertices is a clique; none when they have more than
    /// `most` pairs, counted as often as they occur.
    pub fn of_cliques<'c>(
        nodes: usize,
        cliques: impl Iterator<Item = &'c [usize]> + Clone,
        most: usize,
    ) -> Option<Self> {
        let pairs = |clique: &[usize]| clique.len() * clique.len().saturating_sub(1) / 2;
        if cliques.clone().map(pairs).fold(0, usize::saturating_add) > most {
            return None;
        }
        let cliques: Vec<_> = cliques.collect();
        let inside = |(id, clique): (usize, &&'c [usize])| {
            let members = clique.iter().filter(|vertex| **vertex < nodes);
            members.map(|vertex| (*vertex, id)).collect::<Vec<_>>()
        };
        let member_of = Graph::grouped(nodes, cliques.iter().enumerate().flat_map(inside));
        let mut starts = Vec::with_capacity(nodes + 1);
        let mut neighbours = Vec::new();
        let mut seen = vec![usize::MAX; nodes];
        for vertex in 0..nodes {
            starts.push(neighbours.len());
            for &id in member_of.neighbours(vertex) {
                for &other in cliques[id].iter().filter(|other| **other < nodes) {
                    if other != vertex && seen[other] != vertex {
                        seen[other] = vertex;
                        neighbours.push(other);
                    }
                }
            }
        }
        starts.push(neighbours.len());
        Some(Graph { starts, neighbours }.transposed())
    }

    /// Number of vertices.
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of edges.
    pub fn size(&self) -> usize {
        self.neighbours.len() / 2
    }

    /// The neighbours of a vertex, sorted; none of a vertex that is not there.
    pub fn neighbours(&self, vertex: usize) -> &[usize] {
        let range = self.starts.get(vertex..vertex + 2).map_or(0..0, |ends| ends[0]..ends[1]);
        &self.neighbours[range]
    }

    /// Whether two vertices are adjacent.
    pub fn has(&self, a: usize, b: usize) -> bool {
        self.neighbours(a).binary_search(&b).is_ok()
    }

    /// Every edge (a, b) with a < b, sorted.
    pub fn edges(&self) -> impl Iterator<Item = (usize, usize)> + Clone + '_ {
        (0..self.nodes()).flat_map(|a| {
            let neighbours = self.neighbours(a);
            let above = neighbours.partition_point(|&b| b < a);
            neighbours[above..].iter().map(move |&b| (a, b))
        })
    }

    /// Pairs grouped by their first number, which is below `nodes`.
    pub(super) fn grouped(
        nodes: usize,
        pairs: impl Iterator<Item = (usize, usize)> + Clone,
    ) -> Self {
        let mut starts = vec![0; nodes + 1];
        pairs.clone().for_each(|(a, _)| starts[a + 1] += 1);
        for vertex in 0..nodes {
            starts[vertex + 1] += starts[vertex];
        }
        let mut neighbours = vec![0; starts[nodes]];
        let mut next = starts.clone();
        for (a, b) in pairs {
            neighbours[next[a]] = b;
            next[a] += 1;
        }
        Graph { starts, neighbours }
    }

    /// A symmetric relation with each list sorted.
    fn transposed(&self) -> Self {
        let pairs = (0..self.nodes()).flat_map(|a| self.neighbours(a).iter().map(move |&b| (b, a)));
        Graph::grouped(self.nodes(), pairs)
    }

    fn without_repetitions(self) -> Self {
        let mut starts = Vec::with_capacity(self.starts.len());
        let mut neighbours: Vec<usize> = Vec::with_capacity(self.neighbours.len());
        for vertex in 0..self.nodes() {
            let start = neighbours.len();
            starts.push(start);
            for &other in self.neighbours(vertex) {
                if neighbours.len() == start || neighbours.last() != Some(&other) {
                    neighbours.push(other);
                }
            }
        }
        starts.push(neighbours.len());
        Graph { starts, neighbours }
    }
}
