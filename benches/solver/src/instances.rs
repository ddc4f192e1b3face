//! Networks of known structure, drawn from a seed.

/// Sources with routes over links: maximise `Σ w U(x)` over `A x <= c`.
pub struct Instance {
    /// What it is, for the table.
    pub name: String,
    /// U
    pub utility: Utility,
    /// Links of each source, one after the other; source i has `start[i] .. start[i + 1]`.
    pub start: Vec<usize>,
    /// Link numbers.
    pub links: Vec<u32>,
    /// Weight of each source.
    pub weight: Vec<f64>,
    /// The rate that a source would have for nothing, where its utility is a square.
    pub target: Vec<f64>,
    /// Capacity of each link.
    pub capacity: Vec<f64>,
}

/// What a rate is worth to a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Utility {
    /// Alpha-fair (Mo and Walrand 2000): `log x` for α = 1, else `x^(1−α)/(1−α)`.
    Fair(f64),
    /// `−(x − target)²/2`, what quadratic programming can express.
    Square,
}

impl Utility {
    /// Its word on the command lines of the peers.
    pub fn word(self) -> &'static str {
        match self {
            Utility::Fair(1.0) => "log",
            Utility::Fair(2.0) => "reciprocal",
            Utility::Fair(_) => "power",
            Utility::Square => "square",
        }
    }
}

impl std::fmt::Display for Utility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Utility::Fair(alpha) => write!(f, "α = {alpha}"),
            Utility::Square => f.write_str("square"),
        }
    }
}

/// How routes are laid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Structure {
    /// 3–8 links anywhere.
    Random,
    /// 3–8 consecutive links of one line.
    ShortLine,
    /// 3–300 consecutive links of one line.
    LongLine,
    /// Random routes, weights and capacities over six orders of magnitude.
    Skewed,
}

impl Structure {
    /// All of them.
    pub const ALL: [Structure; 4] =
        [Structure::Random, Structure::ShortLine, Structure::LongLine, Structure::Skewed];

    /// Name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Structure::Random => "random",
            Structure::ShortLine => "line-8",
            Structure::LongLine => "line-300",
            Structure::Skewed => "skewed",
        }
    }
}

impl Instance {
    /// Number of sources.
    pub fn sources(&self) -> usize {
        self.weight.len()
    }

    /// Route of source `i`.
    pub fn route(&self, i: usize) -> &[u32] {
        &self.links[self.start[i]..self.start[i + 1]]
    }

    /// Draws an instance; the same seed gives the same instance.
    pub fn draw(
        structure: Structure,
        utility: Utility,
        sources: usize,
        links: usize,
        seed: u64,
    ) -> Self {
        let mut random = Random(seed);
        let mut instance = Instance {
            name: structure.name().to_owned(),
            utility,
            start: vec![0],
            links: Vec::new(),
            weight: Vec::with_capacity(sources),
            target: Vec::with_capacity(sources),
            capacity: Vec::with_capacity(links),
        };
        let longest = if structure == Structure::LongLine { 300 } else { 8 }.min(links);
        for _ in 0..sources {
            let hops = 3.min(longest) + random.below(longest - 3.min(longest) + 1);
            match structure {
                Structure::Random | Structure::Skewed => {
                    let from = instance.links.len();
                    while instance.links.len() < from + hops {
                        let link = random.below(links) as u32;
                        if !instance.links[from..].contains(&link) {
                            instance.links.push(link);
                        }
                    }
                }
                Structure::ShortLine | Structure::LongLine => {
                    let first = random.below(links - hops + 1) as u32;
                    instance.links.extend(first..first + hops as u32);
                }
            }
            instance.start.push(instance.links.len());
            let unit = random.unit();
            let skewed = structure == Structure::Skewed;
            instance.weight.push(if skewed { 10f64.powf(6.0 * unit - 3.0) } else { 0.5 + unit });
            instance.target.push(1.0 + 9.0 * unit);
        }
        for _ in 0..links {
            let unit = random.unit();
            let skewed = structure == Structure::Skewed;
            instance.capacity.push(if skewed {
                10f64.powf(6.0 * unit - 3.0)
            } else {
                1.0 + 9.0 * unit
            });
        }
        instance
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in 0 ≤ · < 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in 0 .. n.
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}
