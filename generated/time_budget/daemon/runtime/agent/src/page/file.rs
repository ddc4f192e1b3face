//! The file under the shared page: created so that nobody can slip another one in.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FallocateFlags, Mode, OFlags, Stat, fallocate, fchmod, fstat, mkdir, openat,
    renameat, rmdir, unlinkat,
};
use rustix::io::Errno;
use rustix::process::{geteuid, getpid};

use super::BYTES;
use super::lock::Lock;
use crate::failure::Failure;

/// Readable by everyone, written by its owner.
const FILE_MODE: Mode = Mode::from_raw_mode(0o644);
const FOLDER_MODE: Mode = Mode::from_raw_mode(0o755);
const OTHERS_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// A page's file, and the right to be its only writer; removed when dropped.
#[derive(Debug)]
pub struct PageFile {
    path: PathBuf,
    name: OsString,
    staged: OsString,
    file: OwnedFd,
    // Dropped in this order: the lock goes last but for the folder that it is in.
    _lock: Lock,
    folder: Folder,
}

impl PageFile {
    /// A zeroed file of a page's length, under a name beside `path` that nobody looks for.
    pub fn stage(path: &Path) -> Result<Self, Failure> {
        let refused = |error| refusal(path, error);
        let name = path.file_name().ok_or_else(|| refused(Errno::ISDIR))?;
        let folder = Folder::of(path)?;
        let lock = Lock::take(&folder.open, &hidden(name, "lock")).map_err(refused)?;
        let lock = lock.ok_or_else(|| {
            Failure::outside(
                format!("the price page {} has a writer", path.display()),
                "another daemon of this fibre runs, and a page has one writer",
                "stop that daemon, or give this one a page of its own with --price-page",
            )
        })?;
        let staged = hidden(name, &getpid().as_raw_nonzero().to_string());
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&folder.open, &staged, flags, FILE_MODE).map_err(refused)?;
        let (path, name) = (path.to_path_buf(), name.to_owned());
        let page = PageFile { path, name, staged, file, _lock: lock, folder };
        page.fill().map_err(|error| refusal(&page.path, error))?;
        Ok(page)
    }

    /// Whatever the umask is, everyone may read it. Its blocks are allocated now: a full file system
    /// is an error here and would be a fatal signal later.
    fn fill(&self) -> rustix::io::Result<()> {
        fchmod(&self.file, FILE_MODE)?;
        fallocate(&self.file, FallocateFlags::empty(), 0, BYTES as u64)
    }

    /// Renames the file to its name; what a daemon that is gone left there is replaced.
    pub fn publish(&self) -> Result<(), Failure> {
        let folder = &self.folder.open;
        renameat(folder, &self.staged, folder, &self.name)
            .map_err(|error| refusal(&self.path, error))
    }

    /// The open file.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Where it is, or will be.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PageFile {
    fn drop(&mut self) {
        // The lock makes both names ours. What cannot be removed is replaced by the next daemon.
        for name in [&self.staged, &self.name] {
            let _ = unlinkat(&self.folder.open, name, AtFlags::empty());
        }
    }
}

/// The folder of a page, held open so that it stays the one that was checked.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    open: OwnedFd,
    created: bool,
}

impl Folder {
    fn of(page: &Path) -> Result<Self, Failure> {
        let refused = |error| refusal(page, error);
        let path = match page.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let created = match mkdir(&path, FOLDER_MODE) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(error) => return Err(refused(error)),
        };
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = openat(CWD, &path, flags, Mode::empty()).map_err(refused)?;
        let folder = Folder { path, open, created };
        if folder.created {
            fchmod(&folder.open, FOLDER_MODE).map_err(refused)?;
        }
        trusted(&folder.path, &fstat(&folder.open).map_err(refused)?)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.created {
            // It stays when somebody else put something into it.
            let _ = rmdir(&self.path);
        }
    }
}

/// `.NAME.SUFFIX`.
fn hidden(name: &OsStr, suffix: &str) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden.push(suffix);
    hidden
}

/// Whoever can rename files in the folder could show programs a price of their own.
fn trusted(folder: &Path, stat: &Stat) -> Result<(), Failure> {
    let why = if ![0, geteuid().as_raw()].contains(&stat.st_uid) {
        format!("user {} owns {}", stat.st_uid, folder.display())
    } else if stat.st_mode & OTHERS_WRITE != 0 && stat.st_mode & STICKY == 0 {
        format!("others than its owner may write {}", folder.display())
    } else {
        return Ok(());
    };
    Err(Failure::outside(
        "the price page has no safe place",
        format!("{why}, and could replace the page"),
        "remove the folder, or give another place with --price-page",
    ))
}

/// What to do about an error of the file system.
pub fn refusal(path: &Path, error: Errno) -> Failure {
    let next = match error {
        Errno::ACCESS | Errno::PERM | Errno::ROFS => {
            "run as a user who may write there, or give another place with --price-page"
        }
        Errno::NOSPC | Errno::DQUOT => "make room there, or give another place with --price-page",
        Errno::LOOP | Errno::NOTDIR | Errno::ISDIR => {
            "the page must be a file in a folder, and neither a symbolic link"
        }
        Errno::EXIST => "remove the files that a daemon which is gone left beside it",
        _ => "give another place with --price-page",
    };
    Failure::outside(format!("cannot create the price page {}", path.display()), error, next)
}
