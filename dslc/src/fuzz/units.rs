//! Units as written: each means one unit or is refused, and what a derived unit prints as means it.

use proptest::prelude::*;

use super::run;
use crate::sema::hir::Unit;
use crate::sema::units::coherent;

const PARTS: &[&str] = &[
    "s",
    "ms",
    "kg",
    "GiB",
    "B",
    "W",
    "mmol",
    "gDW",
    "way",
    "°C",
    "dB",
    "Ω",
    "µs",
    "1000",
    "0",
    "2.5",
    "1e9",
    "*",
    "/",
    "^",
    "(",
    ")",
    "2",
    "-1",
    "(1/3)",
    "(2/4)",
    "( -1 / 2 )",
    "0.5",
    "64",
    "(1/0)",
    "^2",
    "1/",
    " ",
    "%",
    "°",
];

/// The unit of a param that is declared with this text.
fn meaning(text: &str) -> Option<Unit> {
    let spec = format!(
        "fibre t;\nunit way;\nunit gDW = 1 g;\nparam p: {text} in -1 .. 1;\n\
         variable x in 1 .. 2;\nresource r = x <= 2;\nutility log(x);"
    );
    let spec = spec.replace("in -1 .. 1", "= 0");
    let (model, _) = crate::db::check_text("t.num", &spec);
    model?.params.first().map(|param| param.unit.clone())
}

fn prints_as_itself(text: String) -> Result<(), TestCaseError> {
    if text.contains([';', '=']) {
        return Ok(());
    }
    let Some(unit) = meaning(&text) else { return Ok(()) };
    prop_assert!(unit.scale > crate::sema::hir::Rational::default());
    let printed = &coherent(unit.dimensions.clone()).text;
    if !printed.is_empty() {
        let again = meaning(printed).map(|unit| unit.dimensions.clone());
        prop_assert_eq!(again, Some(unit.dimensions.clone()), "{} prints as {}", text, printed);
    }
    Ok(())
}

#[test]
fn pieces() {
    let pieces = prop::collection::vec(prop::sample::select(PARTS), 1..7);
    run(pieces.prop_map(|parts| parts.concat()), prints_as_itself);
}

#[test]
fn products() {
    let factor = (
        prop::sample::select(&["s", "ms", "kg", "B", "W", "way", "gDW", "mmol"][..]),
        prop::sample::select(&["", "^2", "^-1", "^(1/3)", "^(-2/3)", "^0.5"][..]),
        prop::sample::select(&["*", "/"][..]),
    );
    let factors = prop::collection::vec(factor, 1..5);
    let text = factors.prop_map(|factors| {
        let all: Vec<_> = factors.iter().map(|(unit, power, _)| format!("{unit}{power}")).collect();
        let signs = factors.iter().map(|(.., sign)| *sign).chain([""]);
        let mut text: String =
            all.iter().zip(signs).map(|(f, sign)| format!("{f}{sign}")).collect();
        text.truncate(text.trim_end_matches(['*', '/']).len());
        text
    });
    run(text, prints_as_itself);
}
