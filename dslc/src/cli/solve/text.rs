//! An answer for people.

use std::fmt::Write;

use super::document::{Document, Entries, Entry, Load, Proof};
use super::table::Table;
use crate::sema::hir::Relation;

/// Most elements of one name that are listed; of more, a summary.
const MOST_LISTED: usize = 40;
/// How many of a longer name stand in its summary, the ones that matter most.
const MOST_NAMED: usize = 10;
/// How near a limit counts as at it, relative to its size.
const NEAR: f64 = 1e-6;

/// The answer as text. Writing into a string does not fail, so that results of `writeln!` are let go.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    let status = document.status.as_str();
    let _ = match document.objective {
        Some(objective) if status == "optimal" => {
            writeln!(text, "optimal: utility {}", with(objective, &document.units.objective))
        }
        Some(objective) => writeln!(
            text,
            "{status}: stopped before an optimum could be certified; the best that was found has \
             utility {}",
            with(objective, &document.units.objective)
        ),
        None if document.certificate.is_some() => writeln!(text, "{status}"),
        None => writeln!(text, "{status}: stopped before a point was found"),
    };
    variables(&mut text, document);
    resources(&mut text, document);
    for (name, [low, high]) in &document.price_intervals {
        let end = |end: Option<f64>, open: &str| end.map_or_else(|| open.to_owned(), number);
        let (low, high) = (end(*low, "-inf"), end(*high, "inf"));
        let _ = writeln!(text, "at a kink: any price of {name} from {low} to {high} does");
    }
    for each in &document.envelopes {
        let _ = writeln!(
            text,
            "at {} = {} the envelope promises {}, and the points themselves keep {}",
            each.variable,
            number(each.at),
            number(each.envelope),
            number(each.points)
        );
    }
    match &document.certificate {
        Some(Proof::Farkas { prices, bounds }) => {
            text.push_str(
                "no choice keeps all of these: weighted so, they add up to a contradiction\n",
            );
            multipliers(&mut text, ["resource", "weight"], prices);
            multipliers(&mut text, ["bound of", "weight"], bounds);
        }
        Some(Proof::Direction { variables }) => {
            text.push_str("the utility grows without end along this direction\n");
            multipliers(&mut text, ["variable", "change"], variables);
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
    if status == "iteration_limit" {
        text.push_str(
            "go on with more steps (`--max-iterations`), or be content with less (`--tol`)\n",
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

/// Elements of an entry under their full names.
fn elements<'e>(name: &'e str, entry: &'e Entry) -> Box<dyn Iterator<Item = (String, f64)> + 'e> {
    match entry {
        Entry::One(value) => Box::new(std::iter::once((name.to_owned(), *value))),
        Entry::Many(values) => {
            Box::new(values.iter().map(move |(key, value)| (format!("{name}[{key}]"), *value)))
        }
    }
}

fn count(entry: &Entry) -> usize {
    match entry {
        Entry::One(_) => 1,
        Entry::Many(values) => values.len(),
    }
}

fn variables(text: &mut String, document: &Document) {
    let mut table = Table::new(["variable", "value", ""]);
    let mut summaries = String::new();
    let mut next = 0;
    for (name, entry) in &document.variables.0 {
        let bounds = document.bounds.get(next..next + count(entry)).unwrap_or_default();
        next += count(entry);
        let unit = unit_of(name, &document.units.variables);
        if count(entry) <= MOST_LISTED {
            for ((name, value), bounds) in elements(name, entry).zip(bounds) {
                table.row([name, with(value, unit), at_bound(value, *bounds).to_owned()]);
            }
            continue;
        }
        let (mut least, mut most, mut sum) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        let mut stopped = 0;
        for ((_, value), bounds) in elements(name, entry).zip(bounds) {
            (least, most, sum) = (least.min(value), most.max(value), sum + value);
            stopped += usize::from(!at_bound(value, *bounds).is_empty());
        }
        let _ = writeln!(
            summaries,
            "  {name}: {} elements from {} to {}, {} on average; {stopped} at a bound",
            count(entry),
            number(least),
            with(most, unit),
            with(sum / count(entry) as f64, unit)
        );
    }
    text.push_str(&table.render());
    text.push_str(&summaries);
}

fn at_bound(value: f64, (low, high): (f64, f64)) -> &'static str {
    let at =
        |bound: f64| bound.is_finite() && (value - bound).abs() <= NEAR * bound.abs().max(1e-3);
    match (at(low), at(high)) {
        (true, true) => "fixed",
        (true, false) => "at its lower bound",
        (false, true) => "at its upper bound",
        (false, false) => "",
    }
}

fn resources(text: &mut String, document: &Document) {
    let mut table = Table::new(["resource", "used", "of", "price", ""]);
    let mut longer = Vec::new();
    let mut next = 0;
    for (name, entry) in &document.prices.0 {
        let loads = document.loads.get(next..next + count(entry)).unwrap_or_default();
        next += count(entry);
        let unit = unit_of(name, &document.units.resources);
        let per = per(&document.units.objective, unit);
        let row = |(name, price): (String, f64), load: &Load| {
            let limit = format!("{} {}", symbol(load.relation), with(load.limit, unit));
            let binds = if load.binds() { "binds" } else { "" };
            [name, number(load.used), limit, with(price, &per), binds.to_owned()]
        };
        if count(entry) <= MOST_LISTED {
            for (element, load) in elements(name, entry).zip(loads) {
                table.row(row(element, load));
            }
            continue;
        }
        let binding = loads.iter().filter(|load| load.binds()).count();
        let mut dearest: Vec<_> = elements(name, entry).zip(loads).collect();
        dearest.sort_by(|((_, a), _), ((_, b), _)| b.abs().total_cmp(&a.abs()));
        let mut table = Table::new(["resource", "used", "of", "price", ""]);
        dearest
            .into_iter()
            .take(MOST_NAMED)
            .for_each(|(element, load)| table.row(row(element, load)));
        let mut part = String::new();
        let _ = writeln!(
            part,
            "  {name}: {} elements, {binding} bind; the dearest (`--format json` has all):",
            count(entry)
        );
        longer.push(part + &table.render());
    }
    text.push_str(&table.render());
    longer.iter().for_each(|part| text.push_str(part));
}

impl Load {
    /// Whether what is used is what there is; an equality always binds.
    fn binds(&self) -> bool {
        self.relation == Relation::Equal
            || (self.used - self.limit).abs() <= NEAR * self.limit.abs().max(self.size)
    }
}

fn symbol(relation: Relation) -> &'static str {
    match relation {
        Relation::AtMost => "<=",
        Relation::Equal => "==",
        Relation::AtLeast => ">=",
    }
}

/// What is not 0 of a proof, the largest first.
fn multipliers(text: &mut String, header: [&str; 2], entries: &Entries) {
    let mut all: Vec<_> =
        entries.0.iter().flat_map(|(name, entry)| elements(name, entry)).collect();
    all.retain(|(_, value)| *value != 0.0);
    all.sort_by(|(_, a), (_, b)| b.abs().total_cmp(&a.abs()));
    let mut table = Table::new(header);
    let shown = all.iter().take(MOST_LISTED);
    shown.for_each(|(name, value)| table.row([name.clone(), number(*value)]));
    text.push_str(&table.render());
    if let Some(more) = all.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "  … and {more} smaller ones; `--format json` has all");
    }
}

fn unit_of<'u>(name: &str, units: &'u [(String, String)]) -> &'u str {
    units.iter().find(|(of, _)| of == name).map_or("", |(_, unit)| unit.as_str())
}

/// The unit of a price: utility per unit of the resource.
fn per(utility: &str, unit: &str) -> String {
    match (utility, unit) {
        (utility, "") => utility.to_owned(),
        ("", unit) if unit.contains('/') => format!("1/({unit})"),
        ("", unit) => format!("1/{unit}"),
        (utility, unit) if unit.contains('/') => format!("{utility}/({unit})"),
        (utility, unit) => format!("{utility}/{unit}"),
    }
}

fn with(value: f64, unit: &str) -> String {
    if unit.is_empty() { number(value) } else { format!("{} {unit}", number(value)) }
}

/// Seven significant digits, without those that say nothing.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() || value.abs() < 1e-5 || value.abs() >= 1e12 {
        return format!("{value:.6e}");
    }
    let digits = (6 - value.abs().log10().floor() as i32).clamp(0, 12);
    let plain = format!("{value:.*}", digits.unsigned_abs() as usize);
    match plain.contains('.') {
        true => plain.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => plain,
    }
}
