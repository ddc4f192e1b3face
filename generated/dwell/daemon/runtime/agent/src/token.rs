//! The secret that lets somebody see processes and decide on them: a file that its owner alone reads.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;
use rustix::rand::{GetRandomFlags, getrandom};
use subtle::ConstantTimeEq;

use crate::failure::Failure;

const BYTES: usize = 32;
/// The most that is read of a file that should hold one.
const MOST_BYTES: u64 = 4096;
const OTHERS_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// A secret of 256 bits, as 64 hexadecimal digits. It is not printed with what holds it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// One that nobody knows.
    pub fn draw() -> io::Result<Self> {
        let mut bytes = [0; BYTES];
        // So few bytes are never cut short.
        getrandom(&mut bytes, GetRandomFlags::empty())?;
        Ok(Token(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Whether `given` is it, in a time that does not depend on what is given.
    pub fn admits(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// The one in a file.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut text = String::new();
        File::open(path)?.take(MOST_BYTES).read_to_string(&mut text)?;
        let none = || io::Error::new(io::ErrorKind::InvalidData, "it holds no token");
        Token::parse(&text).ok_or_else(none)
    }

    /// The one that a text is, with any white space around it.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim();
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 2 * BYTES && digits.bytes().all(is_digit))
            .then(|| Token(digits.to_owned()))
    }

    /// Its digits, for who sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A token in its file, which goes when this is dropped.
#[derive(Debug)]
pub struct TokenFile {
    token: Token,
    path: PathBuf,
    inode: u64,
}

impl TokenFile {
    /// Draws a token and puts it into `path`, mode 0600; what was there is replaced. The folder must
    /// exist, and nobody but its owner and root may be able to replace files in it.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let refused = |why: &dyn fmt::Display| {
            Failure::outside(
                format!("cannot write the token file {}", path.display()),
                why,
                "give another place with --token-file",
            )
        };
        if let Some(why) = unsafe_place(path).map_err(|error| refused(&error))? {
            return Err(refused(&why));
        }
        let token = Token::draw().map_err(|error| refused(&error))?;
        let inode = write(path, &token).map_err(|error| refused(&error))?;
        Ok(TokenFile { token, path: path.to_path_buf(), inode })
    }

    /// What is in it.
    pub fn token(&self) -> &Token {
        &self.token
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        // A later daemon's token is not ours to remove.
        if fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes beside `path` and renames, so that a reader finds a whole token or none.
fn write(path: &Path, token: &Token) -> io::Result<u64> {
    let mut staged = path.as_os_str().to_owned();
    staged.push(format!(".{}", std::process::id()));
    // Left by a daemon that had this process's id and was killed here.
    let _ = fs::remove_file(&staged);
    let mut options = OpenOptions::new();
    let mut file: File = options.write(true).create_new(true).mode(0o600).open(&staged)?;
    let written = writeln!(file, "{}", token.0).and_then(|()| fs::rename(&staged, path));
    if written.is_err() {
        let _ = fs::remove_file(&staged);
    }
    written.and_then(|()| file.metadata()).map(|metadata| metadata.ino())
}

fn unsafe_place(path: &Path) -> io::Result<Option<String>> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let found = fs::metadata(folder)?;
    if ![0, geteuid().as_raw()].contains(&found.uid()) {
        return Ok(Some(format!("user {} owns {}", found.uid(), folder.display())));
    }
    let open = found.mode() & OTHERS_WRITE != 0 && found.mode() & STICKY == 0;
    Ok(open.then(|| format!("others than its owner may write {}", folder.display())))
}
