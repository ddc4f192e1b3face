//! Where the trees of the spec are on this host.

use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::fibre::Fibre;

/// A folder that stands in for a tree of the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitute {
    tree: String,
    folder: PathBuf,
}

impl Substitute {
    /// `folder` in place of `tree`.
    pub fn new(tree: String, folder: PathBuf) -> Self {
        Substitute { tree, folder }
    }

    /// Whether both stand for one tree.
    pub fn same_tree(&self, other: &Substitute) -> bool {
        self.tree == other.tree
    }
}

/// Reads `TREE=FOLDER`.
pub fn substitute(text: &str) -> Result<Substitute, String> {
    match text.split_once('=') {
        Some((tree, folder)) if !tree.is_empty() && !folder.is_empty() => {
            Ok(Substitute { tree: tree.to_owned(), folder: folder.into() })
        }
        _ => Err("not of the form TREE=FOLDER".to_owned()),
    }
}

/// The folder of each tree, in the fibre's order; a tree without a substitute is itself.
pub fn on_this_host(fibre: &Fibre, substitutes: &[Substitute]) -> Result<Vec<PathBuf>, Failure> {
    for (index, substitute) in substitutes.iter().enumerate() {
        let tree = &substitute.tree;
        if !fibre.trees.contains(&tree.as_str()) {
            return Err(Failure::usage(
                format!("cannot put a folder in place of the tree {tree}"),
                format!("{} has no such tree", fibre.name),
                format!("its trees are: {}", fibre.trees.join(", ")),
            ));
        }
        if substitutes.iter().take(index).any(|earlier| earlier.tree == *tree) {
            return Err(Failure::usage(
                format!("cannot put two folders in place of the tree {tree}"),
                "--tree names it twice",
                "keep one of them",
            ));
        }
    }
    fibre.trees.iter().map(|tree| folder(tree, substitutes)).collect()
}

fn folder(tree: &str, substitutes: &[Substitute]) -> Result<PathBuf, Failure> {
    let given = substitutes.iter().find(|substitute| substitute.tree == tree);
    let path = given.map_or_else(|| PathBuf::from(tree), |substitute| substitute.folder.clone());
    let next = format!("create it, or say where it is with --tree {tree}=FOLDER");
    let what = || format!("cannot guard the tree {}", path.display());
    let full =
        fs::canonicalize(&path).map_err(|error| Failure::outside(what(), error, next.clone()))?;
    if full.is_dir() { Ok(full) } else { Err(Failure::outside(what(), "it is not a folder", next)) }
}
