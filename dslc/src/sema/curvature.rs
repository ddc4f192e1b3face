//! Disciplined convex composition (Grant, Boyd and Ye 2006): curvature and sign of an atom applied
//! to arguments, from the atom's row and the arguments' own curvature and sign.
//!
//! `f(g₁, …, gₙ)` is convex when `f` is convex and, for every argument, `gᵢ` is affine, or `f` is
//! increasing in it and `gᵢ` convex, or `f` is decreasing in it and `gᵢ` concave. Concave likewise.
//! A node costs one look-up per argument in [`COMPOSE`].

use super::atoms::{Case, Curve, Monotone, SignRule};
use super::hir::{Curvature, Sign};

/// Curvature and sign of an expression, a bit for each fact; more bits say more.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape(u8);

const CONVEX: u8 = 1;
const CONCAVE: u8 = 2;
const CONSTANT: u8 = 4;
const NONNEG: u8 = 8;
const NONPOS: u8 = 16;

const AFFINE: u8 = CONVEX | CONCAVE;
const CURVATURE: u8 = AFFINE | CONSTANT;
const ZERO: u8 = NONNEG | NONPOS;
const ALL: usize = 32;

impl Shape {
    /// Packs the two.
    pub fn new(curvature: Curvature, sign: Sign) -> Self {
        let curvature = match curvature {
            Curvature::Constant => CURVATURE,
            Curvature::Affine => AFFINE,
            Curvature::Convex => CONVEX,
            Curvature::Concave => CONCAVE,
            Curvature::Unknown => 0,
        };
        Shape(curvature | sign_bits(sign))
    }

    /// Its curvature.
    pub fn curvature(self) -> Curvature {
        match self.0 & CURVATURE {
            bits if bits & CONSTANT != 0 => Curvature::Constant,
            AFFINE => Curvature::Affine,
            CONVEX => Curvature::Convex,
            CONCAVE => Curvature::Concave,
            _ => Curvature::Unknown,
        }
    }

    /// Its sign.
    pub fn sign(self) -> Sign {
        match self.0 & ZERO {
            ZERO => Sign::Zero,
            NONNEG => Sign::Nonneg,
            NONPOS => Sign::Nonpos,
            _ => Sign::Unknown,
        }
    }

    /// The same with what is known of the sign from elsewhere too.
    #[must_use]
    pub fn with_sign(self, sign: Sign) -> Self {
        Shape(self.0 | sign_bits(sign))
    }

    /// What is true of both.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Shape(self.0 & other.0)
    }

    /// Whether it is convex; affine and constant expressions are.
    pub fn is_convex(self) -> bool {
        self.0 & CONVEX != 0
    }

    /// Whether it is concave; affine and constant expressions are.
    pub fn is_concave(self) -> bool {
        self.0 & CONCAVE != 0
    }

    /// Whether it is affine; constant expressions are.
    pub fn is_affine(self) -> bool {
        self.0 & AFFINE == AFFINE
    }

    /// Whether it does not depend on a variable.
    pub fn is_constant(self) -> bool {
        self.0 & CONSTANT != 0
    }

    /// Whether it is nowhere below 0.
    pub fn is_nonneg(self) -> bool {
        self.0 & NONNEG != 0
    }

    /// Whether it is nowhere above 0.
    pub fn is_nonpos(self) -> bool {
        self.0 & NONPOS != 0
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.curvature(), self.sign())
    }
}

fn sign_bits(sign: Sign) -> u8 {
    match sign {
        Sign::Zero => ZERO,
        Sign::Nonneg => NONNEG,
        Sign::Nonpos => NONPOS,
        Sign::Unknown => 0,
    }
}

/// How a function goes in one argument, for an argument of known sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Neither, or not known.
    None,
    /// Does not fall as the argument grows.
    Increasing,
    /// Does not grow as the argument grows.
    Decreasing,
    /// Does not depend on it.
    Both,
}

/// `COMPOSE[direction][argument]`: the curvatures that the argument lets through.
static COMPOSE: [[u8; ALL]; 4] = {
    let mut table = [[0; ALL]; 4];
    let mut direction = 0;
    while direction < 4 {
        let mut argument = 0;
        while argument < ALL {
            table[direction][argument] = compose(direction, argument as u8);
            argument += 1;
        }
        direction += 1;
    }
    table
};

