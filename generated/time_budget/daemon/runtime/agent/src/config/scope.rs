//! Which processes are watched: never all of them by accident.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::statfs;

use crate::failure::Failure;

/// `CGROUP2_SUPER_MAGIC` of `linux/magic.h`.
const CGROUP2: u64 = 0x6367_7270;

/// The processes that a daemon watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of a control group and of the groups below it.
    Cgroup(PathBuf),
    /// All of them.
    WholeHost,
}

impl Scope {
    /// The scope that the user named.
    pub fn find(cgroup: Option<&Path>, whole_host: bool) -> Result<Self, Failure> {
        match cgroup {
            Some(path) => group(path).map(Scope::Cgroup),
            None if whole_host => Ok(Scope::WholeHost),
            None => Err(Failure::usage(
                "nothing was started",
                "it was not said which processes to watch",
                "say --cgroup PATH for the processes of a control group, or --whole-host for all",
            )),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Cgroup(path) => write!(f, "{}", path.display()),
            Scope::WholeHost => f.write_str("the whole host"),
        }
    }
}

fn group(path: &Path) -> Result<PathBuf, Failure> {
    let unusable = |why: &dyn fmt::Display, next: &str| {
        Failure::outside(format!("cannot watch the control group {}", path.display()), why, next)
    };
    let full = fs::canonicalize(path)
        .map_err(|error| unusable(&error, "create it with mkdir below the mount of cgroup2"))?;
    let kind = statfs(&full).map_err(|error| unusable(&error, "give a folder of cgroup2"))?.f_type;
    if !full.is_dir() || u64::try_from(kind) != Ok(CGROUP2) {
        let why = "it is not a folder of the cgroup2 file system";
        let next = "find its mount with `findmnt -t cgroup2`, and give a folder below it";
        return Err(unusable(&why, next));
    }
    // Only the root of the hierarchy, which holds every process, has no type.
    if !full.join("cgroup.type").exists() {
        let why = "it is the root of the hierarchy and holds every process of this host";
        return Err(unusable(&why, "give a group below it, or say --whole-host if you mean it"));
    }
    Ok(full)
}
