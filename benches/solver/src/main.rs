//! The solver beside its peers: same instances, same machine, one thread, one judge of the gap.
//!
//! `bench-solver [--size S] [--structure NAME] [--utility log|reciprocal|square] [--tolerance T]`
//! `[--limit SECONDS] [--without-peers] [--python INTERPRETER] [--polish]`: all sizes, structures and
//! utilities by default, against Clarabel; with an interpreter that has them, against ECOS, SCS, OSQP and
//! CVXPY too. A peer that took more than a tenth of the limit is not asked for a larger instance of the
//! same structure.
//!
//! `--text DSLC --python INTERPRETER` compares whole processes, from tables in files to the answer.
//!
//! `--sweep SEEDS [--size MOST]` draws combinations of what is hard and prints those that this solver
//! does not solve.

mod contestants;
mod instances;
mod judge;
mod measure;
mod peers;
mod sweep;
mod text;

use contestants::{Done, Miss, Outcome, clarabel, ours};
use instances::{Instance, Structure, Utility};
use peers::PEERS;

const SIZES: [(usize, usize); 3] = [(1_000, 300), (10_000, 2_000), (100_000, 20_000)];
const UTILITIES: [Utility; 3] = [Utility::Fair(1.0), Utility::Fair(2.0), Utility::Square];
/// Seconds that a peer may take for one instance.
const LIMIT: f64 = 60.0;

/// The command line.
struct Arguments(Vec<String>);

impl Arguments {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|argument| argument == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.text(name)?.parse().ok()
    }

    /// The instances that are asked for, by size.
    fn instances(&self) -> impl Iterator<Item = (Structure, Instance)> + '_ {
        let sizes = SIZES.into_iter().filter(|(sources, _)| {
            self.number("--size").is_none_or(|wanted| wanted == *sources as f64)
        });
        let kinds = Structure::ALL
            .into_iter()
            .flat_map(|structure| UTILITIES.map(|utility| (structure, utility)))
            .filter(|(structure, utility)| {
                self.text("--structure").is_none_or(|wanted| wanted == structure.name())
                    && self.text("--utility").is_none_or(|wanted| wanted == utility.word())
            });
        sizes.flat_map(move |(sources, links)| {
            kinds.clone().map(move |(structure, utility)| {
                (structure, Instance::draw(structure, utility, sources, links, 1))
            })
        })
    }
}

fn main() {
    let arguments = Arguments(std::env::args().skip(1).collect());
    let tolerance = arguments.number("--tolerance").unwrap_or(1e-6);
    let limit = arguments.number("--limit").unwrap_or(LIMIT);
    if let Some(seeds) = arguments.text("--sweep").and_then(|text| text.parse().ok()) {
        return sweep::run(seeds, arguments.number("--size").unwrap_or(1e4) as usize, tolerance);
    }
    let python = arguments.text("--python");
    if let (Some(dslc), Some(python)) = (arguments.text("--text"), python) {
        text::head();
        return arguments
            .instances()
            .for_each(|(_, instance)| text::run(&instance, dslc, python, tolerance, limit));
    }
    println!("certified relative gap {tolerance:e}; CPU time of one thread");
    println!(
        "| structure | utility | sources × links | nonzeros | solver | ms | gap | MiB | steps | says |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut slow = Vec::new();
    for (structure, instance) in arguments.instances() {
        row(&instance, "dslc", ours(&instance, tolerance, arguments.has("--polish")));
        let mut peer = |name: &'static str, run: &dyn Fn() -> Outcome| {
            if slow.contains(&(structure, instance.utility, name)) {
                return row(&instance, name, Err(Miss::NotTried));
            }
            let outcome = run();
            let late = match &outcome {
                Ok(done) => done.cost.seconds > 0.1 * limit,
                Err(miss) => matches!(miss, Miss::Over(_)),
            };
            if late {
                slow.push((structure, instance.utility, name));
            }
            row(&instance, name, outcome);
        };
        if arguments.has("--without-peers") {
            continue;
        }
        peer("Clarabel", &|| clarabel(&instance, tolerance, limit));
        if let Some(python) = python {
            for name in PEERS {
                peer(name, &|| peers::run(python, name, &instance, tolerance, limit));
            }
        }
    }
}

fn row(instance: &Instance, solver: &str, outcome: Outcome) {
    let (sources, links) = (instance.sources(), instance.capacity.len());
    let what = format!(
        "| {} | {} | {sources} × {links} | {} | {solver}",
        instance.name,
        instance.utility,
        instance.links.len()
    );
    let miss = match outcome {
        Ok(Done { cost, gap, status, iterations }) => {
            let memory = cost.mebibytes.map_or("–".to_owned(), |mib| format!("{mib:.1}"));
            let ms = 1e3 * cost.seconds;
            return println!("{what} | {ms:.1} | {gap:.1e} | {memory} | {iterations} | {status} |");
        }
        Err(Miss::NotExpressed) => return,
        Err(Miss::Over(limit)) => format!("over {limit} s"),
        Err(Miss::NotTried) => "not tried: too slow for a smaller one".to_owned(),
        Err(Miss::Failed) => "failed".to_owned(),
    };
    println!("{what} | – | – | – | – | {miss} |");
}
