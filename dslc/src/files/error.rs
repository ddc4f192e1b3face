//! Why a file was not read.

use std::io;
use std::string::FromUtf8Error;

use crate::diag::{Code, Diagnostic, codes};
use crate::sema::hir::Span;

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    Missing,
    /// It is a folder.
    Folder,
    /// It is a device, a socket or a pipe.
    Special,
    /// Its owner does not let it be read.
    Denied,
    /// It has more bytes than this.
    TooLarge(u64),
    /// A byte is no UTF-8.
    NotUtf8 {
        /// Where, counted from 0.
        offset: usize,
        /// On which line, counted from 1.
        line: usize,
        /// Which.
        byte: u8,
        /// Whether the file starts like UTF-16.
        wide: bool,
    },
    /// Anything else, in the system's words.
    Failed(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::Missing,
            io::ErrorKind::IsADirectory => ReadError::Folder,
            io::ErrorKind::PermissionDenied => ReadError::Denied,
            _ => ReadError::Failed(error.to_string()),
        }
    }
}

impl ReadError {
    /// Where a text stops to be UTF-8.
    pub fn not_utf8(error: &FromUtf8Error) -> Self {
        let (bytes, offset) = (error.as_bytes(), error.utf8_error().valid_up_to());
        let valid = bytes.get(..offset).unwrap_or_default();
        ReadError::NotUtf8 {
            offset,
            line: valid.iter().filter(|byte| **byte == b'\n').count() + 1,
            byte: bytes.get(offset).copied().unwrap_or_default(),
            wide: bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]),
        }
    }

    /// What to say of the file `name`, at the place that names it.
    pub fn diagnostic(&self, name: &str, span: Span) -> Diagnostic {
        let (code, message, note): (Code, _, _) = match self {
            ReadError::Missing => (
                codes::FILE_MISSING,
                format!("there is no file `{name}`"),
                "look for a misspelt name, or for the folder that it is relative to",
            ),
            ReadError::Folder => (
                codes::FILE_IS_FOLDER,
                format!("`{name}` is a folder"),
                "give the path of a file, such as `examples/dwell.num`",
            ),
            ReadError::Special => (
                codes::FILE_UNREADABLE,
                format!("`{name}` is a device, a socket or a pipe"),
                "what a spec names is a file: reading it again must give the same",
            ),
            ReadError::Denied => (
                codes::FILE_UNREADABLE,
                format!("`{name}` may not be read"),
                "ask its owner for the permission to read it",
            ),
            ReadError::Failed(why) => (
                codes::FILE_UNREADABLE,
                format!("`{name}` cannot be read: {why}"),
                "the file system refused; the file itself may be in order",
            ),
            ReadError::TooLarge(limit) => (
                codes::FILE_TOO_LARGE,
                format!("`{name}` is larger than {} MiB", limit >> 20),
                "a spec holds the problem, and CSV files its data: `param a[I] from \"a.csv\";`",
            ),
            ReadError::NotUtf8 { offset, line, byte, wide } => (
                codes::FILE_NOT_UTF8,
                format!("`{name}`: byte {offset} (0x{byte:02X}, on line {line}) is not UTF-8"),
                if *wide {
                    "the file looks like UTF-16: save it as UTF-8"
                } else {
                    "save the file as UTF-8; `iconv -f latin1 -t utf8` converts an old one"
                },
            ),
        };
        Diagnostic::error(code, span, message).note(note)
    }
}
