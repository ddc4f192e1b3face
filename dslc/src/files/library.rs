//! The specs that ship with the compiler: `import "std/NAME.num";`.

use include_dir::{Dir, include_dir};

static LIBRARY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/std");

/// The text of a file, by its path in the library.
pub fn text(path: &str) -> Option<&'static str> {
    LIBRARY.get_file(path)?.contents_utf8()
}

/// The path of every spec, as an import writes it.
pub fn names() -> Vec<String> {
    let paths = LIBRARY.files().map(|file| file.path());
    let specs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "num"));
    specs.map(|path| format!("std/{}", path.display())).collect()
}
