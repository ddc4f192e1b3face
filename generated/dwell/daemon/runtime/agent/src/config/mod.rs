//! What the user asks of a daemon: flags over environment over file over default.

pub mod file;
mod layer;
mod origin;
mod reload;
mod scope;
mod trees;

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::client::{Question, Request};
use crate::failure::Failure;
use crate::fibre::{Fibre, Verdict};
use crate::kernel;
use crate::log::Format;

pub use layer::Layer;
pub use origin::{Origin, Stamp};
pub use reload::Reload;
pub use scope::Scope;

const PORT: u16 = 9464;

/// Measures the processes of a control group, moves the price of what they use, and enforces it.
///
/// Every option may stand in the file, too, as `observe_only = true`, or in the environment, as
/// DSLC_FIBRE_OBSERVE_ONLY; the command line goes first, then the environment.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    ask: Option<Ask>,
    /// Read settings from this file (TOML); SIGHUP or a change of it reads it again
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    layer: Layer,
}

/// What is asked of the daemon that runs.
#[derive(Debug, Subcommand)]
enum Ask {
    /// Let the processes of a bucket that waits run again
    Release(One),
    /// Kill the processes of a bucket that waits
    Kill(One),
    /// List the buckets
    List(Whom),
}

#[derive(Debug, clap::Args)]
struct One {
    /// Its id, as the log, the page and `list` show it
    bucket: u64,
    #[command(flatten)]
    whom: Whom,
}

/// Where the daemon is; the environment and the file count here, too.
#[derive(Debug, clap::Args)]
struct Whom {
    /// The daemon's configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where it listens
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where its token is
    #[arg(long, value_name = "PATH")]
    token_file: Option<PathBuf>,
}

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To be a daemon.
    Run(Box<Config>),
    /// To ask the one that runs.
    Ask(Request),
}

/// A checked configuration.
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
    /// Whether the runs of programs are counted and timed.
    pub count_runs: bool,
    /// How the log looks.
    pub log: Format,
    /// Where all of this was said.
    pub origin: Origin,
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

impl Command {
    /// Reads a command line, the program's name first, and the environment, and checks both against
    /// this host.
    pub fn read<I, T>(
        fibre: &Fibre,
        line: I,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Rejected>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let mut command = Arguments::command().name(fibre.program);
        let matches = command.try_get_matches_from_mut(line)?;
        let arguments = Arguments::from_arg_matches(&matches)?;
        let prefix = format!("DSLC_{}_", fibre.name.to_uppercase());
        let environment = file::environment(&prefix, variables)?;
        let (question, whom) = match arguments.ask {
            None => {
                let origin = Origin { flags: arguments.layer, environment, file: arguments.config };
                return Ok(Command::Run(Box::new(origin.config(fibre)?)));
            }
            Some(Ask::Release(one)) => (Question::Decide(one.bucket, Verdict::Release), one.whom),
            Some(Ask::Kill(one)) => (Question::Decide(one.bucket, Verdict::Kill), one.whom),
            Some(Ask::List(whom)) => (Question::List, whom),
        };
        let flags = Layer { listen: whom.listen, token_file: whom.token_file, ..Layer::default() };
        let settings = Origin { flags, environment, file: whom.config }.settings()?;
        let token_file = token_file(&settings, &page(fibre, &settings));
        Ok(Command::Ask(Request { question, listen: listen(&settings), token_file }))
    }
}

impl Config {
    /// Checks settings against this host.
    pub fn check(fibre: &Fibre, settings: Layer, origin: Origin) -> Result<Self, Failure> {
        let pin = match settings.no_pin {
            Some(true) => None,
            _ => settings.pin.clone().or_else(|| kernel::default_folder(fibre.name)),
        };
        let stay = settings.stay.unwrap_or(false);
        if stay && settings.no_pin == Some(true) {
            return Err(Failure::usage(
                "cannot leave the kernel program attached",
                "it is not pinned",
                "say only one of stay and no_pin",
            ));
        }
        if stay && pin.is_none() {
            return Err(Failure::outside(
                "cannot leave the kernel program attached",
                "bpffs is not mounted, and no other folder of it was named",
                "mount it with `mount -t bpf bpf /sys/fs/bpf`, or name a folder with --pin",
            ));
        }
        let listen = listen(&settings);
        if !listen.ip().is_loopback() && settings.allow_remote != Some(true) {
            return Err(Failure::usage(
                format!("cannot listen on {listen}"),
                "other machines can reach that address",
                "listen on 127.0.0.1, or say --allow-remote if that is meant",
            ));
        }
        let page = page(fibre, &settings);
        Ok(Config {
            scope: Scope::find(settings.cgroup.as_deref(), settings.whole_host == Some(true))?,
            observe_only: settings.observe_only.unwrap_or(false),
            listen,
            token_file: token_file(&settings, &page),
            trees: trees::on_this_host(fibre, &settings.trees)?,
            page,
            pin,
            stay,
            count_runs: settings.count_runs.unwrap_or(false),
            log: settings.log.unwrap_or_default(),
            host_names: settings.host_names.unwrap_or_default(),
            origin,
        })
    }

    /// Settings of `new` that differ and count only from a start on: what they say has been made
    /// already, in the kernel, on a socket or in a file that others hold open.
    pub fn differences(&self, new: &Config) -> Vec<&'static str> {
        let table = [
            ("cgroup, whole_host", self.scope == new.scope),
            ("observe_only", self.observe_only == new.observe_only),
            ("listen", self.listen == new.listen),
            ("token_file", self.token_file == new.token_file),
            ("trees", self.trees == new.trees),
            ("price_page", self.page == new.page),
            ("pin, no_pin", self.pin == new.pin),
        ];
        table.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
    }
}

fn listen(settings: &Layer) -> SocketAddr {
    settings.listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)))
}

fn page(fibre: &Fibre, settings: &Layer) -> PathBuf {
    settings.price_page.clone().unwrap_or_else(|| Path::new(fibre.page).to_path_buf())
}

fn token_file(settings: &Layer, page: &Path) -> PathBuf {
    settings.token_file.clone().unwrap_or_else(|| page.with_file_name("token"))
}
