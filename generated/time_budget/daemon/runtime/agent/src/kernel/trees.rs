//! Where the protected trees are, as the program will see them: by the inodes of their roots and of
//! the folders above, which the kernel itself looks up.

use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bytemuck::Zeroable;
use rustix::fs::{Mode, OFlags, open};

use super::error::KernelError;
use super::handles::Handles;
use super::run;
use crate::abi::{Above, Location, MAX_DEPTH, MAX_PATH, MAX_TREES, Tree};

/// Tells the program where its trees are.
pub fn place(handles: &Handles, trees: &[PathBuf], wanted: u32) -> Result<(), KernelError> {
    if trees.len() != wanted as usize || trees.len() > MAX_TREES {
        let why = format!("its rules name {wanted} trees, and {} were given", trees.len());
        return Err(KernelError::object(why));
    }
    let located: Vec<Tree> =
        trees.iter().map(|tree| locate(handles, tree)).collect::<Result<_, _>>()?;
    let map = handles.map("trees")?;
    for (index, tree) in (0u32..).zip(&located) {
        run::write(map, index, tree)?;
    }
    Ok(())
}

fn locate(handles: &Handles, path: &Path) -> Result<Tree, KernelError> {
    let unusable = |why: &dyn std::fmt::Display, next: &str| {
        KernelError::folder("protect the folder", path, why, next)
    };
    let path = fs::canonicalize(path).map_err(|error| {
        unusable(&error, "create it, or say with --tree which folder stands for it")
    })?;
    if !path.is_dir() {
        return Err(unusable(&"it is not a folder", "name a folder"));
    }
    let bytes = path.as_os_str().as_bytes();
    let mut tree = Tree::zeroed();
    let Some(room) = tree.path.get_mut(..bytes.len()).filter(|_| bytes.len() < MAX_PATH) else {
        let why = format!("its path is longer than {} bytes", MAX_PATH - 1);
        return Err(unusable(&why, "mount it at a shorter path"));
    };
    room.copy_from_slice(bytes);
    let root = folder(handles, &path)?;
    (tree.ino, tree.dev) = (root.ino, root.dev);
    let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
    above.reverse();
    if above.len() > MAX_DEPTH {
        let why = format!("it is more than {MAX_DEPTH} folders deep");
        return Err(unusable(&why, "mount it at a path of fewer folders"));
    }
    tree.depth = above.len() as u32;
    for (entry, folder_above) in tree.above.iter_mut().zip(above) {
        let at = folder(handles, folder_above)?;
        let length = folder_above.as_os_str().len();
        // `/` ends with its separator, the others are followed by one.
        let rest = if length == 1 { 1 } else { length + 1 };
        *entry = Above { ino: at.ino, dev: at.dev, rest: rest as u32 };
    }
    Ok(tree)
}

/// A folder as the kernel program sees it.
fn folder(handles: &Handles, path: &Path) -> Result<Location, KernelError> {
    let unusable = |why: &dyn std::fmt::Display| {
        KernelError::folder("look at the folder", path, why, "see that the daemon may read it")
    };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = open(path, flags, Mode::empty()).map_err(|error| unusable(&error))?;
    located(handles, &open)?.ok_or_else(|| unusable(&"the program does not see it"))
}

/// Where the kernel program sees what a descriptor is open on: file systems may show other numbers
/// to user space. None when it does not.
pub fn located(handles: &Handles, open: &OwnedFd) -> Result<Option<Location>, KernelError> {
    let Ok(fd) = u32::try_from(open.as_raw_fd()) else { return Ok(None) };
    let mut location = Location { fd, ..Location::zeroed() };
    let seen = run::program(handles, "locate", &mut location)? == 0;
    Ok(seen.then_some(location))
}
