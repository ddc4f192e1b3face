//! The compiler's front beside CVXPY's, both in one run and in turn: curvature and sign of an
//! expression, text to verdict of a spec of 10,000 items, and `dslc build` as a process.
//!
//! `benches/run front` prints medians over repetitions; a ratio is the median of the ratios of pairs.

mod corpus;
mod figures;
mod peer;
mod process;
mod rules;
mod verdict;

use std::process::ExitCode;

use figures::Table;
use peer::Peer;

/// Items of the generated spec.
const ITEMS: usize = 10_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-front: {error}");
            ExitCode::from(3)
        }
    }
}

fn run() -> Result<(), String> {
    let corpus = corpus::Corpus::read()?;
    let mut peer = Peer::start(&corpus)?;
    let mut table = Table::new(&peer.version);
    rules::measure(&corpus, &mut peer, &mut table)?;
    verdict::measure(ITEMS, &mut peer, &mut table)?;
    process::measure(&mut table)?;
    print!("{table}");
    Ok(())
}
