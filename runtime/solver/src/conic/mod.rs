//! The general route: every term as cones, solved by Clarabel's interior-point method, every claim
//! checked here against the data.

mod bound;
mod endless;
mod lower;
mod ray;
mod standard;

use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus};

use crate::error::Error;
use crate::problem::{Form, Problem};
use crate::solution::{Certificate, Options, Route, Solution, Status};
pub(crate) use endless::is_endless;
use standard::Standard;

/// How an interior-point method is run. What one manner leaves unfinished another may finish: data
/// over many orders of magnitude, or optima that are not unique.
struct Manner {
    /// Gap and residual to reach, at most the tolerance that is asked for.
    tight: f64,
    /// Whether rows and columns are scaled to a size.
    scaled: bool,
    /// Added to the diagonal of the system before it is factored.
    regularisation: f64,
}

const MANNERS: [Manner; 4] = [
    Manner { tight: 1e-9, scaled: true, regularisation: 1e-8 },
    Manner { tight: 1e-9, scaled: false, regularisation: 1e-8 },
    Manner { tight: 1e-12, scaled: true, regularisation: 1e-11 },
    Manner { tight: 1.0, scaled: true, regularisation: 1e-8 },
];

/// Solves `form` on cones.
pub(crate) fn solve(form: &Form<'_>, options: &Options) -> Result<Solution, Error> {
    let lowered = lower::lower(form.problem)?;
    let lowered = Form::new(&lowered)?;
    let standard = Standard::new(&lowered);
    let mut best = nothing(form, 0, Status::IterationLimit, None);
    let mut ray = None;
    for manner in &MANNERS {
        let Some(raw) = run(&standard, options, manner) else { continue };
        let iterations = raw.iterations as usize;
        match raw.status {
            SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => {
                if let Some(proof) = ray::infeasible(&standard, form, &raw.z) {
                    return Ok(nothing(form, iterations, Status::Infeasible, Some(proof)));
                }
            }
            SolverStatus::DualInfeasible | SolverStatus::AlmostDualInfeasible => {
                ray = ray::unbounded(&standard, form, &raw.x);
                best.iterations = best.iterations.max(iterations);
                // Another manner would find it too.
                break;
            }
            _ => {
                let answer = recover(form, &lowered, &standard, &raw, options);
                if answer.status == Status::Optimal {
                    return Ok(answer);
                }
                let error = |answer: &Solution| answer.gap.max(answer.violation);
                if error(&answer) < error(&best) || best.iterations == 0 {
                    best = answer;
                }
            }
        }
    }
    settle(form, options, ray, best)
}

/// What to say without an optimum: whether there is any point, whether utility grows without end from
/// there, and else the best that was found.
fn settle(
    form: &Form<'_>,
    options: &Options,
    ray: Option<Certificate>,
    best: Solution,
) -> Result<Solution, Error> {
    let endless = ray.or_else(|| endless::direction(form, options));
    if endless.is_none()
        && best.violation <= options.tolerance
        && !best.x.iter().any(|x| x.is_nan())
    {
        return Ok(best);
    }
    Ok(match (feasibility(form, options)?, endless) {
        (Feasibility::None(proof), _) => proof,
        (Feasibility::Some, Some(proof)) => {
            nothing(form, best.iterations, Status::Unbounded, Some(proof))
        }
        _ => best,
    })
}

type Raw = clarabel::solver::DefaultSolution<f64>;

/// `None` if Clarabel refuses the data.
fn run(standard: &Standard, options: &Options, manner: &Manner) -> Option<Raw> {
    let tight =
        if options.polish { options.tolerance.min(manner.tight) } else { options.tolerance };
    let settings = DefaultSettings::<f64> {
        verbose: false,
        max_iter: u32::try_from(options.max_iterations).unwrap_or(u32::MAX),
        tol_gap_abs: tight,
        tol_gap_rel: tight,
        tol_feas: tight,
        tol_ktratio: tight.min(1e-7),
        equilibrate_enable: manner.scaled,
        static_regularization_constant: manner.regularisation,
        max_threads: 1,
        ..DefaultSettings::default()
    };
    let Standard { quadratic, linear, matrix, right, cones, .. } = standard;
    let mut solver = DefaultSolver::new(quadratic, linear, matrix, right, cones, settings).ok()?;
    solver.solve();
    Some(solver.solution)
}

