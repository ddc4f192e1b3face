//! What a newer version of a program takes over from the older one beside it: buckets, with their
//! clocks, their evidence by its name, and what was done to them. How often they did what a rule
//! counts begins anew, and so does what the program remembers of files.

use std::collections::BTreeMap;
use std::fmt;

use bytemuck::Zeroable;

use super::error::KernelError;
use super::handles::Handles;
use super::scope::Target;
use super::{places, run};
use crate::abi::{self, Adoption, Config, MAX_EVIDENCE, Member};

/// The program that takes a process into a bucket.
pub const ADOPT: &str = "adopt";

/// What was taken over, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// So many buckets.
    pub buckets: usize,
    /// Why others were not.
    pub lost: Option<String>,
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.buckets > 0 {
            write!(f, ", with {} of its buckets", self.buckets)?;
        }
        self.lost.iter().try_for_each(|why| write!(f, ", without its buckets: {why}"))
    }
}

/// One of two versions of a program.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    /// Its maps and programs.
    pub handles: &'a Handles,
    /// How it is configured.
    pub config: &'a Config,
}

/// Gives the buckets of an older version to a newer one, both of which watch. Returns how many of
/// them the newer one has now; it may be done again, for what came meanwhile.
pub fn carry(old: Version<'_>, new: Version<'_>, target: &Target) -> Result<usize, KernelError> {
    let evidence = evidence_by_name(old.config, new.config);
    // Bucket of the older version → of the newer one.
    let mut carried = BTreeMap::new();
    for tgid in places::processes(target)? {
        let Some(row) = places::bucket_of(old.handles, tgid)? else { continue };
        let known = carried.get(&row.id).copied().unwrap_or(0);
        let row = translate(&row, &evidence);
        let mut adoption = Adoption { bucket: known, row, tgid, reserved: 0 };
        // Whoever has ended or left the scope meanwhile is in no bucket.
        if run::program(new.handles, ADOPT, &mut adoption)? == 0 && adoption.bucket != 0 {
            carried.insert(row.id, adoption.bucket);
        }
    }
    Ok(carried.len())
}

/// For each evidence of the newer version, the older one's of the same name.
fn evidence_by_name(old: &Config, new: &Config) -> [Option<usize>; MAX_EVIDENCE] {
    let names = |config: &Config| config.evidence.map(|name| abi::text(&name));
    let (old, new) = (names(old), names(new));
    new.map(|name| old.iter().position(|other| !name.is_empty() && *other == name))
}

fn translate(row: &Member, evidence: &[Option<usize>; MAX_EVIDENCE]) -> Member {
    let mut row_of_new =
        Member { points: Zeroable::zeroed(), points_at: Zeroable::zeroed(), ..*row };
    for (new, old) in evidence.iter().enumerate() {
        let Some(old) = *old else { continue };
        row_of_new.points[new] = row.points[old];
        row_of_new.points_at[new] = row.points_at[old];
    }
    row_of_new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(names: &[&str]) -> Config {
        let mut config = Config::zeroed();
        for (to, name) in config.evidence.iter_mut().zip(names) {
            to[..name.len()].copy_from_slice(name.as_bytes());
        }
        config
    }

    #[test]
    fn points_follow_the_name_of_their_evidence() {
        let (old, new) = (config(&["harm", "doubt", "noise"]), config(&["doubt", "calm", "harm"]));
        let row = Member {
            points: [1, 2, 3, 0],
            points_at: [10, 20, 30, 0],
            lost: 7,
            ..Member::zeroed()
        };
        let carried = translate(&row, &evidence_by_name(&old, &new));
        assert_eq!(carried.points, [2, 0, 1, 0]);
        assert_eq!(carried.points_at, [20, 0, 10, 0]);
        assert_eq!(carried.lost, 7);
    }
}
