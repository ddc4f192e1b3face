//! What a bucket can be put into: a row for each file of a control group that limits it.

use std::fs;
use std::io;
use std::path::Path;

use super::hierarchy::Hierarchy;

/// The period of a quota, in microseconds: that of a new group in both versions.
const PERIOD_US: u64 = 100_000;
/// The least quota that the kernel takes, in microseconds.
const LEAST_US: u64 = 1_000;

/// What a bucket's processes are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// Together, so many hundredths of one processor.
    Share {
        /// 1 .. 100.
        percent: u32,
    },
    /// Nothing: they stand still.
    Frozen,
}

/// Kinds of limits, of which a bucket has one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// [`Limit::Share`].
    Share,
    /// [`Limit::Frozen`].
    Frozen,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 2] = [Kind::Share, Kind::Frozen];

    /// The end of a cell's name.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Share => "cpu",
            Kind::Frozen => "freezer",
        }
    }
}

impl Limit {
    /// Its kind.
    pub fn kind(self) -> Kind {
        match self {
            Limit::Share { .. } => Kind::Share,
            Limit::Frozen => Kind::Frozen,
        }
    }

    /// The microseconds of each period that `parts` groups get each, which share it.
    fn quota_us(self, parts: usize) -> u64 {
        let Limit::Share { percent } = self else { return 0 };
        let parts = u64::try_from(parts).unwrap_or(u64::MAX).max(1);
        (PERIOD_US / 100 * u64::from(percent) / parts).max(LEAST_US)
    }
}

/// A way to limit processes.
#[derive(Debug)]
struct Row {
    kind: Kind,
    /// The hierarchy: of version 1 by its controller, or version 2.
    version1: Option<&'static str>,
    /// The controller that a group of version 2 needs.
    needs: Option<&'static str>,
    /// The file that does it.
    file: &'static str,
    /// What is written to it, for so many microseconds of each period.
    on: fn(u64) -> String,
    /// What undoes it.
    off: &'static str,
}

/// For each kind the first that this host has is used. A hierarchy of version 1 comes first: a move
/// within it changes no membership that anybody else looks at, and while it is mounted version 2
/// does not have its controller. The freezer of version 1 is not here: what it holds cannot be killed,
/// by nobody, as long as its daemon does not thaw it.
const ROWS: [Row; 3] = [
    Row {
        kind: Kind::Share,
        version1: Some("cpu"),
        needs: None,
        file: "cpu.cfs_quota_us",
        on: |quota| quota.to_string(),
        off: "-1",
    },
    Row {
        kind: Kind::Share,
        version1: None,
        needs: Some("cpu"),
        file: "cpu.max",
        on: |quota| format!("{quota} {PERIOD_US}"),
        off: "max",
    },
    Row {
        kind: Kind::Frozen,
        version1: None,
        needs: None,
        file: "cgroup.freeze",
        on: |_| "1".to_owned(),
        off: "0",
    },
];

/// A way that this host has.
#[derive(Clone, Debug)]
pub struct Way {
    row: &'static Row,
    hierarchy: Hierarchy,
}

/// The ways of this host, at most one for each kind.
#[derive(Clone, Debug, Default)]
pub struct Ways(Vec<Way>);

impl Ways {
    /// Looks for them. Processes are watched in the group `scope` of version 2 and below it; without
    /// one, everywhere.
    pub fn find(scope: Option<&Path>) -> Self {
        Ways(Kind::ALL.iter().filter_map(|kind| Way::find(*kind, scope)).collect())
    }

    /// The way for a kind, if there is one.
    pub fn of(&self, kind: Kind) -> Option<&Way> {
        self.0.iter().find(|way| way.row.kind == kind)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Way> {
        self.0.iter()
    }
}

impl Way {
    fn find(kind: Kind, scope: Option<&Path>) -> Option<Self> {
        let mut rows = ROWS.iter().filter(|row| row.kind == kind);
        rows.find_map(|row| {
            let hierarchy = Hierarchy::find(row.version1)?;
            let group = scope.unwrap_or(hierarchy.point());
            let has = |controller| {
                let all = fs::read_to_string(group.join("cgroup.controllers"));
                all.is_ok_and(|all| all.split_whitespace().any(|one| one == controller))
            };
            row.needs.is_none_or(has).then_some(Way { row, hierarchy })
        })
    }

    /// What it limits.
    pub fn kind(&self) -> Kind {
        self.row.kind
    }

    /// The file that does it, for people.
    pub fn file(&self) -> &'static str {
        self.row.file
    }

    /// Where processes are moved.
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// Prepares a new group below `parent`. In version 2 it becomes a threaded one: only such a group
    /// may have controllers while there are processes in the group above it, too.
    pub fn prepare(&self, parent: &Path, group: &Path) -> io::Result<()> {
        if !self.hierarchy.is_version2() {
            return Ok(());
        }
        let threaded = fs::write(group.join("cgroup.type"), "threaded");
        match self.row.needs {
            // Without controllers it need not be.
            None => Ok(()),
            Some(controller) => threaded
                .and_then(|()| fs::write(parent.join(CONTROLLERS_BELOW), format!("+{controller}"))),
        }
    }

    /// Undoes what `prepare` did to `parent`, once no group is left below it.
    pub fn forget(&self, parent: &Path) -> io::Result<()> {
        let Some(controller) = self.row.needs else { return Ok(()) };
        for entry in fs::read_dir(parent)? {
            if entry?.file_type()?.is_dir() {
                return Ok(());
            }
        }
        fs::write(parent.join(CONTROLLERS_BELOW), format!("-{controller}"))
    }

    /// Sets a limit on one of `parts` groups, which share it.
    pub fn limit(&self, group: &Path, limit: Limit, parts: usize) -> io::Result<()> {
        fs::write(group.join(self.row.file), (self.row.on)(limit.quota_us(parts)))
    }

    /// Takes it away.
    pub fn lift(&self, group: &Path) -> io::Result<()> {
        fs::write(group.join(self.row.file), self.row.off)
    }
}

/// The controllers that a group of version 2 gives to those below it.
const CONTROLLERS_BELOW: &str = "cgroup.subtree_control";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_one_processor_and_divided_among_groups() {
        let quota = |percent, parts| Limit::Share { percent }.quota_us(parts);
        assert_eq!([quota(100, 1), quota(20, 1), quota(20, 2)], [100_000, 20_000, 10_000]);
        assert_eq!([quota(1, 1), quota(1, 7), quota(5, 0)], [1_000, 1_000, 5_000]);
    }

    #[test]
    fn every_kind_has_a_way_in_version_2() {
        for kind in Kind::ALL {
            assert!(ROWS.iter().any(|row| row.kind == kind && row.version1.is_none()), "{kind:?}");
        }
    }
}
