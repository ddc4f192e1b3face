//! A spec of random routing, and its tables.

use std::fmt::Write;
use std::path::Path;

/// How large the problem is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Sources.
    pub sources: usize,
    /// Links.
    pub links: usize,
}

/// A random problem; the same for the same size.
#[derive(Debug)]
pub struct Routing {
    size: Size,
    /// Links of each source.
    routes: Vec<Vec<usize>>,
    /// Of each source.
    weights: Vec<u64>,
    /// Of each link.
    capacities: Vec<u64>,
}

impl Routing {
    /// 3 to 8 different links a source, weights and capacities over a decade.
    pub fn new(size: Size) -> Self {
        let mut random = SplitMix(1);
        let links = size.links.max(1);
        let route = |random: &mut SplitMix| {
            let hops = 3 + random.below(6);
            let mut route: Vec<_> = (0..hops).map(|_| random.below(links)).collect();
            route.sort_unstable();
            route.dedup();
            route
        };
        let routes = (0..size.sources).map(|_| route(&mut random)).collect();
        let decade = |random: &mut SplitMix| 100 + random.below(900) as u64;
        let weights = (0..size.sources).map(|_| decade(&mut random)).collect();
        let capacities = (0..size.links).map(|_| decade(&mut random)).collect();
        Routing { size, routes, weights, capacities }
    }

    /// How large it is.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Entries of the routing table.
    pub fn entries(&self) -> usize {
        self.routes.iter().map(Vec::len).sum()
    }

    /// The spec.
    pub fn spec(&self) -> String {
        "fibre routing;

set Source from \"sources.csv\" column \"source\";
set Link from \"links.csv\" column \"link\";

param A[Link, Source] nonneg from \"routes.csv\";
param weight[Source] in 1 .. 10 from \"sources.csv\" column \"weight\";
param capacity[Link] in 1 .. 10 from \"links.csv\" column \"capacity\";

variable x[s in Source] in 0.001 .. 10;

resource load[l in Link] = sum(A[l, s] * x[s] for s in Source) <= capacity[l];

utility sum(weight[s] * log(x[s]) for s in Source);
"
        .to_owned()
    }

    /// The tables, by file name.
    pub fn tables(&self) -> Vec<(String, Vec<u8>)> {
        let decimal = |hundredths: &u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let mut sources = "source,weight\n".to_owned();
        let mut routes = "Source,Link,A\n".to_owned();
        for (source, (route, weight)) in self.routes.iter().zip(&self.weights).enumerate() {
            let _ = writeln!(sources, "s{source},{}", decimal(weight));
            for link in route {
                let _ = writeln!(routes, "s{source},l{link},1");
            }
        }
        let mut links = "link,capacity\n".to_owned();
        for (link, capacity) in self.capacities.iter().enumerate() {
            let _ = writeln!(links, "l{link},{}", decimal(capacity));
        }
        [("sources.csv", sources), ("routes.csv", routes), ("links.csv", links)]
            .map(|(name, text)| (name.to_owned(), text.into_bytes()))
            .into()
    }

    /// Writes spec and tables into a folder.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("routing.num"), self.spec())?;
        for (name, bytes) in self.tables() {
            std::fs::write(folder.join(name), bytes)?;
        }
        Ok(())
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Debug)]
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % bound
    }
}
