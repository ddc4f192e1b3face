//! Against definitions, on every graph small enough for them.

use proptest::prelude::*;

use super::*;

/// Chordal by definition: some vertex whose neighbours see each other can be removed, and so on.
fn chordal_by_definition(nodes: usize, edges: &[(usize, usize)]) -> bool {
    let adjacent = |a: usize, b: usize| edges.contains(&(a.min(b), a.max(b)));
    let mut left: Vec<usize> = (0..nodes).collect();
    while !left.is_empty() {
        let simplicial = |v: usize| {
            let around: Vec<_> = left.iter().copied().filter(|&u| adjacent(u, v)).collect();
            around.iter().all(|&a| around.iter().all(|&b| a == b || adjacent(a, b)))
        };
        let Some(place) = left.iter().position(|&v| simplicial(v)) else {
            return false;
        };
        left.remove(place);
    }
    true
}

/// The largest number of later neighbours when every vertex's later neighbours see each other.
fn width_by_definition(edges: &[(usize, usize)], order: &[usize]) -> Option<usize> {
    let adjacent = |a: usize, b: usize| edges.contains(&(a.min(b), a.max(b)));
    let mut width = 0;
    for (place, &vertex) in order.iter().enumerate() {
        let rest = order[place + 1..].iter().copied();
        let later: Vec<_> = rest.filter(|&other| adjacent(vertex, other)).collect();
        width = width.max(later.len());
        if later.iter().any(|&a| later.iter().any(|&b| a != b && !adjacent(a, b))) {
            return None;
        }
    }
    Some(width)
}

/// Maximal cliques by trying every set of vertices.
fn cliques_by_definition(nodes: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let adjacent = |a: usize, b: usize| a == b || edges.contains(&(a.min(b), a.max(b)));
    let members = |set: u32| (0..nodes).filter(move |v| set >> v & 1 == 1).collect::<Vec<_>>();
    let clique = |set: u32| {
        let members = members(set);
        members.iter().all(|&a| members.iter().all(|&b| adjacent(a, b)))
    };
    let cliques: Vec<u32> = (1..1u32 << nodes).filter(|&set| clique(set)).collect();
    let maximal = |set: &&u32| !cliques.iter().any(|other| other != *set && other & **set == **set);
    let mut found: Vec<_> = cliques.iter().filter(maximal).map(|&set| members(set)).collect();
    found.sort();
    found
}

fn graphs(most: usize) -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
    let pairs = most * (most - 1) / 2;
    (1..=most, 0.05f64..0.95, proptest::collection::vec(0.0f64..1.0, pairs)).prop_map(
        |(nodes, density, chances)| {
            let pairs = (0..nodes).flat_map(|b| (0..b).map(move |a| (a, b)));
            let kept = pairs.zip(chances).filter(|(_, chance)| *chance < density);
            let mut edges: Vec<_> = kept.map(|(edge, _)| edge).collect();
            edges.sort_unstable();
            (nodes, edges)
        },
    )
}

fn of(nodes: usize, edges: &[(usize, usize)]) -> Graph {
    Graph::new(nodes, edges.iter().copied())
}

fn shuffled(nodes: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<_> = (0..nodes).collect();
    order.sort_by_key(|&vertex| (vertex as u64 + 1).wrapping_mul(seed | 1));
    order
}

/// Checks one answer against the definitions.
fn check(nodes: usize, edges: &[(usize, usize)]) -> Result<(), TestCaseError> {
    let graph = of(nodes, edges);
    prop_assert_eq!(graph.edges().collect::<Vec<_>>(), edges);
    let found = eliminate(&graph, MOST_FILL);
    let Fill::Minimal(fill, tree) = found.fill else {
        return Err(TestCaseError::fail("a small graph's fill is listed"));
    };
    prop_assert_eq!(chordal_by_definition(nodes, edges), fill.is_empty());
    let all: Vec<_> = edges.iter().chain(&fill).copied().collect();
    prop_assert_eq!(width_by_definition(&all, &found.order), Some(found.width));
    prop_assert_eq!(perfect_width(&of(nodes, &all), &found.order), Some(found.width));
    for edge in &fill {
        let fewer: Vec<_> = all.iter().filter(|each| *each != edge).copied().collect();
        prop_assert!(!chordal_by_definition(nodes, &fewer), "{:?} can be spared", edge);
    }
    clique_tree(nodes, &all, &tree)
}

