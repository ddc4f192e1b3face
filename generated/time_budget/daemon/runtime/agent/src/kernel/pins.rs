//! Pins: what keeps a program attached when its daemon is gone.
//!
//! ```text
//! <bpffs>/dslc/<fibre>/          locked by the daemon that steers the fibre
//!     <identity>/                one loaded program
//!         links/                 what is attached; without them it looks at nothing
//!         maps/ programs/        by their names in the object
//!     <identity>-part/           pins that a daemon had not finished when it ended
//! ```
//!
//! A folder gets its name when everything is in it, so that what is half done is never taken over.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use libbpf_rs::Link;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open, statfs};

use super::error::KernelError;
use super::handles::{Handles, names};
use super::identity::Identity;
use super::sys;

/// Where bpffs is mounted if it is anywhere.
const BPFFS: &str = "/sys/fs/bpf";
/// `BPF_FS_MAGIC` of `linux/magic.h`.
const BPF_FS: u64 = 0xcafe_4a11;
/// Ends the name of a folder that is not complete.
const PART: &str = "-part";
/// Ends the name of a folder from which something was taken away.
const BROKEN: &str = "-broken";
/// Until a link that nothing holds is gone; the kernel does it at its leisure.
const DETACHED_WITHIN: Duration = Duration::from_secs(2);

/// The folder in which the programs of a fibre are pinned by default: there is one where bpffs is
/// mounted at its usual place. Nothing is ever mounted.
pub fn default_folder(fibre: &str) -> Option<PathBuf> {
    is_bpffs(Path::new(BPFFS)).then(|| Path::new(BPFFS).join("dslc").join(fibre))
}

fn is_bpffs(path: &Path) -> bool {
    statfs(path).is_ok_and(|found| u64::try_from(found.f_type) == Ok(BPF_FS))
}

/// The pins of a fibre, which nobody else touches while this is open.
pub struct Folder {
    path: PathBuf,
    _lock: OwnedFd,
}

/// One pinned program.
#[derive(Debug)]
pub struct Pinned {
    path: PathBuf,
}

impl Folder {
    /// Opens, or makes, the folder and locks it; the lock ends with this process however it ends.
    pub fn lock(path: &Path) -> Result<Self, KernelError> {
        let failed = |error| KernelError::pin("use the folder for pins", path, error);
        // Looked at first: elsewhere a folder would be made that cannot hold a pin.
        if !path.ancestors().find(|above| above.exists()).is_some_and(is_bpffs) {
            return Err(KernelError::folder(
                "pin in",
                path,
                "it is not on bpffs",
                "mount it with `mount -t bpf bpf /sys/fs/bpf`, name a folder there with --pin, or \
                 say --no-pin",
            ));
        }
        fs::create_dir_all(path).map_err(failed)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let lock = open(path, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
            if error != rustix::io::Errno::WOULDBLOCK {
                return failed(error.into());
            }
            KernelError::folder(
                "pin in",
                path,
                "another daemon runs that steers what is pinned there",
                "stop that daemon first: started with --stay it leaves the program attached, and \
                 this one takes it over; for a second fibre name another folder with --pin",
            )
        })?;
        Ok(Folder { path: path.to_owned(), _lock: lock })
    }

    /// Where this is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what earlier daemons had not finished.
    pub fn clean(&self) -> Result<(), KernelError> {
        let mut unfinished = names(&self.path)?.into_iter().filter(|name| name.ends_with(PART));
        unfinished.try_for_each(|name| self.pinned(&name).remove())
    }

    /// The complete pins of an identity, if there are any.
    pub fn find(&self, identity: &Identity) -> Option<Pinned> {
        let pinned = self.pinned(identity.as_str());
        pinned.path.is_dir().then_some(pinned)
    }

    /// The complete pins of every other identity.
    pub fn others(&self, identity: &Identity) -> Result<Vec<Pinned>, KernelError> {
        let others = names(&self.path)?.into_iter();
        let others = others.filter(|name| name != identity.as_str() && !name.ends_with(PART));
        Ok(others.map(|name| self.pinned(&name)).collect())
    }

    /// Notes that a program cannot be taken over as it is; it stays attached until it is replaced.
    pub fn set_aside(&self, pinned: &Pinned) -> Result<(), KernelError> {
        let mut name = pinned.path.clone().into_os_string();
        name.push(BROKEN);
        let aside = Pinned { path: name.into() };
        if aside.path.exists() {
            aside.remove()?;
        }
        rename(&pinned.path, &aside.path)
    }

    /// Pins a program: all of it, or nothing.
    pub fn pin(
        &self,
        identity: &Identity,
        handles: &mut Handles,
        links: &mut [(String, Link)],
    ) -> Result<Pinned, KernelError> {
        let part = self.pinned(&format!("{identity}{PART}"));
        let done = part.fill(handles, links).and_then(|()| {
            let whole = self.pinned(identity.as_str());
            rename(&part.path, &whole.path).map(|()| whole)
        });
        if done.is_err() {
            // What is attached goes with the daemon, which has failed to start.
            let _ = part.remove();
        }
        done
    }

    fn pinned(&self, name: &str) -> Pinned {
        Pinned { path: self.path.join(name) }
    }
}

impl Pinned {
    fn maps(&self) -> PathBuf {
        self.path.join("maps")
    }

    fn programs(&self) -> PathBuf {
        self.path.join("programs")
    }

    fn links(&self) -> PathBuf {
        self.path.join("links")
    }

    fn fill(&self, handles: &mut Handles, links: &mut [(String, Link)]) -> Result<(), KernelError> {
        for folder in [self.maps(), self.programs(), self.links()] {
            let failed = |error| KernelError::pin("make the folder", &folder, error);
            fs::create_dir_all(&folder).map_err(failed)?;
        }
        handles.pin(&self.maps(), &self.programs())?;
        for (name, link) in links {
            let path = self.links().join(name);
            sys::pin(link.as_fd(), &path)
                .map_err(|error| KernelError::pin("pin the link", &path, error))?;
        }
        Ok(())
    }

    /// Opens what is pinned.
    pub fn open(&self) -> Result<(Handles, Vec<(String, Link)>), KernelError> {
        let handles = Handles::pinned(&self.maps(), &self.programs())?;
        let mut links = Vec::new();
        for name in names(&self.links())? {
            let path = self.links().join(&name);
            let link = Link::open(&path);
            let link = link.map_err(|error| KernelError::pin("open the link", &path, error))?;
            links.push((name, link));
        }
        Ok((handles, links))
    }

    /// How many hooks keep it attached.
    pub fn hooks(&self) -> usize {
        names(&self.links()).map_or(0, |names| names.len())
    }

    /// Detaches the program, when nothing else holds it: on return none of its hooks runs any more.
    pub fn detach(&self) -> Result<(), KernelError> {
        let mut ids = Vec::new();
        for name in names(&self.links()).unwrap_or_default() {
            let path = self.links().join(name);
            ids.extend(Link::open(&path).and_then(|link| link.info()).map(|info| info.id));
            fs::remove_file(&path).map_err(|error| KernelError::pin("unpin", &path, error))?;
        }
        let started = Instant::now();
        while ids.iter().any(|id| sys::is_attached(*id)) && started.elapsed() < DETACHED_WITHIN {
            sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Detaches the program and removes all of its pins.
    pub fn remove(&self) -> Result<(), KernelError> {
        self.detach()?;
        fs::remove_dir_all(&self.path)
            .map_err(|error| KernelError::pin("remove the pins in", &self.path, error))
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), KernelError> {
    fs::rename(from, to).map_err(|error| KernelError::pin("rename the pins in", from, error))
}
