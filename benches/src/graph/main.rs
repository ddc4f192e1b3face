//! Chordality and completion of coupling graphs of a million edges, beside networkx and igraph.
//!
//! ```text
//! BENCH_PYTHON=… bench-graph [--limit SECONDS]
//! ```
//!
//! CPU seconds of one thread. Ours run from the routes of the variables to order, width, fill and clique
//! tree; the peers start with their graph already built, and say only what they can. networkx completes
//! by MCS-M, igraph along one maximum cardinality search, whose fill is not minimal.

mod cases;

use std::io::Write;
use std::process::{Command, ExitCode, Stdio};

use cases::Case;
use dslc::graph::{Fill, Graph, MOST_FILL, eliminate};
use nix::sys::resource::{UsageWho, getrusage};

fn main() -> ExitCode {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let limit = match given.as_slice() {
        [] => Some(30),
        [option, seconds] if option == "--limit" => seconds.parse().ok(),
        _ => None,
    };
    let Some(limit) = limit else {
        eprintln!("usage: bench-graph [--limit SECONDS]");
        return ExitCode::from(2);
    };
    for case in cases::all() {
        if let Err(message) = measure(&case, limit) {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure(case: &Case, limit: u32) -> Result<(), String> {
    let start = cpu()?;
    let routes = case.routes.iter().map(Vec::as_slice);
    let graph = Graph::of_cliques(case.nodes, routes, usize::MAX).ok_or("too many pairs")?;
    let built = cpu()?;
    let found = eliminate(&graph, MOST_FILL);
    let ordered = cpu()?;
    println!("{}: {} resources, {} edges", case.name, graph.nodes(), graph.size());
    let fill = match &found.fill {
        Fill::Minimal(fill, _) if fill.is_empty() => "chordal".to_owned(),
        Fill::Minimal(fill, tree) => {
            format!("minimal fill {}, {} cliques", fill.len(), tree.cliques.len())
        }
        Fill::Counted(count) => format!("fill {count}, counted only"),
    };
    println!(
        "  dslc      graph {:.3} s, elimination {:.3} s: {fill}, width {}",
        built - start,
        ordered - built,
        found.width
    );
    for library in ["igraph", "networkx"] {
        peer(library, &graph, limit)?;
    }
    Ok(())
}

/// Has a library answer the same questions in a process of its own.
fn peer(library: &str, graph: &Graph, limit: u32) -> Result<(), String> {
    let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut file = tempfile::NamedTempFile::new().map_err(|e| e.to_string())?;
    let number = |id: usize| u32::try_from(id).unwrap_or(u32::MAX).to_ne_bytes();
    let bytes: Vec<u8> =
        graph.edges().flat_map(|(a, b)| [number(a), number(b)]).flatten().collect();
    file.write_all(&bytes).map_err(|e| e.to_string())?;
    let done = Command::new(&python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/graph/peer.py"))
        .args([library, &graph.nodes().to_string()])
        .arg(file.path())
        .arg(limit.to_string())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("{python}: {e}"))?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let mut answers = text.lines().map(serde_json::from_str::<(f64, serde_json::Value)>);
    let mut next = || match answers.next() {
        Some(Ok((seconds, answer))) => format!("{seconds:.3} s: {answer}"),
        _ => format!("over {limit} s"),
    };
    println!("  {library:<9} is chordal {}; fill {}", next(), next());
    Ok(())
}

/// Seconds that this process has computed, in the kernel too.
fn cpu() -> Result<f64, String> {
    let usage = getrusage(UsageWho::RUSAGE_SELF).map_err(|e| e.to_string())?;
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}
