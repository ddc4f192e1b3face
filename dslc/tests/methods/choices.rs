//! What `auto` takes, and what each method derives on small problems that can be checked by hand.

use dslc::compile;
use dslc::plan::methods::{Constants, Decomposition, Kind};

/// Three owners with logarithms on 1 .. 2, and a coupling.
const LOGS: &str = "fibre t;
variable x in 1 .. 2;
variable y in 1 .. 2;
variable z in 1 .. 2;
utility log(x) + 2 * log(y) + 4 * log(z);
";

fn derived(text: &str) -> Result<Decomposition, String> {
    let compiled = compile("spec.num", text);
    let messages: Vec<_> = compiled.diagnostics.iter().map(|each| each.message.clone()).collect();
    compiled.decomposition.ok_or_else(|| format!("{text}: {}", messages.join("; ")))
}

/// The constants of the first resource.
fn first(text: &str) -> Result<Constants, String> {
    let decomposition = derived(text)?;
    let first = decomposition.resources.first().and_then(|each| each.taken.as_ref());
    Ok(first.ok_or("no resource")?.constants)
}

fn near(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() < 1e-6 * wanted.abs()
}

#[test]
fn each_method_derives_its_constants() -> Result<(), String> {
    let by = |method: &str| {
        first(&format!("{LOGS}resource r = x + y + z <= 4; decomposition {{ r by {method} }}"))
    };
    // μ = w/4 on 1 .. 2, so that L = 4 + 2 + 1 for the row and 4 for the flattest user.
    let found = by("dual { delay 2 rounds; rho auto; }");
    assert!(found.is_err(), "{found:?}");
    let Constants::Consensus { step, .. } = by("consensus;")? else { return Err("kind".into()) };
    assert!(near(step, 0.5 / 4.0), "{step}");
    // λ_min of a ring of three is 0, as of everybody with everybody.
    let Constants::Consensus { step, .. } = by("consensus { peers ring; }")? else {
        return Err("kind".into());
    };
    assert!(near(step, 0.5 / 4.0), "{step}");
    // The steepest change of a slope: 4/x² at 1. A part is at most 4 − 2, which each can use.
    let found = by("primal;")?;
    let Constants::Primal { step, constant: true } = found else {
        return Err(format!("{found:?}"));
    };
    assert!(near(step, 1.0 / 4.0), "{step}");
    let Constants::PrimalDual { sigma } = by("primal_dual;")? else { return Err("kind".into()) };
    assert!(near(sigma, 0.99 / 3.0), "{sigma}");
    // √(μL) = w/2, and the geometric mean of 1/2, 1 and 2 is 1.
    let Constants::Admm { rho } = by("admm;")? else { return Err("kind".into()) };
    assert!(near(rho, 1.0), "{rho}");
    let Constants::Admm { rho } = by("admm { rho 3; }")? else { return Err("kind".into()) };
    assert!(near(rho, 3.0), "{rho}");
    let Constants::Penalty { barrier } = by("penalty { barrier 0.01; }")? else {
        return Err("kind".into());
    };
    assert!(near(barrier, 0.01), "{barrier}");
    Ok(())
}

#[test]
fn parts_that_may_be_too_large_or_depend_on_others_have_falling_steps() -> Result<(), String> {
    for resources in [
        "resource r = x + y + z <= 5; decomposition { r by primal; }",
        "resource r = x + y <= 3; resource s = y + z <= 3; \
         decomposition { r by primal; s by primal; }",
    ] {
        let found = first(&format!("{LOGS}{resources}"))?;
        assert!(matches!(found, Constants::Primal { constant: false, .. }), "{found:?}");
    }
    Ok(())
}

#[test]
fn dual_steps_of_any_certified_utility_carry_units_and_delays() -> Result<(), String> {
    // −U″ of atan is 2x/(1 + x²)²: least at 2 on 1 .. 2, where it is 4/25.
    let spec = |resource: &str| {
        format!(
            "fibre t; variable x in 1 .. 2; variable y in 1 .. 2; utility atan(x) + atan(y); {resource}"
        )
    };
    let step = |resource: &str| match first(&spec(resource))? {
        Constants::Dual { step } => Ok(step),
        other => Err(format!("{other:?}")),
    };
    let own = step("resource r = x + y <= 3;")?;
    assert!((0.9..=1.0).contains(&(own / (1.0 / 12.5))), "{own}");
    let delayed = step("resource r = x + y <= 3; decomposition { r by dual { delay 3 rounds; } }")?;
    assert!(near(delayed, own / 7.0), "{delayed}");
    // Twice the use answers with four times the speed.
    let double = step("resource r = 2 * x + 2 * y <= 6;")?;
    assert!(near(double, own / 4.0), "{double}");
    // An equality has a price of either sign, and the same step.
    let equal = step("resource r = x + y == 3; decomposition { r by dual; }")?;
    assert!(near(equal, own), "{equal}");
    // In thousandths a unit of use is a thousandth: the price, and so the step, is in another unit.
    let units = "fibre t; variable x: s in 1 s .. 2 s; variable y: s in 1 s .. 2 s;
        utility atan(x / 1 s) + atan(y / 1 s);
        resource r: ms = x + y <= 3 s; decomposition { r by dual { step 0.05; } }";
    let Constants::Dual { step } = first(units)? else { return Err("kind".into()) };
    assert!(near(step, 0.05e-6), "{step}");
    Ok(())
}

