//! The recipe of `dslc explain`.

use std::fs;

use crate::{good, json, run};

/// Decisions that earn, that only provide, that only cost; a limit and a need.
const SPEC: &str = "fibre relayed;
set Flow = { a, b };
variable rate[f in Flow] in 0.01 .. 10;
variable relay in 0 .. 4;
variable spare in 0 .. 9;
let cost = 0.1 * relay^2;
resource link = sum(rate[f] for f in Flow) - relay - spare <= 3;
resource need = rate[a] >= 0.5;
utility fair = sum(log(rate[f]) - (rate[f] - 2)^2 for f in Flow);
utility -cost;
";

#[test]
fn the_recipe_names_what_is_written_and_what_only_acts_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("spec.num");
    fs::write(&path, SPEC).expect("a spec");
    let ran = run(["explain".as_ref(), path.as_os_str()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let recipe = ran.stdout.split("\n\n").find(|part| part.starts_with("Recipe"));
    let (facts, derived) = recipe.and_then(|it| it.split_once("  4. ")).expect("five steps");
    insta::assert_snapshot!(facts, @r"
    Recipe
      1. variables: decided: rate (one for each of 2 Flow, from 0.01 to 10), relay (from 0 to 4), spare
         (from 0 to 9)
      2. resources: scarce: link (at most 3, used by rate, relay, spare), need (at least 0.5, used by
         rate); coupling graph: 2 resources, 1 edge, chordal; width 1
      3. utilities: written: fair (concave by the rules), utility (concave by the rules); implicit: `>=`
         of need is a need, and its price pays whoever meets it; spare is worth only what it frees or
         provides of a resource; the penalty `-(rate[f] - 2)^2` charges for leaving its best point, the
         penalty `-0.1 * relay^2` charges for use like a price; the bounds of rate, relay, spare, worth
         −∞ beyond
    ");
    assert!(derived.starts_with("decomposition: link, need by "), "{derived}");
    assert!(derived.contains("\n  5. certificate: "), "{derived}");
    let ran = run(["explain".as_ref(), "--format=json".as_ref(), path.as_os_str()]);
    let document = json(&ran.stdout);
    let steps = document["recipe"].as_array().expect("a list");
    let names: Vec<_> = steps.iter().filter_map(|it| it["step"].as_str()).collect();
    assert_eq!(names, ["variables", "resources", "utilities", "decomposition", "certificate"]);
    assert!(steps.iter().all(|it| it["text"].as_str().is_some_and(|text| !text.is_empty())));
}

#[test]
fn lines_of_the_recipe_fit_a_terminal() {
    let ran = run(["explain".as_ref(), good().as_os_str()]);
    let recipe = ran.stdout.split("\n\n").find(|part| part.starts_with("Recipe"));
    let recipe = recipe.expect("a recipe");
    assert!(recipe.lines().all(|line| line.chars().count() <= 100), "{recipe}");
    assert!(recipe.contains("at most 4096 Tree at once"), "{recipe}");
}
