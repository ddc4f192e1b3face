//! Dual ascent with the steps that are derived, on random problems: it settles, with reads that are up to
//! five rounds old too, and with twice the exact limit it does not.

use proptest::prelude::*;

use super::random::{BOX, Problem, problems};
use dslc::compile;
use dslc::instance::{Inputs, Instance};
use dslc::plan::methods::{self, Constants, Decomposition};
use dslc_solver::Options;

/// How near to the bound the steps are tried.
const SHARE: f64 = 0.999;

/// How near to the least value the dual function must come, relative to it: the price of a resource that
/// is almost scarce falls as slowly as its slack is small.
const NEAR: f64 = 2e-3;

/// Rounds that are run: a rate is not promised, so that this is generous.
const ROUNDS: usize = 50_000;

/// The problem's methods, whether a plan takes it apart or not; and its optimal prices.
fn derived(problem: &Problem, method: &str) -> Result<(Decomposition, Vec<f64>), TestCaseError> {
    let fail = |why: String| TestCaseError::fail(format!("{why}: {}", problem.spec(method)));
    let compiled = compile("spec.num", &problem.spec(method));
    let model = compiled.model.ok_or_else(|| fail(format!("{:?}", compiled.diagnostics)))?;
    let instance = Instance::new(&model, &Inputs::default());
    let instance = instance.map_err(|error| fail(error.message))?;
    let derived = methods::derive(&model, &instance).map_err(|error| fail(error.message))?;
    let options = Options { tolerance: 1e-9, ..Options::default() };
    let answer = dslc::solve::solve(&instance, &options).map_err(|error| fail(error.message))?;
    Ok((derived, answer.solution.prices))
}

/// The largest admissible steps, a little less.
fn steps(derived: &Decomposition) -> Vec<f64> {
    let bound = |each: &methods::Resource| each.taken.as_ref().and_then(|taken| taken.bound);
    derived.resources.iter().filter_map(bound).map(|bound| SHARE * bound).collect()
}

/// Dual ascent whose reads are old.
struct Ascent<'p> {
    problem: &'p Problem,
    steps: Vec<f64>,
    /// Prices of this round and of the last ones, the newest first.
    prices: Vec<Vec<f64>>,
    round: usize,
}

impl Ascent<'_> {
    /// How old the read of a price by a column for a row is: any age up to the oldest, and different for
    /// each of the three.
    fn age(&self, price: usize, column: usize, row: usize) -> usize {
        let oldest = self.prices.len() - 1;
        let mixed = (self.round / 3 + 3 * price + 5 * column + 7 * row) % (oldest + 2);
        mixed.min(oldest)
    }

    /// One round; returns how far the prices move, relative to the steps.
    fn step(&mut self) -> f64 {
        let count = self.problem.utilities.len();
        let mut next = self.prices[0].clone();
        let mut moved = 0.0f64;
        for (row, price) in next.iter_mut().enumerate() {
            let demand = |column: usize| {
                let read = |of: usize| self.prices[self.age(of, column, row)][of];
                let prices: Vec<_> = (0..self.problem.rows.len()).map(read).collect();
                self.problem.utilities[column].demand(self.problem.price(&prices, column))
            };
            let x: Vec<_> = (0..count).map(demand).collect();
            let before = *price;
            *price = (before + self.steps[row] * self.problem.excess(row, &x)).max(0.0);
            moved = moved.max((*price - before).abs() / self.steps[row]);
        }
        self.prices.rotate_right(1);
        self.prices[0] = next;
        self.round += 1;
        moved
    }
}

/// The dual function: the best utility less its price, and what the capacities are worth.
fn dual(problem: &Problem, prices: &[f64]) -> f64 {
    let gain = |column: usize| {
        let (utility, price) = (problem.utilities[column], problem.price(prices, column));
        let x = utility.demand(price);
        utility.value(x) - price * x
    };
    let gains: f64 = (0..problem.utilities.len()).map(gain).sum();
    gains + prices.iter().zip(&problem.capacity).map(|(price, c)| price * c).sum::<f64>()
}

/// What the theorem says, round by round, as near to the bound as `SHARE`:
/// `f(π_K) ≤ f(π_0) − (1 − θ) Σ_k Σ_l d²/α`; and that f comes to its least value.
fn settles(problem: &Problem, delay: usize, start: f64) -> Result<(), TestCaseError> {
    let method = match delay {
        0 => "dual;".to_owned(),
        rounds => format!("dual {{ delay {rounds} rounds; }}"),
    };
    let (derived, optimal) = derived(problem, &method)?;
    let prices = vec![vec![start; problem.rows.len()]; delay + 1];
    let mut ascent = Ascent { problem, steps: steps(&derived), prices, round: 0 };
    let (first, best) = (dual(problem, &ascent.prices[0]), dual(problem, &optimal));
    let near = |scale: f64| scale * best.abs().max(1.0);
    let (mut gained, mut found) = (0.0, first);
    for _ in 0..ROUNDS {
        let before = ascent.prices[0].clone();
        ascent.step();
        let moves = before.iter().zip(&ascent.prices[0]).zip(&ascent.steps);
        gained += moves.map(|((a, b), step)| (a - b).powi(2) / step).sum::<f64>();
        let promised = first - (1.0 - SHARE) * gained;
        found = dual(problem, &ascent.prices[0]);
        prop_assert!(
            found <= promised + near(1e-9),
            "{found} {promised} {}",
            problem.spec(&method)
        );
        if found <= best + near(NEAR) {
            return Ok(());
        }
    }
    let spec = problem.spec(&method);
    Err(TestCaseError::fail(format!("{found} is not {best} with D = {delay}: {spec}")))
}