#[test]
fn auto_decides_by_its_table() -> Result<(), String> {
    let strict = "variable x in 1 .. 2; variable y in 1 .. 2; utility atan(x) + log(y);";
    let cases: &[(&str, Kind)] = &[
        // Several owners, strictly concave.
        ("resource r = x + y <= 3;", Kind::Dual),
        // Reads that are old.
        ("resource r = x + y <= 3; decomposition { r by auto { delay 2 rounds; } }", Kind::Dual),
        // Nobody who reads the whole use.
        (
            "resource r = x + y <= 3; decomposition { r by auto { coordinator none; } }",
            Kind::Consensus,
        ),
        ("resource r = x + y <= 3; decomposition { r by auto { peers ring; } }", Kind::Consensus),
        // A limit that may be soft.
        ("resource r = x + y <= 3; decomposition { r by auto { barrier 0.1; } }", Kind::Penalty),
        ("resource r = x + y <= 3; decomposition { r by auto { rho 2; } }", Kind::Admm),
        // One owner.
        ("resource r = x <= 1.5;", Kind::Penalty),
        // A use that no price by the unit can steer.
        ("resource r = square(x) + y <= 5;", Kind::Penalty),
    ];
    for (resource, wanted) in cases {
        let found = derived(&format!("fibre t; {strict} {resource}"))?;
        let first = found.resources.first().ok_or("no resource")?;
        assert_eq!(first.kind, *wanted, "{resource}: {}", first.why);
        assert!(!first.would_change.is_empty() && first.why.chars().any(|c| c.is_ascii_digit()));
    }
    let others: &[(&str, Kind)] = &[
        // Straight in x.
        (
            "variable x in 1 .. 2; variable y in 1 .. 2; utility x + log(y); resource r = x + y <= 3;",
            Kind::PrimalDual,
        ),
        // An equality, straight, one owner: a barrier has no inside there.
        ("variable x in 1 .. 2; utility x; resource r = x == 1.5;", Kind::PrimalDual),
        // A variable that is there to couple.
        (
            "variable x in 1 .. 2; variable y in 1 .. 2; variable s in 0 .. 4;
             utility log(x) + log(y); resource r = x - s <= 0; resource q = y + s <= 3;",
            Kind::Primal,
        ),
        // One utility of all is one owner.
        (
            "variable x in 1 .. 2; variable y in 1 .. 2; utility min(x, 2 * y); resource r = x + y <= 3;",
            Kind::Penalty,
        ),
    ];
    for (spec, wanted) in others {
        let found = derived(&format!("fibre t; {spec}"))?;
        let first = found.resources.first().ok_or("no resource")?;
        assert_eq!(first.kind, *wanted, "{spec}: {}", first.why);
    }
    Ok(())
}

#[test]
fn methods_mix_where_a_theorem_covers_them() -> Result<(), String> {
    let two = |methods: &str| {
        format!(
            "fibre t; variable x in 1 .. 2; variable y in 1 .. 2; variable z in 0 .. 2;
             utility log(x) + log(y) + z;
             resource r = x + y <= 3; resource s = y + z <= 3; decomposition {{ {methods} }}"
        )
    };
    for methods in ["r by dual; s by admm;", "r by dual; s by primal_dual;", "r by dual;"] {
        let found = derived(&two(methods))?;
        let kinds: Vec<_> = found.resources.iter().map(|each| each.kind).collect();
        assert_eq!(kinds[0], Kind::Dual, "{methods}");
        assert_ne!(kinds[1], Kind::Dual, "{methods}");
        assert!(found.resources[0].why.contains("Lyapunov functions add up"), "{methods}");
        // τ of a column is that of the primal-dual rows alone.
        let runs = kinds[1] == Kind::PrimalDual;
        assert_eq!(
            found.tau.iter().map(|tau| tau.is_finite()).collect::<Vec<_>>(),
            [false, runs, runs]
        );
    }
    assert!(derived(&two("r by dual; s by dual;")).is_err());
    // Nobody uses both: any two methods.
    let apart = "fibre t; variable x in 1 .. 2; variable y in 1 .. 2; utility log(x) + log(y);
        resource r = x <= 1.5; resource s = y <= 1.5; decomposition { r by penalty; s by primal; }";
    let found = derived(apart)?;
    assert_eq!((found.resources[0].kind, found.resources[1].kind), (Kind::Penalty, Kind::Primal));
    // Both follow one gradient: L is that of both rows.
    let gradient = "fibre t; variable x in 1 .. 2; variable y in 1 .. 2; utility log(x) + log(y);
        resource r = x + y <= 3; resource s = x + y <= 2.5; decomposition { r by dual; s by consensus; }";
    let Constants::Dual { step } = first(gradient)? else { return Err("kind".into()) };
    // A diag(1/μ) Aᵀ = 8 · 11ᵀ, whose norm is 16.
    assert!(near(step, 1.0 / 16.0), "{step}");
    Ok(())
}
