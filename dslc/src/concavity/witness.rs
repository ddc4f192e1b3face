//! Why a function is not concave: a point and a direction in which it curves upwards, and two points
//! whose chord lies above the function.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

use super::curvature;
use super::domain::Domain;
use super::expr::Expr;
use super::minors;
use super::program::Program;
use super::{Rational, exact};
use crate::sema::interval::Interval;

/// A function that is not concave fails here. For a function that is not convex, the same of its
/// negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Where, by variable.
    #[serde(with = "exact::list")]
    pub point: Vec<Rational>,
    /// In which direction, by variable.
    #[serde(with = "exact::list")]
    pub direction: Vec<Rational>,
    /// `dᵀHd` is at least this, which is above 0; none at a kink.
    #[serde(with = "exact::option")]
    pub curvature: Option<Rational>,
    /// Two points and their middle, where intervals over `f64` show it; none where the violation is
    /// too small for them.
    pub chord: Option<Chord>,
}

/// Two points in the box; the function lies below their chord in the middle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chord {
    /// One end.
    #[serde(with = "exact::list")]
    pub from: Vec<Rational>,
    /// The other end.
    #[serde(with = "exact::list")]
    pub to: Vec<Rational>,
    /// The middle of the chord is at least this far above the function.
    #[serde(with = "exact")]
    pub gap: Rational,
}

/// Halvings of a chord around a point.
const HALVINGS: i32 = 40;
/// Bits that a point is rounded to, so that it and the ends of a chord are exact in `f64`.
const BITS: i32 = 30;
/// Points of which every two are tried as a chord.
const SAMPLES: usize = 48;

/// A search for witnesses against one function on one box.
pub struct Search<'f> {
    domain: &'f Domain,
    /// The function itself, kinks and all.
    values: Program,
    /// Its second derivatives, where it is smooth.
    hessian: Option<curvature::Hessian>,
}

impl<'f> Search<'f> {
    /// Against `of`, which is smooth inside the box if `smooth`.
    pub fn new(of: &'f Expr, domain: &'f Domain, smooth: bool) -> Self {
        let hessian = smooth.then(|| curvature::Hessian::new(of, domain.0.len(), &[])).flatten();
        Search { domain, values: Program::new([of]), hessian }
    }

    /// At a point where the function is believed to curve upwards; `symbolic` helps where the
    /// violation is below what `f64` resolves.
    pub fn at(&self, point: &[Rational], symbolic: Option<&minors::Hessian>) -> Option<Witness> {
        // The smallest box with ends in `f64` is a little larger than the box.
        let pairs = self.domain.0.iter().zip(point);
        let point: Vec<_> = pairs.map(|(range, x)| range.nearest(x)).collect();
        let near: Vec<f64> = point.iter().map(|x| x.to_f64()).collect::<Option<_>>()?;
        let (_, direction) = self.hessian.as_ref()?.steepest(&near)?;
        // Off the faces there is room for a chord, and short numbers read well.
        let inner = self.domain.interior();
        let off_faces = [6, 16, 30].map(|halvings| {
            let share = Rational::from_integer(2.into()).pow(-halvings);
            let pairs = self.domain.0.iter().zip(&point);
            let moved = pairs.map(|(range, x)| match inner.contains(&point) {
                true => rounded(x, BITS),
                false => rounded(&(x + (range.middle() - x) * &share), BITS),
            });
            moved.collect::<Vec<_>>()
        });
        let off_faces = off_faces.iter().filter(|point| inner.contains(point));
        let directions: Vec<Vec<_>> = [4, BITS]
            .iter()
            .filter_map(|bits| {
                let exact = direction.iter().map(|x| Rational::from_float(*x));
                let exact: Vec<_> =
                    exact.map(|x| x.map(|x| self::rounded(&x, *bits))).collect::<Option<_>>()?;
                exact.iter().any(|x| !x.is_zero()).then_some(exact)
            })
            .collect();
        for point in off_faces.chain([&point]) {
            for direction in &directions {
                if let Some(curvature) = self.curvature(point, direction, symbolic) {
                    let chord = self.chord(point, direction);
                    return Some(Witness {
                        point: point.clone(),
                        direction: direction.clone(),
                        curvature: Some(curvature),
                        chord,
                    });
                }
            }
        }
        None
    }

    /// A positive lower bound of `dᵀHd`, proved by intervals or exactly.
    fn curvature(
        &self,
        point: &[Rational],
        direction: &[Rational],
        symbolic: Option<&minors::Hessian>,
    ) -> Option<Rational> {
        let thin = |values: &[Rational]| values.iter().map(Interval::of).collect::<Vec<_>>();
        let form = self.hessian.as_ref()?.at(&thin(point)).form(&thin(direction));
        let proved = Rational::from_float(form.lo).filter(Signed::is_positive);
        proved.or_else(|| symbolic?.form(point, direction).filter(Signed::is_positive))
    }

