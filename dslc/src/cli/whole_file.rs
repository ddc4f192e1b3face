//! Writes one file all or nothing: beside its place first, then by a rename.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes `contents` to `path`. Whoever reads it meanwhile sees the old file or the new one; after an
/// error it is as it was. What is no file, such as `/dev/stdout`, is written as it is.
pub fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut staged = Staged::create(path)?;
    staged.write_all(contents)?;
    staged.commit()
}

/// A file that grows beside its place. Dropped without [`Staged::commit`] it is gone.
#[derive(Debug)]
pub struct Staged {
    file: BufWriter<File>,
    /// Where it grows and where it belongs; none for what is written as it is.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Staged {
    /// Starts an empty file.
    pub fn create(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => {
                let file = BufWriter::new(File::options().write(true).open(path)?);
                Ok(Staged { file, rename: None })
            }
            _ => {
                let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
                let name = format!(".{}.{}.staging", name.to_string_lossy(), std::process::id());
                let beside = path.with_file_name(name);
                let file = BufWriter::new(File::create(&beside)?);
                Ok(Staged { file, rename: Some((beside, path.to_owned())) })
            }
        }
    }

    /// Puts the file into its place.
    pub fn commit(mut self) -> io::Result<()> {
        self.file.flush()?;
        if let Some((beside, path)) = &self.rename {
            fs::rename(beside, path)?;
            self.rename = None;
        }
        Ok(())
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some((beside, _)) = &self.rename {
            // An earlier error is the one to tell.
            let _ = fs::remove_file(beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_or_left_alone() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.svg");
        write(&path, b"one")?;
        write(&path, b"two")?;
        assert_eq!(fs::read(&path)?, b"two");
        assert!(write(folder.path(), b"no file").is_err());
        assert!(write(&folder.path().join("missing/a.svg"), b"no folder").is_err());
        assert_eq!(fs::read_dir(folder.path())?.count(), 1, "nothing is left beside it");
        Ok(())
    }
}
