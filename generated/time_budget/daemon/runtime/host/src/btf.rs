//! Names in the kernel's type information (BTF): which functions, types and helpers it has.

use std::collections::BTreeSet;

/// `BTF_MAGIC`, in the byte order of this machine.
const MAGIC: u16 = 0xeb9f;
/// Bytes of `struct btf_type` before what its kind adds.
const TYPE: usize = 12;

/// The names of functions, types and enumerators.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// Those of `wanted` that the contents of `/sys/kernel/btf/vmlinux` define; none when it cannot
    /// be read as BTF.
    pub fn of(bytes: &[u8], wanted: &[&str]) -> Self {
        let mut names = Names::default();
        // What stops it is an end that comes too soon: what was read until then holds.
        let _ = collect(bytes, wanted, &mut names.0);
        names
    }

    /// Whether there is one of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

fn collect(bytes: &[u8], wanted: &[&str], names: &mut BTreeSet<String>) -> Option<()> {
    let magic = u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?);
    if magic != MAGIC {
        return None;
    }
    let field = |at: usize| word(bytes, at).map(|value| value as usize);
    let (header, types_at, types_size) = (field(4)?, field(8)?, field(12)?);
    let (strings_at, strings_size) = (field(16)?, field(20)?);
    let section = |at: usize, size: usize| {
        let start = header.checked_add(at)?;
        bytes.get(start..start.checked_add(size)?)
    };
    let (types, strings) = (section(types_at, types_size)?, section(strings_at, strings_size)?);
    let mut note = |offset: u32| {
        let name = strings.get(offset as usize..).and_then(|rest| rest.split(|b| *b == 0).next());
        let name = name.and_then(|name| std::str::from_utf8(name).ok());
        if let Some(name) = name.filter(|name| wanted.contains(name)) {
            names.insert(name.to_owned());
        }
    };
    let mut at = 0;
    while at < types.len() {
        let (name, info) = (word(types, at)?, word(types, at + 4)?);
        let (kind, count) = (info >> 24 & 0x1f, (info & 0xffff) as usize);
        at += TYPE;
        let member = bytes_of_a_member(kind)?;
        // Members of a struct and parameters have names that say nothing by themselves.
        if let ENUM | ENUM64 = kind {
            (0..count).filter_map(|i| word(types, at + i * member)).for_each(&mut note);
        }
        note(name);
        at += member * if has_one(kind) { 1 } else { count };
    }
    Some(())
}

const ENUM: u32 = 6;
const ENUM64: u32 = 19;

/// Bytes that each member of a type takes after it, by the numbers of `BTF_KIND_…`.
fn bytes_of_a_member(kind: u32) -> Option<usize> {
    Some(match kind {
        1 | 14 | 17 => 4,          // INT, VAR, DECL_TAG
        3 => 12,                   // ARRAY
        4 | 5 | 15 | ENUM64 => 12, // STRUCT, UNION, DATASEC
        ENUM | 13 => 8,            // and FUNC_PROTO
        2 | 7..=12 | 16 | 18 => 0, // PTR, FWD … FUNC, FLOAT, TYPE_TAG
        _ => return None,
    })
}

/// Kinds that are followed by one member, whatever the count says.
fn has_one(kind: u32) -> bool {
    matches!(kind, 1 | 3 | 14 | 17)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    bytes.try_into().ok().map(u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header, a struct with a member `inner`, an enum with an enumerator, a function.
    fn sample() -> Vec<u8> {
        let strings = b"\0outer\0inner\0HELPER\0run\0";
        let types: [u32; 3 + 3 + 3 + 2 + 3] =
            [1, 4 << 24 | 1, 4, 7, 0, 0, 0, 6 << 24 | 1, 4, 13, 7, 20, 12 << 24, 0];
        let mut bytes = Vec::new();
        bytes.extend(MAGIC.to_ne_bytes());
        bytes.extend([1, 0]);
        let size = types.len() as u32 * 4;
        for field in [24, 0, size, size, strings.len() as u32] {
            bytes.extend(u32::to_ne_bytes(field));
        }
        bytes.extend(types.iter().flat_map(|word| word.to_ne_bytes()));
        bytes.extend(strings);
        bytes
    }

    const ALL: &[&str] = &["outer", "inner", "HELPER", "run", "absent"];

    #[test]
    fn functions_types_and_enumerators_are_found_and_members_are_not() {
        let names = Names::of(&sample(), ALL);
        let found: Vec<&&str> = ALL.iter().filter(|name| names.has(name)).collect();
        assert_eq!(found, [&"outer", &"HELPER", &"run"]);
    }

    #[test]
    fn what_is_cut_short_or_changed_is_read_as_far_as_it_goes() {
        let bytes = sample();
        for end in 0..bytes.len() {
            Names::of(bytes.get(..end).unwrap_or_default(), ALL);
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte = 0xff;
            }
            Names::of(&changed, ALL);
        }
    }

    #[test]
    fn the_running_kernel_has_a_task() {
        let bytes = std::fs::read("/sys/kernel/btf/vmlinux").unwrap_or_default();
        let names =
            Names::of(&bytes, &["task_struct", "do_exit", "BPF_FUNC_map_lookup_elem", "x y"]);
        assert!(bytes.is_empty() || names.has("task_struct") && names.has("do_exit"));
        assert!(bytes.is_empty() || names.has("BPF_FUNC_map_lookup_elem"));
        assert!(!names.has("x y"));
    }
}
