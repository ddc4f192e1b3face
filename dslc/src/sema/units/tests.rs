use proptest::prelude::*;

use num_bigint::BigInt;

use super::*;
use crate::syntax::ast::{Name, UnitFactor};

fn written(factors: &[(&str, Power)]) -> UnitExpr {
    let factor = |&(name, power): &(&str, Power)| UnitFactor {
        name: Name { text: name.to_owned(), span: Local::default() },
        power,
    };
    UnitExpr {
        scale: Rational::one(),
        factors: factors.iter().map(factor).collect(),
        text: "as written".to_owned(),
        span: Local::default(),
    }
}

fn whole(power: i64) -> Power {
    Power::from_integer(power)
}

fn resolve(factors: &[(&str, Power)]) -> Result<Unit, UnitErrorKind> {
    Units::default().resolve(&written(factors)).map_err(|error| error.kind)
}

fn scale_of(symbol: &str) -> Option<Rational> {
    Units::default().find(symbol).map(|unit| unit.scale.clone())
}

fn ratio(numerator: i64, denominator: i64) -> Option<Rational> {
    Some(Rational::new(numerator.into(), denominator.into()))
}

#[test]
fn scales_are_the_brochures() {
    assert_eq!(scale_of("ms"), ratio(1, 1000));
    assert_eq!(scale_of("min"), ratio(60, 1));
    assert_eq!(scale_of("h"), ratio(3600, 1));
    assert_eq!(scale_of("d"), ratio(86_400, 1));
    assert_eq!(scale_of("kg"), ratio(1, 1));
    assert_eq!(scale_of("GiB"), ratio(8 << 30, 1));
    assert_eq!(scale_of("GB"), ratio(8_000_000_000, 1));
    assert_eq!(scale_of("Kibit"), ratio(1024, 1));
    assert_eq!(scale_of("µs"), ratio(1, 1_000_000));
    assert_eq!(scale_of("us"), scale_of("µs"));
    assert_eq!(scale_of("mmol"), ratio(1, 1000));
    assert_eq!(scale_of("Qs").map(|scale| scale.to_string().len()), Some(31));
    assert_eq!(scale_of("qs").map(|scale| scale.denom().to_string().len()), Some(31));
    assert_eq!(scale_of("Qibit"), Some(Rational::from_integer(BigInt::from(1024).pow(10))));
    assert_eq!(scale_of("mL"), ratio(1, 1_000_000));
    // Neither a binary prefix on seconds nor two prefixes.
    assert_eq!(scale_of("Kis"), None);
    assert_eq!(scale_of("kms"), None);
    assert_eq!(scale_of("kmin"), None);
}

#[test]
fn every_row_is_its_own_and_agrees_with_its_definition() {
    for row in table::UNITS {
        assert_eq!(table::UNITS.iter().filter(|r| r.symbol == row.symbol).count(), 1);
        let names: Vec<_> = row.dimensions.iter().map(|(name, _)| *name).collect();
        assert!(names.is_sorted(), "{}", row.symbol);
    }
    // 1 W = 1 V·A, 1 V = 1 Ω·A, 1 F = 1 C/V, 1 Wb = 1 V·s, 1 T = 1 Wb/m², 1 H = 1 Wb/A, 1 S = 1/Ω.
    let same = |left: &[(&str, Power)], right: &[(&str, Power)]| {
        let (left, right) = (resolve(left), resolve(right));
        assert_eq!(left.map(|u| u.dimensions.clone()), right.map(|u| u.dimensions.clone()));
    };
    let (one, less) = (whole(1), whole(-1));
    same(&[("W", one)], &[("V", one), ("A", one)]);
    same(&[("V", one)], &[("ohm", one), ("A", one)]);
    same(&[("F", one)], &[("C", one), ("V", less)]);
    same(&[("Wb", one)], &[("V", one), ("s", one)]);
    same(&[("T", one)], &[("Wb", one), ("m", whole(-2))]);
    same(&[("H", one)], &[("Wb", one), ("A", less)]);
    same(&[("S", one)], &[("ohm", less)]);
    same(&[("Pa", one)], &[("N", one), ("m", whole(-2))]);
    same(&[("J", one)], &[("N", one), ("m", one)]);
    same(&[("W", one)], &[("J", one), ("s", less)]);
}

