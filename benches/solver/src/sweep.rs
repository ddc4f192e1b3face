//! Combinations of everything that makes a network hard, drawn from seeds: routes, spread of weights
//! and capacities, rank-deficient, redundant and slack links, idle sources, α.

use dslc_solver::Status;

use crate::contestants::ours;
use crate::instances::{Instance, Random, Utility};

const ALPHAS: [f64; 8] = [0.5, 0.8, 1.0, 1.2, 2.0, 3.0, 5.0, 8.0];
/// Decades, to each side of 1, over which weights and capacities spread.
const DECADES: [f64; 3] = [0.0, 1.0, 3.0];

/// How the routes of a drawn network are laid.
const ROUTES: [(&str, Lay); 6] = [
    ("anywhere", |random, links| spread(random, links, 8)),
    ("one or two links", |random, links| spread(random, links, 2)),
    ("line of 3–8 hops", |random, links| consecutive(random, links, 8)),
    ("line of 3–300 hops", |random, links| consecutive(random, links, 300)),
    ("through a hub", |random, links| {
        let mut route = spread(random, links, 4);
        if !route.contains(&0) {
            route.push(0);
        }
        route
    }),
    ("all links", |_, links| (0..links.min(60) as u32).collect()),
];

type Lay = fn(&mut Random, usize) -> Vec<u32>;

fn spread(random: &mut Random, links: usize, most: usize) -> Vec<u32> {
    let hops = 1 + random.below(most.min(links));
    let mut route = Vec::with_capacity(hops);
    while route.len() < hops {
        let link = random.below(links) as u32;
        if !route.contains(&link) {
            route.push(link);
        }
    }
    route
}

fn consecutive(random: &mut Random, links: usize, most: usize) -> Vec<u32> {
    let most = most.min(links);
    let hops = 3.min(most) + random.below(most - 3.min(most) + 1);
    let first = random.below(links - hops + 1) as u32;
    (first..first + hops as u32).collect()
}

/// The network of a seed, with at most `most` sources.
pub fn draw(seed: u64, most: usize) -> Instance {
    let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let sources = (10.0 * (most as f64 / 10.0).powf(random.unit())) as usize;
    let links = (5.0 * (sources as f64 / 10.0).max(1.0).powf(random.unit())) as usize;
    let (laid, lay) = ROUTES[random.below(ROUTES.len())];
    let mut pick = |of: &[f64]| of[random.below(of.len())];
    let (alpha, weights, capacities) = (pick(&ALPHAS), pick(&DECADES), pick(&DECADES));
    let (idle, copies, slack) = (pick(&[0.0, 0.1]), pick(&[0.0, 0.3]), pick(&[0.0, 0.2]));
    let around =
        |decades: f64, random: &mut Random| 10f64.powf(decades * (2.0 * random.unit() - 1.0));
    let mut capacity: Vec<f64> =
        (0..links).map(|_| (1.0 + random.unit()) * around(capacities, &mut random)).collect();
    for capacity in &mut capacity {
        if random.unit() < slack {
            *capacity *= 1e7;
        }
    }
    // A copy constrains as its original does, or less.
    let mut copied = vec![None; links];
    for l in 0..links {
        if random.unit() < copies {
            copied[l] = Some(capacity.len() as u32);
            capacity.push(capacity[l] * if random.unit() < 0.5 { 1.0 } else { 1.5 });
        }
    }
    let mut start = vec![0];
    let mut on = Vec::new();
    let mut weight = Vec::with_capacity(sources);
    for _ in 0..sources {
        let route = lay(&mut random, links);
        let copies = route.iter().filter_map(|&l| copied[l as usize]);
        on.extend(route.iter().copied().chain(copies));
        start.push(on.len());
        let idles = random.unit() < idle;
        weight.push(if idles { 0.0 } else { around(weights, &mut random) });
    }
    let name = format!(
        "{laid}; weights 10^±{weights}, capacities 10^±{capacities}, idle {idle}, copies {copies}, slack {slack}"
    );
    let target = vec![1.0; weight.len()];
    Instance { name, utility: Utility::Fair(alpha), start, links: on, weight, target, capacity }
}

/// Solves the networks of `seeds`, prints those that are not solved to `tolerance`, or not as said,
/// and how many there were of each.
pub fn run(seeds: u64, most: usize, tolerance: f64) {
    let (mut solved, mut stopped, mut wrong) = (0, 0, 0);
    let mut steps = 0;
    for seed in 0..seeds {
        let instance = draw(seed, most);
        let Ok(answer) = ours(&instance, tolerance, false) else {
            println!("seed {seed}: refused");
            stopped += 1;
            continue;
        };
        steps = steps.max(answer.iterations);
        let optimal = answer.status == Status::Optimal.to_string();
        match (optimal, answer.gap <= 1.1 * tolerance) {
            (true, true) => {
                solved += 1;
                continue;
            }
            (true, false) => wrong += 1,
            (false, _) => stopped += 1,
        }
        println!(
            "seed {seed}: {} after {} steps, gap {:.1e}: {}, {} × {}, {}",
            answer.status,
            answer.iterations,
            answer.gap,
            instance.utility,
            instance.sources(),
            instance.capacity.len(),
            instance.name,
        );
    }
    println!(
        "{seeds} networks of up to {most} sources to {tolerance:e}: {solved} solved (at most {steps} steps), \
         {stopped} stopped early, {wrong} not as said"
    );
}
