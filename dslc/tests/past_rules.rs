//! Curvature past the rules, from a spec to what is said of it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use dslc::concavity::recheck;
use dslc::diag::Severity;
use dslc::sema::hir::{Curvature, Model, Proof};

/// The checked model, and the codes of what is wrong.
fn check(text: &str) -> (Option<Model>, Vec<String>) {
    let compiled = dslc::compile("spec.num", text);
    let found = compiled.diagnostics.iter();
    // What a plan cannot do with an accepted utility is not the matter here.
    let found =
        found.filter(|d| d.severity == Severity::Error && !d.code.to_string().starts_with("N05"));
    (compiled.model, found.map(|d| d.code.to_string()).collect())
}

/// A row `id;x,y;0,1;0,2;expression` as a spec; none for ranges that the language does not have.
fn spec(row: &str) -> Option<(String, String)> {
    let fields: Vec<&str> = row.split(';').collect();
    let (ranges, names) = (&fields[2..fields.len() - 1], fields[1].split(','));
    if ranges.iter().any(|range| range.contains(['(', ')'])) {
        return None;
    }
    let mut text = "fibre t;\n".to_owned();
    for (name, range) in names.clone().zip(ranges) {
        text.push_str(&format!("variable {name} in {};\n", range.replace(',', " .. ")));
    }
    let sum = names.collect::<Vec<_>>().join(" + ");
    let body = fields[fields.len() - 1];
    text.push_str(&format!("resource r = {sum} <= 1000;\nlet f = {body};\nutility {body};\n"));
    Some((fields[0].to_owned(), text))
}

fn specs(rows: &str) -> Vec<(String, String)> {
    let rows = rows.lines().filter(|row| !row.starts_with('#') && !row.is_empty());
    rows.filter_map(spec).collect()
}

#[test]
fn concave_rows_are_accepted_as_specs() {
    let mut past_rules = 0;
    let rows = [include_str!("concavity/corpus.txt"), include_str!("concavity/concave.txt")];
    for (id, text) in rows.into_iter().flat_map(specs).filter(|(id, _)| id.starts_with(['a', 'm']))
    {
        let (model, errors) = check(&text);
        let Some(model) = model.filter(|_| errors.is_empty()) else {
            panic!("{id}: {errors:?}\n{text}")
        };
        let utility = &model.utilities[0];
        assert!(utility.body.shape().is_concave() && utility.proof > Proof::None, "{id}");
        past_rules += usize::from(utility.proof > Proof::Rules);
        // A definition has no side to take: what the rules know as convex stays so.
        let (body, proof) = (&model.lets[0].body, model.lets[0].proof);
        assert!(body.shape().is_concave() || proof == Proof::Rules, "{id}: {proof:?}");
        assert_eq!(model.certificates.is_empty(), utility.proof == Proof::Rules, "{id}");
        for certificate in &model.certificates {
            assert_eq!(recheck(certificate), Ok(()), "{id}");
        }
    }
    assert!(past_rules > 70, "{past_rules} are past the rules");
}

#[test]
fn rows_that_are_not_concave_are_refused_as_specs() {
    let rows = [include_str!("concavity/corpus.txt"), include_str!("concavity/not_concave.txt")];
    for (id, text) in rows.into_iter().flat_map(specs).filter(|(id, _)| id.starts_with('b')) {
        let (_, errors) = check(&text);
        assert_eq!(errors, ["N0401"], "{id}: {text}");
    }
}

fn accepted(items: &str) -> Model {
    let text = format!(
        "fibre t;\nset I = {{ a, b, c }};\nset Task: open 64;\nset Class = {{ fast, slow }};\n\
         param k[I] = {{ a: 0.5, b: 1, c: 2 }};\nparam w[Class] = {{ fast: 4, slow: 1 }};\n\
         variable x in 0 .. 2;\nvariable y in 0.1 .. 1;\nvariable u[i in I] in 0 .. 1;\n\
         variable v[t in Task] in 0 .. 1;\n\
         resource r = x + y + sum(u) + sum(v[t] for t in Task) <= 9;\n{items}"
    );
    let (model, errors) = check(&text);
    model.filter(|_| errors.is_empty()).unwrap_or_else(|| panic!("{errors:?}\n{items}"))
}

