//! Writes a fibre's folder all or nothing: beside it first, then by renames.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// Lists what a build wrote, so that the next one removes what it no longer writes.
const MANIFEST: &str = "manifest.txt";

/// A folder beside the output folder, on the same file system, that becomes it file by file.
///
/// Dropping it without [`Staging::commit`] leaves the output folder as it was.
#[derive(Debug)]
pub struct Staging {
    output: PathBuf,
    folder: PathBuf,
    // Held while the build runs: two builds of one fibre would mix their files.
    _lock: File,
}

/// What went wrong, and with which file.
#[derive(Debug)]
pub enum StagingError {
    /// Another build of the same fibre runs.
    Busy(PathBuf),
    /// A file could not be written, read or renamed.
    Io(PathBuf, io::Error),
}

impl StagingError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> StagingError {
        let path = path.to_owned();
        move |error| StagingError::Io(path, error)
    }
}

impl Staging {
    /// Opens an empty staging folder for `output`, creating the folder that holds both.
    pub fn open(output: &Path) -> Result<Self, StagingError> {
        let name = output.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_else(|| "output".to_owned());
        let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(StagingError::at(parent))?;
        let folder = parent.join(format!(".{name}.staging"));
        let lock = lock(&folder)?.ok_or_else(|| StagingError::Busy(output.to_owned()))?;
        // An interrupted build may have left files.
        for entry in fs::read_dir(&folder).map_err(StagingError::at(&folder))? {
            let path = entry.map_err(StagingError::at(&folder))?.path();
            let removed =
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(StagingError::at(&path))?;
        }
        Ok(Staging { output: output.to_owned(), folder, _lock: lock })
    }

    /// Where the files stand until they are committed.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes one file at `path`, below the folder.
    pub fn write(&self, path: &str, contents: &[u8]) -> Result<(), StagingError> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let target = self.folder.join(path);
        if !inside {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "leaves the output folder");
            return Err(StagingError::Io(target, error));
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(StagingError::at(parent))?;
        }
        place(contents, &self.output.join(path), &target).map_err(StagingError::at(&target))
    }

    /// Makes the staged files the output folder's, and removes what an earlier build wrote and this
    /// one did not. Other files there stay.
    pub fn commit(self) -> Result<Vec<String>, StagingError> {
        let mut files = Vec::new();
        list(&self.folder, &mut String::new(), &mut files)
            .map_err(StagingError::at(&self.folder))?;
        files.sort();
        let before = self.output.join(MANIFEST);
        let stale = fs::read_to_string(&before).unwrap_or_default();
        let mut manifest = files.join("\n");
        manifest.push('\n');
        self.write(MANIFEST, manifest.as_bytes())?;
        for path in files.iter().map(String::as_str).chain([MANIFEST]) {
            let (from, to) = (self.folder.join(path), self.output.join(path));
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent).map_err(StagingError::at(parent))?;
            }
            fs::rename(&from, &to).map_err(StagingError::at(&to))?;
        }
        for path in stale.lines().filter(|path| !files.iter().any(|file| file == path)) {
            let inside = Path::new(path).components().all(|p| matches!(p, Component::Normal(_)));
            if inside {
                // It may be gone already.
                let _ = fs::remove_file(self.output.join(path));
            }
        }
        Ok(files)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Nothing more can be done about a folder that cannot be removed; the next build tries again.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Writes `contents` to `target`, or links it to `current` when that holds the same: a file that did
/// not change keeps its time, and nothing that was built from it is built again.
pub fn place(contents: &[u8], current: &Path, target: &Path) -> io::Result<()> {
    let same = fs::read(current).is_ok_and(|bytes| bytes == contents);
    if same && fs::hard_link(current, target).is_ok() {
        return Ok(());
    }
    fs::write(target, contents)
}

/// Makes `folder` and locks it; none when another process holds it.
fn lock(folder: &Path) -> Result<Option<File>, StagingError> {
    loop {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(StagingError::Io(folder.to_owned(), error));
            }
            _ => {}
        }
        let lock = match File::open(folder) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(StagingError::Io(folder.to_owned(), error)),
        };
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(None);
        }
        // Whoever held it may have removed it meanwhile: what is locked must be what is there.
        let same = |there: fs::Metadata| lock.metadata().is_ok_and(|own| own.ino() == there.ino());
        if fs::metadata(folder).is_ok_and(same) {
            return Ok(Some(lock));
        }
    }
}

/// Files below `folder`, with `/`, relative to the first call's folder.
fn list(folder: &Path, prefix: &mut String, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let length = prefix.len();
        prefix.push_str(&entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            prefix.push('/');
            list(&entry.path(), prefix, files)?;
        } else {
            files.push(prefix.clone());
        }
        prefix.truncate(length);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: PathBuf) -> String {
        fs::read_to_string(path).unwrap_or_default()
    }

    #[test]
    fn nothing_changes_until_the_commit() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let output = dir.path().join("fibre");
        let fill = |staging: &Staging, text: &str| staging.write("a/b.txt", text.as_bytes());
        let first = Staging::open(&output).map_err(|e| format!("{e:?}"))?;
        fill(&first, "one").map_err(|e| format!("{e:?}"))?;
        first.write("old.txt", b"gone soon").map_err(|e| format!("{e:?}"))?;
        first.commit().map_err(|e| format!("{e:?}"))?;
        fs::write(output.join("mine.txt"), "kept")?;

        let second = Staging::open(&output).map_err(|e| format!("{e:?}"))?;
        fill(&second, "two").map_err(|e| format!("{e:?}"))?;
        assert!(matches!(Staging::open(&output), Err(StagingError::Busy(_))));
        drop(second);
        assert_eq!(read(output.join("a/b.txt")), "one");

        let third = Staging::open(&output).map_err(|e| format!("{e:?}"))?;
        fill(&third, "three").map_err(|e| format!("{e:?}"))?;
        third.commit().map_err(|e| format!("{e:?}"))?;
        assert_eq!(read(output.join("a/b.txt")), "three");
        assert!(!output.join("old.txt").exists());
        assert_eq!(read(output.join("mine.txt")), "kept");
        assert!(!dir.path().join(".fibre.staging").exists());
        Ok(())
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let staging = Staging::open(&dir.path().join("fibre")).map_err(|e| format!("{e:?}"))?;
        assert!(staging.write("../escape", b"").is_err());
        assert!(!dir.path().join("escape").exists());
        Ok(())
    }
}
