//! Which file a path names.

use std::fmt;

/// Folders that a path may climb by `..` above the file that names it.
pub const MOST_CLIMBS: usize = 3;

/// A file's identity: its path with `.` and `..` worked out by name, links not followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePath {
    /// Whether it ships with the compiler.
    shipped: bool,
    path: String,
}

/// The folder of what ships.
const SHIPPED: &str = "std";

impl FilePath {
    /// The spec, by the path that its user wrote.
    pub fn main(path: &str) -> Self {
        let root = if path.starts_with('/') { "/" } else { "" };
        let segments = path.split('/').fold(Vec::new(), follow);
        FilePath { shipped: false, path: format!("{root}{}", segments.join("/")) }
    }

    /// The file that `written` names in the file `from`; the error says why it can name none.
    pub fn resolve(from: Option<&FilePath>, written: &str) -> Result<Self, &'static str> {
        check(written)?;
        let mut segments = written.split('/');
        if segments.next() == Some(SHIPPED) {
            let path: Vec<_> = segments.collect();
            if path.contains(&"..") {
                return Err("`..` leaves the library");
            }
            return Ok(FilePath { shipped: true, path: path.join("/") });
        }
        let (shipped, from) = from.map_or((false, ""), |from| (from.shipped, from.path.as_str()));
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = if from.starts_with('/') { "/" } else { "" };
        let segments = folder.split('/').chain(written.split('/')).fold(Vec::new(), follow);
        match segments.first() {
            Some(&"..") if shipped => Err("`..` leaves the library"),
            // Above the root there is only the root.
            Some(&"..") if root == "/" => Err("`..` climbs above the root of the file system"),
            _ => Ok(FilePath { shipped, path: format!("{root}{}", segments.join("/")) }),
        }
    }

    /// Whether it ships with the compiler.
    pub fn is_shipped(&self) -> bool {
        self.shipped
    }

    /// The path for a loader; in the library, for what ships.
    pub fn as_str(&self) -> &str {
        &self.path
    }
}

/// As messages name it.
impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shipped {
            write!(f, "{SHIPPED}/")?;
        }
        f.write_str(&self.path)
    }
}

fn check(written: &str) -> Result<(), &'static str> {
    let first = written.split('/').next().unwrap_or_default();
    if written.is_empty() || written.ends_with('/') {
        Err("this names no file")
    } else if written.starts_with('/') || first.contains(':') {
        Err("an absolute path: another machine has no such file")
    } else if written.contains('\\') {
        Err("write `/` between folders")
    } else if written.contains(char::is_control) {
        Err("a path has no control characters")
    } else if written.split('/').filter(|segment| *segment == "..").count() > MOST_CLIMBS {
        Err("too many `..`: a path may climb three folders")
    } else {
        Ok(())
    }
}

/// Adds a segment to those of a path.
fn follow<'a>(mut path: Vec<&'a str>, segment: &'a str) -> Vec<&'a str> {
    match segment {
        "" | "." => {}
        ".." if path.last().is_some_and(|last| *last != "..") => {
            path.pop();
        }
        _ => path.push(segment),
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_identity() {
        let from = FilePath::main("./a/../b/spec.num");
        assert_eq!(from.as_str(), "b/spec.num");
        let named = |written| FilePath::resolve(Some(&from), written).map(|path| path.to_string());
        assert_eq!(named("./x/../y.num").as_deref(), Ok("b/y.num"));
        assert_eq!(named("../../y.num").as_deref(), Ok("../y.num"));
        assert_eq!(named("std/budget.num").as_deref(), Ok("std/budget.num"));
        assert_eq!(named("./std/budget.num").as_deref(), Ok("b/std/budget.num"));
        let absolute = FilePath::main("/a/spec.num");
        let named = |written| FilePath::resolve(Some(&absolute), written).map(|p| p.to_string());
        assert_eq!(named("../y.num").as_deref(), Ok("/y.num"));
        assert!(named("../../y.num").is_err());
    }

    #[test]
    fn what_ships_names_what_ships() {
        let shipped = FilePath::resolve(None, "std/a.num").ok();
        let named = |written| FilePath::resolve(shipped.as_ref(), written).map(|p| p.to_string());
        assert_eq!(named("b.num").as_deref(), Ok("std/b.num"));
        assert!(named("../b.num").is_err());
    }
}