fn proof(items: &str) -> (Proof, usize) {
    let model = accepted(items);
    (model.utilities[0].proof, model.certificates.len())
}

#[test]
fn only_what_the_rules_do_not_know_is_judged() {
    assert_eq!(proof("utility log(y) - square(x);"), (Proof::Rules, 0));
    // log(x) has no value at 0, and need not be looked at.
    assert_eq!(proof("utility 3 * (x * exp(-x)) + log(x);"), (Proof::Symbolic, 1));
    // Not concave by itself, but together with what the rules know.
    assert_eq!(
        proof("utility u[a] * u[b] - square(u[a]) - square(u[b]) + sqrt(x);"),
        (Proof::Symbolic, 1)
    );
    // Two groups without a variable in common.
    assert_eq!(proof("utility x * exp(-x) + y / (1 + y);").1, 2);
}

#[test]
fn members_are_judged_once_for_each_distinct_body() {
    assert_eq!(proof("utility sum(u[i] * exp(-u[i]) for i in I);"), (Proof::Symbolic, 1));
    assert_eq!(proof("utility sum(u[i] / (k[i] + u[i]) for i in I);").1, 3);
    assert_eq!(proof("utility sum(u[i] * exp(-u[i]) for i in I if k[i] > 0.7);").1, 1);
    // Some member of an open set, of each class.
    assert_eq!(proof("utility sum(v[t] * exp(-v[t]) for t in Task);").1, 1);
    assert_eq!(proof("utility sum(v[t] / (w[class(t)] + v[t]) for t in Task);").1, 2);
    // Through a definition, and as vectors.
    let items = "let gain[t in Task] = w[class(t)] * v[t] * exp(-v[t]);\nutility sum(gain[t] for t in Task);";
    assert_eq!(proof(items).0, Proof::Symbolic);
    assert_eq!(proof("utility -log_sum_exp(-u) * exp(0) - sum(u * u);").0, Proof::Symbolic);
}

#[test]
fn definitions_carry_their_proof() {
    let model = accepted(
        "let a = x * exp(-x);\nlet b = a + log(y);\nlet c = exp(x) * x;\nlet d = sin(9 * x);\n\
         let e = x * y;\nlet f = x * x - x * x + y;\nutility b;\nutility -c + 0 * (d + e + f);",
    );
    let known: Vec<_> =
        model.lets.iter().map(|each| (each.body.facts.curvature, each.proof)).collect();
    assert_eq!(
        known,
        [
            (Curvature::Concave, Proof::Symbolic),
            (Curvature::Concave, Proof::Symbolic),
            (Curvature::Convex, Proof::Symbolic),
            (Curvature::Unknown, Proof::None),
            (Curvature::Unknown, Proof::None),
            (Curvature::Affine, Proof::Symbolic),
        ]
    );
    assert_eq!(model.utilities[0].proof, Proof::Symbolic);
}

#[test]
fn resources_bend_the_other_way() {
    let model = accepted(
        "resource q = x * exp(x) <= 3;\nresource s = x * exp(-x) >= 0.1;\nutility log(x);",
    );
    let proofs: Vec<_> = model.resources.iter().map(|each| each.proof).collect();
    assert_eq!(proofs, [Proof::Rules, Proof::Symbolic, Proof::Symbolic]);
    let text = "fibre t;\nvariable x in 0 .. 2;\nresource q = x * exp(-x) <= 3;\nutility log(x);\n";
    assert_eq!(check(text).1, ["N0402"]);
}

#[test]
fn nothing_is_said_of_members_that_need_not_be() {
    // The slow ones alone would not be concave; there may be one.
    let text = "fibre t;\nset Task: open 8;\nset Class = { fast, slow };\n\
                param w[Class] = { fast: 1, slow: -1 };\nvariable v[t in Task] in 0.1 .. 1;\n\
                resource r = sum(v[t] for t in Task) <= 1;\n\
                utility sum(w[class(t)] * log(v[t]) for t in Task) - sum(100 * v[t]^2 for t in Task);\n";
    assert_eq!(check(text).1, ["N0410"]);
}
