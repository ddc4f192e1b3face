//! Flux balance of the core model of E. coli: growth, and what ATP and glucose are worth.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use dslc_solver::{Options, Problem, Row, Sense, Solution, Status, Var, solve};

/// Growth at the optimum as an exact vertex of the linear program gives it.
const GROWTH: f64 = 0.873_921_506_968_430;

struct Model {
    problem: Problem,
    reactions: HashMap<String, Var>,
    metabolites: HashMap<String, Row>,
}

fn data_rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn model() -> Model {
    let mut problem = Problem::new();
    let mut reactions = HashMap::new();
    // A reaction's name may hold commas; its bounds are the last two fields.
    for fields in data_rows(include_str!("../../../examples/data/e_coli_core/reactions.csv")) {
        let [.., lower, upper] = fields[..] else { continue };
        let flux = problem.variable(lower.parse().unwrap(), upper.parse().unwrap());
        reactions.insert(fields[0].to_owned(), flux);
    }
    let mut metabolites = HashMap::new();
    for fields in data_rows(include_str!("../../../examples/data/e_coli_core/stoichiometry.csv")) {
        let row = *metabolites
            .entry(fields[0].to_owned())
            .or_insert_with(|| problem.row(Sense::Equal, 0.0));
        problem.coefficient(row, reactions[fields[1]], fields[2].parse().unwrap());
    }
    problem.gain(reactions["Biomass_Ecoli_core"]);
    Model { problem, reactions, metabolites }
}

fn optimum(model: &Model) -> Solution {
    let answer = solve(&model.problem, &Options::default()).unwrap();
    assert_eq!(answer.status, Status::Optimal);
    answer
}

#[test]
fn growth_is_the_optimum_of_the_linear_program() {
    let model = model();
    let answer = optimum(&model);
    assert_eq!((model.reactions.len(), model.metabolites.len()), (95, 72));
    assert!((answer.objective - GROWTH).abs() < 1e-8, "{}", answer.objective);
    let growth = answer.x[model.reactions["Biomass_Ecoli_core"].index()];
    assert!((growth - GROWTH).abs() < 1e-8);
}

/// Single prices depend on the gauge of conserved pools; that of the reaction does not.
#[test]
fn atp_and_glucose_have_the_price_of_finite_differences() {
    let model = model();
    let answer = optimum(&model);
    let price = |metabolite: &str| answer.prices[model.metabolites[metabolite].index()];
    let hydrolysis =
        price("atp_c") + price("h2o_c") - price("adp_c") - price("pi_c") - price("h_c");
    let cost = |reaction: &str| answer.reduced_costs[model.reactions[reaction].index()];
    assert!((cost("ATPM") + 0.005_092_485_9).abs() < 1e-8, "{}", cost("ATPM"));
    assert!((hydrolysis.abs() - 0.005_092_485_9).abs() < 1e-8, "{hydrolysis}");
    // Uptake is negative flux: a lower lower bound is more glucose.
    assert!((cost("EX_glc__D_e") + 0.091_664_746_4).abs() < 1e-8, "{}", cost("EX_glc__D_e"));
}
