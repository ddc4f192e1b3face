//! `dslc simulate`: the decomposed algorithm, round by round, beside the optimum.

mod document;
mod history;
mod names;
mod picture;
mod table;
mod text;

use std::path::{Path, PathBuf};

use dslc_rounds::Disturbances;

use super::output::{Format, Output};
use super::{Exit, arguments, spec, whole_file};
use crate::diag::{Diagnostic, Report, codes};
use crate::instance::{Inputs, Instance};
use crate::sema::hir::Span;
use crate::simulate::{MOST_ROUNDS, Settings, Subject, simulate};
use history::History;
use names::Names;
use table::Table;

/// Arguments of `dslc simulate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec.
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// Exactly so many rounds; otherwise it ends when all is within the tolerance, or after 10000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_TICKS))]
    ticks: Option<u64>,
    /// How near the optimum counts as settled, relative to it.
    #[arg(long, value_name = "TOL", default_value_t = 1e-6, value_parser = arguments::tolerance)]
    tol: f64,
    /// Draws variables, prices, and use against budget into an SVG file.
    #[arg(long, value_name = "FILE.svg", value_parser = svg)]
    plot: Option<PathBuf>,
    /// Writes a row for each round.
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    weather: Weather,
    #[command(flatten)]
    values: arguments::Values,
    /// Members of an open set: `Task=8`, or by attribute `Task=batch:6,interactive:2`.
    #[arg(long = "members", value_name = "SET=COUNT", value_parser = arguments::members)]
    members: Vec<arguments::Members>,
}

/// Most rounds of one run.
const MOST_TICKS: u64 = 100_000_000;
/// Oldest price that an agent may read, in rounds.
const MOST_DELAY: i64 = 10_000;

/// What disturbs a run.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Weather {
    /// Where the random numbers start: the same seed is the same run.
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Standard deviation of each measured use, relative to it.
    #[arg(long, value_name = "SIGMA", default_value_t = 0.0, value_parser = deviation)]
    noise: f64,
    /// How many rounds old every price is when it is read.
    #[arg(long, value_name = "ROUNDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=MOST_DELAY))]
    delay: u32,
    /// Probability that a price or a report is lost.
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    loss: f64,
    /// Probability that a member of an open set leaves in a round, or comes back.
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = probability)]
    churn: f64,
    /// Nodes that share the agents out, each with prices of its own.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    nodes: u32,
    /// Rounds between two exchanges of prices and uses among the nodes.
    #[arg(long, value_name = "ROUNDS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=MOST_DELAY))]
    exchange: u32,
}

fn deviation(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|_| "a number is needed, such as 0.05".to_owned())?;
    match value >= 0.0 && value.is_finite() {
        true => Ok(value),
        false => Err("a standard deviation is 0 or above, and finite".to_owned()),
    }
}

fn probability(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|_| "a number is needed, such as 0.1".to_owned())?;
    match (0.0..=1.0).contains(&value) {
        true => Ok(value),
        false => Err("a probability lies between 0 and 1".to_owned()),
    }
}

fn svg(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_svg = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
    if is_svg { Ok(path) } else { Err("its name must end in `.svg`".to_owned()) }
}

/// Runs the command.
pub fn run(args: &Args, out: &Output) -> Exit {
    match simulated(args, out) {
        Ok(()) => Exit::Fine,
        Err(exit) => exit,
    }
}

fn simulated(args: &Args, out: &Output) -> Result<(), Exit> {
    let given = args.values.given();
    let checked = spec::check(&args.spec, given.clone(), out)?;
    if checked.has_errors {
        return Err(Exit::SpecErrors);
    }
    let model = &checked.model;
    let refuse = |diagnostic: Box<Diagnostic>| {
        let report = Report { sources: checked.sources.clone(), diagnostics: vec![*diagnostic] };
        out.diagnostics(&[report]);
        Exit::SpecErrors
    };
    let inputs = Inputs {
        members: args.members.iter().cloned().map(|each| (each.set, each.population)).collect(),
    };
    let unknown = arguments::unknown(model, &given, &inputs);
    unknown.map_or(Ok(()), |error| Err(refuse(Box::new(error))))?;
    let instance = Instance::new(model, &inputs).map_err(refuse)?;
    let plan = checked.plan.as_ref().map(|(plan, _)| plan);
    let subject = Subject { model, plan, instance: &instance, inputs: &inputs };
    let settings = args.settings();
    let most = settings.ticks.unwrap_or(MOST_ROUNDS);
    let names = Names::new(model, &instance);
    let csv = args.csv.as_deref();
    let mut table = csv.map(|path| Table::create(path, &names)).transpose();
    let table = match &mut table {
        Ok(table) => table,
        Err(error) => return Err(unwritable(csv, error, out)),
    };
    let mut history = args.plot.is_some().then(History::default);
    let bar = out.bar(most);
    let simulation = simulate(&subject, &settings, &mut |frame| {
        bar.set_position(frame.round);
        history.iter_mut().for_each(|history| history.see(frame));
        table.iter_mut().for_each(|table| table.row(frame));
    });
    bar.finish_and_clear();
    let simulation = simulation.map_err(refuse)?;
    if let Some(table) = table.take() {
        table.finish().map_err(|error| unwritable(csv, &error, out))?;
    }
    if let (Some(history), Some(path)) = (history, args.plot.as_deref()) {
        picture::draw(&names, &history, &simulation)
            .and_then(|svg| whole_file::write(path, svg.as_bytes()))
            .map_err(|error| unwritable(Some(path), &error, out))?;
    }
    let document = document::of(&names, &simulation, &settings);
    match out.format() {
        Format::Human => out.result(&text::render(&document)),
        Format::Json | Format::Sarif => out.json(&document),
    }
    Ok(())
}

impl Args {
    fn settings(&self) -> Settings {
        let Weather { seed, noise, delay, loss, churn, nodes, exchange } = self.weather;
        let nodes = nodes as usize;
        let disturbances = Disturbances { seed, noise, delay, loss, churn, nodes, exchange };
        Settings { ticks: self.ticks, tolerance: self.tol, disturbances }
    }
}

fn unwritable(path: Option<&Path>, error: &std::io::Error, out: &Output) -> Exit {
    let path = path.unwrap_or(Path::new("")).display().to_string();
    let message = format!("cannot write `{path}`: {error}");
    out.problem(&path, Diagnostic::error(codes::OUTPUT_UNWRITABLE, Span::default(), message));
    Exit::Outside
}
