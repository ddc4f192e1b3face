//! Specs through splitter, parser and check: what an accepted one means.

mod common;

use common::check;
use dslc::sema::hir::{Curvature, Model, Rational, SetMembers, Sign, Values};
use dslc::sema::units::{Power, coherent};
use proptest::prelude::*;

fn accepted(text: &str) -> Model {
    let (model, diagnostics) = check(text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    model.unwrap_or_else(|| unreachable!("no model and nothing said"))
}

fn ratio(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator.into(), denominator.into())
}

const SHARED: &str =
    "fibre t;\nvariable x: s in 10 ms .. 5 s;\nresource r: s = x <= 1 s;\nutility log(x / 1 s);\n";

/// The facts of `let e = EXPR;` beside [`SHARED`].
fn facts(expr: &str) -> (String, Sign, Curvature, (f64, f64)) {
    let model = accepted(&format!("{SHARED}let e = {expr};"));
    let facts = model.lets[0].body.facts.clone();
    (facts.unit.text.clone(), facts.sign, facts.curvature, facts.interval)
}

#[test]
fn the_specs_of_the_contract_are_accepted() {
    let (example, contract) =
        (include_str!("../../examples/dwell.num"), include_str!("sema/language.num"));
    for (text, period) in [(example, ratio(1, 50)), (contract, ratio(1, 10))] {
        let model = accepted(text);
        assert_eq!(model.fibre.value, "dwell");
        assert_eq!(model.sets[0].members, SetMembers::Open(4096));
        let x = &model.variables[0];
        assert_eq!(x.hi, Some(ratio(5, 1)));
        assert_eq!(model.resources[0].use_.facts.curvature, Curvature::Affine);
        assert_eq!(model.utilities[0].body.facts.curvature, Curvature::Concave);
        assert_eq!(model.decomposition[0].period, period);
        assert_eq!(model.emits.len(), 5);
    }
}

#[test]
fn values_are_in_coherent_si() {
    let model = accepted(&format!(
        "{SHARED}unit way; unit kWh = 1000 W * h;\n\
         param a: GiB = 1.5 GiB;\nparam b: J = 2 kWh;\nparam c: m/s = 36 m/s;\nparam d = 5 m / 2 m;\n\
         param e: way/ms = 3 way/ms;\nparam f = 2 ^ 10 + max(1, 7/2) - sum(w[i] for i in I);\n\
         set I = 1 .. 3;\nparam w[I] = {{ 1: 0.5, 2: 1/4, 3: f2 }};\nparam f2 = 4 ^ 0.5;"
    ));
    let value = |name: &str| {
        let param = model.params.iter().find(|param| param.name.value == name);
        match param.map(|param| &param.values) {
            Some(Values::Dense(values)) => values.clone(),
            other => unreachable!("{other:?}"),
        }
    };
    assert_eq!(value("a"), [ratio(3 << 32, 1)]);
    assert_eq!(value("b"), [ratio(7_200_000, 1)]);
    assert_eq!(value("c"), [ratio(36, 1)]);
    assert_eq!(value("d"), [ratio(5, 2)]);
    assert_eq!(value("e"), [ratio(3000, 1)]);
    assert_eq!(value("w"), [ratio(1, 2), ratio(1, 4), ratio(2, 1)]);
    assert_eq!(value("f"), [ratio(1024, 1) + ratio(7, 2) - ratio(11, 4)]);
}

#[test]
fn every_node_has_its_unit_sign_curvature_and_interval() {
    use Curvature::{Affine, Concave, Constant, Convex, Unknown};
    let text = |text: &str| text.to_owned();
    let (unit, sign, curvature, (lo, hi)) = facts("2 * x");
    assert_eq!((unit, sign, curvature, hi), (text("s"), Sign::Nonneg, Affine, 10.0));
    // 1/50 is no f64: the end lies on the outer side of it, by less than 2 units in the last place.
    assert!((0.02 - 8e-18..=0.02).contains(&lo), "{lo}");
    assert_eq!(facts("1 / 4 s"), (text("1/s"), Sign::Nonneg, Constant, (0.25, 0.25)));
    // By its second derivative.
    assert_eq!(facts("x * x / 4 s").2, Convex);
    assert_eq!(facts("square(x)").0, "s^2");
    assert_eq!(facts("sqrt(square(x))").0, "s");
    assert_eq!(facts("5 kB / 2 s").0, "bit/s");
    assert_eq!(facts("x - 5 s").1, Sign::Nonpos);
    let (_, sign, curvature, (lo, hi)) = facts("log(x / 5 s)");
    assert_eq!((sign, curvature, hi), (Sign::Nonpos, Concave, 0.0));
    assert!((-6.214_608_1..-6.214_608).contains(&lo), "{lo}");
    assert_eq!(facts("(x / 1 s) ^ 2").2, Convex);
    assert_eq!(facts("(x / 1 s - 1) ^ 3").2, Unknown);
    assert_eq!(facts("0 * exp(x / 1 s)").1, Sign::Zero);
}

