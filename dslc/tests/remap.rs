//! Cores, and fibres that fill them: the expanded spec is the same problem, no name of a fibre is caught
//! by a binder of the core, every promise of the core has an answer, and nothing makes it panic.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use dslc::Compiled;
use dslc::diag::{Diagnostic, human, json, sarif};
use proptest::prelude::*;

const TIME_BUDGET: &str = include_str!("../../examples/time_budget.num");
const NETWORK: &str = include_str!("remap/network.num");
const CAUGHT: &str = include_str!("remap/caught.num");

fn compile(text: &str) -> Compiled {
    dslc::compile("spec.num", text)
}

fn said(compiled: &Compiled) -> Vec<&str> {
    compiled.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

/// Everything that an emitter reads.
fn plan(compiled: &Compiled) -> String {
    let (plan, certificate) = compiled.plan.as_ref().expect("a plan");
    format!("{plan:?}{certificate:?}")
}

#[test]
fn an_expanded_spec_needs_no_core_and_is_the_same_problem() {
    for text in [TIME_BUDGET, NETWORK, CAUGHT] {
        let compiled = compile(text);
        assert_eq!(said(&compiled), Vec::<&str>::new());
        let expanded = compiled.provenance.expanded(&compiled.sources);
        for word in ["remaps", "sigil", "std/", "=>"] {
            assert!(!expanded.contains(word), "{word} in {expanded}");
        }
        let again = compile(&expanded);
        assert_eq!(said(&again), Vec::<&str>::new(), "{expanded}");
        assert_eq!(plan(&again), plan(&compiled));
        // What needs no core stays as it is.
        assert_eq!(again.provenance.expanded(&again.sources), expanded);
    }
}

#[test]
fn a_binder_of_the_core_catches_no_name_of_the_fibre() {
    let compiled = compile(CAUGHT);
    insta::assert_snapshot!(compiled.provenance.expanded(&compiled.sources));
}

#[test]
fn every_hole_has_its_obligations_and_what_answers_them() {
    let compiled = compile(NETWORK);
    let remap = compiled.model.and_then(|model| model.remap).expect("a remap");
    let answers: Vec<_> =
        remap.obligations.iter().map(|each| format!("{}: {}", each.asks, each.by)).collect();
    insta::assert_snapshot!(answers.join("\n"));
}

/// A core that needs strict concavity, with this for its gain.
fn strict(gain: &str) -> Compiled {
    compile(&format!(
        "core shop {{
            sigil $who: set;
            sigil $x[$who]: variable bounded strict;
            sigil $gain[$who]: concave;
            resource room = sum($x[w] for w in $who) <= 3;
            utility sum($gain[w] for w in $who);
        }}
        fibre s remaps shop {{ $who => W, $x => y, $gain[w] => {gain}, }}
        set W = {{ a, b }};
        variable y[w in W] in 1 .. 2;
        decomposition auto;"
    ))
}

#[test]
fn a_utility_that_is_not_strictly_concave_does_not_fill_a_core_that_needs_one() {
    let compiled = strict("y[w]");
    let error = compiled.diagnostics.iter().find(|each| each.message.contains("the core needs"));
    let labels = error.map_or(0, |error| error.labels.len());
    assert_eq!(labels, 2, "{:?}", said(&compiled));
    // By the exact plan, and by second derivatives on the box.
    for gain in ["log(y[w])", "atan(y[w])"] {
        let compiled = strict(gain);
        assert_eq!(said(&compiled), Vec::<&str>::new(), "{gain}");
        let remap = compiled.model.and_then(|model| model.remap).expect("a remap");
        assert_eq!(remap.strict.first().expect("a variable").sigil.value, "$x");
    }
}

#[test]
fn the_specs_of_the_book_compile() {
    let book = include_str!("../../book/src/remap.md");
    let specs = book.split("```num\n").skip(1).filter_map(|rest| rest.split("```").next());
    // Fragments are marked otherwise: what is shown as a spec is one.
    let specs: Vec<_> = specs.collect();
    assert_eq!(specs.len(), 2);
    for spec in specs {
        let compiled = compile(spec);
        assert_eq!(said(&compiled), Vec::<&str>::new(), "{spec}");
        assert!(compiled.plan.is_some());
    }
}

#[test]
fn what_doubles_at_each_level_is_refused_in_time() {
    let deep = format!("{}x{}", "$f[".repeat(100), "]".repeat(100));
    let text = format!(
        "fibre f remaps c {{ $f[a] => a + a }}\nset S = 1 .. 2;\n\
         core c {{ sigil $f[S]: affine; utility sum({deep} for x in S); }}\n"
    );
    let compiled = compile(&text);
    let codes: Vec<_> = compiled.diagnostics.iter().map(|each| each.code.to_string()).collect();
    assert_eq!(codes, ["N0108"]);
}

/// Renders what is said, and checks that every place is in a file that people wrote.
fn check(compiled: &Compiled) {
    for each in &compiled.diagnostics {
        let edits = each.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        let labels = each.labels.iter().map(|label| label.span);
        for span in edits.chain(labels).chain([each.span]) {
            let (source, local) = compiled.sources.local(span);
            assert!(source.text().get(local.start..local.end).is_some(), "{span:?} of {each:?}");
            assert!(!compiled.provenance.holds(span), "{each:?}");
        }
    }
    let shown: Vec<Diagnostic> = compiled.diagnostics.iter().take(20).cloned().collect();
    let report = dslc::diag::Report { sources: compiled.sources.clone(), diagnostics: shown };
    human::render(&report, true);
    json::render(std::slice::from_ref(&report));
    sarif::render(std::slice::from_ref(&report));
}

