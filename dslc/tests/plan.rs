//! What is derived from a spec, against values worked out by hand.

use dslc::plan::ir::{Members, Plan, Rational, Step};
use dslc::{certify, compile};
use num_traits::ToPrimitive;

fn plan(text: &str) -> Result<Plan, String> {
    let compiled = compile("spec.num", text);
    let messages: Vec<_> = compiled.diagnostics.iter().map(|d| d.message.clone()).collect();
    compiled.plan.map(|(plan, _)| plan).ok_or_else(|| messages.join("; "))
}

fn time_budget() -> Result<Plan, String> {
    plan(include_str!("../../examples/time_budget.num"))
}

/// Kelly's line: one long flow over every link, one short flow on each.
const LINE: &str = "fibre line;
set Link = 1 .. 3;
variable long in 0.1 .. 1;
variable short[l in Link] in 0.1 .. 1;
resource load[l in Link] = long + short[l] <= 1;
utility log(long) + sum(log(short[l]) for l in Link);
";

#[test]
fn the_idle_price_is_what_the_reserve_pays_alone() -> Result<(), String> {
    let plan = time_budget()?;
    let control = plan.control.ok_or("no control loop")?;
    let unit = f64::from(control.rule.frac_bits).exp2();
    let idle = control.initial_price as f64 / unit;
    // 99 / 5 s, up to the rounding of a bound to a microsecond.
    assert!((idle - 19.8).abs() < 1e-3, "{idle}");
    // A lone batch process then has 1/19.8 s, an interactive one four times as much.
    let budgets: Vec<_> =
        control.classes.iter().map(|class| class.demand.at(control.initial_price)).collect();
    let near = |got: u64, seconds: f64| (got as f64 / 1e9 - seconds).abs() < 1e-5;
    assert!(near(budgets[0], 4.0 / 19.8) && near(budgets[1], 1.0 / 19.8), "{budgets:?}");
    Ok(())
}

#[test]
fn the_integer_step_is_at_most_half_the_bound_at_every_population() -> Result<(), String> {
    let plan = time_budget()?;
    let control = plan.control.as_ref().ok_or("no control loop")?;
    let Step::Population { terms, .. } = &plan.resources[control.resource].step else {
        return Err("the step does not follow the population".to_owned());
    };
    let scale = f64::from(control.rule.frac_bits + control.rule.carry_bits).exp2();
    for members in [0u32, 1, 2, 10, 249, 4096] {
        let lipschitz: f64 = terms
            .iter()
            .map(|(family, term)| match plan.families[*family].members {
                Members::One => term.to_f64().unwrap_or(0.0),
                Members::Open { .. } => term.to_f64().unwrap_or(0.0) * f64::from(members),
            })
            .sum();
        // The integer step counts nanoseconds of excess.
        let step = control.rule.step(members) as f64 * 1e9 / scale;
        assert!(step <= 1.0 / lipschitz && step > 0.99 / lipschitz, "{members}: {step}");
    }
    Ok(())
}

#[test]
fn a_line_couples_its_links_through_the_long_flow() -> Result<(), String> {
    let plan = plan(LINE)?;
    assert_eq!(plan.graph.edges, [(0, 1), (0, 2), (1, 2)]);
    assert!(plan.graph.chordal);
    assert_eq!(plan.graph.width, 2);
    let names: Vec<_> = plan.families.iter().map(|family| family.name.as_str()).collect();
    assert_eq!(names, ["long", "short[1]", "short[2]", "short[3]"]);
    // ‖A Aᵀ‖ of the line with 3 links is 1 + 3; every μ is 1 on bounds up to 1.
    let certificate = certify::certify(&plan).map_err(|v| format!("{v:?}"))?;
    for lipschitz in certificate.lipschitz() {
        let l = lipschitz.to_f64().unwrap_or(0.0);
        assert!((4.0..4.001).contains(&l), "{l}");
    }
    Ok(())
}

#[test]
fn a_step_below_the_bound_is_taken_and_one_above_refused() -> Result<(), String> {
    let with = |step: &str| format!("{LINE}decomposition {{ load by dual {{ step {step}; }} }}\n");
    assert!(matches!(plan(&with("0.49"))?.resources[0].step, Step::Constant(_)));
    assert!(plan(&with("0.51")).is_err());
    Ok(())
}

/// Breaks one condition of a plan.
type Tamper = fn(&mut Plan);

#[test]
fn a_certificate_is_refused_when_a_plan_is_tampered_with() -> Result<(), String> {
    let broken: [(&str, Tamper); 5] = [
        ("a larger step", |plan| {
            for resource in &mut plan.resources {
                resource.step = Step::Constant(Rational::from_integer(1.into()));
            }
        }),
        ("a forgotten coupling", |plan| plan.graph.edges.clear()),
        ("more curvature than there is", |plan| {
            plan.families[0].mu = Rational::from_integer(1_000.into())
        }),
        ("a step that forgets the members", |plan| {
            if let Step::Population { terms, .. } = &mut plan.resources[0].step {
                terms.pop();
            }
        }),
        ("an integer step that is too large", |plan| {
            if let Some(control) = &mut plan.control {
                control.rule.step_num *= 3;
            }
        }),
    ];
    for (what, tamper) in broken {
        for text in [include_str!("../../examples/time_budget.num"), LINE] {
            let mut plan = plan(text)?;
            let loops = plan.control.is_some();
            let edges = !plan.graph.edges.is_empty();
            tamper(&mut plan);
            let concerned = match what {
                "a forgotten coupling" => edges,
                "an integer step that is too large" => loops,
                _ => true,
            };
            assert!(!concerned || certify::certify(&plan).is_err(), "{what} passed");
        }
    }
    Ok(())
}
