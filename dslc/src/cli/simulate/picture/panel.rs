//! One panel: lines, a band, and their names beside them.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Quantities of one unit over the rounds.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What they are.
    pub title: String,
    /// Their unit; empty when dimensionless.
    pub unit: String,
    /// Each by itself.
    pub lines: Vec<Line>,
    /// All others.
    pub band: Option<Band>,
    /// A level that all are compared with, and its name.
    pub level: Option<(f64, &'static str)>,
}

/// One quantity; it has gaps where it is nothing.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Rounds and values.
    pub points: Vec<(f64, Option<f64>)>,
    /// Where it should go.
    pub optimum: Option<f64>,
}

/// Many quantities between the least and the largest of them.
#[derive(Clone, Debug)]
pub struct Band {
    /// What they are.
    pub name: String,
    /// Rounds, least and largest values.
    pub points: Vec<(f64, f64, f64)>,
}

/// Colours that people without full colour vision tell apart (Okabe and Ito 2008).
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(110, 80, 60),
    RGBColor(0, 0, 0),
];
const BAND: RGBColor = RGBColor(120, 120, 120);

/// Room for the names on the right, in pixels.
const NAMES: u32 = 220;
/// Height of a name.
const NAME_HEIGHT: i32 = 20;
/// Longest name that fits there.
const MOST_LETTERS: usize = 26;
const TITLE: (&str, u32) = ("sans-serif", 16);
const TEXT: (&str, u32) = ("sans-serif", 13);

/// Draws a panel.
pub fn draw(panel: &Panel, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<()> {
    let (width, _) = area.dim_in_pixel();
    let (left, right) = area.split_horizontally(width.saturating_sub(NAMES));
    let end = panel.rounds().fold(1.0, f64::max);
    let (low, high) = panel.range();
    let mut chart = ChartBuilder::on(&left)
        .caption(&panel.title, TITLE)
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(76)
        .build_cartesian_2d(0.0..end, low..high)?;
    let value = |value: &f64| label(*value, high - low);
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(BLACK.mix(0.08))
        .x_labels(8)
        .y_labels(5)
        .x_label_formatter(&|round| format!("{round:.0}"))
        .y_label_formatter(&value)
        .x_desc("round")
        .y_desc(if panel.unit.is_empty() { "1" } else { panel.unit.as_str() })
        .label_style(TEXT)
        .axis_desc_style(TEXT)
        .draw()?;
    if let Some(band) = &panel.band {
        let above = band.points.iter().map(|(round, _, most)| (*round, *most));
        let below = band.points.iter().rev().map(|(round, least, _)| (*round, *least));
        let outline: Vec<_> = above.chain(below).collect();
        chart.draw_series([Polygon::new(outline, BAND.mix(0.25))])?;
    }
    if let Some((level, _)) = panel.level {
        let line = [(0.0, level), (end, level)];
        chart.draw_series(DashedLineSeries::new(line, 6, 4, BLACK.mix(0.6).stroke_width(1)))?;
    }
    for (line, colour) in panel.lines.iter().zip(COLOURS.iter().cycle()) {
        if let Some(optimum) = line.optimum {
            let ends = [(0.0, optimum), (end, optimum)];
            let style = colour.mix(0.6).stroke_width(1);
            chart.draw_series(DashedLineSeries::new(ends, 3, 4, style))?;
        }
        // A gap ends a stroke.
        for stroke in line.points.split(|(_, value)| value.is_none()) {
            let points = stroke.iter().filter_map(|(round, value)| Some((*round, (*value)?)));
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
        }
    }
    names(panel, &right)
}

/// The names, each beside a stroke of its colour.
fn names(panel: &Panel, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<()> {
    let mut entries: Vec<(String, ShapeStyle)> = Vec::new();
    for (line, colour) in panel.lines.iter().zip(COLOURS.iter().cycle()) {
        entries.push((line.name.clone(), colour.stroke_width(3)));
    }
    if let Some(band) = &panel.band {
        entries.push((band.name.clone(), BAND.mix(0.4).stroke_width(9)));
    }
    if let Some((_, name)) = panel.level {
        entries.push((format!("dashed: {name}"), BLACK.mix(0.6).stroke_width(1)));
    } else if panel.lines.iter().any(|line| line.optimum.is_some()) {
        entries.push(("dashed: the optimum".to_owned(), BLACK.mix(0.6).stroke_width(1)));
    }
    for ((name, style), at) in entries.into_iter().zip(0..) {
        let middle = 34 + at * NAME_HEIGHT;
        area.draw(&PathElement::new([(0, middle), (22, middle)], style))?;
        area.draw(&Text::new(shortened(&name), (30, middle - 7), TEXT))?;
    }
    Ok(())
}

impl Panel {
    fn rounds(&self) -> impl Iterator<Item = f64> + '_ {
        self.lines.iter().filter_map(|line| line.points.last().map(|(round, _)| *round))
    }

    /// The least and the largest value that is drawn, with some room.
    fn range(&self) -> (f64, f64) {
        let lines = self.lines.iter().flat_map(|line| {
            line.points.iter().filter_map(|(_, value)| *value).chain(line.optimum)
        });
        let band = self.band.iter().flat_map(|band| &band.points);
        let band = band.flat_map(|(_, least, most)| [*least, *most]);
        let all = lines.chain(band).chain(self.level.map(|(level, _)| level));
        let (low, high) =
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return (0.0, 1.0);
        }
        let room = 0.08 * (high - low).max(1e-9 * high.abs().max(low.abs())).max(f64::MIN_POSITIVE);
        // What is nearly 0 starts there.
        let from_zero = low >= 0.0 && low < 0.3 * high;
        (if from_zero { 0.0 } else { low - room }, high + room)
    }
}

/// A tick's label with as many digits as the axis needs.
fn label(value: f64, span: f64) -> String {
    if !(1e-4..1e6).contains(&span) {
        return format!("{value:.2e}");
    }
    let places = (2 - span.log10().floor() as i32).clamp(0, 6);
    format!("{value:.*}", places.unsigned_abs() as usize)
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= MOST_LETTERS {
        return name.to_owned();
    }
    name.chars().take(MOST_LETTERS - 1).chain(['…']).collect()
}