const fn compose(direction: usize, argument: u8) -> u8 {
    let increasing = direction == Direction::Increasing as usize;
    let decreasing = direction == Direction::Decreasing as usize;
    let both = direction == Direction::Both as usize;
    let affine = argument & AFFINE == AFFINE;
    let (convex, concave) = (argument & CONVEX != 0, argument & CONCAVE != 0);
    let to_convex = affine || convex && (increasing || both) || concave && (decreasing || both);
    let to_concave = affine || concave && (increasing || both) || convex && (decreasing || both);
    (if to_convex { CONVEX } else { 0 })
        | (if to_concave { CONCAVE } else { 0 })
        | (argument & CONSTANT)
}

/// How an atom goes in argument `at`.
pub fn direction(case: &Case, arguments: &[Shape], at: usize) -> Direction {
    let rule = case.monotone.get(at).or(case.monotone.last());
    let by_sign = |shape: Option<&Shape>| match shape.map_or(0, |shape| shape.0 & ZERO) {
        ZERO => Direction::Both,
        NONNEG => Direction::Increasing,
        NONPOS => Direction::Decreasing,
        _ => Direction::None,
    };
    match rule {
        None | Some(Monotone::Neither) => Direction::None,
        Some(Monotone::Increasing) => Direction::Increasing,
        Some(Monotone::Decreasing) => Direction::Decreasing,
        Some(Monotone::ByOwnSign) => by_sign(arguments.get(at)),
        Some(Monotone::AgainstOwnSign) => match by_sign(arguments.get(at)) {
            Direction::Increasing => Direction::Decreasing,
            Direction::Decreasing => Direction::Increasing,
            other => other,
        },
        Some(Monotone::ByOtherSign) => by_sign(arguments.get(1usize.wrapping_sub(at))),
    }
}

/// Curvature and sign of an atom's `case` applied to `arguments`.
pub fn apply(case: &Case, arguments: &[Shape]) -> Shape {
    let (mut any, mut all) = (0, ZERO | CONSTANT);
    let mut through = CURVATURE;
    for (at, argument) in arguments.iter().enumerate() {
        any |= argument.0;
        all &= argument.0;
        let direction = direction(case, arguments, at);
        through &= COMPOSE[direction as usize][usize::from(argument.0) % ALL];
    }
    let first = arguments.first().map_or(0, |shape| shape.0);
    let second = arguments.get(1).map_or(0, |shape| shape.0);
    let own = match case.curve {
        Curve::Constant => CURVATURE,
        Curve::Affine => AFFINE,
        Curve::Convex => CONVEX,
        Curve::Concave => CONCAVE,
        Curve::AffineIfOneConstant if any & CONSTANT != 0 => AFFINE,
        Curve::AffineIfSecondConstant if second & CONSTANT != 0 => AFFINE,
        Curve::AffineIfOneConstant | Curve::AffineIfSecondConstant | Curve::Neither => 0,
    };
    let constant = own & CONSTANT != 0 || all & CONSTANT != 0;
    let curvature = if constant { CURVATURE } else { through & own };
    Shape(curvature | sign(case.sign, first, second, any, all))
}

fn sign(rule: SignRule, first: u8, second: u8, any: u8, all: u8) -> u8 {
    match rule {
        SignRule::Nonneg => NONNEG,
        SignRule::Nonpos => NONPOS,
        SignRule::Any => 0,
        SignRule::Common => all & ZERO,
        SignRule::Flipped => flip(first),
        SignRule::Difference => first & ZERO & flip(second),
        SignRule::Product => product(first & ZERO, second & ZERO),
        SignRule::Largest => (any & NONNEG) | (all & NONPOS),
        SignRule::Least => (all & NONNEG) | (any & NONPOS),
    }
}

const fn flip(sign: u8) -> u8 {
    (if sign & NONNEG != 0 { NONPOS } else { 0 }) | (if sign & NONPOS != 0 { NONNEG } else { 0 })
}

const fn product(a: u8, b: u8) -> u8 {
    match (a, b) {
        (ZERO, _) | (_, ZERO) => ZERO,
        (NONNEG, NONNEG) | (NONPOS, NONPOS) => NONNEG,
        (NONNEG, NONPOS) | (NONPOS, NONNEG) => NONPOS,
        _ => 0,
    }
}
