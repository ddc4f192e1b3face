//! Graph implementations: each atom as a new variable that cones hold on one side of it.
//!
//! A convex atom gets `t ≥ atom(x)`, a concave one `t ≤ atom(x)`, and the optimum presses t against it
//! (Grant and Boyd 2008). In an exponential cone (a, b, c) stands for `b · exp(a/b) ≤ c`.

use dslc_solver::{Affine, Cone};

use super::bridge::{Bridge, Result, Side, unsolved};
use crate::instance::numeric::{hull, points};
use crate::instance::{Application, Form, Value};

fn one() -> Affine {
    Affine::constant(1.0)
}

impl Bridge<'_> {
    /// A stand-in for the atom, on that side of it.
    pub(super) fn graph(&mut self, atom: &Application, side: Side) -> Result<Affine> {
        let x = self.numbers(atom, 0)?;
        let p = |at: usize| atom.parameters.get(at).copied().unwrap_or(1.0);
        let first = x.first().cloned().unwrap_or_default();
        let n = x.len() as f64;
        let convex = side == Side::Above;
        Ok(match (atom.atom, convex) {
            ("abs", true) => self.above_all([first.clone(), -first]),
            ("pos", true) => self.above_all([first, Affine::default()]),
            ("neg", true) => self.above_all([-first, Affine::default()]),
            ("max" | "maximum", true) => {
                let all = self.all(atom)?;
                self.above_all(all)
            }
            ("min" | "minimum", false) => {
                let all = self.all(atom)?;
                self.below_all(all)
            }
            ("pwl" | "concave_envelope", _) => self.pieces(atom, first, convex)?,
            ("multiply", _) => {
                return Err(unsolved(atom.span, "this product", "make one factor a number"));
            }
            ("ptp", true) => self.above_all(x.clone()) - self.below_all(x),
            ("norm1", true) => self.sizes(x).into_iter().sum(),
            ("norm_inf", true) => {
                let sizes = self.sizes(x);
                self.above_all(sizes)
            }
            ("norm2", true) => self.norm(x),
            ("tv", true) => {
                let steps = x.windows(2).map(|pair| pair[1].clone() - pair[0].clone()).collect();
                self.sizes(steps).into_iter().sum()
            }
            ("square", true) => self.square(vec![first], one()),
            ("sum_squares", true) => self.square(x, one()),
            ("quad_over_lin", true) => {
                let y = self.numbers(atom, 1)?.into_iter().next().unwrap_or_default();
                self.square(x, y)
            }
            ("var" | "std", true) => {
                let mean = x.iter().cloned().sum::<Affine>() * n.recip();
                let off: Vec<_> = x.into_iter().map(|x| x - mean.clone()).collect();
                if atom.atom == "std" {
                    self.norm(off) * n.sqrt().recip()
                } else {
                    self.square(off, one()) * n.recip()
                }
            }
            ("huber", true) => self.huber(first, p(0)),
            ("scalene", true) => {
                let up = self.above_all([first.clone(), Affine::default()]);
                let down = self.above_all([-first, Affine::default()]);
                up * p(0) + down * p(1)
            }
            ("sum_largest", true) => self.largest(x, p(0)),
            ("sum_smallest", false) => -self.largest(x.into_iter().map(|x| -x).collect(), p(0)),
            ("sqrt", false) => self.power(first, 0.5),
            ("power" | "odd_power", _) => self.power_of(atom, first, p(0), convex)?,
            ("inv_pos", true) => self.power(first, -1.0),
            ("pnorm", _) => self.pnorm(x, p(0), convex, atom)?,
            ("geo_mean", false) => self.geo_mean(x, &atom.parameters),
            ("harmonic_mean", false) => self.harmonic_mean(x),
            ("inv_prod", true) => {
                let mean = self.geo_mean(x, &[]);
                self.power(mean, -n)
            }
            ("exp", true) => self.exp(first),
            ("log", false) => self.log(first),
            ("log1p", false) => self.log(first + one()),
            ("entr", false) => self.relative(first, one(), -1.0),
            ("kl_div" | "rel_entr", true) => {
                let y = self.numbers(atom, 1)?.into_iter().next().unwrap_or_default();
                let entropy = self.relative(first.clone(), y.clone(), 1.0);
                if atom.atom == "kl_div" { entropy - first + y } else { entropy }
            }
            ("logistic", true) => self.log_sum_exp(vec![Affine::default(), first]),
            ("log_sum_exp", true) => self.log_sum_exp(x),
            ("xexp", true) => {
                // x·exp(u/x) ≤ t with u ≥ x².
                let (u, t) = (self.square(vec![first.clone()], one()), self.free());
                self.problem.cone(Cone::Exponential, [u, first, t.clone()]);
                t
            }
            ("alpha_fair", false) if p(0) == 1.0 => self.log(first),
            ("alpha_fair", false) => {
                let root = self.power(first, 1.0 - p(0));
                root * (1.0 - p(0)).recip()
            }
            ("michaelis_menten", false) => {
                // 1 − h/(x + h).
                let inverse = self.power(first * p(0).recip() + one(), -1.0);
                one() - inverse
            }
            _ => {
                let what = format!("`{}` at this place", atom.atom);
                return Err(unsolved(atom.span, &what, "it has no form in the solver's cones"));
            }
        })
    }

    /// Stand-ins for the numbers of an argument, row by row.
    fn numbers(&mut self, atom: &Application, at: usize) -> Result<Vec<Affine>> {
        let forms: Vec<&Form> = atom.arguments.get(at).map(Value::forms).unwrap_or_default();
        forms.into_iter().map(|form| self.argument(form)).collect()
    }

    /// Stand-ins for the numbers of all arguments.
    fn all(&mut self, atom: &Application) -> Result<Vec<Affine>> {
        let mut all = Vec::new();
        for at in 0..atom.arguments.len() {
            all.extend(self.numbers(atom, at)?);
        }
        Ok(all)
    }

    fn above_all(&mut self, all: impl IntoIterator<Item = Affine>) -> Affine {
        let t = self.free();
        all.into_iter().for_each(|x| self.at_most(x, t.clone()));
        t
    }

    fn below_all(&mut self, all: impl IntoIterator<Item = Affine>) -> Affine {
        let t = self.free();
        all.into_iter().for_each(|x| self.at_most(t.clone(), x));
        t
    }

    /// A function given by points, between its straight pieces.
    fn pieces(&mut self, atom: &Application, x: Affine, convex: bool) -> Result<Affine> {
        let graph = points(&atom.parameters);
        let graph = if atom.atom == "concave_envelope" { hull(&graph) } else { graph };
        let slopes: Vec<_> = graph
            .windows(2)
            .map(|pair| ((pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0), pair[0]))
            .collect();
        let ordered = |a: f64, b: f64| if convex { a <= b } else { a >= b };
        if !slopes.windows(2).all(|pair| ordered(pair[0].0, pair[1].0)) {
            return Err(unsolved(
                atom.span,
                "this graph at this place",
                "its pieces bend the other way",
            ));
        }
        let pieces = slopes
            .into_iter()
            .map(|(slope, (x0, y0))| x.clone() * slope + Affine::constant(y0 - slope * x0));
        let pieces: Vec<_> = pieces.collect();
        Ok(if convex { self.above_all(pieces) } else { self.below_all(pieces) })
    }

    fn sizes(&mut self, x: Vec<Affine>) -> Vec<Affine> {
        x.into_iter().map(|x| self.above_all([x.clone(), -x])).collect()
    }

    fn norm(&mut self, x: Vec<Affine>) -> Affine {
        let t = self.free();
        self.problem.cone(Cone::SecondOrder, [t.clone()].into_iter().chain(x));
        t
    }

    /// `t ≥ Σ x²/y`: `‖(2x, y − t)‖ ≤ y + t`.
    fn square(&mut self, x: Vec<Affine>, y: Affine) -> Affine {
        let t = self.free();
        let parts = x.into_iter().map(|x| x * 2.0).chain([y.clone() - t.clone()]);
        self.problem.cone(Cone::SecondOrder, [y + t.clone()].into_iter().chain(parts));
        t
    }

    /// x = n + s, and `n² + 2M|s|`.
    fn huber(&mut self, x: Affine, m: f64) -> Affine {
        let n = self.free();
        let size = self.above_all([x.clone() - n.clone(), n.clone() - x]);
        self.square(vec![n], one()) + size * (2.0 * m)
    }

    /// The k largest: `k·q + Σ max(x − q, 0)` for the best q.
    fn largest(&mut self, x: Vec<Affine>, k: f64) -> Affine {
        let q = self.free();
        let over = x.into_iter().map(|x| self.above_all([x - q.clone(), Affine::default()]));
        let over: Vec<_> = over.collect();
        over.into_iter().sum::<Affine>() + q * k
    }

    /// `x^p` on x ≥ 0: from above for p > 1 and p < 0, from below between.
    fn power(&mut self, x: Affine, p: f64) -> Affine {
        let t = self.free();
        let parts = if p > 1.0 {
            (Cone::Power(p.recip()), [t.clone(), one(), x])
        } else if p > 0.0 {
            (Cone::Power(p), [x, one(), t.clone()])
        } else {
            (Cone::Power((1.0 - p).recip()), [t.clone(), x, one()])
        };
        self.problem.cone(parts.0, parts.1);
        t
    }

    fn power_of(&mut self, atom: &Application, x: Affine, p: f64, convex: bool) -> Result<Affine> {
        let even = p % 2.0 == 0.0;
        if p == 1.0 {
            return Ok(x);
        }
        if p == 2.0 {
            return Ok(self.square(vec![x], one()));
        }
        if atom.atom == "odd_power" && !convex {
            // Concave on x ≤ 0: −(−x)^p.
            return Ok(-self.power(-x, p));
        }
        if convex == (0.0..1.0).contains(&p) {
            let needs = "it has no form in the solver's cones";
            return Err(unsolved(atom.span, "this power", needs));
        }
        let base = if even && p > 0.0 { self.above_all([x.clone(), -x]) } else { x };
        Ok(self.power(base, p))
    }

    /// `Σ |x|^p / t^(p−1) ≤ t`, each part by a power cone; for p < 1 the other way round.
    fn pnorm(
        &mut self,
        x: Vec<Affine>,
        p: f64,
        convex: bool,
        atom: &Application,
    ) -> Result<Affine> {
        if p.is_infinite() || p == 1.0 {
            let sizes = self.sizes(x);
            return Ok(if p == 1.0 { sizes.into_iter().sum() } else { self.above_all(sizes) });
        }
        if p == 2.0 {
            return Ok(self.norm(x));
        }
        if p == 0.0 || convex != (p > 1.0) {
            let needs = "it has no form in the solver's cones";
            return Err(unsolved(atom.span, "this norm", needs));
        }
        let t = self.free();
        let mut total = Affine::default();
        for x in x {
            let part = self.free();
            let cone = if p > 1.0 {
                // part^(1/p) · t^(1−1/p) ≥ |x|.
                (Cone::Power(p.recip()), [part.clone(), t.clone(), x])
            } else if p > 0.0 {
                // x^p · t^(1−p) ≥ part.
                (Cone::Power(p), [x, t.clone(), part.clone()])
            } else {
                // part · x^(−p) ≥ t^(1−p).
                (Cone::Power((1.0 - p).recip()), [part.clone(), x, t.clone()])
            };
            self.problem.cone(cone.0, cone.1);
            total = total + part;
        }
        // Σ part = t for p > 1, Σ part ≥ t between 0 and 1, Σ part ≤ t below 0.
        if p > 0.0 && p < 1.0 {
            self.at_most(t.clone(), total)
        } else {
            self.at_most(total, t.clone())
        }
        Ok(t)
    }

    /// `t ≤ Π x^w`, one factor after the other.
    fn geo_mean(&mut self, x: Vec<Affine>, weights: &[f64]) -> Affine {
        let weight = |at: usize| {
            if weights.is_empty() { 1.0 } else { weights.get(at).copied().unwrap_or(0.0) }
        };
        let mut parts = x.into_iter().enumerate().map(|(at, x)| (weight(at), x));
        let mut mean = Affine::default();
        let mut total = 0.0;
        for (weight, x) in parts.by_ref().filter(|(weight, _)| *weight > 0.0) {
            mean = if total == 0.0 {
                x
            } else {
                let t = self.free();
                let share = total / (total + weight);
                self.problem.cone(Cone::Power(share), [mean, x, t.clone()]);
                t
            };
            total += weight;
        }
        mean
    }

    /// `t ≤ n / Σ 1/x`: `Σ t²/x ≤ n·t`.
    fn harmonic_mean(&mut self, x: Vec<Affine>) -> Affine {
        let (t, n) = (self.free(), x.len() as f64);
        let parts: Vec<_> = x.into_iter().map(|x| self.square(vec![t.clone()], x)).collect();
        self.at_most(parts.into_iter().sum(), t.clone() * n);
        t
    }

    fn exp(&mut self, x: Affine) -> Affine {
        let t = self.free();
        self.problem.cone(Cone::Exponential, [x, one(), t.clone()]);
        t
    }

    fn log(&mut self, x: Affine) -> Affine {
        let t = self.free();
        self.problem.cone(Cone::Exponential, [t.clone(), one(), x]);
        t
    }

    /// `sign · x log(x/y)`, from above for 1 and from below for −1.
    fn relative(&mut self, x: Affine, y: Affine, sign: f64) -> Affine {
        // x·exp(s/x) ≤ y says s ≤ −x log(x/y).
        let s = self.free();
        self.problem.cone(Cone::Exponential, [s.clone(), x, y]);
        s * -sign
    }

    /// `Σ exp(x − t) ≤ 1`.
    fn log_sum_exp(&mut self, x: Vec<Affine>) -> Affine {
        let t = self.free();
        let parts: Vec<_> = x.into_iter().map(|x| self.exp(x - t.clone())).collect();
        self.at_most(parts.into_iter().sum(), one());
        t
    }
}
