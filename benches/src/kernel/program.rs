//! Kernel programs: generated from a spec, or written by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dslc::plan::ir::Target;
use dslc_agent::Reciprocal;
use dslc_agent::config::Scope;
use dslc_agent::exempt;
use dslc_agent::kernel::{Kernel, Options};
use dslc_agent::plant::Plant;
use libbpf_rs::{Link, Object, ObjectBuilder};

use crate::group::Group;

/// A generated program, compiled.
pub struct Generated {
    object: Vec<u8>,
    trees: usize,
    /// The demand of its first class.
    pub demand: Reciprocal,
}

impl Generated {
    /// Compiles a spec as `dslc build` does.
    pub fn build(file: &str, spec: &str, folder: &Path) -> Result<Self, String> {
        let compiled = dslc::compile(file, spec);
        let Some((plan, certificate)) = compiled.plan else {
            return Err(format!("{file}: {:?}", compiled.diagnostics));
        };
        let artifacts = dslc::emit::emit(Target::Ebpf, &plan, &certificate);
        for artifact in artifacts.map_err(|error| format!("{file}: {error}"))? {
            let path = folder.join(&artifact.path);
            let above = path.parent().unwrap_or(folder);
            fs::create_dir_all(above).map_err(|e| format!("{}: {e}", above.display()))?;
            fs::write(&path, artifact.contents).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        let object = clang(&folder.join(format!("bpf/{}_kern.c", plan.fibre)))?;
        let control = plan.control.as_ref().ok_or("the spec controls nothing")?;
        let demand = control.classes.first().ok_or("the spec has no class")?.demand;
        Ok(Generated {
            object: fs::read(&object).map_err(|e| format!("{}: {e}", object.display()))?,
            trees: control.taint.trees.len(),
            demand,
        })
    }

    /// Loads and attaches it for a group, every tree of its rules at `tree`, at a price of 0.
    pub fn attach(&self, group: &Group, tree: &Path, act: bool) -> Result<Kernel, String> {
        let options = Options {
            scope: Scope::Cgroup(group.path().to_owned()),
            observe_only: !act,
            trees: vec![tree.to_owned(); self.trees],
            exempt: exempt::processes().map_err(|e| e.to_string())?,
            pin: None,
        };
        let mut kernel = Kernel::load(&self.object, &options).map_err(|e| e.to_string())?;
        kernel.set_price(0).map_err(|e| e.to_string())?;
        kernel.attach().map_err(|e| e.to_string())?;
        Ok(kernel)
    }
}

/// Compiles a kernel program beside its source.
pub fn clang(source: &Path) -> Result<PathBuf, String> {
    let object = source.with_extension("o");
    let output = Command::new("clang-19")
        .args(["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-c"])
        .arg(source)
        .arg("-o")
        .arg(&object)
        .output()
        .map_err(|e| format!("clang-19: {e}"))?;
    if output.status.success() {
        Ok(object)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// What a hand-written program is told before it is loaded, at the start of its read-only data.
#[repr(C)]
pub struct Told {
    /// Id of the group.
    pub group: u64,
    /// Inode of the tree's root.
    pub tree: u64,
}

/// A hand-written program, attached; it is detached when this is dropped.
pub struct ByHand {
    _links: Vec<Link>,
    _object: Object,
}

impl ByHand {
    /// Loads an object and attaches every program that stands at a tracepoint.
    pub fn attach(object: &Path, told: &Told) -> Result<Self, String> {
        let load = || -> Result<_, libbpf_rs::Error> {
            let mut open = ObjectBuilder::default().open_file(object)?;
            for mut map in open.maps_mut() {
                if !map.name().to_string_lossy().ends_with(".rodata.told") {
                    continue;
                }
                if let Some(bytes) = map.initial_value_mut().and_then(|b| b.get_mut(..16)) {
                    bytes[..8].copy_from_slice(&told.group.to_ne_bytes());
                    bytes[8..].copy_from_slice(&told.tree.to_ne_bytes());
                }
            }
            let object = open.load()?;
            let mut links = Vec::new();
            for program in object.progs_mut() {
                if program.section().to_string_lossy().starts_with("tp_btf/") {
                    links.push(program.attach_trace()?);
                }
            }
            Ok((links, object))
        };
        let (links, loaded) = load().map_err(|e| format!("{}: {e:#}", object.display()))?;
        Ok(ByHand { _links: links, _object: loaded })
    }
}
