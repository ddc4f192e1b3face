//! The price over time, as a picture.

use std::path::Path;

use plotters::prelude::*;

use crate::summary::Summary;
use crate::{Failure, Result};

const SIZE: (u32, u32) = (900, 480);
const PRICE: RGBColor = RGBColor(31, 90, 160);
const DWELL: RGBColor = RGBColor(200, 80, 40);

/// Draws price and dwell over time into `file`.
pub fn draw(file: &Path, summary: &Summary) -> Result<()> {
    // Beside it first: an interrupted run leaves the last picture whole.
    let beside = file.with_extension("svg.new");
    plot(&beside, summary)
        .map_err(|error| Failure::new(format!("cannot draw {}: {error}", file.display())))?;
    std::fs::rename(&beside, file)
        .map_err(Failure::because(format!("cannot write {}", file.display())))
}

fn plot(file: &Path, summary: &Summary) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (above, below) = area.split_vertically(SIZE.1 * 3 / 5);
    let samples = &summary.samples;
    let end = samples.last().map_or(1.0, |sample| sample.seconds);
    let top = samples.iter().map(|sample| sample.price).fold(0.0, f64::max);
    let low = samples.iter().map(|sample| sample.price).fold(top, f64::min);
    let room = (top - low).max(top * 0.01) * 0.15;

    let mut price = ChartBuilder::on(&above)
        .caption("price of a second of exposure", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(12)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..end, low - room..top + room)?;
    price.configure_mesh().light_line_style(WHITE).x_labels(10).y_desc("1/s").draw()?;
    let line = samples.iter().map(|sample| (sample.seconds, sample.price));
    price.draw_series(LineSeries::new(line, PRICE.stroke_width(2)))?;
    let attack = [(summary.attack_seconds, low - room), (summary.attack_seconds, top + room)];
    price.draw_series(LineSeries::new(attack, BLACK.mix(0.4)))?;
    let label = ("the opponent starts", (summary.attack_seconds + end * 0.01, top + room * 0.4));
    price.draw_series([Text::new(label.0, label.1, ("sans-serif", 13))])?;

    let most = samples.iter().map(|sample| sample.dwell_seconds * 1e3).fold(1.0, f64::max);
    let mut dwell = ChartBuilder::on(&below)
        .caption("dwell of all tainted processes", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..end, 0.0..most * 1.15)?;
    dwell.configure_mesh().light_line_style(WHITE).x_desc("s").y_desc("ms").y_labels(4).draw()?;
    let line = samples.iter().map(|sample| (sample.seconds, sample.dwell_seconds * 1e3));
    dwell.draw_series(AreaSeries::new(line, 0.0, DWELL.mix(0.3)).border_style(DWELL))?;
    area.present()?;
    Ok(())
}
