//! A run as a picture: variables, prices, and use against budget over the rounds.

mod panel;

use std::io;

use plotters::prelude::*;

use super::history::{History, Point};
use super::names::Names;
use crate::simulate::Simulation;
use panel::{Band, Line, Panel};

/// Width of the picture, and height of each panel, in pixels.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 250;

/// Most lines of a panel; what is beyond is a band.
const MOST_LINES: usize = 8;

/// Most panels of one kind: what is beyond is left to the table.
const MOST_PANELS: usize = 3;

/// The picture as an SVG document.
pub fn draw(names: &Names, history: &History, simulation: &Simulation) -> io::Result<String> {
    let panels = panels(names, history, simulation);
    let mut svg = String::new();
    let size = (WIDTH, HEIGHT * panels.len() as u32);
    // What fails in plotters is a coordinate that is not finite.
    let failed = |error: DrawingAreaErrorKind<_>| io::Error::other(format!("{error}"));
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        for (panel, area) in panels.iter().zip(area.split_evenly((panels.len(), 1))) {
            panel::draw(panel, &area).map_err(|error| io::Error::other(error.to_string()))?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// A quantity over the rounds: its name, its value at a point, and where the optimum is.
struct Quantity<'n> {
    name: &'n str,
    unit: &'n str,
    of: Of,
    optimum: Option<f64>,
}

/// Where the value stands in a point.
#[derive(Clone, Copy)]
enum Of {
    Column(usize),
    Price(usize),
    /// In percent of this budget.
    Use(usize, f64),
}

impl Of {
    /// The value there, if there is one.
    fn at(self, point: &Point) -> Option<f64> {
        let value = match self {
            Of::Column(at) => point.x.get(at).copied().flatten(),
            Of::Price(at) => point.prices.get(at).copied(),
            Of::Use(at, budget) => point.uses.get(at).map(|used| 100.0 * used / budget),
        };
        value.filter(|value| value.is_finite())
    }
}

fn panels(names: &Names, history: &History, simulation: &Simulation) -> Vec<Panel> {
    let optimum = &simulation.reference;
    let columns = names.columns.iter().enumerate().map(|(at, each)| Quantity {
        name: &each.name,
        unit: &each.unit,
        of: Of::Column(at),
        optimum: optimum.x.get(at).copied().filter(|_| simulation.present[at]),
    });
    let rows = names.rows.iter().enumerate();
    let prices = rows.clone().map(|(at, each)| Quantity {
        name: &each.name,
        unit: &names.price_units[at],
        of: Of::Price(at),
        optimum: optimum.prices.get(at).copied(),
    });
    // Of a budget of 0 there are no parts.
    let shared = rows.filter(|(at, _)| names.budgets[*at] != 0.0);
    let uses = shared.map(|(at, each)| Quantity {
        name: &each.name,
        unit: "%",
        of: Of::Use(at, names.budgets[at]),
        optimum: None,
    });
    let mut panels = by_item("variable", columns.collect(), history);
    panels.extend(by_item("price of", prices.collect(), history));
    let uses: Vec<_> = uses.collect();
    if !uses.is_empty() {
        let mut used = panel("use, in parts of the budget", &uses, history);
        used.level = Some((100.0, "the budget"));
        panels.push(used);
    }
    panels
}

/// A panel for each variable or resource, those with the most elements first.
fn by_item(what: &str, quantities: Vec<Quantity<'_>>, history: &History) -> Vec<Panel> {
    let mut items: Vec<(&str, Vec<Quantity<'_>>)> = Vec::new();
    for quantity in quantities {
        let item = quantity.name.split('[').next().unwrap_or(quantity.name);
        match items.last_mut() {
            Some((last, elements)) if *last == item => elements.push(quantity),
            _ => items.push((item, vec![quantity])),
        }
    }
    items.sort_by_key(|(_, elements)| std::cmp::Reverse(elements.len()));
    items.truncate(MOST_PANELS);
    let panel =
        |(item, elements): (&str, Vec<_>)| panel(&format!("{what} {item}"), &elements, history);
    items.into_iter().map(panel).collect()
}

/// A panel of quantities of one unit.
fn panel(title: &str, quantities: &[Quantity<'_>], history: &History) -> Panel {
    let unit = quantities.first().map_or("", |first| first.unit);
    let shown = if quantities.len() > MOST_LINES { MOST_LINES - 1 } else { quantities.len() };
    let (lines, rest) = quantities.split_at(shown);
    let line = |quantity: &Quantity<'_>| Line {
        name: quantity.name.to_owned(),
        points: history.points.iter().map(|p| (p.round as f64, quantity.of.at(p))).collect(),
        optimum: quantity.optimum.filter(|value| value.is_finite()),
    };
    let range = |point: &Point| {
        let values = rest.iter().filter_map(|quantity| quantity.of.at(point));
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        (low <= high).then_some((point.round as f64, low, high))
    };
    let band = (!rest.is_empty()).then(|| Band {
        name: format!("{} more (their range)", rest.len()),
        points: history.points.iter().filter_map(range).collect(),
    });
    Panel {
        title: title.to_owned(),
        unit: unit.to_owned(),
        lines: lines.iter().map(line).collect(),
        band,
        level: None,
    }
}
