//! Where cgroup2 is mounted, as `/proc/self/mountinfo` shows it.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

/// Where the hierarchy is mounted that a path is in, and how deep the path is below its root.
pub fn place(mounts: &str, path: &Path) -> Option<(PathBuf, u32)> {
    let of_mount = |line: &str| {
        let (fields, rest) = line.split_once(" - ")?;
        if rest.split(' ').next() != Some("cgroup2") {
            return None;
        }
        let mut fields = fields.split(' ').skip(3);
        let (root, point) = (unescaped(fields.next()?), unescaped(fields.next()?));
        let below = depth(path.strip_prefix(&point).ok()?);
        Some((point, depth(&root) + below))
    };
    // The innermost mount is the one that the path leads through.
    let mounts = mounts.lines().filter_map(of_mount);
    let (mount, level) = mounts.max_by_key(|(mount, _)| mount.as_os_str().len())?;
    Some((mount, u32::try_from(level).ok()?))
}

fn depth(path: &Path) -> usize {
    path.components().filter(|part| matches!(part, Component::Normal(_))).count()
}

/// A path that writes what would end its field, and `\`, as the octal digits of a byte: `\040`.
pub fn unescaped(field: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octal = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match byte.filter(|_| *first == b'\\') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
25 1 0:22 / /sys rw - sysfs sysfs rw
30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw
31 25 0:26 /machine/a /mnt/inner rw - cgroup2 cgroup2 rw
32 25 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
";

    #[test]
    fn depth_counts_from_the_root_of_the_hierarchy() {
        let at = |path| place(MOUNTS, Path::new(path));
        assert_eq!(at("/sys/fs/cgroup/a/b"), Some((PathBuf::from("/sys/fs/cgroup"), 2)));
        assert_eq!(at("/mnt/inner/b"), Some((PathBuf::from("/mnt/inner"), 3)));
        assert_eq!(at("/srv"), None);
    }

    #[test]
    fn a_mount_whose_path_has_a_space_is_found() {
        let mounts = "30 25 0:26 / /a\\040\\134b rw - cgroup2 cgroup2 rw\n";
        let found = place(mounts, Path::new("/a \\b/c"));
        assert_eq!(found, Some((PathBuf::from("/a \\b"), 1)));
    }
}
