//! A run for people.

use std::fmt::{self, Write};

use super::document::Document;

/// Most elements of one table that are shown.
const MOST_SHOWN: usize = 12;

/// The run as text.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write(&mut text, document);
    text
}

fn write(text: &mut String, document: &Document) -> fmt::Result {
    let arithmetic = match document.arithmetic {
        "fixed_point" => "in the kernel's integers",
        _ => "in 64-bit floating point",
    };
    let end = if document.settled { "settled" } else { "not settled" };
    let (rounds, tolerance) = (document.rounds, document.tolerance);
    writeln!(text, "{rounds} rounds {arithmetic}: {end} to {tolerance:e}")?;
    methods(text, document)?;
    disturbances(text, document)?;
    writeln!(
        text,
        "\n  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}",
        "round", "variables", "prices", "gap", "violation"
    )?;
    for each in &document.convergence {
        let columns = [each.variables, each.prices, each.gap, each.violation];
        write!(text, "  {:>9}", each.round)?;
        columns.iter().try_for_each(|value| write!(text, "  {:>9}", short(*value)))?;
        writeln!(text)?;
    }
    for each in &document.rounds_to {
        let accuracy = each.accuracy;
        match each.round {
            Some(round) => {
                writeln!(text, "gap and violation within {accuracy:e} from round {round} on")?;
            }
            None => writeln!(text, "gap and violation did not stay within {accuracy:e}")?,
        }
    }
    certified(text, document)?;
    writeln!(text, "\nAt the end, and the optimum")?;
    for each in document.variables.iter().take(MOST_SHOWN) {
        let unit = if each.unit.is_empty() { String::new() } else { format!(" {}", each.unit) };
        match each.present {
            true => writeln!(
                text,
                "  {} = {}{unit} ({})",
                each.name,
                digits(each.value),
                digits(each.optimum)
            )?,
            false => writeln!(text, "  {} is away", each.name)?,
        }
    }
    more(text, document.variables.len())?;
    for each in document.resources.iter().take(MOST_SHOWN) {
        let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(" {unit}") };
        writeln!(
            text,
            "  price of {} = {}{} ({}), {} of {}{} used",
            each.name,
            digits(each.price),
            unit(&each.price_unit),
            digits(each.optimum),
            digits(each.used),
            digits(each.budget),
            unit(&each.unit)
        )?;
    }
    more(text, document.resources.len())
}

fn more(text: &mut String, count: usize) -> fmt::Result {
    match count.checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        Some(more) => writeln!(text, "  … {more} more; `--format json` has all"),
        None => Ok(()),
    }
}

/// Each method with the resources that it runs.
fn methods(text: &mut String, document: &Document) -> fmt::Result {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for each in &document.methods {
        match told.iter_mut().find(|(method, _)| *method == each.method) {
            Some((_, resources)) => resources.push(&each.resource),
            None => told.push((each.method, vec![&each.resource])),
        }
    }
    for (method, resources) in told {
        let some = resources.iter().take(MOST_SHOWN).copied().collect::<Vec<_>>().join(", ");
        let more = resources.len().saturating_sub(MOST_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(text, "  {method}: {some}{more}")?;
    }
    Ok(())
}

fn disturbances(text: &mut String, document: &Document) -> fmt::Result {
    let weather = &document.disturbances;
    let mut parts = Vec::new();
    if weather.noise > 0.0 {
        parts.push(format!("noise {}", weather.noise));
    }
    if weather.delay > 0 {
        parts.push(format!("prices {} rounds old", weather.delay));
    }
    if weather.loss > 0.0 {
        parts.push(format!("{} of the messages lost", weather.loss));
    }
    if weather.churn > 0.0 {
        parts.push(format!("members come and go with {} a round", weather.churn));
    }
    if weather.nodes > 1 {
        parts.push(format!("{} nodes, exchange every {} rounds", weather.nodes, weather.exchange));
    }
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(text, "  disturbed by: {} (seed {})", parts.join(", "), weather.seed)
}

fn certified(text: &mut String, document: &Document) -> fmt::Result {
    let certified = &document.certified;
    writeln!(text, "certified: {}", certified.rate)?;
    if let Some(why) = &certified.not_covered {
        writeln!(text, "  this does not speak of {why}")?;
    }
    let (kept, compared) = (certified.rounds_kept, certified.rounds_compared);
    let (Some(promised), Some(measured)) = (certified.promised, certified.measured) else {
        return Ok(());
    };
    let (promised, measured) = (short(promised), short(measured));
    match compared {
        0 => writeln!(text, "  at the end {measured}; once it has settled, at most {promised}"),
        _ => writeln!(
            text,
            "  kept in {kept} of {compared} compared rounds; at the end {measured} where at most \
             {promised} is promised"
        ),
    }
}

fn short(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { format!("{value:.1e}") }
}

/// Six significant digits, without zeros behind them.
fn digits(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.4e}");
    }
    let places = (5 - size.log10().floor() as i32).clamp(0, 9);
    let plain = format!("{value:.*}", places.unsigned_abs() as usize);
    match plain.contains('.') {
        true => plain.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => plain,
    }
}
