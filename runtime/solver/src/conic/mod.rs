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

/// Solves `form` on cones.
pub(crate) fn solve(form: &Form<'_>, options: &Options) -> Result<Solution, Error> {
    let lowered = lower::lower(form.problem)?;
    let lowered = Form::new(&lowered)?;
    let standard = Standard::new(&lowered);
    let Some(raw) = run(&standard, options) else {
        return Ok(nothing(form, 0, Status::IterationLimit, None));
    };
    let iterations = raw.iterations as usize;
    match raw.status {
        SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => {
            let proof = ray::infeasible(&standard, form, &raw.z);
            let status = if proof.is_some() { Status::Infeasible } else { Status::IterationLimit };
            Ok(nothing(form, iterations, status, proof))
        }
        SolverStatus::DualInfeasible | SolverStatus::AlmostDualInfeasible => {
            let proof = ray::unbounded(&standard, form, &raw.x);
            match (proof, infeasible(form, options)?) {
                (_, Some(answer)) => Ok(answer),
                (Some(proof), None) => {
                    Ok(nothing(form, iterations, Status::Unbounded, Some(proof)))
                }
                (None, None) => Ok(nothing(form, iterations, Status::IterationLimit, None)),
            }
        }
        _ => {
            let answer = recover(form, &lowered, &standard, &raw, options);
            if answer.status == Status::Optimal {
                return Ok(answer);
            }
            match endless::direction(form, options) {
                // The point that it came to is feasible, and the direction starts there.
                Some(proof) if answer.violation <= options.tolerance => {
                    Ok(nothing(form, iterations, Status::Unbounded, Some(proof)))
                }
                _ => Ok(answer),
            }
        }
    }
}

type Raw = clarabel::solver::DefaultSolution<f64>;

/// `None` if Clarabel refuses the data.
fn run(standard: &Standard, options: &Options) -> Option<Raw> {
    let tight = if options.polish { options.tolerance.min(1e-9) } else { options.tolerance };
    let settings = DefaultSettings::<f64> {
        verbose: false,
        max_iter: u32::try_from(options.max_iterations).unwrap_or(u32::MAX),
        tol_gap_abs: tight,
        tol_gap_rel: tight,
        tol_feas: tight,
        tol_ktratio: tight.min(1e-7),
        max_threads: 1,
        ..DefaultSettings::default()
    };
    let Standard { quadratic, linear, matrix, right, cones, .. } = standard;
    let mut solver = DefaultSolver::new(quadratic, linear, matrix, right, cones, settings).ok()?;
    solver.solve();
    Some(solver.solution)
}

/// Whether any point meets the constraints: an answer only if none does. A ray of unbounded gain
/// says nothing without a point to start from.
pub(crate) fn infeasible(form: &Form<'_>, options: &Options) -> Result<Option<Solution>, Error> {
    let lowered = lower::lower(&form.constraints())?;
    let lowered = Form::new(&lowered)?;
    let standard = Standard::new(&lowered);
    let Some(raw) = run(&standard, options) else { return Ok(None) };
    if raw.status != SolverStatus::PrimalInfeasible {
        return Ok(None);
    }
    let Some(proof) = ray::infeasible(&standard, form, &raw.z) else { return Ok(None) };
    Ok(Some(nothing(form, raw.iterations as usize, Status::Infeasible, Some(proof))))
}

/// The optimal point of a small linear program; `None` unless it is solved.
pub(crate) fn point(problem: &Problem, options: &Options) -> Option<Vec<f64>> {
    let form = Form::new(problem).ok()?;
    let raw = run(&Standard::new(&form), options)?;
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
