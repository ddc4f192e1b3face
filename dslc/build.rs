//! Folders that the compiler carries: a file that is added to one must be carried as well, and the
//! macro that embeds them only follows the files it has seen.

fn main() {
    for folder in [
        "src/diag/pages",
        "../templates",
        "../proofs/theories",
        "../runtime/core",
        "../runtime/agent",
    ] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
