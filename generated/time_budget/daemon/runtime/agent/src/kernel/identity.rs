//! What makes two starts the same: a daemon takes over what is pinned only if it would have loaded
//! just that.

use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::abi::Config;

/// SHA-256 over the object, its configuration (version of the interface, scope, whether it only
/// observes) and the folders that stand for its trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(String);

impl Identity {
    /// That of an object which is to work so.
    pub fn of(object: &[u8], config: &Config, trees: &[PathBuf]) -> Self {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(object);
        part(bytemuck::bytes_of(config));
        trees.iter().for_each(|tree| part(tree.as_os_str().as_bytes()));
        Identity(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Its 32 hexadecimal digits, a name of a folder.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use bytemuck::Zeroable;

    use super::*;

    #[test]
    fn whatever_changes_the_program_changes_its_identity() {
        let config = Config::zeroed();
        let identity = |object: &[u8], config: &Config, trees: &[&str]| {
            let trees: Vec<PathBuf> = trees.iter().map(PathBuf::from).collect();
            Identity::of(object, config, &trees)
        };
        let first = identity(b"object", &config, &["/srv", "/home"]);
        assert_eq!(first, identity(b"object", &config, &["/srv", "/home"]));
        assert_eq!(first.as_str().len(), 32);
        let others = [
            identity(b"objects", &config, &["/srv", "/home"]),
            identity(b"object", &Config { cgroup: 7, ..config }, &["/srv", "/home"]),
            identity(b"object", &Config { observe_only: 1, ..config }, &["/srv", "/home"]),
            identity(b"object", &config, &["/srv/", "home"]),
            identity(b"object", &config, &["/home", "/srv"]),
        ];
        assert!(others.iter().all(|other| *other != first), "{first} among {others:?}");
    }
}
