//! What the user asks of a daemon.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::failure::Failure;
use crate::fibre::Fibre;
use crate::kernel;
use crate::log::Format;

mod scope;
mod trees;

pub use scope::Scope;
use trees::Substitute;

/// Measures the processes of a control group, moves the price of what they use, and enforces it.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    /// Watch the processes of this control group (cgroup v2) and of the groups below it
    #[arg(long, value_name = "PATH", conflicts_with = "whole_host")]
    cgroup: Option<PathBuf>,
    /// Watch every process on this host
    #[arg(long)]
    whole_host: bool,
    /// Measure and report, but never kill
    #[arg(long)]
    observe_only: bool,
    /// Where HTTP is served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    listen: SocketAddr,
    /// Let --listen be an address that other machines can reach: what they send and get, the token
    /// too, is then not encrypted, unless something in between does
    #[arg(long)]
    allow_remote: bool,
    /// Answer requests that are sent to this name, too, besides addresses and localhost; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    host_name: Vec<String>,
    /// Where the token is put that /state and decisions ask for, for its owner alone to read; by
    /// default beside the price page
    #[arg(long, value_name = "PATH")]
    token_file: Option<PathBuf>,
    /// Guard FOLDER in place of the spec's TREE; may be repeated
    #[arg(long, value_name = "TREE=FOLDER", value_parser = trees::substitute)]
    tree: Vec<Substitute>,
    /// The shared page that instrumented programs read the price from
    #[arg(long, value_name = "PATH")]
    price_page: Option<PathBuf>,
    /// Keep the kernel program attached by pins in this folder on bpffs when the daemon is killed;
    /// by default in /sys/fs/bpf/dslc/FIBRE where bpffs is mounted
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_pin")]
    pin: Option<PathBuf>,
    /// Pin nothing: the kernel program ends with the daemon, however that ends
    #[arg(long, conflicts_with = "stay")]
    no_pin: bool,
    /// When asked to stop, leave the pinned program attached, at the last price, until a daemon
    /// takes it over; without this, stopping detaches it and removes the pins
    #[arg(long)]
    stay: bool,
    /// How the log on standard output looks
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    log: Format,
}

/// A checked command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Which processes are watched.
    pub scope: Scope,
    /// Whether a spent budget is only reported.
    pub observe_only: bool,
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// Names under which it is asked, besides addresses and `localhost`.
    pub host_names: Vec<String>,
    /// Where the token is.
    pub token_file: PathBuf,
    /// The fibre's trees as they are on this host, in the fibre's order.
    pub trees: Vec<PathBuf>,
    /// The shared page.
    pub page: PathBuf,
    /// Where the kernel program is pinned, if it is.
    pub pin: Option<PathBuf>,
    /// Whether it stays attached when the daemon is asked to stop.
    pub stay: bool,
    /// How the log looks.
    pub log: Format,
}

/// Why there is no configuration.
#[derive(Debug)]
pub enum Rejected {
    /// The command line does not parse, or asks for help.
    CommandLine(Box<clap::Error>),
    /// It parses, and cannot be followed.
    Failure(Failure),
}

impl From<Failure> for Rejected {
    fn from(failure: Failure) -> Self {
        Rejected::Failure(failure)
    }
}

impl From<clap::Error> for Rejected {
    fn from(error: clap::Error) -> Self {
        Rejected::CommandLine(Box::new(error))
    }
}

impl Config {
    /// Reads a command line, the program's name first, and checks it against this host.
    pub fn read<I, T>(fibre: &Fibre, line: I) -> Result<Self, Rejected>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let mut command = Arguments::command().name(fibre.program);
        let matches = command.try_get_matches_from_mut(line)?;
        let arguments = Arguments::from_arg_matches(&matches)?;
        let pin = match arguments.no_pin {
            true => None,
            false => arguments.pin.or_else(|| kernel::default_folder(fibre.name)),
        };
        if arguments.stay && pin.is_none() {
            return Err(Rejected::Failure(Failure::outside(
                "cannot leave the kernel program attached",
                "bpffs is not mounted, and no other folder of it was named",
                "mount it with `mount -t bpf bpf /sys/fs/bpf`, or name a folder with --pin",
            )));
        }
        if !arguments.listen.ip().is_loopback() && !arguments.allow_remote {
            return Err(Rejected::Failure(Failure::usage(
                format!("cannot listen on {}", arguments.listen),
                "other machines can reach that address",
                "listen on 127.0.0.1, or say --allow-remote if that is meant",
            )));
        }
        let page = arguments.price_page.unwrap_or_else(|| Path::new(fibre.page).to_path_buf());
        Ok(Config {
            scope: Scope::find(arguments.cgroup.as_deref(), arguments.whole_host)?,
            observe_only: arguments.observe_only,
            listen: arguments.listen,
            host_names: arguments.host_name,
            trees: trees::on_this_host(fibre, &arguments.tree)?,
            token_file: arguments.token_file.unwrap_or_else(|| page.with_file_name("token")),
            page,
            pin,
            stay: arguments.stay,
            log: arguments.log,
        })
    }
}
