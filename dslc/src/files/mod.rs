//! Files that a spec names: imports, cores of the standard library, tables of data.
//!
//! The compiler itself reads nothing: a [`Loader`] does, which the command line gives for the disk and
//! a test for a map in memory. Paths are relative to the file that names them, with `/` between
//! folders; `std/…` is what ships with the compiler. Absolute paths are refused, so that a spec means
//! the same on every machine; `..` may climb [`MOST_CLIMBS`] folders.

mod error;
mod library;
mod path;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use error::ReadError;
pub use library::names as shipped;
pub use path::{FilePath, MOST_CLIMBS};

use crate::diag::{Diagnostic, FileId, Source, Sources, codes};
use crate::sema::hir::Span;

/// Most bytes of a spec, or of a file that it imports.
pub const MOST_SPEC_BYTES: u64 = 64 << 20;
/// Most bytes of a table.
pub const MOST_DATA_BYTES: u64 = 256 << 20;

/// Reads files.
pub trait Loader: fmt::Debug + Send + Sync {
    /// The whole contents of the file at `path`: the path of the spec, followed from its folder. No
    /// more than `limit` bytes, so that an endless file ends.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError>;
}

/// Finds no file: for a text that stands alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn read(&self, _path: &str, _limit: u64) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Missing)
    }
}

/// Files in memory, by path.
impl Loader for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => Err(ReadError::TooLarge(limit)),
            Some(bytes) => Ok(bytes.clone()),
            None => Err(ReadError::Missing),
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Which of the compilation's files it is.
    pub file: FileId,
    /// Byte at which it starts: a span inside it counts from here.
    pub base: usize,
    /// Its name and text.
    pub source: Arc<Source>,
}

/// The files of one compilation, and how further ones are read: each once, however often it is named.
#[derive(Debug)]
pub struct Files {
    loader: Arc<dyn Loader>,
    sources: Sources,
    /// Which file each of the sources is.
    paths: Vec<FilePath>,
    loaded: BTreeMap<FilePath, Loaded>,
}

impl Default for Files {
    fn default() -> Self {
        Files::new(Arc::new(NoFiles), Source::default())
    }
}

impl Files {
    /// A compilation of the spec `main`, whose name is its path.
    pub fn new(loader: Arc<dyn Loader>, main: impl Into<Arc<Source>>) -> Self {
        let source = main.into();
        let path = FilePath::main(source.name());
        let sources = Sources::new(Arc::clone(&source));
        let loaded = BTreeMap::from([(path.clone(), Loaded { file: 0, base: 0, source })]);
        Files { loader, sources, paths: vec![path], loaded }
    }

    /// Every file that was read.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The same, when nothing else will be read.
    pub fn into_sources(self) -> Sources {
        self.sources
    }

    /// Reads the spec that `path` names, which is written at `span`: the folder that it is relative to
    /// is that of the span's file. The error stands at `span`.
    pub fn spec(&mut self, path: &str, span: Span) -> Result<Loaded, Box<Diagnostic>> {
        self.load(path, span, MOST_SPEC_BYTES)
    }

    /// Likewise for a table of data.
    pub fn data(&mut self, path: &str, span: Span) -> Result<Loaded, Box<Diagnostic>> {
        self.load(path, span, MOST_DATA_BYTES)
    }

    /// Adds a text that no file holds; returns the byte at which it starts.
    pub fn add(&mut self, name: &str, text: String) -> usize {
        let source = Arc::new(Source::new(name, text));
        self.paths.push(FilePath::main(name));
        self.sources.add(source)
    }

    /// Which file a path names, written at `span`.
    fn resolve(&self, path: &str, span: Span) -> Result<FilePath, Box<Diagnostic>> {
        let from = self.paths.get(self.sources.file_of(span.start));
        FilePath::resolve(from, path).map_err(|why| {
            let message = format!("`{path}` cannot be the path of a file");
            Box::new(Diagnostic::error(codes::FILE_PATH, span, message).label(span, why).note(
                "a path is relative to the file that names it: `lib/units.num`, `../data/w.csv`",
            ))
        })
    }

    fn load(&mut self, path: &str, span: Span, limit: u64) -> Result<Loaded, Box<Diagnostic>> {
        let path = self.resolve(path, span)?;
        if let Some(loaded) = self.loaded.get(&path) {
            return Ok(loaded.clone());
        }
        let text = self.text(&path, limit).map_err(|error| {
            let library = path.is_shipped().then(|| library::names().join(", "));
            let error = error.diagnostic(&path.to_string(), span);
            Box::new(match library {
                Some(names) => error.note(format!("the library has {names}")),
                None => error,
            })
        })?;
        let source = Arc::new(Source::new(path.to_string(), text));
        let base = self.sources.add(Arc::clone(&source));
        let loaded = Loaded { file: self.paths.len(), base, source };
        self.paths.push(path.clone());
        self.loaded.insert(path, loaded.clone());
        Ok(loaded)
    }

    fn text(&self, path: &FilePath, limit: u64) -> Result<String, ReadError> {
        if path.is_shipped() {
            return library::text(path.as_str()).map(str::to_owned).ok_or(ReadError::Missing);
        }
        let bytes = self.loader.read(path.as_str(), limit)?;
        String::from_utf8(bytes).map_err(|error| ReadError::not_utf8(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(main: &str, names: &[(&str, &[u8])]) -> Files {
        let map: BTreeMap<String, Vec<u8>> =
            names.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        Files::new(Arc::new(map), Source::new(main, "import \"x\";"))
    }

    #[test]
    fn a_path_is_relative_to_the_file_that_names_it_and_read_once() {
        let mut files = files("a/spec.num", &[("a/lib/b.num", b"b"), ("a/c.csv", b"c")]);
        let at = Span { start: 7, end: 10 };
        let base = files.spec("lib/b.num", at).map(|loaded| loaded.base).unwrap_or_default();
        let inside = Span { start: base, end: base };
        let data = files.data("../c.csv", inside).map(|loaded| (loaded.file, loaded.base));
        assert_eq!(data, Ok((2, base + 2)));
        assert_eq!(files.data("c.csv", at).map(|loaded| loaded.file), Ok(2));
        assert_eq!(files.sources().len(), 3);
        assert_eq!(files.spec("./spec.num", at).map(|loaded| loaded.file), Ok(0));
    }

    #[test]
    fn what_cannot_be_read_is_told_where_it_is_named() {
        let mut files = files("spec.num", &[("latin.csv", b"a\nb\xf6")]);
        let at = Span { start: 7, end: 10 };
        let mut told = |path: &str| {
            files.data(path, at).err().map(|error| (error.code.to_string(), error.span))
        };
        for (path, code) in [
            ("none.csv", "N0001"),
            ("latin.csv", "N0004"),
            ("/etc/passwd", "N0007"),
            ("a\\b.csv", "N0007"),
            ("std/none.num", "N0001"),
            ("std/../x.num", "N0007"),
            ("../../../../x.csv", "N0007"),
            ("", "N0007"),
        ] {
            assert_eq!(told(path), Some((code.to_owned(), at)), "{path}");
        }
    }
}
