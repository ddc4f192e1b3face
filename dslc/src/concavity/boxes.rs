//! The sign of a function on a box by branch and bound over intervals: natural, mean-value and
//! monotone forms (Moore, Kearfott and Cloud 2009, chapters 5 and 6), bisection where they do not
//! tell.

use super::expr::Expr;
use super::program::Program;
use super::sign::Sign;
use crate::sema::interval::Interval;

/// A box as intervals, by variable.
pub type Ranges = Vec<Interval>;

/// How a box was cut up: at a cut the variable that it halves, then the tree of the lower half and
/// that of the upper half; `.` for a box that needs no cut.
pub type Cuts = String;

/// What branch and bound found out.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The sign on the whole box, and how the box had to be cut up for it.
    Sign(Sign, Cuts),
    /// The function is above 0 at one of these points and below at the other.
    Both {
        /// A point where it is above 0.
        above: Vec<f64>,
        /// A point where it is below 0.
        below: Vec<f64>,
    },
    /// The box that could not be settled within the limit.
    Open(Ranges),
}

/// The sign of `of` on a box, with at most `limit` boxes, which it counts down.
pub fn sign(of: &Expr, ranges: &Ranges, limit: &mut usize) -> Found {
    let program = Program::new([of]);
    let mut cuts = Cuts::new();
    let mut known: Option<Sign> = None;
    let (mut above, mut below) = (None, None);
    let mut waiting = vec![ranges.clone()];
    while let Some(part) = waiting.pop() {
        if *limit == 0 {
            return Found::Open(part);
        }
        *limit -= 1;
        let (sign, slopes) = enclose(&program, &part);
        if sign != Sign::Unknown {
            let both = known.map_or(Some(sign), |known| union(known, sign));
            if let Some(both) = both {
                known = Some(both);
                cuts.push('.');
                continue;
            }
        }
        for point in corners(&part) {
            let at: Ranges = point.iter().map(|x| Interval::point(*x)).collect();
            let Some(value) = program.values(&at).first().copied() else { continue };
            if value.lo > 0.0 {
                above.get_or_insert(point);
            } else if value.hi < 0.0 {
                below.get_or_insert(point);
            }
        }
        match (above.take(), below.take()) {
            (Some(above), Some(below)) => return Found::Both { above, below },
            found => (above, below) = found,
        }
        let Some((variable, low, high)) = halves(&part, &slopes, program.variables()) else {
            return Found::Open(part);
        };
        cuts.push(digit(variable));
        waiting.push(high);
        waiting.push(low);
    }
    Found::Sign(known.unwrap_or(Sign::Zero), cuts)
}

/// Checks that the parts which `cuts` makes of a box show that sign, or a stronger one.
pub fn replay(of: &Expr, ranges: &Ranges, cuts: &str, wanted: Sign) -> bool {
    let program = Program::new([of]);
    let holds = |part: &Ranges| {
        let sign = enclose(&program, part).0;
        sign != Sign::Unknown && union(wanted, sign) == Some(wanted)
    };
    replay_parts(ranges, cuts, holds)
}

/// Checks that every part which `cuts` makes of a box passes.
pub fn replay_parts(ranges: &Ranges, cuts: &str, mut holds: impl FnMut(&Ranges) -> bool) -> bool {
    let mut waiting = vec![ranges.clone()];
    for step in cuts.chars() {
        let Some(part) = waiting.pop() else { return false };
        if step == '.' {
            if !holds(&part) {
                return false;
            }
            continue;
        }
        let variable = variable(step);
        let Some((low, high)) = variable.and_then(|variable| cut(&part, variable)) else {
            return false;
        };
        waiting.push(high);
        waiting.push(low);
    }
    waiting.is_empty()
}

/// The sign that holds on both of two parts; none when they differ.
fn union(a: Sign, b: Sign) -> Option<Sign> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (a, b) if a.is_nonneg() && b.is_nonneg() => Some(Sign::Nonneg),
        (a, b) if a.is_nonpos() && b.is_nonpos() => Some(Sign::Nonpos),
        _ => None,
    }
}

/// The sign on one part, and how steep the function is in each of its variables.
fn enclose(program: &Program, part: &Ranges) -> (Sign, Vec<Interval>) {
    let Some(jet) = program.jets(part).pop() else { return (Sign::Unknown, Vec::new()) };
    let sign = Sign::of(jet.value);
    if sign != Sign::Unknown {
        return (sign, jet.gradient);
    }
    let range = tightened(program, 0, part, jet.value, &jet.gradient);
    (Sign::of(range), jet.gradient)
}

