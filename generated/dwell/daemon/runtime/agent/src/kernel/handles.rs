//! Maps and programs by name, as descriptors: the same whether they were just loaded or were
//! found pinned.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use libbpf_rs::{MapCore, MapHandle, Object, Program};

use super::error::KernelError;

/// The section that holds a [`Config`](crate::abi::Config).
pub const CONFIG: &str = ".rodata.config";
/// The name of its map here: dots are not allowed in names of pins.
pub const CONFIG_MAP: &str = "config";

/// What is loaded. Dropping it frees what is not attached, pinned or held elsewhere.
pub struct Handles {
    maps: BTreeMap<String, MapHandle>,
    programs: BTreeMap<String, OwnedFd>,
}

impl Handles {
    /// Those of an object that was just loaded.
    pub fn of(object: &Object) -> Result<Self, KernelError> {
        let failed =
            |error: &dyn std::fmt::Display| KernelError::run("hand over what it is", error);
        let mut handles = Handles { maps: BTreeMap::new(), programs: BTreeMap::new() };
        for map in object.maps() {
            let name = map.name().to_string_lossy().into_owned();
            let name = match name.contains('.') {
                false => name,
                true if name.ends_with(CONFIG) => CONFIG_MAP.to_owned(),
                // Constants of the program, which nobody else reads.
                true => continue,
            };
            let handle = MapHandle::try_from(&map).map_err(|error| failed(&error))?;
            handles.maps.insert(name, handle);
        }
        for program in object.progs_mut().filter(|program| program.autoload()) {
            let name = program.name().to_string_lossy().into_owned();
            let fd = program.as_fd().try_clone_to_owned().map_err(|error| failed(&error))?;
            handles.programs.insert(name, fd);
        }
        Ok(handles)
    }

    /// Those that are pinned in two folders.
    pub fn pinned(maps: &Path, programs: &Path) -> Result<Self, KernelError> {
        let mut handles = Handles { maps: BTreeMap::new(), programs: BTreeMap::new() };
        for name in names(maps)? {
            let path = maps.join(&name);
            let map = MapHandle::from_pinned_path(&path);
            let map = map.map_err(|error| KernelError::pin("open the pinned map", &path, error))?;
            handles.maps.insert(name, map);
        }
        for name in names(programs)? {
            let path = programs.join(&name);
            let program = Program::fd_from_pinned_path(&path);
            let program = program
                .map_err(|error| KernelError::pin("open the pinned program", &path, error))?;
            handles.programs.insert(name, program);
        }
        Ok(handles)
    }

    /// Pins all of them in two folders.
    pub fn pin(&mut self, maps: &Path, programs: &Path) -> Result<(), KernelError> {
        for (name, map) in &mut self.maps {
            let path = maps.join(name);
            map.pin(&path).map_err(|error| KernelError::pin("pin the map", &path, error))?;
        }
        for (name, program) in &self.programs {
            let path = programs.join(name);
            super::sys::pin(program.as_fd(), &path)
                .map_err(|error| KernelError::pin("pin the program", &path, error))?;
        }
        Ok(())
    }

    /// A map.
    pub fn map(&self, name: &str) -> Result<&MapHandle, KernelError> {
        let map = self.maps.get(name);
        map.ok_or_else(|| KernelError::object(format!("there is no map `{name}`")))
    }

    /// A program.
    pub fn program(&self, name: &str) -> Result<BorrowedFd<'_>, KernelError> {
        let program = self.programs.get(name).map(AsFd::as_fd);
        program.ok_or_else(|| KernelError::object(format!("there is no program `{name}`")))
    }

    /// Every program, by its name.
    pub fn programs(&self) -> impl Iterator<Item = (&str, BorrowedFd<'_>)> {
        self.programs.iter().map(|(name, program)| (name.as_str(), program.as_fd()))
    }
}

/// What a folder of pins holds.
pub fn names(folder: &Path) -> Result<Vec<String>, KernelError> {
    let failed = |error| KernelError::pin("list the pins in", folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}
