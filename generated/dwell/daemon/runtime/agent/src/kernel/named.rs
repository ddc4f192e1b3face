//! Executables and control groups that the spec names, as the program will see them.
//!
//! A process is known by the file that it runs, not by its path: the inode of a file that root owns
//! and nobody else may write. What is not there when the program is loaded is nobody's.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use bytemuck::Zeroable;

use super::error::KernelError;
use super::handles::Handles;
use super::scope::Target;
use super::{run, trees};
use crate::abi::{self, Config, ControlGroup, Executable, MAX_PATH};
use crate::config::Scope;

/// Tells the program where they are. Gives those that are not there, as the spec writes them.
pub fn place(
    handles: &Handles,
    config: &Config,
    target: &Target,
) -> Result<Vec<String>, KernelError> {
    let mut absent = Vec::new();
    let exes = handles.map("exes")?;
    for (index, path) in paths(&config.exe_paths, config.exes) {
        let exe = executable(handles, &path)?;
        if exe.is_none() {
            absent.push(format!("exe \"{}\"", path.display()));
        }
        // Also none: a program that is taken over may know a file that is gone, whose number is
        // another one's by now.
        run::write(exes, index, &exe.unwrap_or(Executable::zeroed()))?;
    }
    let cgroups = handles.map("cgroups")?;
    for (index, path) in paths(&config.cgroup_paths, config.cgroups) {
        let group = control_group(target, &path)?;
        if group.is_none() {
            absent.push(format!("cgroup \"{}\"", path.display()));
        }
        run::write(cgroups, index, &group.unwrap_or(ControlGroup::zeroed()))?;
    }
    Ok(absent)
}

fn paths(paths: &[[u8; MAX_PATH]], count: u32) -> impl Iterator<Item = (u32, PathBuf)> {
    (0..count).zip(paths).map(|(index, path)| (index, PathBuf::from(abi::text(path))))
}

fn executable(handles: &Handles, path: &Path) -> Result<Option<Executable>, KernelError> {
    let unusable = |why: &dyn std::fmt::Display, next: &str| {
        KernelError::folder("know processes by the executable", path, why, next)
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&error, "see that the daemon may read it")),
    };
    let metadata = file.metadata().map_err(|error| unusable(&error, "name a file"))?;
    if !metadata.is_file() {
        return Err(unusable(&"it is not a file", "name the file that is executed"));
    }
    if metadata.uid() != 0 || metadata.permissions().mode() & 0o022 != 0 {
        let next = "have root own it and nobody else write it (chown root, chmod go-w)";
        return Err(unusable(&"somebody other than root can change it", next));
    }
    let location = trees::located(handles, &OwnedFd::from(file))?.ok_or_else(|| {
        unusable(&"the program does not see it", "see that the daemon may read it")
    })?;
    Ok(Some(Executable { ino: location.ino, dev: location.dev, reserved: 0 }))
}

/// Below the mount in which the scope is, or the usual one when every process is looked at.
fn control_group(target: &Target, path: &Path) -> Result<Option<ControlGroup>, KernelError> {
    let mount = match target.whole_host {
        true => Path::new("/sys/fs/cgroup"),
        false => target.mount(),
    };
    let path = mount.join(path.strip_prefix("/").unwrap_or(path));
    if !fs::exists(&path).unwrap_or(false) {
        return Ok(None);
    }
    let group = Target::find(&Scope::Cgroup(path))?;
    Ok(Some(ControlGroup { id: group.cgroup, level: group.level, reserved: 0 }))
}
