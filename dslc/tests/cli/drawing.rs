//! `dslc explain --graph`.

use std::fs;
use std::path::Path;

use crate::{Ran, good, run};

/// Four resources around a ring: its completion has one edge.
const RING: &str = "fibre ring;
variable p in 0.1 .. 1;
variable q in 0.1 .. 1;
variable r in 0.1 .. 1;
variable s in 0.1 .. 1;
resource north = s + p <= 1;
resource east  = p + q <= 1;
resource south = q + r <= 1;
resource west  = r + s <= 1;
utility log(p) + log(q) + log(r) + log(s);
";

/// Draws a spec; returns the picture and what was printed.
fn drawn(spec: &Path, name: &str) -> (String, Ran) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let ran = run(["explain".as_ref(), spec.as_os_str(), "--graph".as_ref(), path.as_os_str()]);
    let files = fs::read_dir(folder.path()).map_or(0, Iterator::count);
    assert!(files <= 1, "nothing is left beside the picture");
    (fs::read_to_string(path).unwrap_or_default(), ran)
}

fn written(folder: &Path, text: &str) -> std::path::PathBuf {
    let path = folder.join("spec.num");
    fs::write(&path, text).expect("a spec");
    path
}

#[test]
fn a_ring_and_its_chord_are_drawn_for_graphviz() {
    let folder = tempfile::tempdir().expect("a folder");
    let (text, ran) = drawn(&written(folder.path(), RING), "ring.dot");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(text, @r#"
    // 4 resources, 4 couplings, 1 edge of fill; width 2; the numbers are the order of elimination
    graph "ring" {
      layout=neato; overlap=false; splines=true;
      node [shape=circle];
      "north" [label="north\n4"];
      "east" [label="east\n1"];
      "south" [label="south\n2"];
      "west" [label="west\n3"];
      "north" -- "east" [label="p"];
      "north" -- "west" [label="s"];
      "east" -- "south" [label="q"];
      "south" -- "west" [label="r"];
      "north" -- "south" [style=dashed];
    }
    "#);
}

#[test]
fn an_svg_is_xml_with_a_circle_for_each_resource_and_a_line_for_each_edge() {
    let folder = tempfile::tempdir().expect("a folder");
    let (text, ran) = drawn(&written(folder.path(), RING), "ring.SVG");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document = roxmltree::Document::parse(&text).expect("XML");
    let count = |name: &str| document.descendants().filter(|it| it.has_tag_name(name)).count();
    assert_eq!((count("circle"), count("line")), (4, 5));
    let dashed = |it: &roxmltree::Node| it.attribute("class") == Some("fill");
    assert_eq!(document.descendants().filter(dashed).count(), 1);
    let words: Vec<_> = document.descendants().filter_map(|it| it.text()).collect();
    for word in ["north", "west", "1", "4", "p", "s"] {
        assert!(words.contains(&word), "{word} in {words:?}");
    }
    let (again, _) = drawn(&written(folder.path(), RING), "again.svg");
    assert_eq!(again, text, "the same graph is drawn the same way");
}

#[test]
fn names_may_hold_what_xml_and_dot_reserve() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("l.csv"), "l\n\"<a> & \"\"b\"\"\"\nc\\d\n").expect("a table");
    let text = "fibre odd;
set L from \"l.csv\" column \"l\";
variable x in 0.1 .. 1;
variable y[l in L] in 0.1 .. 1;
resource load[l in L] = x + y[l] <= 1;
utility log(x) + sum(log(y[l]) for l in L);
";
    let spec = written(folder.path(), text);
    let (svg, ran) = drawn(&spec, "odd.svg");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document = roxmltree::Document::parse(&svg).expect("XML");
    assert!(document.descendants().any(|it| it.text() == Some("load[<a> & \"b\"]")), "{svg}");
    let (dot, _) = drawn(&spec, "odd.dot");
    assert!(dot.contains(r#""load[<a> & \"b\"]" -- "load[c\\d]" [label="x"];"#), "{dot}");
}

#[test]
fn a_large_graph_is_drawn_in_clusters_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "fibre chain;
set L = 1 .. 400;
variable x[l in L] in 0.1 .. 1;
resource load[l in L] = sum(x[k] for k in L if k == l or k == l + 1) <= 1;
utility sum(log(x[l]) for l in L);
";
    let (svg, ran) = drawn(&written(folder.path(), text), "chain.svg");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("400 resources and 399 couplings are too many"), "{}", ran.stderr);
    let document = roxmltree::Document::parse(&svg).expect("XML");
    let circles = document.descendants().filter(|it| it.has_tag_name("circle")).count();
    assert!((2..=80).contains(&circles), "{circles}");
}

#[test]
fn a_picture_that_cannot_be_drawn_or_written_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = good();
    let explain = |subject: &std::ffi::OsStr, path: &Path| {
        run(["explain".as_ref(), subject, "--graph".as_ref(), path.as_os_str()])
    };
    for name in ["out.png", "out", ".svg"] {
        let ran = explain(spec.as_os_str(), &folder.path().join(name));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{name}");
        assert!(ran.stderr.contains("`.svg` or `.dot`"), "{}", ran.stderr);
    }
    let ran = explain("N0102".as_ref(), &folder.path().join("out.svg"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("a code has no coupling graph"), "{}", ran.stderr);
    let ran = explain(spec.as_os_str(), &folder.path().join("missing/out.svg"));
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("N0705"), "{}", ran.stderr);
    let open = "fibre late;\nset T: open 9;\nvariable x[t in T] in 0 .. 1;
resource load = sum(x[t] for t in T) <= 1;\nutility sum(x[t] for t in T);\n";
    let (text, ran) = drawn(&written(folder.path(), open), "late.dot");
    assert_eq!((text.as_str(), ran.code), ("", Some(1)), "{}", ran.stderr);
    assert!(ran.stderr.contains("known only at run time"), "{}", ran.stderr);
}
