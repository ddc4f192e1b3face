//! Reads specs: whatever a path leads to, there is a text or a diagnostic.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Exit;
use crate::diag::{Code, Diagnostic, Report, Source, codes};
use crate::sema::hir::Span;

/// Most bytes of a spec; data belongs into CSV files.
pub const MAX_BYTES: u64 = 64 << 20;

/// A file that was not read: why, and how a command that needs it ends.
#[derive(Debug)]
pub struct Unread {
    /// What to tell.
    pub report: Report,
    /// [`Exit::Usage`] for a wrong path, [`Exit::SpecErrors`] for wrong contents, else
    /// [`Exit::Outside`].
    pub exit: Exit,
}

/// Reads the spec at `path`.
pub fn read(path: &Path) -> Result<Source, Unread> {
    let name = path.to_string_lossy();
    let bytes = bytes(path).map_err(|error| unread(&name, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
        let diagnostic = Diagnostic::error(codes::FILE_TOO_LARGE, Span::default(), message)
            .note("put data into CSV files: `param a[I] from \"a.csv\";`");
        return Err(refused(Source::new(name, ""), diagnostic, Exit::SpecErrors));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => Err(not_utf8(&name, error.utf8_error().valid_up_to(), error.as_bytes())),
    }
}

/// At most one byte more than is allowed, so that an endless file ends.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unread(name: &str, error: &io::Error) -> Unread {
    let (code, message, note, exit): (Code, _, &str, _) = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => (
            codes::FILE_MISSING,
            format!("there is no file `{name}`"),
            "look for a misspelt name, or for the folder that it is relative to",
            Exit::Usage,
        ),
        io::ErrorKind::IsADirectory => (
            codes::FILE_IS_FOLDER,
            format!("`{name}` is a folder"),
            "give the path of a spec, such as `examples/dwell.num`",
            Exit::Usage,
        ),
        io::ErrorKind::PermissionDenied => (
            codes::FILE_UNREADABLE,
            format!("`{name}` may not be read"),
            "ask its owner for the permission to read it",
            Exit::Outside,
        ),
        _ => (
            codes::FILE_UNREADABLE,
            format!("`{name}` cannot be read: {error}"),
            "the file system refused; the file itself may be in order",
            Exit::Outside,
        ),
    };
    let diagnostic = Diagnostic::error(code, Span::default(), message).note(note);
    refused(Source::new(name, ""), diagnostic, exit)
}

/// Shows the text up to the first byte that is wrong, and the rest of its line as far as it goes.
fn not_utf8(name: &str, valid: usize, bytes: &[u8]) -> Unread {
    let rest = bytes.get(valid..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut text = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default()).into_owned();
    text.push_str(&String::from_utf8_lossy(line));
    let source = Source::new(name, text);
    let byte = rest.first().copied().unwrap_or_default();
    let span = Span { start: valid, end: valid };
    let place = source.position(valid).line;
    let message = format!("byte {valid} (0x{byte:02X}, on line {place}) is not UTF-8");
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let note = if wide {
        "the file looks like UTF-16: save it as UTF-8"
    } else {
        "save the file as UTF-8; `iconv -f latin1 -t utf8` converts an old one"
    };
    let diagnostic = Diagnostic::error(codes::FILE_NOT_UTF8, span, message).note(note);
    refused(source, diagnostic, Exit::SpecErrors)
}

fn refused(source: Source, diagnostic: Diagnostic, exit: Exit) -> Unread {
    Unread { report: Report { source, diagnostics: vec![diagnostic] }, exit }
}
