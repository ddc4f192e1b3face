//! Runs what was derived from a spec, round by round, beside the optimum that [`solve`](crate::solve)
//! finds.
//!
//! | file | what it does |
//! |---|---|
//! | [`derive`] | the methods and constants of the plan or the decomposition, as a problem in rounds |
//! | `agents` | utilities that join columns, curved uses |
//! | [`integers`] | the loop of a plan that has one, in the kernel's arithmetic |
//! | `machine` | the same compiled to machine code, for long runs |
//! | [`reference`] | the optimum of those who are present, and how far a round is from it |
//! | [`certified`] | what the certificate says of the rounds, checked on them |

mod agents;
pub mod certified;
pub mod derive;
pub mod integers;
mod machine;
pub mod reference;

use dslc_rounds::fixed::Arithmetic;
use dslc_rounds::{Disturbances, Run, Tick};

use crate::diag::{Diagnostic, codes};
use crate::instance::{Inputs, Instance};
use crate::plan::ir::Plan;
use crate::sema::hir::{Model, Span};
use certified::{Certified, Checker};
use derive::Derived;
use integers::Integers;
use reference::{Distance, Reference};

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The spec.
    pub model: &'s Model,
    /// Its plan, where there is one.
    pub plan: Option<&'s Plan>,
    /// The spec in numbers.
    pub instance: &'s Instance,
    /// Who is in the open sets.
    pub inputs: &'s Inputs,
}

/// How a run goes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Exactly so many rounds; without it a run ends as soon as everything is within the tolerance.
    pub ticks: Option<u64>,
    /// What counts as settled.
    pub tolerance: f64,
    /// What disturbs it.
    pub disturbances: Disturbances,
}

/// Most rounds of a run that is not told how many.
pub const MOST_ROUNDS: u64 = 10_000;

/// A run after a round, in the units of the instance.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'r> {
    /// Rounds so far.
    pub round: u64,
    /// The columns; those of members that are away are 0.
    pub x: &'r [f64],
    /// A price for each row.
    pub prices: &'r [f64],
    /// What is used of each row.
    pub uses: &'r [f64],
    /// Whether the owner of each column is present.
    pub present: &'r [bool],
}

/// A round and how far it was from the optimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The round.
    pub round: u64,
    /// How far it was.
    pub distance: Distance,
}

/// What came of a run.
#[derive(Debug)]
pub struct Simulation {
    /// The methods that ran, and why.
    pub derived: Derived,
    /// Whether prices and uses were integers, as in the kernel.
    pub fixed_point: bool,
    /// Whether the price step ran as machine code of its own.
    pub machine_code: bool,
    /// Rounds that ran.
    pub rounds: u64,
    /// Some rounds on the way, the first and the last among them.
    pub samples: Vec<Sample>,
    /// The last round within which gap and violation first fell to 1e-3 and to 1e-6, to stay there.
    pub settled: [Option<u64>; 2],
    /// The optimum of those present at the end.
    pub reference: Reference,
    /// The last columns.
    pub x: Vec<f64>,
    /// The last prices.
    pub prices: Vec<f64>,
    /// The last uses.
    pub uses: Vec<f64>,
    /// Who was there at the end, by column.
    pub present: Vec<bool>,
    /// What the certificate says, and whether the rounds kept to it.
    pub certified: Certified,
}

/// Accuracies to which the rounds are counted.
pub const ACCURACIES: [f64; 2] = [1e-3, 1e-6];

/// What runs the rounds.
enum Engine<'p> {
    Real { run: Box<Run<'p>>, owner: Vec<usize>, present: Vec<bool> },
    Fixed(Box<Integers<'p>>),
}

impl Engine<'_> {
    fn frame(&self) -> Frame<'_> {
        match self {
            Engine::Real { run, present, .. } => {
                let Tick { round, x, prices, uses, .. } = run.tick();
                Frame { round, x, prices, uses, present }
            }
            Engine::Fixed(integers) => integers.frame(),
        }
    }

    fn round(&mut self) {
        match self {
            Engine::Real { run, owner, present } => {
                let tick = run.round();
                for (present, owner) in present.iter_mut().zip(owner) {
                    *present = tick.present.get(*owner).copied().unwrap_or(true);
                }
            }
            Engine::Fixed(integers) => integers.round(),
        }
    }
}

/// So many rounds of the kernel's integers are compared with the optimum each, the later ones once in
/// [`SPARSELY`].
const CLOSELY: u64 = 100_000;
const SPARSELY: u64 = 100;

