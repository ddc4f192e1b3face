//! A throw-away tree of mixed files, and what became of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{Failure, Result};

/// Makes about that many bytes.
type Maker = fn(&mut fastrand::Rng, usize) -> Vec<u8>;

/// Kinds of files: an ending and how its bytes are made.
const KINDS: &[(&str, Maker)] = &[
    ("txt", words),
    ("csv", table),
    ("jpg", |rng, size| framed(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", rng, size)),
    ("pdf", |rng, size| framed(b"%PDF-1.7\n", rng, size)),
    ("zip", |rng, size| framed(b"PK\x03\x04", rng, size)),
];

const LARGEST: usize = 24 * 1024;
const FILES_PER_FOLDER: usize = 50;

fn words(rng: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    const WORDS: &[&str] = &["price", "budget", "dwell", "resource", "utility", "of", "the", "and"];
    let mut text = String::with_capacity(size + 16);
    while text.len() < size {
        text.push_str(WORDS[rng.usize(..WORDS.len())]);
        text.push(if rng.u8(..12) == 0 { '\n' } else { ' ' });
    }
    text.into_bytes()
}

fn table(rng: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    let mut text = String::from("day,use,price\n");
    while text.len() < size {
        text.push_str(&format!("{},{:.3},{:.2}\n", rng.u16(..366), rng.f64(), rng.f64() * 20.0));
    }
    text.into_bytes()
}

fn framed(header: &[u8], rng: &mut fastrand::Rng, size: usize) -> Vec<u8> {
    let mut bytes = header.to_vec();
    bytes.extend(std::iter::repeat_with(|| rng.u8(..)).take(size));
    bytes
}

/// Checksums of a tree's files as they were made.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    sums: BTreeMap<PathBuf, [u8; 32]>,
}

impl Tree {
    /// Makes `count` files below `root`; the same ones for the same seed.
    pub fn make(root: &Path, count: usize, seed: u64) -> Result<Self> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut sums = BTreeMap::new();
        for i in 0..count {
            let (ending, bytes) = KINDS[i % KINDS.len()];
            let folder = root.join(format!("{:02}", i / FILES_PER_FOLDER));
            let size = rng.usize(512..LARGEST);
            let (path, bytes) = (folder.join(format!("{i:04}.{ending}")), bytes(&mut rng, size));
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(&path, &bytes))
                .map_err(Failure::because(format!("cannot write {}", path.display())))?;
            sums.insert(path, Sha256::digest(&bytes).into());
        }
        Ok(Tree { root: root.to_owned(), sums })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How many files it had.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// How many of its files are not, under their name, what they were.
    pub fn lost(&self) -> usize {
        let kept = |(path, sum): &(&PathBuf, &[u8; 32])| {
            fs::read(path).is_ok_and(|bytes| <[u8; 32]>::from(Sha256::digest(bytes)) == **sum)
        };
        self.sums.iter().filter(|entry| !kept(entry)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opponent::{CONSENT, encrypt};

    #[test]
    fn what_the_opponent_encrypts_is_lost_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap_or_else(|e| unreachable!("{e}"));
        let guarded = folder.path().join("guarded");
        let other = folder.path().join("other");
        let made = Tree::make(&guarded, 12, 1).and_then(|a| Ok((a, Tree::make(&other, 7, 1)?)));
        let Ok((tree, bystander)) = made else { unreachable!("a temporary folder is writable") };
        assert_eq!((tree.lost(), tree.len()), (0, 12));

        assert!(encrypt(&guarded, 1).is_err(), "it was not made for the opponent");
        assert_eq!(tree.lost(), 0);

        assert!(fs::write(guarded.join(CONSENT), "").is_ok());
        assert!(encrypt(&guarded, 1).is_ok());
        assert_eq!((tree.lost(), bystander.lost()), (12, 0));
    }
}
