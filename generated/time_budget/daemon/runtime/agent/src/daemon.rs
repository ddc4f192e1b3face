//! Start, the periods, stop.

use std::fmt::Display;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc;

use crate::asks::Asks;
use crate::config::{Command, Config, Rejected, Reload};
use crate::controller::Controller;
use crate::exempt;
use crate::failure::Failure;
use crate::fibre::Fibre;
use crate::health::Health;
use crate::history::History;
use crate::http::{Access, Server, Sources};
use crate::kernel::{Kernel, Options};
use crate::log::{Log, Record};
use crate::metrics::Metrics;
use crate::page::PricePage;
use crate::periods::Periods;
use crate::plant::Plant;
use crate::self_check;
use crate::signals;
use crate::token::TokenFile;
use crate::units::{self, monotonic_ns};

/// The `main` of a generated daemon.
pub fn main(fibre: &'static Fibre) -> ExitCode {
    let command = Command::read(fibre, std::env::args_os(), std::env::vars_os());
    let done = command.and_then(|command| match command {
        Command::Run(config) => Ok(serve(fibre, &config)?),
        Command::Ask(request) => {
            print!("{}", request.send()?);
            Ok(())
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Rejected::CommandLine(error)) => error.exit(),
        Err(Rejected::Failure(failure)) => {
            eprintln!("{}: {failure}", fibre.program);
            ExitCode::from(failure.exit)
        }
    }
}

/// Runs a daemon on the fibre's kernel program until a signal stops it.
pub fn serve(fibre: &'static Fibre, config: &Config) -> Result<(), Failure> {
    run(fibre, config, || load(fibre, config), attach)
}

/// Loads the kernel program, or takes it over, and compares its arithmetic.
fn load(fibre: &Fibre, config: &Config) -> Result<Kernel, Failure> {
    let exempt = exempt(config.observe_only)?;
    same_clock()?;
    let Config { scope, observe_only, trees, pin, .. } = config.clone();
    let options = Options { scope, observe_only, trees, exempt, pin };
    let kernel = Kernel::load(fibre.object, &options)?;
    let cases = self_check::cases(fibre);
    self_check::verify(&cases, &kernel.arithmetic(&cases)?)?;
    Ok(kernel)
}

/// Attaches it, or nothing of it; what it can do on this kernel.
fn attach(kernel: &mut Kernel) -> Result<String, Failure> {
    kernel.attach()?;
    let mut told = format!("{}; {}", kernel.features(), kernel.persistence());
    if !kernel.absent().is_empty() {
        told +=
            "; not on this host, so that no process is meant by it until a start that finds it: ";
        told += &kernel.absent().join(", ");
    }
    Ok(told)
}

fn exempt(observe_only: bool) -> Result<Vec<u32>, Failure> {
    let unknown = |why: &dyn Display| {
        Failure::outside(
            "cannot tell the kernel which processes are the daemon's own",
            why,
            "start it in the host's pid namespace (docker: --pid=host, pod: hostPID: true) with \
             /proc mounted, or with --observe-only",
        )
    };
    let ours = exempt::ids_are_the_kernels().map_err(|error| unknown(&error))?;
    if !ours && !observe_only {
        return Err(unknown(&"processes have other ids in this pid namespace than in the kernel"));
    }
    exempt::processes().map_err(|error| unknown(&error))
}

/// Dwell is the time on the kernel's clock minus times that the kernel program took from it.
fn same_clock() -> Result<(), Failure> {
    if units::monotonic_is_the_kernels() {
        return Ok(());
    }
    Err(Failure::outside(
        "cannot tell how long clocks have run",
        "this time namespace shifts CLOCK_MONOTONIC against the kernel's",
        "start the daemon in the host's time namespace",
    ))
}

/// Runs a daemon on the plant that `load` gives until a signal stops it. `attach`, which also says
/// what the plant can do, is called last: what fails before it leaves nobody watched, and nothing
/// after it fails.
///
/// Whatever was started or created is stopped and removed on return, also on failure; only a kernel
/// program that was pinned before stays attached on failure, and on a stop if the configuration says
/// so.
pub fn run<P: Plant>(
    fibre: &'static Fibre,
    config: &Config,
    load: impl FnOnce() -> Result<P, Failure>,
    attach: impl FnOnce(&mut P) -> Result<String, Failure>,
) -> Result<(), Failure> {
    let broken = |error: &dyn Display| {
        Failure::outside("cannot start", error, "raise the limits of this process")
    };
    let (messages, inbox) = mpsc::channel();
    signals::forward(messages.clone()).map_err(|error| broken(&error))?;
    let listener = listen(config)?;
    let price = fibre.initial_price;
    let page = PricePage::create(&config.page, fibre.rule.frac_bits, price, monotonic_ns())?;
    let token = TokenFile::create(&config.token_file)?;
    let metrics = Arc::new(Metrics::new(fibre, config.observe_only));
    let health = Arc::new(Health::new(fibre.period()));
    let access = Access::new(token.token().clone(), config.host_names.clone());
    let reload = Some(Reload::new(config.clone(), access.clone()));
    let (told, beat) = (metrics.clone(), health.clone());
    let sources = Sources { metrics: told, health: beat, access, loop_: messages };
    let plant = load()?;
    let mut controller = Controller::start(fibre, plant).map_err(|error| {
        Failure::outside("cannot set the first price", error, "see the log of the kernel")
    })?;
    page.publish(controller.price(), 0, monotonic_ns());
    let server = Server::start(listener, sources).map_err(|error| broken(&error))?;
    let features = attach(controller.plant())?;

    let mut log = Log::new(config.log, std::io::stdout());
    log.write(&Record::Started {
        fibre: fibre.name,
        listen: server.address().to_string(),
        page: config.page.display().to_string(),
        token: config.token_file.display().to_string(),
        scope: config.scope.to_string(),
        observe_only: config.observe_only,
        features,
    });
    let observe_only = config.observe_only;
    let history = History::default();
    let asks = Asks::default();
    let mut periods = Periods {
        fibre,
        observe_only,
        controller,
        page,
        metrics,
        health,
        log,
        history,
        asks,
        reload,
    };
    periods.count_runs(config.count_runs);
    let by = periods.run(&inbox);
    let stay = periods.reload.as_ref().is_some_and(|reload| reload.config().stay);
    let ended = if stay { periods.leave() } else { periods.let_go() };
    // Before the page, whose folder it may be in.
    drop(token);
    let (updates, mut log) = periods.end();
    log.write(&Record::Stopped { by, updates });
    ended.map_err(|error| {
        Failure::outside(
            "cannot let go of the members, or detach the kernel program",
            error,
            "see what `kill -CONT` and removing the pins by hand can do",
        )
    })
}

fn listen(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.listen).map_err(|error| {
        Failure::outside(
            format!("cannot listen on {}", config.listen),
            error,
            "stop what listens there, or give another address with --listen; port 0 takes any",
        )
    })
}
