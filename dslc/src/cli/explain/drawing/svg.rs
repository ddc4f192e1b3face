//! A picture as SVG.

use std::fmt::Write;

use super::layout::{Layout, lay_out};
use super::picture::Picture;

/// Radius of a vertex.
const RADIUS: f64 = 15.0;

/// Most edges whose labels are written out; beyond, they are shown where one points.
const MOST_LABELS: usize = 120;

/// Most letters of a name that are written out.
const MOST_LETTERS: usize = 24;

/// Room above the graph for what is drawn, and the least width that its words take.
const HEADING: f64 = 64.0;
const LEAST_WIDTH: f64 = 640.0;

const STYLE: &str = "\
    text { font-family: system-ui, sans-serif; font-size: 12px; fill: #1b1b1b; text-anchor: middle }
    .title { font-size: 17px; font-weight: 600; text-anchor: start }
    .remark { fill: #555; text-anchor: start }
    .name, .label { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round }
    .label { font-size: 10.5px; fill: #2a5d8f }
    line { stroke: #8a8f98; stroke-width: 1.6 }
    .many line { stroke-width: 0.8; stroke-opacity: 0.6 }
    .fill { stroke: #c2621b; stroke-dasharray: 6 5 }
    circle { fill: #eaf1f8; stroke: #2a5d8f; stroke-width: 1.6 }
";

/// The picture as one SVG document.
pub fn write(picture: &Picture) -> String {
    // Fill joins what couplings join already, and would fold it.
    let coupled = picture.edges.iter().filter(|edge| !edge.fill).map(|edge| edge.ends);
    let Layout { places, size } = lay_out(picture.nodes.len(), coupled);
    let (width, height) = (size.0.max(LEAST_WIDTH), size.1 + HEADING);
    // What is narrower than the words above it stands in the middle.
    let aside = (width - size.0) / 2.0;
    let at = |id: usize| places.get(id).map_or((0.0, 0.0), |&(x, y)| (x + aside, y + HEADING));
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n  <title>{}</title>\n  \
         <style>\n{STYLE}  </style>\n  <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        escaped(&format!("Coupling graph of {}", picture.title))
    );
    let (title, remark) = (escaped(&picture.title), escaped(&picture.remark));
    let _ = writeln!(text, "  <text class=\"title\" x=\"20\" y=\"30\">{title}</text>");
    let _ = writeln!(text, "  <text class=\"remark\" x=\"20\" y=\"50\">{remark}</text>");
    let labelled = picture.edges.iter().filter(|edge| !edge.fill).count() <= MOST_LABELS;
    let mut labels = String::new();
    let _ = writeln!(text, "  <g class=\"{}\">", if labelled { "few" } else { "many" });
    for edge in &picture.edges {
        let (from, to) = (at(edge.ends.0), at(edge.ends.1));
        let (class, said) = match edge.fill {
            true => (" class=\"fill\"", "added by elimination"),
            false => ("", edge.label.as_str()),
        };
        let _ = writeln!(
            text,
            "  <line{class} x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"><title>{}</title></line>",
            from.0,
            from.1,
            to.0,
            to.1,
            escaped(said)
        );
        if labelled && !edge.fill {
            let (x, y) = (0.5 * (from.0 + to.0), 0.5 * (from.1 + to.1) + 4.0);
            let label = escaped(&shortened(&edge.label));
            let _ = writeln!(
                labels,
                "  <text class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\">{label}</text>"
            );
        }
    }
    text.push_str("  </g>\n");
    for (id, node) in picture.nodes.iter().enumerate() {
        let ((x, y), name) = (at(id), escaped(&node.name));
        let _ = writeln!(
            text,
            "  <g><title>{name}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\">{}</text>\
             <text class=\"name\" x=\"{x:.1}\" y=\"{:.1}\">{}</text></g>",
            y + 4.0,
            node.number,
            y + RADIUS + 17.0,
            escaped(&shortened(&node.name))
        );
    }
    text + &labels + "</svg>\n"
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    text.chars().take(MOST_LETTERS - 1).chain(['…']).collect()
}

/// Text as XML can hold it: without what has a meaning there, and without what it does not allow.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            letter if letter < ' ' || ('\u{fffe}'..='\u{ffff}').contains(&letter) => {
                safe.push('\u{fffd}');
            }
            letter => safe.push(letter),
        }
    }
    safe
}