    /// Points spread over the box at which the Hessian is looked at.
    pub fn sample(&self) -> Option<Witness> {
        self.points(SAMPLES).iter().find_map(|point| {
            let near: Vec<f64> = point.iter().map(|x| x.to_f64()).collect::<Option<_>>()?;
            let (value, _) = self.hessian.as_ref()?.steepest(&near)?;
            if value > 0.0 { self.at(point, None) } else { None }
        })
    }

    /// A chord through two of many points: finds kinks too.
    pub fn kink(&self) -> Option<Witness> {
        let points = self.points(SAMPLES);
        let half = Rational::new(1.into(), 2.into());
        let mut best: Option<(Chord, Vec<Rational>, Vec<Rational>)> = None;
        for (at, from) in points.iter().enumerate() {
            for to in points.iter().skip(at + 1) {
                let point: Vec<_> = from.iter().zip(to).map(|(a, b)| (a + b) * &half).collect();
                let Some(gap) = self.gap(from, &point, to) else { continue };
                if best.as_ref().is_none_or(|(known, ..)| known.gap < gap) {
                    let direction = from.iter().zip(to).map(|(a, b)| (b - a) * &half).collect();
                    let chord = Chord { from: from.clone(), to: to.clone(), gap };
                    best = Some((chord, point, direction));
                }
            }
        }
        let (chord, point, direction) = best?;
        Some(Witness { point, direction, curvature: None, chord: Some(chord) })
    }

    /// Around a point in a direction: the widest chord that shows the violation.
    pub fn chord(&self, point: &[Rational], direction: &[Rational]) -> Option<Chord> {
        let width = |range: &Interval| Some(range.hi - range.lo).filter(|width| width.is_finite());
        let widths = self.domain.hull();
        let widest = widths.iter().filter_map(width).fold(1.0, f64::max);
        let start = widest.log2().ceil() as i32;
        (0..HALVINGS).find_map(|halving| {
            let scale = Rational::from_float(f64::exp2(f64::from(start - halving)))?;
            let step = |sign: i64| -> Vec<Rational> {
                let pairs = point.iter().zip(direction);
                pairs.map(|(x, d)| x + d * &scale * BigInt::from(sign)).collect()
            };
            let (from, to) = (step(-1), step(1));
            if !self.domain.contains(&from) || !self.domain.contains(&to) {
                return None;
            }
            let gap = self.gap(&from, point, &to)?;
            Some(Chord { from, to, gap })
        })
    }

    /// How far the chord lies above the function in its middle: a positive lower bound.
    fn gap(&self, from: &[Rational], middle: &[Rational], to: &[Rational]) -> Option<Rational> {
        let value = |point: &[Rational]| {
            let thin: Vec<_> = point.iter().map(Interval::of).collect();
            self.values.values(&thin).first().copied().unwrap_or(Interval::ALL)
        };
        let gap = Interval::point(0.5) * (value(from) + value(to)) - value(middle);
        Rational::from_float(gap.lo).filter(Signed::is_positive)
    }

    /// Points of the box: its corners and middle, and others spread evenly; the same every time.
    fn points(&self, count: usize) -> Vec<Vec<Rational>> {
        let mut spread = Spread(0);
        let mut points: Vec<Vec<Rational>> = Vec::new();
        for at in 0..count {
            let point: Vec<_> = self
                .domain
                .0
                .iter()
                .map(|range| {
                    let share = match at {
                        0 => Rational::new(1.into(), 2.into()),
                        1 => Rational::zero(),
                        2 => Rational::from_integer(1.into()),
                        _ => spread.next(),
                    };
                    let far = Rational::from_integer(16.into());
                    let middle = range.middle();
                    let lo = range.lo.at().cloned().unwrap_or_else(|| &middle - &far);
                    let hi = range.hi.at().cloned().unwrap_or_else(|| &middle + &far);
                    &lo + share * (hi - &lo)
                })
                .collect();
            if self.domain.contains(&point) && !points.contains(&point) {
                points.push(point);
            }
        }
        points
    }
}

/// Shares from 0 to 1, evenly spread and the same every time.
struct Spread(u64);

impl Spread {
    fn next(&mut self) -> Rational {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        Rational::new((z >> 48).into(), (1u64 << 16).into())
    }
}

/// The nearest number with that many bits after its point, or after its first bit if it is below 1.
fn rounded(value: &Rational, bits: i32) -> Rational {
    let size = value.to_f64().map_or(0.0, f64::abs);
    let bits = if size > 0.0 && size < 1.0 { bits - size.log2().floor() as i32 } else { bits };
    let scale = Rational::from_integer(2.into()).pow(bits.clamp(0, 1000));
    (value * &scale).round() / scale
}