/// Whether any point meets the constraints.
enum Feasibility {
    /// None does; the answer says why.
    None(Solution),
    /// A point was found that does.
    Some,
    /// Neither could be shown.
    Unknown,
}

fn feasibility(form: &Form<'_>, options: &Options) -> Result<Feasibility, Error> {
    let constraints = form.constraints();
    let lowered = lower::lower(&constraints)?;
    let lowered = Form::new(&lowered)?;
    let standard = Standard::new(&lowered);
    for manner in &MANNERS {
        let Some(raw) = run(&standard, options, manner) else { continue };
        if matches!(
            raw.status,
            SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible
        ) {
            if let Some(proof) = ray::infeasible(&standard, form, &raw.z) {
                let steps = raw.iterations as usize;
                return Ok(Feasibility::None(nothing(
                    form,
                    steps,
                    Status::Infeasible,
                    Some(proof),
                )));
            }
        } else {
            let rows = form.violation(&raw.x[..form.problem.variables()]);
            let cones = standard.cone_violation(&lowered, &raw.x, constraints.cones.len());
            if rows.max(cones) <= options.tolerance {
                return Ok(Feasibility::Some);
            }
        }
    }
    Ok(Feasibility::Unknown)
}

/// A proof that no point meets the constraints, if there is one. A ray of unbounded gain says nothing
/// without a point to start from.
pub(crate) fn infeasible(form: &Form<'_>, options: &Options) -> Result<Option<Solution>, Error> {
    Ok(match feasibility(form, options)? {
        Feasibility::None(proof) => Some(proof),
        Feasibility::Some | Feasibility::Unknown => None,
    })
}

/// The optimal point of a small linear program; `None` unless it is solved.
pub(crate) fn point(problem: &Problem, options: &Options) -> Option<Vec<f64>> {
    let form = Form::new(problem).ok()?;
    let raw = run(&Standard::new(&form), options, &MANNERS[0])?;
    matches!(raw.status, SolverStatus::Solved | SolverStatus::AlmostSolved).then_some(raw.x)
}

/// An answer without a point.
fn nothing(
    form: &Form<'_>,
    iterations: usize,
    status: Status,
    certificate: Option<Certificate>,
) -> Solution {
    let objective = match status {
        Status::Infeasible => f64::NEG_INFINITY,
        Status::Unbounded => f64::INFINITY,
        _ => f64::NAN,
    };
    let bound = if status == Status::Infeasible { f64::NEG_INFINITY } else { f64::INFINITY };
    Solution {
        status,
        objective,
        x: vec![f64::NAN; form.problem.variables()],
        prices: vec![f64::NAN; form.problem.rows()],
        reduced_costs: vec![f64::NAN; form.problem.variables()],
        bound,
        gap: if status == Status::IterationLimit { f64::INFINITY } else { 0.0 },
        violation: 0.0,
        iterations,
        route: Route::Conic,
        certificate,
    }
}

/// Point and prices in the terms of the problem, judged there and not by what Clarabel says.
fn recover(
    form: &Form<'_>,
    lowered: &Form<'_>,
    standard: &Standard,
    raw: &Raw,
    options: &Options,
) -> Solution {
    let problem = form.problem;
    let mut x = raw.x[..problem.variables()].to_vec();
    for (j, x) in x.iter_mut().enumerate() {
        *x = x.clamp(problem.lower[j], problem.upper[j]);
    }
    let bound = bound::upper(standard, &raw.x, &raw.z) + problem.offset;
    let objective = form.objective(&x);
    let gap = (bound - objective).abs() / objective.abs().max(1.0);
    let gap = if gap.is_nan() { f64::INFINITY } else { gap };
    let violation =
        form.violation(&x).max(standard.cone_violation(lowered, &raw.x, problem.cones.len()));
    let optimal = gap <= options.tolerance && violation <= options.tolerance;
    Solution {
        status: if optimal { Status::Optimal } else { Status::IterationLimit },
        objective,
        x,
        prices: standard.prices(&raw.z, problem.rows()),
        reduced_costs: standard.reduced_costs(&raw.z, problem.variables()),
        bound,
        gap,
        violation,
        iterations: raw.iterations as usize,
        route: Route::Conic,
        certificate: None,
    }
}
