//! Recognises a network in a problem.

use super::{Links, Network, Sources};
use crate::concave::Concave;
use crate::conic::is_endless;
use crate::problem::{Form, Owner, Sense};
use crate::solution::{Certificate, Status};

/// What the data say.
pub(crate) enum Extracted<'a> {
    Network(Box<Network<'a>>),
    /// No solver is needed to see that there is no optimum.
    Answer(Status, Certificate),
}

/// `None` if the problem has another form.
pub(crate) fn extract<'a>(form: &Form<'a>) -> Option<Extracted<'a>> {
    let problem = form.problem;
    if !problem.cones.is_empty() || problem.senses.contains(&Sense::Equal) {
        return None;
    }
    let mut sources = sources(form)?;
    let links = links(form)?;
    let limit = |l: usize| match problem.senses[l] {
        Sense::AtLeast => -problem.limits[l],
        _ => problem.limits[l],
    };
    let capacity: Vec<f64> = (0..problem.rows()).map(limit).collect();
    let mut room = capacity.clone();
    let mut used = vec![0.0; room.len()];
    links.loads(&sources.lo, &mut used);
    for (room, used) in room.iter_mut().zip(used) {
        *room -= used;
    }
    if let Some(l) = room.iter().position(|&room| room < 0.0) {
        return Some(overfull(form, &sources, l));
    }
    for i in 0..sources.count() {
        let allowed = links.route(i).map(|(l, a)| room[l] / a).fold(f64::INFINITY, f64::min);
        sources.most[i] = sources.hi[i].min(sources.lo[i] + allowed);
        sources.hi_binds[i] = sources.hi[i] < sources.lo[i] + allowed;
        if sources.weight[i] == 0.0 || sources.most[i] <= sources.lo[i] {
            // Only a source that has no say may be held at its lower end.
            if sources.weight[i] > 0.0 && sources.hi[i] > sources.lo[i] {
                return None;
            }
        } else if sources.most[i].is_infinite() {
            // No link: what it asks for at the price 0 is all that it will ever take.
            let asked = sources.demand(i, 0.0, f64::INFINITY);
            if asked.is_finite() {
                sources.most[i] = asked;
                continue;
            }
            let grows = sources.gain[i] > 0.0
                || (sources.scale[i] > 0.0 && is_endless(&sources.function[i]));
            return grows.then(|| endless(form, &sources, i));
        }
    }
    // An empty link may have room 0; nobody pays for it.
    for room in &mut room {
        *room = room.max(f64::MIN_POSITIVE);
    }
    Some(Extracted::Network(Box::new(Network { links, sources, room, capacity })))
}

/// The terms as sources: one strictly concave term for a variable, or none and nothing to gain.
fn sources<'a>(form: &Form<'a>) -> Option<Sources<'a>> {
    let (problem, n) = (form.problem, form.problem.variables());
    let idle = Concave::NegativeSquare.find(&problem.library)?;
    let mut sources = Sources {
        function: vec![idle; n],
        weight: vec![0.0; n],
        scale: vec![1.0; n],
        shift: vec![0.0; n],
        gain: problem.gain.clone(),
        lo: problem.lower.clone(),
        hi: problem.upper.clone(),
        most: vec![0.0; n],
        lo_binds: vec![true; n],
        hi_binds: vec![false; n],
    };
    for (k, term) in form.terms() {
        let [column] = *form.arguments().matrix.columns(k) else { return None };
        let i = column as usize;
        if term.owner != Owner::Objective || !term.function.is_strict() || sources.weight[i] > 0.0 {
            return None;
        }
        let (a, b) = (form.arguments().matrix.values(k)[0], form.arguments().constants[k]);
        let (low, high) = term.function.domain();
        let ends = ((low - b) / a, (high - b) / a);
        sources.lo[i] = sources.lo[i].max(ends.0.min(ends.1));
        sources.hi[i] = sources.hi[i].min(ends.0.max(ends.1));
        (sources.function[i], sources.weight[i]) = (term.function, term.weight);
        (sources.scale[i], sources.shift[i]) = (a, b);
    }
    for i in 0..n {
        let idle_gain = sources.weight[i] == 0.0 && sources.gain[i] > 0.0;
        if !sources.lo[i].is_finite() || sources.lo[i] > sources.hi[i] || idle_gain {
            return None;
        }
        sources.lo_binds[i] = sources.slope(i, sources.lo[i]).is_finite();
    }
    Some(sources)
}

/// The rows as links: `<=` with coefficients ≥ 0, or `>=` with coefficients ≤ 0.
fn links(form: &Form<'_>) -> Option<Links> {
    let sign = |row: usize| match form.problem.senses[row] {
        Sense::AtLeast => -1.0,
        _ => 1.0,
    };
    let routes = form.rows.transposed(sign);
    let negative = (0..routes.rows()).any(|i| routes.values(i).iter().any(|&a| a < 0.0));
    (!negative).then(|| Links::new(routes))
}

/// Row `l` alone cannot be met: what its sources need at least is more than its capacity.
fn overfull<'a>(form: &Form<'a>, sources: &Sources<'_>, l: usize) -> Extracted<'a> {
    let problem = form.problem;
    let sign = if problem.senses[l] == Sense::AtLeast { -1.0 } else { 1.0 };
    let largest = form.rows.row(l).map(|(_, a)| a.abs()).fold(1.0, f64::max);
    let mut prices = vec![0.0; problem.rows()];
    let mut bounds = vec![0.0; problem.variables()];
    prices[l] = sign / largest;
    let mut margin = -sign * problem.limits[l] / largest;
    for (j, a) in form.rows.row(l) {
        bounds[j] = -sign * a / largest;
        margin += -bounds[j] * sources.lo[j];
    }
    let radius = f64::INFINITY;
    Extracted::Answer(
        Status::Infeasible,
        Certificate::Infeasible { prices, bounds, margin, radius },
    )
}

/// Source `i` uses no link and never has enough.
fn endless<'a>(form: &Form<'a>, sources: &Sources<'_>, i: usize) -> Extracted<'a> {
    let mut direction = vec![0.0; form.problem.variables()];
    direction[i] = 1.0;
    let rate = sources.gain[i].max(0.0);
    Extracted::Answer(Status::Unbounded, Certificate::Unbounded { direction, rate })
}
