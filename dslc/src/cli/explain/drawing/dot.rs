//! A picture for Graphviz.

use std::fmt::Write;

use super::picture::Picture;

/// The picture in the DOT language.
pub fn write(picture: &Picture) -> String {
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = write!(
        text,
        "// {}\ngraph {} {{\n  layout=neato; overlap=false; splines=true;\n  node [shape=circle];\n",
        picture.remark,
        quoted(&picture.title)
    );
    for node in &picture.nodes {
        let label = quoted(&format!("{}\n{}", node.name, node.number));
        let _ = writeln!(text, "  {} [label={label}];", quoted(&node.name));
    }
    for edge in &picture.edges {
        let end = |id: usize| picture.nodes.get(id).map(|node| quoted(&node.name));
        let (Some(a), Some(b)) = (end(edge.ends.0), end(edge.ends.1)) else { continue };
        let attributes = match edge.fill {
            true => "style=dashed".to_owned(),
            false => format!("label={}", quoted(&edge.label)),
        };
        let _ = writeln!(text, "  {a} -- {b} [{attributes}];");
    }
    text.push_str("}\n");
    text
}

/// A quoted identifier.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
