//! Functions whose nature is known: by hand, by the literature or by their construction.
//!
//! The first letter of a row says what must come out: `a`, `m` and `c` are concave, `b` and `d` are not,
//! `e` has no value somewhere on its box, `u` may stay open but must not be accepted.

use dslc::concavity::{Limits, Verdict, Want, Why, judge, recheck};

use crate::oracle;
use crate::rows::{Row, rows};

fn verdict(row: &Row) -> Verdict {
    judge(&row.function, &row.domain, Want::Concave, &Limits::default())
}

/// What is wrong with the verdict on a row.
fn complaint(row: &Row, kind: char) -> Option<String> {
    let verdict = verdict(row);
    let fits = match (kind, &verdict) {
        ('a' | 'm' | 'c', Verdict::Proved(certificate)) => {
            let flaw = recheck(certificate).err();
            return flaw.map(|flaw| format!("{}: the certificate is refused: {flaw}", row.id));
        }
        ('b' | 'd', Verdict::Refuted(witness)) => {
            oracle::confirms(&row.function.expr, &row.domain, witness)
        }
        ('e', Verdict::Undecided(open)) => matches!(open.why, Why::NoValue { .. }),
        ('u', Verdict::Refuted(_) | Verdict::Undecided(_)) => true,
        _ => false,
    };
    (!fits).then(|| {
        format!("{}: {} gives {verdict:?}", row.id, row.function.expr.text(&row.function.names))
    })
}

fn check(text: &str, kind: impl Fn(&str) -> char) {
    let rows = rows(text);
    let complaints: Vec<_> = rows.iter().filter_map(|row| complaint(row, kind(&row.id))).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn first_letter(id: &str) -> char {
    id.chars().next().unwrap_or(' ')
}

#[test]
fn the_corpus_is_decided() {
    // Of its edge cases √x² alone is not concave.
    check(include_str!("corpus.txt"), |id| if id == "c13" { 'd' } else { first_letter(id) });
}

#[test]
fn concave_functions_are_accepted() {
    check(include_str!("concave.txt"), first_letter);
}

#[test]
fn functions_that_are_not_concave_are_refused() {
    check(include_str!("not_concave.txt"), first_letter);
}

#[test]
fn edges_are_seen() {
    check(include_str!("edges.txt"), first_letter);
}
