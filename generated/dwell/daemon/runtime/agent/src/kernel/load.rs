//! From the bytes of an object to a program that is ready to be attached, or to the same one that
//! an earlier daemon left attached.

use std::ffi::OsStr;
use std::os::fd::AsFd;

use bytemuck::Zeroable;
use libbpf_rs::btf::Btf;
use libbpf_rs::{Link, Object, ObjectBuilder, OpenObject, OpenProgram};

use super::carry;
use super::errands::{self, Errands};
use super::error::KernelError;
use super::handles::{CONFIG, Handles};
use super::holds::Holds;
use super::identity::Identity;
use super::members::Table;
use super::pins::{Folder, Pinned};
use super::process::Screen;
use super::scope::Target;
use super::start::{self, Start};
use super::{Features, Kernel, Options, exempt, log, named, run, trees, types};
use crate::abi::{ABI_VERSION, CgroupQuery, Config, FILE_WRITE};

/// Programs that make the timers: one that is called, and one for kernels that refuse that.
const ON_CALL: &str = "init_pool";
const ON_PACKET: &str = "init_pool_on_packet";
/// Timers are made from memory that may not be there at once: some 270 a time are.
const POOL_ATTEMPTS: u32 = 200;
/// Pipes that are made and closed to have memory of that size ready; two descriptors each.
const PIPES: usize = 400;

/// What a program is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hook {
    /// A tracepoint.
    Tracepoint(String),
    /// A security hook.
    Security(String),
}

/// The hook of a program's section, if it is attached to one. One that was written with a `?` before
/// it is for kernels that have it: libbpf takes the `?` off and leaves the program out until it is
/// asked for.
fn place(section: &OsStr) -> Option<Hook> {
    let section = section.to_str()?;
    let tracepoint = section.strip_prefix("tp_btf/").map(|name| Hook::Tracepoint(name.to_owned()));
    tracepoint.or_else(|| Some(Hook::Security(section.strip_prefix("lsm/")?.to_owned())))
}

/// What a program of this section is attached to, if it is to be; `loaded` says whether the program
/// is.
pub fn hook(section: &OsStr, loaded: bool, config: &Config) -> Option<Hook> {
    let hook = place(section)?;
    // Without an event of this kind there is nothing to see on the way out.
    let idle = hook == Hook::Tracepoint("sys_exit".to_owned()) && config.events & !FILE_WRITE == 0;
    (loaded && !idle).then_some(hook)
}

/// Does all of [`Kernel::load`].
pub fn load(bytes: &[u8], options: &Options) -> Result<Kernel, KernelError> {
    log::listen();
    let kernel = types::kernel()?;
    let described = Btf::from_raw("kernel program", bytes)
        .ok()
        .flatten()
        .ok_or_else(|| KernelError::object("it has no type information (BTF)"))?;
    types::check(&described, &kernel)?;
    drop(described);
    let features = Features::of(&kernel);
    let target = Target::find(&options.scope)?;

    let mut open = ObjectBuilder::default()
        .name("dslc")
        .and_then(|builder| builder.open_memory(bytes))
        .map_err(|error| KernelError::object(error.to_string()))?;
    let config = configure(&mut open, options, &target)?;
    for mut program in open.progs_mut() {
        if program.name() == errands::WALK {
            program.set_autoload(features.asks_the_daemon());
        } else if program.name() == ON_CALL {
            program.set_autoload(features.timers_on_call());
        } else if program.name() == ON_PACKET {
            program.set_autoload(!features.timers_on_call());
        } else if program.name() == carry::ADOPT {
            program.set_autoload(!features.asks_the_daemon());
        } else if !program.autoload() {
            program.set_autoload(match place(program.section()) {
                Some(Hook::Tracepoint(name)) => types::has_tracepoint(&kernel, &name),
                Some(Hook::Security(_)) => features.security_hooks(),
                None => false,
            });
        }
    }
    let identity = Identity::of(bytes, &config, &options.trees);
    let folder = options.pin.as_deref().map(Folder::lock).transpose()?;
    let program = match found(folder.as_ref(), &identity, &open, &config)? {
        Some(program) => program,
        None => fresh(open, folder.as_ref(), &identity, &config, &features)?,
    };
    let handles = &program.handles;
    if !target.whole_host {
        let mut query = CgroupQuery { id: target.cgroup, ..CgroupQuery::zeroed() };
        run::program(handles, "find_cgroup", &mut query)?;
        target.check(&query)?;
    }
    exempt::refresh(handles, &options.exempt)?;
    trees::place(handles, &options.trees, config.trees)?;
    let absent = named::place(handles, &config, &target)?;
    let members = Table::map(handles.map("members")?.as_fd(), &config)?;
    let screen = Screen { target: target.clone(), spared: options.exempt.clone() };
    let errands =
        features.asks_the_daemon().then(|| Errands::start(handles, screen.clone())).transpose()?;
    let holds = Holds::start(handles, &config, screen)?;
    let carried = carry::Carried::default();
    Ok(Kernel {
        errands,
        holds,
        program,
        members,
        config,
        features,
        target,
        identity,
        carried,
        absent,
        counting: None,
        folder,
    })
}

/// The program in this process's hands.
pub struct Program {
    /// What is attached, by the names of the programs. Dropped first: it uses what is loaded.
    pub links: Vec<(String, Link)>,
    /// Its maps and programs.
    pub handles: Handles,
    /// What the loader knows of it, until it is attached.
    pub object: Option<Object>,
    /// Its pins, once it is attached and pinned.
    pub pinned: Option<Pinned>,
    /// What it came in place of.
    pub start: Start,
}

/// The program that an earlier daemon left attached, if it is whole.
fn found(
    folder: Option<&Folder>,
    identity: &Identity,
    wanted: &OpenObject,
    config: &Config,
) -> Result<Option<Program>, KernelError> {
    let Some(folder) = folder else { return Ok(None) };
    folder.clean()?;
    let Some(pinned) = folder.find(identity) else { return Ok(None) };
    let whole = pinned.open().ok().and_then(|(handles, links)| {
        let is_hook = |program: &OpenProgram<'_>| {
            hook(program.section(), program.autoload(), config).is_some()
        };
        let mut hooks = wanted.progs().filter(is_hook);
        let attached = hooks.all(|program| links.iter().any(|(name, _)| program.name() == &**name));
        let price = start::price(&handles, config).ok()?;
        attached.then_some((handles, links, price))
    });
    let Some((handles, links, price)) = whole else {
        folder.set_aside(&pinned)?;
        return Ok(None);
    };
    let start = Start::TookOver { price };
    Ok(Some(Program { links, handles, object: None, pinned: Some(pinned), start }))
}

/// Loads the program and makes its timers.
fn fresh(
    open: OpenObject,
    folder: Option<&Folder>,
    identity: &Identity,
    config: &Config,
    features: &Features,
) -> Result<Program, KernelError> {
    let object = open.load().map_err(|error| KernelError::load(&error))?;
    let handles = Handles::of(&object)?;
    fill_pool(&handles, features, config.members)?;
    let start = Start::beside(folder, identity, config)?;
    Ok(Program { links: Vec::new(), handles, object: Some(object), pinned: None, start })
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
fn fill_pool(handles: &Handles, features: &Features, members: u32) -> Result<(), KernelError> {
    let make = || match features.timers_on_call() {
        true => run::bare(handles, ON_CALL),
        false => run::on_packet(handles, ON_PACKET),
    };
    let mut ready = 0;
    for _ in 0..POOL_ATTEMPTS {
        ready += make()?;
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
