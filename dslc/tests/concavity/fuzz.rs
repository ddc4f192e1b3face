//! Random expressions on random boxes: nothing that is accepted has a chord above it, nothing that is
//! refused lacks one, and every certificate is seen again.
//!
//! `DSLC_FUZZ_CASES` sets how many are tried, `DSLC_FUZZ_SEED` which.

use dslc::concavity::{
    Bound, Domain, Elementary, Expr, Function, Limits, Range, Rational, Verdict, Want, judge,
    recheck,
};

use crate::oracle;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        (self.next() >> 20) % count
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// A number between 0 and 1, sometimes one of them or close to one.
    fn share(&mut self) -> Rational {
        let tiny = Rational::new(1.into(), (1u64 << 40).into());
        match self.below(12) {
            0 => Rational::from_integer(0.into()),
            1 => Rational::from_integer(1.into()),
            2 => tiny,
            3 => Rational::from_integer(1.into()) - tiny,
            _ => Rational::new((self.next() >> 24).into(), (1u64 << 40).into()),
        }
    }
}

fn rational(n: i64, d: i64) -> Rational {
    Rational::new(n.into(), d.into())
}

fn expr(random: &mut Random, depth: u32, variables: u64) -> Expr {
    if depth == 0 || random.below(7) == 0 {
        return match random.below(3) {
            0 => {
                let (n, d) =
                    *random.pick(&[(1, 1), (2, 1), (1, 2), (3, 1), (1, 10), (-1, 1), (7, 5)]);
                Expr::Number(rational(n, d))
            }
            _ => Expr::Variable(random.below(variables) as usize),
        };
    }
    let part = |random: &mut Random| expr(random, depth - 1, variables);
    let first = part(random);
    match random.below(26) {
        0..=3 => first + part(random),
        4..=6 => first - part(random),
        7..=10 => first * part(random),
        11 | 12 => first / part(random),
        13 => (-first).exp(),
        14 => first.exp(),
        15 | 16 => first.log(),
        17 => first.sqrt(),
        18 => first.whole_power(2),
        19 => {
            let (n, d) = *random.pick(&[
                (1, 4),
                (-2, 1),
                (3, 1),
                (-1, 2),
                (3, 2),
                (1_000_001, 1_000_000),
                (4, 1),
                (2, 3),
            ]);
            first.power(rational(n, d))
        }
        20 => first.apply(*random.pick(&[
            Elementary::Abs,
            Elementary::Atan,
            Elementary::Sin,
            Elementary::Cos,
            Elementary::Entropy,
        ])),
        21 => (Expr::from(1) + first).log(),
        22 => Expr::Least(vec![first, part(random)]),
        23 => Expr::Largest(vec![first, part(random)]),
        24 => first.tanh(),
        _ => -first,
    }
}

/// Something that is likely to be concave, so that enough is accepted.
fn likely(random: &mut Random, depth: u32, variables: u64) -> Expr {
    let terms = 1 + random.below(3);
    let term = |random: &mut Random| {
        let inner = expr(random, depth, variables);
        let x = || Expr::Variable(0);
        match random.below(8) {
            0 => -inner.whole_power(2),
            1 => inner.log(),
            2 => inner.sqrt(),
            3 => -(inner.exp()),
            4 => x() * (-inner).exp(),
            5 => inner / (Expr::from(1) + x()),
            6 => Expr::Least(vec![inner, x()]),
            _ => inner,
        }
    };
    (1..terms).fold(term(random), |sum, _| sum + term(random))
}

fn range(random: &mut Random) -> Range {
    let ends = [
        (-1, 1, 1, 1),
        (0, 1, 1, 1),
        (1, 10, 2, 1),
        (1, 1, 3, 1),
        (-2, 1, -1, 2),
        (-1, 2, 3, 1),
        (1, 2, 1, 1),
        (-3, 1, 0, 1),
    ];
    let (a, b, c, d) = *random.pick(&ends);
    let bound = |random: &mut Random, at: Rational| match random.below(12) {
        0 => Bound::Infinite,
        1 | 2 => Bound::Open(at),
        _ => Bound::Closed(at),
    };
    Range { lo: bound(random, rational(a, b)), hi: bound(random, rational(c, d)) }
}

