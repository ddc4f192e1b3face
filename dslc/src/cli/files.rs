//! Reads files: whatever a path leads to, there is a text or a diagnostic.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::Exit;
use crate::diag::{Report, Source};
use crate::files::{Loader, MOST_SPEC_BYTES, ReadError};
use crate::sema::hir::Span;

/// A file that was not read: why, and how a command that needs it ends.
#[derive(Debug)]
pub struct Unread {
    /// What to tell.
    pub report: Report,
    /// [`Exit::Usage`] for a wrong path, [`Exit::SpecErrors`] for wrong contents, else
    /// [`Exit::Outside`].
    pub exit: Exit,
}

/// Reads the spec at `path`: a pipe will do.
pub fn read(path: &Path) -> Result<Source, Unread> {
    let name = path.to_string_lossy();
    let bytes = File::open(path)
        .map_err(ReadError::from)
        .and_then(|file| contents(file, MOST_SPEC_BYTES))
        .map_err(|error| unread(Source::new(name.clone(), ""), Span::default(), &error))?;
    String::from_utf8(bytes).map(|text| Source::new(name.clone(), text)).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let shown = Source::new(name, up_to_wrong_line(offset, error.as_bytes()));
        unread(shown, Span { start: offset, end: offset }, &ReadError::not_utf8(&error))
    })
}

/// Files of the disk, for what a spec names.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Disk {
    /// As a loader.
    pub fn loader() -> Arc<dyn Loader> {
        Arc::new(Disk)
    }
}

impl Loader for Disk {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        // Before it is opened: opening a pipe would wait for whoever writes to it.
        let kind = std::fs::metadata(path)?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            return Err(ReadError::Special);
        }
        contents(File::open(path)?, limit)
    }
}

/// At most one byte more than is allowed, so that an endless file ends.
fn contents(file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
    if file.metadata()?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge(limit)) } else { Ok(bytes) }
}

/// The text up to the first byte that is wrong, and the rest of its line as far as it goes.
fn up_to_wrong_line(valid: usize, bytes: &[u8]) -> String {
    let rest = bytes.get(valid..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut text = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default()).into_owned();
    text.push_str(&String::from_utf8_lossy(line));
    text
}

fn unread(source: Source, span: Span, error: &ReadError) -> Unread {
    let exit = match error {
        ReadError::Missing | ReadError::Folder => Exit::Usage,
        ReadError::TooLarge(_) | ReadError::NotUtf8 { .. } => Exit::SpecErrors,
        ReadError::Special | ReadError::Denied | ReadError::Failed(_) => Exit::Outside,
    };
    let diagnostics = vec![error.diagnostic(source.name(), span)];
    Unread { report: Report { sources: source.into(), diagnostics }, exit }
}