fn clique_tree(
    nodes: usize,
    edges: &[(usize, usize)],
    tree: &CliqueTree,
) -> Result<(), TestCaseError> {
    let sorted = |clique: &Clique| {
        let mut members = clique.members.clone();
        members.sort_unstable();
        members
    };
    let mut found: Vec<_> = tree.cliques.iter().map(sorted).collect();
    found.sort();
    prop_assert_eq!(found, cliques_by_definition(nodes, edges));
    for clique in &tree.cliques {
        let parent = clique.parent.map(|parent| &tree.cliques[parent].members);
        let shared = |vertex: &usize| parent.is_some_and(|parent| parent.contains(vertex));
        prop_assert!(clique.separator().iter().all(shared));
        prop_assert!(!clique.own().iter().any(shared));
    }
    // Every vertex is its own clique's once, so that the cliques that hold it hang together.
    let mut own: Vec<_> = tree.cliques.iter().flat_map(Clique::own).copied().collect();
    own.sort_unstable();
    prop_assert_eq!(own, (0..nodes).collect::<Vec<_>>());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_answer_is_right_by_definition((nodes, edges) in graphs(9)) {
        check(nodes, &edges)?;
    }

    #[test]
    fn any_ordering_leads_to_a_minimal_completion((nodes, edges) in graphs(9), seed in any::<u64>()) {
        let graph = of(nodes, &edges);
        let (completed, rounds) = completion::minimal(&graph, &shuffled(nodes, seed));
        let all: Vec<_> = completed.edges().collect();
        prop_assert!(edges.iter().all(|edge| all.contains(edge)));
        prop_assert!(chordal_by_definition(nodes, &all) && rounds <= nodes);
        for edge in all.iter().filter(|edge| !edges.contains(edge)) {
            let fewer: Vec<_> = all.iter().filter(|each| *each != edge).copied().collect();
            prop_assert!(!chordal_by_definition(nodes, &fewer), "{:?} can be spared", edge);
        }
    }

    #[test]
    fn fill_is_counted_as_it_is_listed((nodes, edges) in graphs(20), seed in any::<u64>()) {
        let graph = of(nodes, &edges);
        let order = shuffled(nodes, seed);
        let counts = counts::column_counts(&graph, &order);
        let filled = completion::filled(&graph, &order);
        prop_assert_eq!(counts.iter().sum::<usize>(), filled.size());
        prop_assert_eq!(perfect_width(&filled, &order), counts.iter().copied().max());
    }

    #[test]
    fn cliques_make_the_graph_of_their_pairs(
        nodes in 1usize..12,
        cliques in proptest::collection::vec(proptest::collection::vec(0usize..14, 0..6), 0..8),
    ) {
        let sets = cliques.iter().map(Vec::as_slice);
        let pairs = cliques.iter().flat_map(|clique| {
            clique.iter().flat_map(|&a| clique.iter().map(move |&b| (a, b)))
        });
        let all = Graph::new(nodes, pairs);
        prop_assert_eq!(Graph::of_cliques(nodes, sets.clone(), usize::MAX), Some(all));
        let most = cliques.iter().map(|clique| clique.len() * clique.len().saturating_sub(1) / 2);
        prop_assert_eq!(Graph::of_cliques(nodes, sets, most.sum::<usize>().wrapping_sub(1)).is_none(),
            cliques.iter().any(|clique| clique.len() > 1));
    }
}

#[test]
fn every_graph_of_five_vertices() -> Result<(), TestCaseError> {
    let pairs: Vec<_> = (0..5).flat_map(|a| (a + 1..5).map(move |b| (a, b))).collect();
    for set in 0u32..1 << pairs.len() {
        let kept = pairs.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        check(5, &kept.map(|(_, edge)| *edge).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// A grid of `side` × `side`: the classical example whose minimum degree fill is near what is needed.
fn grid(side: usize) -> Graph {
    let cell = move |x: usize, y: usize| x * side + y;
    let all = (0..side).flat_map(move |x| (0..side).map(move |y| (x, y)));
    let edges = all.flat_map(move |(x, y)| {
        let right = (x + 1 < side).then(|| (cell(x, y), cell(x + 1, y)));
        let below = (y + 1 < side).then(|| (cell(x, y), cell(x, y + 1)));
        right.into_iter().chain(below)
    });
    Graph::new(side * side, edges)
}

#[test]
fn a_minimal_completion_takes_few_rounds_over_its_fill() {
    for side in [4, 10, 40] {
        let graph = grid(side);
        let (completed, rounds) = completion::minimal(&graph, &ordering::minimum_degree(&graph));
        let order = chordal::maximum_cardinality_search(&completed);
        let width = perfect_width(&completed, &order);
        // The treewidth of a grid is its side; nested dissection fills O(n log n).
        assert!(width.is_some_and(|width| width >= side && width < 3 * side), "{side}: {width:?}");
        let (fill, nodes) = (completed.size() - graph.size(), (side * side) as f64);
        assert!(fill as f64 <= 4.0 * nodes * nodes.log2(), "{side}: {fill}");
        assert!(rounds <= 8, "{side}: {rounds} rounds");
    }
}

#[test]
fn fill_beyond_the_limit_is_counted_and_not_listed() -> Result<(), String> {
    let graph = grid(12);
    let listed = eliminate(&graph, MOST_FILL);
    let counted = eliminate(&graph, 10);
    let Fill::Counted(count) = counted.fill else { return Err("the fill is listed".to_owned()) };
    let Fill::Minimal(fill, _) = listed.fill else { return Err("the fill is counted".to_owned()) };
    assert!(count >= fill.len() && counted.width >= 12);
    let filled = completion::filled(&graph, &counted.order);
    assert_eq!(filled.size() - graph.size(), count);
    assert_eq!(perfect_width(&filled, &counted.order), Some(counted.width));
    Ok(())
}

#[test]
fn empty_and_disconnected_graphs_are_chordal() -> Result<(), String> {
    for nodes in [0, 1, 5] {
        let found = eliminate(&of(nodes, &[]), MOST_FILL);
        let Fill::Minimal(fill, tree) = found.fill else { return Err(format!("{nodes}")) };
        assert!(fill.is_empty() && tree.cliques.len() == nodes && found.width == 0);
        assert!(tree.cliques.iter().all(|clique| clique.parent.is_none()));
    }
    Ok(())
}