#[test]
fn the_ends_of_a_log_at_0_are_open() {
    let model = accepted(
        "fibre t;\nvariable x in 0 .. 1;\nresource r = x <= 1;\nutility log(x);\nutility more = sqrt(x);\n\
         utility entr(x);",
    );
    let names: Vec<_> = model.utilities.iter().map(|utility| utility.name.as_str()).collect();
    assert_eq!(names, ["utility", "more", "utility.2"]);
    assert_eq!(model.utilities[0].body.facts.interval, (f64::NEG_INFINITY, 0.0));
}

#[test]
fn a_resource_that_is_not_mentioned_is_decomposed_automatically() {
    let model = accepted(SHARED);
    let [only] = model.decomposition.as_slice() else { unreachable!("one resource") };
    assert_eq!((only.method.value.as_str(), only.settings.step.is_none()), ("auto", true));
}

#[test]
fn each_fix_mends_what_it_is_offered_for() {
    let specs = [
        "utility log(x);",
        "utility log(x + 1 s);",
        "utility log(x / 1 ms * 1 s);",
        "utility -((x / 1 s) * (x / 1 s));",
        "utility -1 / (x / 1 s);",
        "utility -(x / 1 s) * log(x / 1 s);",
        "utility lgo(x / 1 s);",
        "utility log(x / 1 sec);",
        "utility log(x / s0);\nparam s0 = 2 s;",
        "utility sqrt(x + 3);",
    ];
    for spec in specs {
        let text = format!(
            "fibre t;\nvariable x: s in 10 ms .. 5 s;\nresource r: s = x <= 1 s;\n{spec}\n"
        );
        let (_, diagnostics) = check(&text);
        assert!(!diagnostics.is_empty(), "{spec}");
        let fix = diagnostics[0].fixes.first();
        let Some(fix) = fix else { unreachable!("no fix: {spec} {diagnostics:#?}") };
        let mut mended = text.clone();
        for edit in fix.edits.iter().rev() {
            mended.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
        let (_, left) = check(&mended);
        let same = left.iter().filter(|d| d.code == diagnostics[0].code).count();
        assert_eq!(same, 0, "{mended}\n{left:#?}");
    }
}

proptest! {
    #[test]
    fn a_unit_reads_as_it_prints(
        powers in prop::collection::btree_map(
            prop::sample::select(vec!["s", "m", "kg", "A", "K", "bit", "way"]),
            (prop_oneof![-9i64..=-1, 1i64..=9], prop::sample::select(vec![1i64, 2, 4, 5])),
            1..5,
        ),
    ) {
        let powers = powers.into_iter();
        let printed =
            coherent(powers.map(|(name, (n, d))| (name.to_owned(), Power::new(n, d))).collect());
        let text = format!("fibre t;\nunit way;\nvariable x: {};\n", printed.text);
        let unit = check(&text).0.map(|model| model.variables[0].unit.clone());
        prop_assert_eq!(unit, Some(printed));
    }
}

#[test]
fn the_deepest_expressions_and_the_longest_chains_need_little_stack() {
    let deep = |open: &str, close: &str| {
        let levels = 120;
        format!("{SHARED}let e = {}1{};", open.repeat(levels), close.repeat(levels))
    };
    let sum = format!("{SHARED}let e = {}1;", "1 + ".repeat(990));
    let power = format!("{SHARED}let e = {}1;", "- ".repeat(900));
    let chain: String = (0..3_000).map(|i| format!("let e{} = e{i} + 1;\n", i + 1)).collect();
    let chain = format!("{SHARED}let e0 = x / 1 s;\n{chain}");
    let reached = format!("{chain}utility e900;");
    let specs = [deep("exp(-", ")"), deep("(", ")"), sum, power, chain, reached];
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    let run = worker.spawn(move || specs.map(|text| check(&text).1));
    let said = run.ok().and_then(|run| run.join().ok()).unwrap_or_default();
    let chained = &said[4];
    assert!(chained.iter().any(|d| d.message.contains("too deeply")), "{:?}", chained.first());
    // The echo of what is too deep is not reported again.
    assert_eq!(chained.len(), 1);
}

#[test]
fn a_power_of_a_unit_may_be_a_fraction() {
    let spec = "unit edge = m^(1/3);\nparam a: s^(1/3) = 2 s^(1/3);\n\
                param b: m = 3 m^( 2 / 6 ) * (1 edge)^2;\nparam c: 1/s^(1/2) = 1 s^(-1/2);\n\
                param d: s^(1/3) = 10 ms^(1/3);";
    let model = accepted(&format!("{SHARED}{spec}"));
    let params: Vec<_> = model
        .params
        .iter()
        .map(|param| (param.values.get(0).map(|v| v.into_owned()), param.unit.text.as_str()))
        .collect();
    let values = [(2, "s^(1/3)"), (3, "m"), (1, "1/s^(1/2)"), (1, "s^(1/3)")];
    assert_eq!(params, values.map(|(value, unit)| (Some(ratio(value, 1)), unit)));
}