/// Runs a spec's decomposition; `watch` sees every round, the start as round 0.
///
/// # Errors
///
/// What keeps the problem from being run or its optimum from being found, as a diagnostic.
pub fn simulate(
    subject: &Subject<'_>,
    settings: &Settings,
    watch: &mut dyn FnMut(&Frame<'_>),
) -> Result<Simulation, Box<Diagnostic>> {
    let Subject { model, plan, instance, inputs } = *subject;
    let derived = derive::derive(subject)?;
    let disturbances = &settings.disturbances;
    if disturbances.churn > 0.0 && derived.problem.agents.iter().all(|a| a.family.is_none()) {
        let message = "nobody can come or go: this spec has no open set";
        let error = Diagnostic::error(codes::NOT_SOLVED, Span::default(), message);
        return Err(Box::new(
            error.note("`--churn` is for specs with a set like `set Task: open 64;`"),
        ));
    }
    let integers = plan.and_then(|plan| Integers::loop_of(model, plan, instance, inputs));
    let most = settings.ticks.unwrap_or(MOST_ROUNDS);
    let control = plan.and_then(|plan| plan.control.as_ref()).filter(|_| integers.is_some());
    machine::with(control, most, |compiled| {
        rounds(subject, settings, derived, integers.as_ref().map(|all| (all, compiled)), watch)
    })?
}

/// The rounds of a run: in integers by the compiled operations or those of the core, else in `f64`.
fn rounds(
    subject: &Subject<'_>,
    settings: &Settings,
    derived: Derived,
    integers: Option<(&integers::Whole, Option<&dyn Arithmetic>)>,
    watch: &mut dyn FnMut(&Frame<'_>),
) -> Result<Simulation, Box<Diagnostic>> {
    let Subject { model, instance, .. } = *subject;
    let disturbances = &settings.disturbances;
    let most = settings.ticks.unwrap_or(MOST_ROUNDS);
    let refused = |error: dslc_rounds::Error| {
        let message = format!("this cannot be run in rounds: {error}");
        Box::new(Diagnostic::error(codes::NOT_SOLVED, Span::default(), message))
    };
    let machine_code = integers.is_some_and(|(_, compiled)| compiled.is_some());
    let mut engine = match integers {
        Some((integers, compiled)) => {
            let arithmetic = compiled.unwrap_or(integers.core());
            Engine::Fixed(Box::new(integers.start(arithmetic, disturbances).map_err(refused)?))
        }
        None => {
            let run = Run::new(&derived.problem, disturbances.clone()).map_err(refused)?;
            let run = Box::new(run);
            let mut owner = vec![0; instance.layout.columns()];
            for (id, agent) in derived.problem.agents.iter().enumerate() {
                for column in &agent.columns {
                    owner.iter_mut().skip(*column).take(1).for_each(|owner| *owner = id);
                }
            }
            let present = vec![true; owner.len()];
            Engine::Real { run, owner, present }
        }
    };
    let fixed_point = integers.is_some();
    let mut reference = Reference::new(model, instance, &engine.frame())?;
    let mut checker = Checker::new(&derived, &reference, disturbances, fixed_point);
    let mut samples = Vec::new();
    let mut within = [None; 2];
    let mut rounds = 0;
    loop {
        let frame = engine.frame();
        watch(&frame);
        // Whoever comes or goes moves the optimum: it is found anew only where it is reported.
        let reported = is_reported(rounds);
        if reported || rounds == most {
            reference.follow(model, instance, &frame)?;
        }
        // Of a long run in integers not every round is worth its comparison; and an optimum of others
        // than those present is none to compare with.
        let last = rounds == most;
        let sparse = fixed_point && rounds > CLOSELY && !rounds.is_multiple_of(SPARSELY);
        if !reference.is_of(&frame) || sparse && !reported && !last {
            engine.round();
            rounds += 1;
            continue;
        }
        let distance = reference.distance(instance, &frame);
        checker.see(instance, &reference, &frame);
        for (within, accuracy) in within.iter_mut().zip(ACCURACIES) {
            if distance.gap.abs().max(distance.violation) > accuracy {
                *within = None;
            } else if within.is_none() {
                *within = Some(rounds);
            }
        }
        let settled = distance.largest() <= settings.tolerance;
        let last = last || settings.ticks.is_none() && settled;
        if reported || last {
            samples.push(Sample { round: rounds, distance });
        }
        if last {
            break;
        }
        engine.round();
        rounds += 1;
    }
    let frame = engine.frame();
    let (x, prices, uses) = (frame.x.to_vec(), frame.prices.to_vec(), frame.uses.to_vec());
    let present = frame.present.to_vec();
    let certified = checker.certified(&derived, disturbances);
    drop(engine);
    Ok(Simulation {
        derived,
        fixed_point,
        machine_code,
        rounds,
        samples,
        settled: within,
        reference,
        x,
        prices,
        uses,
        present,
        certified,
    })
}

/// Rounds near the start and ever fewer later: 0, 1, 2, 5, 10, 20, 50, …
fn is_reported(round: u64) -> bool {
    let decade = 10u64.saturating_pow(round.checked_ilog10().unwrap_or(0));
    round == 0 || [1, 2, 5].contains(&(round / decade)) && round.is_multiple_of(decade)
}
