//! Has `coqc` check a proof, and reads what it assumes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, File, include_dir};

use super::tools::{COQC, ToolError};

/// The library that every proof is an instance of.
static LIBRARY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../proofs/theories");
/// Its files in the order in which they build on each other.
const PROJECT: &str = include_str!("../../../proofs/_CoqProject");
/// The axioms that a proof may rest on: the standard library's of the reals.
const ALLOWED: &str = include_str!("../../../proofs/axioms.allow");

/// Why a proof is not checked.
#[derive(Debug)]
pub enum ProofError {
    /// The tool is missing, or refused the proof.
    Tool(ToolError),
    /// A file could not be written or read.
    Io(PathBuf, io::Error),
    /// It rests on axioms that are not allowed.
    Axioms(Vec<String>),
}

impl From<ToolError> for ProofError {
    fn from(error: ToolError) -> Self {
        ProofError::Tool(error)
    }
}

impl ProofError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> ProofError {
        let path = path.to_owned();
        move |error| ProofError::Io(path, error)
    }
}

/// Checks the proof `file`, by its name in `folder`; returns the axioms it assumes, sorted.
pub fn check(folder: &Path, file: &str) -> Result<Vec<String>, ProofError> {
    let path = folder.join(file);
    let text = fs::read(&path).map_err(ProofError::at(&path))?;
    check_text(file, &text)
}

/// Checks a proof that is not in a file yet.
pub fn check_text(file: &str, text: &[u8]) -> Result<Vec<String>, ProofError> {
    let library = library()?;
    let scratch = library.with_extension(format!("check-{}", std::process::id()));
    fs::create_dir_all(&scratch).map_err(ProofError::at(&scratch))?;
    let copy = scratch.join(file);
    let checked = fs::write(&copy, text).map_err(ProofError::at(&copy)).and_then(|()| {
        let arguments: [&std::ffi::OsStr; 4] =
            ["-Q".as_ref(), library.as_os_str(), "Num".as_ref(), file.as_ref()];
        let output = COQC.run(&scratch, arguments, &[])?;
        Ok(axioms(&String::from_utf8_lossy(&output.stdout)))
    });
    // What is left there is of no use to anyone.
    let _ = fs::remove_dir_all(&scratch);
    let assumed = checked?;
    let allowed: Vec<_> = allowed().collect();
    let others = assumed.iter().filter(|axiom| !allowed.contains(&axiom.as_str()));
    let others: Vec<_> = others.cloned().collect();
    if others.is_empty() { Ok(assumed) } else { Err(ProofError::Axioms(others)) }
}

fn allowed() -> impl Iterator<Item = &'static str> {
    ALLOWED.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Names of the axioms that `Print Assumptions` lists, as often as it was asked.
fn axioms(output: &str) -> Vec<String> {
    // A name starts its line; its type follows after a colon, on lines that are indented.
    let starts = output.lines().filter(|line| !line.is_empty() && !line.starts_with(' '));
    let mut names = Vec::new();
    let mut listed = false;
    for line in starts {
        match line {
            "Axioms:" => listed = true,
            "Closed under the global context" => listed = false,
            _ if listed => names.extend(line.split_whitespace().next()),
            _ => {}
        }
    }
    let mut names: Vec<_> =
        names.into_iter().map(|name| name.trim_end_matches(':').to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// The compiled library, built once for each version of it.
fn library() -> Result<PathBuf, ProofError> {
    let cache = cache_folder().join(format!("num-{:016x}", fingerprint()));
    if cache.is_dir() {
        return Ok(cache);
    }
    let building = cache.with_extension(std::process::id().to_string());
    fs::create_dir_all(&building).map_err(ProofError::at(&building))?;
    let built = build_library(&building);
    if let Err(error) = built {
        // What is there is of no use to anyone.
        let _ = fs::remove_dir_all(&building);
        return Err(error);
    }
    match fs::rename(&building, &cache) {
        Ok(()) => Ok(cache),
        // Another process was faster with the same library.
        Err(_) if cache.is_dir() => {
            let _ = fs::remove_dir_all(&building);
            Ok(cache)
        }
        Err(error) => Err(ProofError::Io(cache, error)),
    }
}

fn build_library(folder: &Path) -> Result<(), ProofError> {
    for (name, file) in sources() {
        let path = folder.join(name);
        fs::write(&path, file.contents()).map_err(ProofError::at(&path))?;
        COQC.run(folder, ["-Q", ".", "Num", name], &[])?;
    }
    Ok(())
}

/// The library's files by name, each after those that it builds on.
fn sources() -> impl Iterator<Item = (&'static str, &'static File<'static>)> {
    let names = PROJECT.lines().filter_map(|line| line.trim().strip_prefix("theories/"));
    names.filter_map(|name| Some((name, LIBRARY.get_file(name)?)))
}

/// FNV-1a over the library's text and the tool's version.
fn fingerprint() -> u64 {
    let files = sources().flat_map(|(_, file)| file.contents().iter());
    let version = COQC
        .run(Path::new("."), ["--print-version"], &[])
        .map(|output| output.stdout)
        .unwrap_or_default();
    let bytes = PROJECT.as_bytes().iter().chain(files).chain(&version);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Where compiled libraries are kept: `$XDG_CACHE_HOME/dslc`, else `~/.cache/dslc`.
fn cache_folder() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    base.join("dslc")
}

#[cfg(test)]
mod tests {
    use super::axioms;

    #[test]
    fn names_are_read_off_print_assumptions() {
        let output = "Axioms:\nsig_not_dec : forall P : Prop, {~ ~ P} + {~ P}\n\
                      functional_extensionality_dep\n  : forall (A : Type) (B : A -> Type),\n    f = g\n";
        assert_eq!(axioms(output), ["functional_extensionality_dep", "sig_not_dec"]);
        assert!(axioms("Closed under the global context\n").is_empty());
        let twice =
            format!("{output}Closed under the global context\n{output}Axioms:\nother : 1\n");
        assert_eq!(axioms(&twice), ["functional_extensionality_dep", "other", "sig_not_dec"]);
    }
}
