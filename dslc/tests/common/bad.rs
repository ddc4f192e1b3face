//! The specs of `bad/`, each of them wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dslc::Compiled;

/// A spec: a file of `bad/`, or a folder of files that holds a `spec.num`.
pub struct Spec {
    /// Its name, without what follows the last point.
    pub name: String,
    /// The spec itself, then what it imports and reads, by name.
    pub files: Vec<(String, String)>,
}

impl Spec {
    /// The text of the spec itself.
    pub fn text(&self) -> &str {
        self.files.first().map_or("", |(_, text)| text)
    }

    /// Compiles `text` among the other files.
    pub fn compile(&self, text: &str) -> Compiled {
        let others = self.files.iter().skip(1);
        let others: BTreeMap<String, Vec<u8>> =
            others.map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
        dslc::compile_with(Arc::new(others), "spec.num", text)
    }
}

/// Every one of them, by name.
pub fn specs() -> std::io::Result<Vec<Spec>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut specs = Vec::new();
    for path in sorted(&folder)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = Vec::new();
        if path.is_dir() {
            for path in sorted(&path)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path)?));
            }
            files.sort_by_key(|(name, _)| name != "spec.num");
        } else {
            files.push(("spec.num".to_owned(), std::fs::read_to_string(&path)?));
        }
        specs.push(Spec { name, files });
    }
    Ok(specs)
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    let mut paths: Vec<_> =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}