/// The values of root `at` on a part, by its natural values and its gradient there.
pub fn tightened(
    program: &Program,
    at: usize,
    part: &Ranges,
    natural: Interval,
    gradient: &[Interval],
) -> Interval {
    let value_at = |point: &Ranges| program.values(point).get(at).copied().unwrap_or(Interval::ALL);
    let mut range = natural;
    let middle: Ranges = part.iter().map(|range| Interval::point(middle(*range))).collect();
    // f(x) = f(m) + ∇f(ξ)·(x − m).
    let mut centred = value_at(&middle);
    for (variable, slope) in program.variables().iter().zip(gradient) {
        let (Some(x), Some(m)) = (part.get(*variable), middle.get(*variable)) else { continue };
        centred = centred + *slope * (*x - *m);
    }
    range = range.intersect(centred).unwrap_or(range);
    // Where it goes one way in a variable, its extremes are at that variable's ends.
    let goes: Vec<_> = gradient.iter().map(|slope| Sign::of(*slope)).collect();
    if goes.iter().any(|sign| *sign != Sign::Unknown) {
        let face = |low: bool| {
            let mut face = part.clone();
            for (variable, sign) in program.variables().iter().zip(&goes) {
                let Some(x) = face.get_mut(*variable) else { continue };
                let lower = if sign.is_nonneg() { low } else { !low };
                if *sign != Sign::Unknown {
                    let end = if lower { x.lo } else { x.hi };
                    if end.is_finite() {
                        *x = Interval::point(end);
                    }
                }
            }
            value_at(&face)
        };
        let faces = Interval::new(face(true).lo, face(false).hi);
        range = range.intersect(faces).unwrap_or(range);
    }
    range
}

/// A point inside an interval, finite.
pub fn middle(range: Interval) -> f64 {
    match (range.lo.is_finite(), range.hi.is_finite()) {
        (true, true) => {
            let middle = 0.5 * range.lo + 0.5 * range.hi;
            middle.clamp(range.lo, range.hi)
        }
        (true, false) => (range.lo.abs() * 2.0 + 1.0).min(f64::MAX / 4.0).max(range.lo),
        (false, true) => (-(range.hi.abs() * 2.0 + 1.0)).max(-f64::MAX / 4.0).min(range.hi),
        (false, false) => 0.0,
    }
}

/// The two halves of a part in one variable; none when it is too narrow to be halved.
fn cut(part: &Ranges, variable: usize) -> Option<(Ranges, Ranges)> {
    let range = *part.get(variable)?;
    let at = middle(range);
    if at <= range.lo || at >= range.hi {
        return None;
    }
    let (mut low, mut high) = (part.clone(), part.clone());
    low[variable] = Interval { lo: range.lo, hi: at };
    high[variable] = Interval { lo: at, hi: range.hi };
    Some((low, high))
}

/// Halves a part in the variable in which the function varies most.
pub fn halves(
    part: &Ranges,
    slopes: &[Interval],
    variables: &[usize],
) -> Option<(usize, Ranges, Ranges)> {
    let spread = |variable: usize, slope: Interval| {
        let range = part.get(variable).copied().unwrap_or(Interval::ZERO);
        let width = range.hi - range.lo;
        let steep = slope.lo.abs().max(slope.hi.abs());
        // Infinite and unknown slopes are all alike: there only the width tells.
        (width.is_infinite(), if steep.is_finite() { width * steep } else { f64::INFINITY }, width)
    };
    let mut best: Option<(usize, (bool, f64, f64))> = None;
    for (variable, slope) in variables.iter().zip(slopes) {
        let spread = spread(*variable, *slope);
        let cuttable = cut(part, *variable).is_some();
        let better = best.is_none_or(|(_, known)| {
            (spread.0, spread.1, spread.2).partial_cmp(&known) == Some(std::cmp::Ordering::Greater)
        });
        if cuttable && better {
            best = Some((*variable, spread));
        }
    }
    let (variable, _) = best?;
    let (low, high) = cut(part, variable)?;
    Some((variable, low, high))
}

/// The middle and the finite corners at the lower and upper ends.
pub fn corners(part: &Ranges) -> Vec<Vec<f64>> {
    let all = |end: fn(Interval) -> f64| part.iter().map(|range| end(*range)).collect::<Vec<_>>();
    let mut points = vec![all(middle), all(|range| range.lo), all(|range| range.hi)];
    points.retain(|point| point.iter().all(|x| x.is_finite()));
    points
}

/// A variable as a letter of [`Cuts`].
pub fn digit(variable: usize) -> char {
    u32::try_from(variable).ok().and_then(|at| char::from_u32(0x61 + at)).unwrap_or('?')
}

fn variable(letter: char) -> Option<usize> {
    (letter as usize).checked_sub(0x61)
}
