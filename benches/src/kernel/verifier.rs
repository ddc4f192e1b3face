//! Instructions that the verifier walked to accept each program.

use std::path::Path;

use libbpf_rs::query::ProgInfoIter;

use crate::group::Group;
use crate::program::{ByHand, Generated, Told, clang};

/// Prints a row a program, generated and hand-written.
pub fn run(group: &Group, folder: &Path, spec: &Path) -> Result<(), String> {
    println!("{:<34} {:>12}", "verifier", "instructions");
    let text = std::fs::read_to_string(spec).map_err(|e| format!("{}: {e}", spec.display()))?;
    let generated = Generated::build(&spec.display().to_string(), &text, &folder.join("verifier"))?;
    let before = ids();
    let kernel = generated.attach(group, &folder.join("tree"), false)?;
    rows("generated", &before);
    drop(kernel);
    let path = folder.join("hand-verified.bpf.c");
    std::fs::write(&path, include_str!("../../kernel/hand.bpf.c")).map_err(|e| e.to_string())?;
    let before = ids();
    let told = Told { group: group.id()?, tree: 0 };
    let hand = ByHand::attach(&clang(&path)?, &told)?;
    rows("by hand", &before);
    drop(hand);
    Ok(())
}

fn ids() -> Vec<u32> {
    ProgInfoIter::default().map(|program| program.id).collect()
}

/// The programs that were not there before.
fn rows(whose: &str, before: &[u32]) {
    for program in ProgInfoIter::default().filter(|program| !before.contains(&program.id)) {
        let name = format!("{whose}, {}", program.name.to_string_lossy());
        println!("{name:<34} {:>12}", program.verified_insns);
    }
}
