//! Coupling graphs of about a million edges each, as the routes of their variables.

/// A graph by the cliques that it consists of.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// Number of resources.
    pub nodes: usize,
    /// Resources of each variable.
    pub routes: Vec<Vec<usize>>,
}

/// Every case.
pub fn all() -> Vec<Case> {
    vec![
        intervals("line, variables over 11 successive links", 100_000, 11, false),
        intervals("ring, variables over 11 successive links", 100_000, 11, true),
        separate(16_000),
        grid(300),
        grid(707),
        random(20_000, 64_000),
    ]
}

/// Windows of successive resources, on a line or around a ring.
fn intervals(name: &'static str, nodes: usize, length: usize, ring: bool) -> Case {
    let starts = if ring { nodes } else { nodes + 1 - length };
    let route = |start: usize| (start..start + length).map(|at| at % nodes).collect();
    Case { name, nodes, routes: (0..starts).map(route).collect() }
}

/// Many separate networks, 24 flows over 3 random links of 16 in each.
fn separate(networks: usize) -> Case {
    let mut next = draws();
    let mut route = |flow: usize| {
        let first = 16 * (flow / 24);
        sorted((0..3).map(|_| first + next(16)).collect())
    };
    let routes = (0..24 * networks).map(&mut route).collect();
    Case { name: "16,000 separate networks of 16 links", nodes: 16 * networks, routes }
}

/// Neighbours in a grid.
fn grid(side: usize) -> Case {
    let cell = |x: usize, y: usize| x * side + y;
    let mut routes = Vec::new();
    for x in 0..side {
        for y in 0..side {
            if x + 1 < side {
                routes.push(vec![cell(x, y), cell(x + 1, y)]);
            }
            if y + 1 < side {
                routes.push(vec![cell(x, y), cell(x, y + 1)]);
            }
        }
    }
    let name = if side < 500 { "grid 300 × 300" } else { "grid 707 × 707" };
    Case { name, nodes: side * side, routes }
}

/// 3 to 8 random links for each source.
fn random(nodes: usize, sources: usize) -> Case {
    let mut next = draws();
    let mut route = |_| {
        let hops = 3 + next(6);
        sorted((0..hops).map(|_| next(nodes)).collect())
    };
    let routes = (0..sources).map(&mut route).collect();
    Case { name: "random routing, 64,000 sources × 20,000 links", nodes, routes }
}

/// Numbers below a limit, always the same ones.
fn draws() -> impl FnMut(usize) -> usize {
    let mut state = 1u64;
    move |below| {
        // Knuth's multiplier and increment; the high bits are good enough here.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

fn sorted(mut route: Vec<usize>) -> Vec<usize> {
    route.sort_unstable();
    route.dedup();
    route
}