const TARGETS: &[&str] = &[
    "Task",
    "Class",
    "x",
    "y",
    "w",
    "r",
    "s",
    "1",
    "0",
    "5 s",
    "m/s",
    "2 ^ 0.5",
    "-x",
    "x[t]",
    "(x)",
    "w[class(t)] * log(x[t] / 1 s)",
    "log(a)",
    "sum(y[a] for a in Class)",
    "[1, 2]",
    "inf",
    "\"text\"",
    "t",
    "a",
    "total",
    "nothing",
    "x / 1 s",
    "1 / 0",
    "square(y[a])",
    "exposure",
];

const SIGILS: &[&str] = &[
    "$agent",
    "$share",
    "$unit",
    "$worth",
    "$x",
    "$cost",
    "$gain",
    "$gain[t]",
    "$gain[a, b]",
    "$rest",
    "$budget",
    "$shared",
    "$none",
    "$cost[a]",
    "$x[t]",
];

const PARTS: &[&str] = &[
    "resource $shared: $unit = $rest + sum($cost[a] * $x[a] for a in $agent) <= $budget;",
    "utility gains = sum($gain[a] for a in $agent);",
    "utility log($x);",
    "let total = sum($x[a] for a in $agent);",
    "variable $x[a in $agent]: $share in 0 $unit .. $budget;",
    "param w[$agent] = 2;",
    "set $agent = { a, b };",
    "unit $unit = 5 $share;",
    "decomposition { $shared by dual { step auto; } }",
    "export price($shared) as \"p\";",
    "import \"std/network.num\";",
    "observe $x from taint_clock;",
    "let nested = $gain[$cost[$x[a]]];",
];

const KINDS: &[&str] = &[
    "set",
    "unit",
    "param",
    "variable",
    "resource",
    "affine",
    "convex",
    "concave",
    "none",
    "param $unit/$share nonneg = 1",
    "variable $share bounded strict",
    "unit = 1",
    "concave $worth",
    "convex $unit = 0",
    "param $agent positive",
    "set = 1",
];

/// A fibre of the core that ships, or of one of its own.
fn remapped() -> impl Strategy<Value = String> {
    let mapping = (prop::sample::select(SIGILS), prop::sample::select(TARGETS));
    let mappings = prop::collection::vec(mapping, 0..12);
    let sigil = (prop::sample::select(SIGILS), any::<bool>(), prop::sample::select(KINDS));
    let sigils = prop::collection::vec(sigil, 0..10);
    let parts = prop::collection::vec(prop::sample::select(PARTS), 0..6);
    (mappings, sigils, parts, any::<bool>()).prop_map(|(mappings, sigils, parts, shipped)| {
        let core = if shipped { "budget" } else { "own" };
        let mut text = format!("import \"std/budget.num\";\nfibre f remaps {core} {{\n");
        for (sigil, target) in mappings {
            text.push_str(&format!("    {sigil} => {target},\n"));
        }
        text.push_str("}\nset Task: open 8;\nset Class = { a, b };\nparam r: s = 5 s;\n");
        text.push_str("param w[Class] = 2;\nvariable x[t in Task]: s in 1 ms .. r;\n");
        text.push_str("variable y[c in Class] in 0.1 .. 1;\ncore own {\n");
        for (sigil, indexed, kind) in sigils {
            let name = sigil.split('[').next().unwrap_or(sigil);
            let index = if indexed { "[$agent]" } else { "" };
            text.push_str(&format!("    sigil {name}{index}: {kind};\n"));
        }
        text.push_str(&format!("    {}\n}}\n", parts.join("\n    ")));
        text
    })
}

/// The example with some of its mappings changed.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), prop::sample::select(TARGETS));
    prop::collection::vec(change, 1..4).prop_map(|changes| {
        let mut lines: Vec<_> = TIME_BUDGET.lines().map(str::to_owned).collect();
        let mapped: Vec<_> = (0..lines.len()).filter(|at| lines[*at].contains("=>")).collect();
        for (at, target) in changes {
            let line = &mut lines[mapped[at.index(mapped.len())]];
            let sigil = line.split("=>").next().unwrap_or_default().to_owned();
            *line = format!("{sigil}=> {target},");
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_map_makes_it_panic_or_point_outside(text in prop_oneof![remapped(), mutated()]) {
        let compiled = compile(&text);
        check(&compiled);
        if compiled.plan.is_some() {
            let expanded = compile(&compiled.provenance.expanded(&compiled.sources));
            prop_assert_eq!(plan(&expanded), plan(&compiled));
        }
    }

    #[test]
    fn no_import_makes_it_panic(
        lines in prop::collection::vec((0usize..3, prop::sample::select(&[
            "import \"a.num\";", "import \"b.num\";", "import \"./spec.num\";", "import \"../a.num\";",
            "import \"std/budget.num\";", "import \"std/network.num\";", "import \"\";", "unit way;",
            "fibre f remaps budget { $agent => S }", "fibre g;", "set S = { a };", "core c { }",
            "param p = 3;", "import \"a.num\"", "core c { sigil $a: set;",
        ][..])), 0..14),
    ) {
        let mut files = vec![String::new(); 3];
        for (file, line) in lines {
            files[file].push_str(line);
            files[file].push('\n');
        }
        let names = ["a.num", "b.num"];
        let others = names.iter().zip(&files[1..]);
        let others: std::collections::BTreeMap<String, Vec<u8>> = others
            .map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes()))
            .collect();
        check(&dslc::compile_with(std::sync::Arc::new(others), "spec.num", &files[0]));
    }
}
