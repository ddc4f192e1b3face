//! The factors solve the system, and are refused where they would fill.

use super::*;

/// Sources over four consecutive links of a line whose links are numbered by `name`.
fn line(links: usize, name: impl Fn(usize) -> usize) -> Links {
    let mut routes = Matrix::new(links);
    for first in 0..links - 3 {
        routes.push((first..first + 4).map(|l| (name(l) as u32, 1.0 + (l % 3) as f64)));
    }
    Links::new(routes)
}

fn assert_solves(links: &Links) {
    let Some(mut envelope) = Envelope::find(links) else {
        unreachable!("a line is narrow");
    };
    let count = links.count();
    let fall: Vec<f64> = (0..count - 3).map(|i| 1.0 + i as f64).collect();
    let extra: Vec<f64> = (0..count).map(|l| 1e-3 * (1.0 + l as f64)).collect();
    let right: Vec<f64> = (0..count).map(|l| (l as f64).sin()).collect();
    envelope.factor(links, &fall, &extra);
    let (mut x, mut back) = (vec![0.0; count], vec![0.0; count]);
    envelope.solve(&right, &mut x);
    links.normal_product(&fall, &x, &mut back);
    for l in 0..count {
        assert!((back[l] + extra[l] * x[l] - right[l]).abs() < 1e-9, "link {l}");
    }
}

#[test]
fn a_line_in_order() {
    assert_solves(&line(50, |l| l));
}

#[test]
fn a_line_whose_links_are_numbered_anyhow() {
    assert_solves(&line(50, |l| (l * 37) % 50));
}

#[test]
fn routes_anywhere_are_left_to_conjugate_gradients() {
    let mut routes = Matrix::new(400);
    for i in 0..1000u32 {
        routes.push([1, 7, 91].map(|step| ((i * i * step + i * 13) % 400, 1.0)));
    }
    assert!(Envelope::find(&Links::new(routes)).is_none());
}
