//! From the text of a large spec to whether it is accepted, against building and checking the same
//! problem in CVXPY.

use std::fmt::Write;
use std::time::Instant;

use dslc::db::Host;
use dslc::diag;

use crate::figures::Table;
use crate::peer::{Peer, figure};

/// Repetitions.
const ROUNDS: usize = 7;

/// Measures it.
pub fn measure(items: usize, peer: &mut Peer, table: &mut Table) -> Result<(), String> {
    let text = generated(items);
    let (mut read, mut check, mut own) = (Vec::new(), Vec::new(), Vec::new());
    let (mut build, mut asked, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let mut host = Host::default();
        host.set_text(&text);
        let middle = Instant::now();
        let checked = host.check("large.num");
        let end = Instant::now();
        if diag::has_errors(&checked.diagnostics) {
            return Err("the generated spec is refused".to_owned());
        }
        read.push((middle - start).as_secs_f64());
        check.push((end - middle).as_secs_f64());
        own.push((end - start).as_secs_f64());
        let answer = peer.ask(&format!("verdict {items}"))?;
        if answer["accepted"] != true {
            return Err("CVXPY refuses the generated problem".to_owned());
        }
        build.push(figure(&answer, "build"));
        asked.push(figure(&answer, "check"));
        other.push(figure(&answer, "build") + figure(&answer, "check"));
    }
    let (items, milli) = (format!("{items} items"), ("ms", 1e-3));
    table.pair(&format!("{items}: text / Python to verdict"), milli, &own, &other);
    table.pair(&format!("{items}: text to items / building"), milli, &read, &build);
    table.pair(&format!("{items}: items to verdict / is_dcp()"), milli, &check, &asked);
    Ok(())
}

/// A spec of so many items: as many variables, params, resources and utilities.
fn generated(items: usize) -> String {
    let count = items / 4;
    let mut text = "fibre large;\n".to_owned();
    for i in 0..count {
        let (next, far) = ((i + 1) % count, (i + 7) % count);
        let (capacity, weight) = (10 + i % 13, 1 + i % 7);
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            "param c{i} = {capacity};\nvariable x{i} in 0 .. 100;\n\
             resource r{i} = 2 * x{i} + 3 * x{next} + x{far} <= c{i};\n\
             utility {weight} * log(1 + x{i});\n"
        );
    }
    text
}
