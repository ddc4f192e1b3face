//! From the bytes of an object to a program that is ready to be attached.

use std::ffi::OsStr;
use std::os::fd::AsFd;

use bytemuck::Zeroable;
use libbpf_rs::btf::Btf;
use libbpf_rs::{Object, ObjectBuilder, OpenObject};

use super::error::KernelError;
use super::members::Table;
use super::scope::Target;
use super::{Features, Kernel, Options, exempt, log, run, trees, types};
use crate::abi::{ABI_VERSION, CgroupQuery, Config};

/// The section that holds a [`Config`].
const CONFIG: &str = ".rodata.config";
/// Timers are made from memory that may not be there at once: some 270 a time are.
const POOL_ATTEMPTS: u32 = 200;
/// Pipes that are made and closed to have memory of that size ready; two descriptors each.
const PIPES: usize = 400;

/// The tracepoint of a program's section, if it has one.
pub fn hook(section: &OsStr) -> Option<String> {
    section.to_str()?.strip_prefix("tp_btf/").map(str::to_owned)
}

/// Does all of [`Kernel::load`].
pub fn load(object: &[u8], options: &Options) -> Result<Kernel, KernelError> {
    log::listen();
    let kernel = types::kernel()?;
    let described = Btf::from_raw("kernel program", object)
        .ok()
        .flatten()
        .ok_or_else(|| KernelError::object("it has no type information (BTF)"))?;
    types::check(&described, &kernel)?;
    drop(described);
    let features = Features::of(&kernel, options.observe_only)?;
    let target = Target::find(&options.scope)?;

    let mut open = ObjectBuilder::default()
        .name("dslc")
        .and_then(|builder| builder.open_memory(object))
        .map_err(|error| KernelError::object(error.to_string()))?;
    let config = configure(&mut open, options, &target)?;
    let mut object = open.load().map_err(|error| KernelError::load(&error))?;
    if !target.whole_host {
        let mut query = CgroupQuery { id: target.cgroup, ..CgroupQuery::zeroed() };
        run::program(&object, "find_cgroup", &mut query)?;
        target.check(&query)?;
    }
    exempt::refresh(&object, &options.exempt)?;
    trees::place(&mut object, &options.trees, config.trees)?;
    fill_pool(&object, config.members)?;
    let members = Table::map(run::map(&object, "members")?.as_fd(), config.members)?;
    Ok(Kernel { links: Vec::new(), members, config, features, object })
}

/// Completes the program's constants.
fn configure(
    open: &mut OpenObject,
    options: &Options,
    target: &Target,
) -> Result<Config, KernelError> {
    let mut map = open
        .maps_mut()
        .find(|map| map.name().to_string_lossy().ends_with(CONFIG))
        .ok_or_else(|| KernelError::object(format!("it has no section {CONFIG}")))?;
    let bytes = map.initial_value_mut().and_then(|bytes| bytes.get_mut(..size_of::<Config>()));
    let bytes = bytes.ok_or_else(|| KernelError::object("its configuration is too short"))?;
    let mut config: Config = bytemuck::pod_read_unaligned(bytes);
    if config.abi_version != ABI_VERSION {
        let why = format!("its interface is version {}, not {ABI_VERSION}", config.abi_version);
        return Err(KernelError::object(why));
    }
    config.cgroup = target.cgroup;
    config.level = target.level;
    config.whole_host = u32::from(target.whole_host);
    config.observe_only = u32::from(options.observe_only);
    bytes.copy_from_slice(bytemuck::bytes_of(&config));
    Ok(config)
}

/// Has the program make its timers.
fn fill_pool(object: &Object, members: u32) -> Result<(), KernelError> {
    let mut ready = 0;
    for _ in 0..POOL_ATTEMPTS {
        ready += run::bare(object, "init_pool")?;
        if ready >= members {
            return Ok(());
        }
        leave_room_for_timers();
    }
    let why = format!("only {ready} of {members} could be made: the kernel has no memory for more");
    Err(KernelError::run("make its timers", why))
}

/// A program may not wait for a lock, so its timers only come from slabs that have free objects.
/// The kernel's side of a pipe is an object of the same size, and closing it frees it.
fn leave_room_for_timers() {
    let pipes: Vec<_> = (0..PIPES).map_while(|_| std::io::pipe().ok()).collect();
    drop(pipes);
}
