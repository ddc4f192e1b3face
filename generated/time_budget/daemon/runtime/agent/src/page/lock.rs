//! At most one daemon writes a page.
//!
//! The lock is a file of its own that only its owner may open: a lock on the page, which everyone
//! may read, could be taken by everyone.

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, fstat, openat, statat, unlinkat};
use rustix::io::{Errno, Result, dup};
use rustix::process::geteuid;

const OWNER_ONLY: Mode = Mode::from_raw_mode(0o600);

/// A lock that is held; its file is removed when dropped.
#[derive(Debug)]
pub struct Lock {
    folder: OwnedFd,
    name: OsString,
    _file: OwnedFd,
}

impl Lock {
    /// Takes the lock `name` in `folder`; none when somebody holds it.
    pub fn take(folder: &OwnedFd, name: &OsStr) -> Result<Option<Self>> {
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        loop {
            let file = openat(folder, name, flags, OWNER_ONLY)?;
            let ours = fstat(&file)?;
            if ours.st_uid != geteuid().as_raw() {
                return Err(Errno::PERM);
            }
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => return Ok(None),
                Err(error) => return Err(error),
            }
            // Between opening and locking, the holder may have removed the file and another daemon
            // made a new one; then this lock means nothing.
            match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(there) if (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino) => {
                    let folder = dup(folder)?;
                    return Ok(Some(Lock { folder, name: name.to_owned(), _file: file }));
                }
                Ok(_) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still locked; a file left behind can be locked again.
        let _ = unlinkat(&self.folder, &self.name, AtFlags::empty());
    }
}
