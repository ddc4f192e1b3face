//! Every way to form a product gives the same product.

use super::*;
use proptest::prelude::*;

/// Routes of consecutive links, and the same with the runs forgotten.
fn line(runs: &[(usize, usize)], links: usize) -> (Links, Links, Links) {
    let mut routes = Matrix::new(links);
    for &(first, length) in runs {
        routes.push((first..(first + length).min(links)).map(|l| (l as u32, 1.0)));
    }
    let with = |products| Links { routes: routes.clone(), products };
    (Links::new(routes.clone()), with(Products::Unit), with(Products::Weighted))
}

fn close(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * (a.abs() + b.abs()))
}

proptest! {
    #[test]
    fn runs_and_rows_agree(
        runs in prop::collection::vec((0usize..20, 6usize..20), 1..30),
        scales in prop::collection::vec(-3i32..4, 30),
    ) {
        let links = 40;
        let (runs, unit, weighted) = line(&runs, links);
        prop_assert!(matches!(runs.products, Products::Runs(_)));
        let sources = unit.routes.rows();
        let x: Vec<f64> = scales.iter().take(sources).map(|&e| 10f64.powi(e)).collect();
        let v: Vec<f64> = (0..links).map(|l| 10f64.powi(scales[l % 30])).collect();
        for other in [&unit, &weighted] {
            let (mut a, mut b) = (vec![0.0; sources], vec![0.0; sources]);
            runs.route_prices(&v, &mut a);
            other.route_prices(&v, &mut b);
            prop_assert!(close(&a, &b));
            let (mut a, mut b) = (vec![0.0; links], vec![0.0; links]);
            runs.normal_product(&x, &v, &mut a);
            other.normal_product(&x, &v, &mut b);
            prop_assert!(close(&a, &b));
            runs.normal_diagonal(&x, &mut a);
            other.normal_diagonal(&x, &mut b);
            prop_assert!(close(&a, &b));
        }
    }
}