/// λ_max of `A diag(1/−U″) Aᵀ` at the optimum, over the resources with a price and the variables inside
/// their boxes.
fn exact(problem: &Problem, prices: &[f64]) -> f64 {
    let columns = 0..problem.utilities.len();
    let flatness: Vec<_> = columns
        .map(|column| {
            let utility = problem.utilities[column];
            let x = utility.demand(problem.price(prices, column));
            let inside = x > BOX.0 + 1e-3 && x < BOX.1 - 1e-3;
            if inside { utility.curvature(x).recip() } else { 0.0 }
        })
        .collect();
    let priced: Vec<_> = prices.iter().map(|price| *price > 1e-3).collect();
    let mut v: Vec<_> = priced.iter().map(|priced| f64::from(u8::from(*priced))).collect();
    let mut norm = 0.0;
    for _ in 0..5_000 {
        let next: Vec<f64> = problem
            .rows
            .iter()
            .zip(&priced)
            .map(|(row, priced)| {
                let at = |j: usize| row[j] * flatness[j] * problem.price(&v, j);
                if *priced { (0..row.len()).map(at).sum() } else { 0.0 }
            })
            .collect();
        norm = next.iter().map(|v| v * v).sum::<f64>().sqrt();
        if norm <= 0.0 {
            return 0.0;
        }
        v = next.into_iter().map(|v| v / norm).collect();
    }
    norm
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn steps_just_below_the_bound_settle(problem in problems(), start in 0.0f64..4.0) {
        settles(&problem, 0, start)?;
    }

    #[test]
    fn old_reads_settle_below_their_bound(
        problem in problems(), delay in 1usize..6, start in 0.0f64..4.0,
    ) {
        settles(&problem, delay, start)?;
    }

    /// Twice 2/λ_max of the optimum swings for ever, from however near it starts.
    #[test]
    fn twice_the_exact_limit_does_not_settle(problem in problems()) {
        let (_, prices) = derived(&problem, "dual;")?;
        let largest = exact(&problem, &prices);
        prop_assume!(largest > 0.0);
        let steps = vec![2.0 * 2.0 / largest; prices.len()];
        let start: Vec<_> = prices.iter().map(|price| price * 1.001 + 1e-4).collect();
        let mut ascent = Ascent { problem: &problem, steps, prices: vec![start], round: 0 };
        for _ in 0..2_000 {
            ascent.step();
        }
        let moved = (0..20).map(|_| ascent.step()).fold(0.0, f64::max);
        prop_assert!(moved > 1e-3, "it rests: {moved}, {}", problem.spec("dual;"));
    }
}

#[test]
fn the_certified_bound_is_admissible_for_the_exact_hessian() -> Result<(), TestCaseError> {
    // diag(2/α) − A diag(1/−U″(x)) Aᵀ is positive semidefinite at every x of the box: tried at many.
    let problem = Problem {
        utilities: vec![
            super::random::Utility::Atan(2.0),
            super::random::Utility::Log(1.0),
            super::random::Utility::Quadratic(3.0),
        ],
        rows: vec![vec![1.0, 1.0, 0.0], vec![0.0, 1.0, 2.0]],
        capacity: vec![4.0, 6.0],
    };
    let (derived, _) = derived(&problem, "dual;")?;
    let bounds: Vec<_> = steps(&derived).into_iter().map(|step| step / SHARE).collect();
    let constants =
        derived.resources.iter().filter_map(|each| Some(each.taken.as_ref()?.constants));
    assert!(constants.clone().all(|each| matches!(each, Constants::Dual { .. })));
    for sample in 0..1_000u32 {
        let part = |prime: u32| f64::from(sample * prime % 997) / 997.0;
        let x: Vec<_> =
            [7, 11, 13].iter().map(|prime| BOX.0 + (BOX.1 - BOX.0) * part(*prime)).collect();
        let z = [part(17) - 0.5, part(19) - 0.5];
        let form: f64 = z.iter().zip(&bounds).map(|(z, bound)| 2.0 / bound * z * z).sum();
        let own: f64 = (0..3)
            .map(|j| problem.price(&z, j).powi(2) / problem.utilities[j].curvature(x[j]))
            .sum();
        assert!(own <= form * (1.0 + 1e-9), "{x:?} {z:?}: {own} {form}");
    }
    Ok(())
}