#[test]
fn derived_units_print_under_their_names() {
    let printed = |factors: &[(&str, Power)]| {
        resolve(factors).map(|unit| coherent(unit.dimensions.clone()).text.clone())
    };
    assert_eq!(printed(&[("ms", whole(1))]), Ok("s".to_owned()));
    assert_eq!(printed(&[("s", whole(-1))]), Ok("1/s".to_owned()));
    assert_eq!(printed(&[("V", whole(1)), ("mA", whole(1))]), Ok("W".to_owned()));
    assert_eq!(printed(&[("m", whole(1)), ("s", whole(-2))]), Ok("m/s^2".to_owned()));
    assert_eq!(printed(&[("s", Power::new(1, 2))]), Ok("s^0.5".to_owned()));
    assert_eq!(printed(&[("s", Power::new(1, 3))]), Ok("s^(1/3)".to_owned()));
    let several = [("B", whole(1)), ("m", whole(-1)), ("s", whole(-1))];
    assert_eq!(printed(&several), Ok("bit/(m*s)".to_owned()));
    assert_eq!(printed(&[("s", whole(1)), ("Hz", whole(1))]), Ok(String::new()));
}

#[test]
fn what_is_no_multiple_of_a_unit_is_refused_with_a_reason() {
    for symbol in ["degC", "°C", "degF", "dB", "dBm"] {
        let kind = resolve(&[(symbol, whole(1))]);
        assert!(matches!(kind, Err(UnitErrorKind::Refused { .. })), "{symbol}: {kind:?}");
        assert_eq!(scale_of(symbol), None);
    }
    let near = Err(UnitErrorKind::Unknown { name: "Gib".into(), nearest: Some("GiB".into()) });
    assert_eq!(resolve(&[("Gib", whole(1))]), near);
}

#[test]
fn units_of_the_specs_own_come_first() {
    let mut units = Units::default();
    units.declare("way", coherent(vec![("way".to_owned(), whole(1))]));
    let per_way = units.resolve(&written(&[("way", whole(-1)), ("ms", whole(1))]));
    let per_way =
        per_way.map(|unit| (coherent(unit.dimensions.clone()).text.clone(), unit.scale.clone()));
    assert_eq!(per_way.ok(), ratio(1, 1000).map(|scale| ("s/way".to_owned(), scale)));
}

#[test]
fn powers_that_mean_nothing_are_refused() {
    let power = Err(UnitErrorKind::Power);
    assert_eq!(resolve(&[("ms", whole(i64::MAX))]), power);
    assert_eq!(resolve(&[("ms", Power::new(1, i64::MAX))]), power);
    assert_eq!(resolve(&[("m", whole(60)), ("m", whole(60))]), power);
    // √ms is √0.001 √s: no rational number of √s; √(0.0001 m²) is 0.01 m.
    assert_eq!(resolve(&[("ms", Power::new(1, 2))]), power);
    let root =
        resolve(&[("cm", Power::new(1, 1))]).map(|unit| rational_power(&unit.scale, whole(2)));
    assert_eq!(root, Ok(ratio(1, 10_000)));
    assert_eq!(
        rational_power(&Rational::new(1.into(), 10_000.into()), Power::new(1, 2)),
        ratio(1, 100)
    );
    // The scale stays short, whatever is chained.
    let huge = Rational::from_integer(BigInt::from(10).pow(1000));
    assert_eq!(rational_power(&huge, whole(64)), None);
}

prop_compose! {
    fn any_unit()(
        powers in proptest::collection::btree_map(
            prop::sample::select(vec!["s", "m", "kg", "A", "K", "bit"]),
            (-6i64..=6, 1i64..=3),
            0..4,
        ),
    ) -> Unit {
        let powers = powers.into_iter().filter(|(_, (n, _))| *n != 0);
        coherent(powers.map(|(name, (n, d))| (name.to_owned(), Power::new(n, d))).collect())
    }
}

proptest! {
    #[test]
    fn products_form_a_group(a in any_unit(), b in any_unit()) {
        let product = a.times(&b);
        prop_assert_eq!(&product, &b.times(&a));
        let back = product.and_then(|unit| unit.per(&b));
        prop_assert_eq!(back.map(|unit| unit.dimensions.clone()), Some(a.dimensions.clone()));
        let squared = a.to_power(whole(2));
        prop_assert_eq!(&squared, &a.times(&a));
        let root = squared.and_then(|unit| unit.to_power(Power::new(1, 2)));
        prop_assert_eq!(root, Some(a));
    }
}