fn point(random: &mut Random, domain: &Domain) -> Option<Vec<Rational>> {
    let point: Vec<_> = domain
        .0
        .iter()
        .map(|range| {
            let far = rational(20, 1);
            let lo = range.lo.at().cloned();
            let hi = range.hi.at().cloned();
            let (lo, hi) = match (lo, hi) {
                (Some(lo), Some(hi)) => (lo, hi),
                (Some(lo), None) => (lo.clone(), lo + far),
                (None, Some(hi)) => (hi.clone() - far, hi),
                (None, None) => (-far.clone(), far),
            };
            &lo + random.share() * (hi - &lo)
        })
        .collect();
    domain.contains(&point).then_some(point)
}

/// A chord above the function, between points of the box.
fn violation(random: &mut Random, expr: &Expr, domain: &Domain) -> Option<String> {
    for _ in 0..40 {
        let (Some(a), Some(b)) = (point(random, domain), point(random, domain)) else { continue };
        // Whole chords, and short ones for second derivatives.
        let scale = Rational::from_integer(2.into()).pow(-(*random.pick(&[0, 0, 10, 30])));
        let b: Vec<_> = a.iter().zip(&b).map(|(a, b)| a + (b - a) * &scale).collect();
        if let Some(gap) = oracle::above(expr, &a, &b, oracle::BITS) {
            return Some(format!("{a:?} {b:?}: {}", gap.to_f64().value()));
        }
    }
    None
}

fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn no_verdict_is_wrong() {
    let cases = number_from("DSLC_FUZZ_CASES", 150);
    let mut random = Random(number_from("DSLC_FUZZ_SEED", 1));
    let limits =
        Limits { boxes_line: 300, boxes: 600, work: 20_000, bounds: 20, ..Limits::default() };
    let names: Vec<String> = ["x", "y", "z"].map(str::to_owned).to_vec();
    let (mut proved, mut refuted) = ([0u64; 2], 0u64);
    for case in 0..cases {
        let variables = 1 + random.below(2) + random.below(8) / 7;
        let depth = 1 + random.below(3) as u32;
        let expr = if random.below(2) == 0 {
            likely(&mut random, depth, variables)
        } else {
            expr(&mut random, depth, variables)
        };
        let domain = Domain((0..variables).map(|_| range(&mut random)).collect());
        let names = names[..variables as usize].to_vec();
        let function = Function { expr: expr.clone(), names: names.clone() };
        let want = if random.below(4) == 0 { Want::Convex } else { Want::Concave };
        let curving = if want == Want::Convex { -expr.clone() } else { expr.clone() };
        let what = || format!("case {case}: {want:?} {} on {domain:?}", expr.text(&names));
        match judge(&function, &domain, want, &limits) {
            Verdict::Proved(certificate) => {
                proved[usize::from(certificate.proof == dslc::concavity::Proof::Interval)] += 1;
                let violation = violation(&mut random, &curving, &domain);
                assert_eq!(violation, None, "{} {certificate:?}", what());
                if let Err(flaw) = recheck(&certificate) {
                    panic!("{}: {flaw}", what());
                }
            }
            Verdict::Refuted(witness) => {
                refuted += 1;
                assert!(oracle::confirms(&curving, &domain, &witness), "{} {witness:?}", what());
            }
            Verdict::Undecided(_) => {}
        }
    }
    println!(
        "{cases} cases: {} proved by symbols, {} by intervals, {refuted} refuted",
        proved[0], proved[1]
    );
    assert!(cases < 100 || proved[0] > cases / 50 && refuted > cases / 20);
}
