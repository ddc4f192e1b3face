//! An answer for people.

use std::fmt::Write;

use super::document::{Document, Entries, Entry, Proof};

/// Most elements of one table that are shown.
const MOST_SHOWN: usize = 40;

/// The answer as a table.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(" {unit}") };
    // Writing into a string does not fail.
    let _ = match document.objective {
        Some(objective) => writeln!(
            text,
            "{}: utility {}{}",
            document.status,
            number(objective),
            unit(&document.units.objective)
        ),
        None => writeln!(text, "{}", document.status),
    };
    entries(&mut text, "variable", &document.variables, &document.units.variables, "");
    let per = if document.units.objective.is_empty() { "1" } else { &document.units.objective };
    entries(&mut text, "price", &document.prices, &document.units.resources, &format!("{per}/"));
    for (name, [low, high]) in &document.price_intervals {
        let end = |end: Option<f64>, open: &str| end.map_or_else(|| open.to_owned(), number);
        let (low, high) = (end(*low, "-inf"), end(*high, "inf"));
        let _ = writeln!(text, "  at a kink: any price of {name} from {low} to {high} does");
    }
    for each in &document.envelopes {
        let _ = writeln!(
            text,
            "  at {} = {} the envelope promises {}, and the points themselves keep {}",
            each.variable,
            number(each.at),
            number(each.envelope),
            number(each.points)
        );
    }
    match &document.certificate {
        Some(Proof::Farkas { prices, bounds }) => {
            text.push_str(
                "no choice respects all of these; weighted so, they contradict each other:\n",
            );
            entries(&mut text, "resource", prices, &[], "");
            entries(&mut text, "bound", bounds, &[], "");
        }
        Some(Proof::Direction { variables }) => {
            text.push_str("the utility grows without end along this direction:\n");
            entries(&mut text, "variable", variables, &[], "");
        }
        None => {}
    }
    if let (Some(gap), Some(violation)) = (document.gap, document.violation) {
        let _ = writeln!(
            text,
            "certified: at most {gap:.1e} (relative) below the best utility; resources and bounds \
             are kept within {violation:.1e}"
        );
    }
    let seconds = document.seconds;
    let _ = writeln!(
        text,
        "{} steps by the {} method, {:.3} s after {:.3} s of compiling",
        document.iterations, document.route, seconds.solve, seconds.compile
    );
    text
}

fn entries(
    text: &mut String,
    kind: &str,
    entries: &Entries,
    units: &[(String, String)],
    per: &str,
) {
    for (name, entry) in &entries.0 {
        let unit = units.iter().find(|(of, _)| of == name).map(|(_, unit)| unit.as_str());
        let unit = unit.map_or_else(String::new, |unit| match (per, unit.contains('/')) {
            ("", _) => format!(" {unit}"),
            (_, true) => format!(" {per}({unit})"),
            (_, false) => format!(" {per}{unit}"),
        });
        let mut line = |name: &str, value: f64| {
            let _ = writeln!(text, "  {kind} {name} = {}{unit}", number(value));
        };
        match entry {
            Entry::One(value) => line(name, *value),
            Entry::Many(values) => {
                let shown = values.iter().take(MOST_SHOWN);
                shown.for_each(|(key, value)| line(&format!("{name}[{key}]"), *value));
                if let Some(more) = values.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
                    let _ = writeln!(text, "  … {more} more of {name}; `--format json` has all");
                }
            }
        }
    }
}

/// Seven significant digits, without those that say nothing.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (6 - value.abs().log10().floor() as i32).clamp(0, 12);
    let plain = format!("{value:.*}", digits.unsigned_abs() as usize);
    let trimmed = if plain.contains('.') {
        plain.trim_end_matches('0').trim_end_matches('.')
    } else {
        &plain
    };
    if value.abs() < 1e-5 || value.abs() >= 1e12 {
        format!("{value:.6e}")
    } else {
        trimmed.to_owned()
    }
}
