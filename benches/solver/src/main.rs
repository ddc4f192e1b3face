//! The solver beside its peers: same instances, same machine, one thread, one judge of the gap.
//!
//! `bench-solver [--size S] [--structure NAME] [--alpha A] [--tolerance T] [--limit SECONDS]`
//! `[--without-peers] [--python INTERPRETER] [--polish]`: all sizes, structures and α by default, against
//! Clarabel; with an interpreter that has them, against ECOS, SCS and CVXPY too. A peer that took
//! more than a tenth of the limit is not asked for a larger instance of the same structure.

mod contestants;
mod instances;
mod judge;
mod measure;
mod peers;

use contestants::{Result, clarabel, ours};
use instances::{Instance, Structure};
use peers::PEERS;

const SIZES: [(usize, usize); 3] = [(1_000, 300), (10_000, 2_000), (100_000, 20_000)];
const ALPHAS: [f64; 2] = [1.0, 2.0];
/// Seconds that a peer may take for one instance.
const LIMIT: f64 = 60.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name: &str| value(name).and_then(|text| text.parse::<f64>().ok());
    let tolerance = number("--tolerance").unwrap_or(1e-6);
    let limit = number("--limit").unwrap_or(LIMIT);
    let with_peers = !arguments.iter().any(|argument| argument == "--without-peers");
    let polish = arguments.iter().any(|argument| argument == "--polish");
    let python = value("--python");
    let mut slow = Vec::new();
    println!("certified relative gap {tolerance:e}; CPU time of one thread");
    println!(
        "| structure | α | sources × links | nonzeros | solver | ms | gap | MiB | steps | says |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (sources, links) in SIZES {
        if number("--size").is_some_and(|size| size != sources as f64) {
            continue;
        }
        for structure in Structure::ALL {
            if value("--structure").is_some_and(|name| name != structure.name()) {
                continue;
            }
            for alpha in ALPHAS {
                if number("--alpha").is_some_and(|wanted| wanted != alpha) {
                    continue;
                }
                let instance = Instance::draw(structure, alpha, sources, links, 1);
                row(&instance, "dslc", ours(&instance, tolerance, polish));
                let mut peer = |name: &'static str, run: &dyn Fn() -> Option<Result>| {
                    if slow.contains(&(structure, name)) {
                        return row(&instance, name, None);
                    }
                    let result = run();
                    if result.as_ref().is_none_or(|result| result.cost.seconds > 0.1 * limit) {
                        slow.push((structure, name));
                    }
                    row(&instance, name, result);
                };
                if with_peers {
                    peer("Clarabel", &|| clarabel(&instance, tolerance, limit));
                }
                for name in PEERS.into_iter().filter(|_| with_peers) {
                    if let Some(python) = &python {
                        peer(name, &|| peers::run(python, name, &instance, tolerance, limit));
                    }
                }
            }
        }
    }
}

fn row(instance: &Instance, solver: &str, result: Option<Result>) {
    let (sources, links) = (instance.sources(), instance.capacity.len());
    let what = format!(
        "| {} | {} | {sources} × {links} | {} | {solver}",
        instance.name,
        instance.alpha,
        instance.links.len()
    );
    match result {
        Some(Result { cost, gap, status, iterations }) => {
            let memory = cost.mebibytes.map_or("–".to_owned(), |mib| format!("{mib:.1}"));
            let ms = 1e3 * cost.seconds;
            println!("{what} | {ms:.1} | {gap:.1e} | {memory} | {iterations} | {status} |");
        }
        None => println!("{what} | – | – | – | – | none, or not tried: see the limit |"),
    }
}
