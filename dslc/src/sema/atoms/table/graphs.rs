//! Functions given by points of their graph.

use super::super::pieces::{self, Bend};
use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "pwl",
        title: "`pwl`",
        formula: "the straight pieces between the points, of which the outermost go on; concave where \
                  the slopes do not increase, convex where they do not decrease",
        parameters: &[Parameter::points("points")],
        unit: UnitRule::OfParameter,
        refuses: pieces::refuses,
        cases: &[
            Case { when: |g| goes(g, Bend::Straight, RISES), monotone: &[Increasing], ..STRAIGHT },
            Case { when: |g| goes(g, Bend::Straight, FALLS), monotone: &[Decreasing], ..STRAIGHT },
            Case { when: |g| goes(g, Bend::Concave, RISES), monotone: &[Increasing], ..CONCAVE },
            Case { when: |g| goes(g, Bend::Concave, FALLS), monotone: &[Decreasing], ..CONCAVE },
            Case { when: |g| bends(g, Bend::Concave), ..CONCAVE },
            Case { when: |g| goes(g, Bend::Convex, RISES), monotone: &[Increasing], ..CONVEX },
            Case { when: |g| goes(g, Bend::Convex, FALLS), monotone: &[Decreasing], ..CONVEX },
            Case { when: |g| bends(g, Bend::Convex), ..CONVEX },
            Case { when: |g| goes(g, Bend::Both, RISES), monotone: &[Increasing], ..PIECES },
            Case { when: |g| goes(g, Bend::Both, FALLS), monotone: &[Decreasing], ..PIECES },
            PIECES,
        ],
        ..ROW
    },
    Atom {
        name: "concave_envelope",
        title: "`concave_envelope`",
        formula: "the least concave function that is nowhere below the points: the straight pieces \
                  between those of them on their upper hull, of which the outermost go on",
        parameters: &[Parameter::points("points")],
        unit: UnitRule::OfParameter,
        refuses: pieces::refuses,
        cases: &[
            Case { when: |g| envelope_goes(g, RISES), monotone: &[Increasing], ..ENVELOPE },
            Case { when: |g| envelope_goes(g, FALLS), monotone: &[Decreasing], ..ENVELOPE },
            ENVELOPE,
        ],
        ..ROW
    },
];

const PIECES: Case = Case { range: ranges::pwl, ..CASE };
const STRAIGHT: Case = Case { curve: Curve::Affine, ..PIECES };
const CONCAVE: Case = Case { curve: Curve::Concave, ..PIECES };
const CONVEX: Case = Case { curve: Curve::Convex, ..PIECES };
const ENVELOPE: Case = Case { curve: Curve::Concave, range: ranges::envelope, ..CASE };

/// What a slope that breaks a direction compares like with 0.
type Against = std::cmp::Ordering;
/// No slope is below 0.
const RISES: Against = std::cmp::Ordering::Less;
/// No slope is above 0.
const FALLS: Against = std::cmp::Ordering::Greater;

fn bends(given: &Given<'_>, bend: Bend) -> bool {
    pieces::bend(given.parameters) == bend
}

fn none_is(points: &[pieces::Point], against: Against) -> bool {
    let zero = crate::sema::hir::Rational::default();
    !pieces::slopes(points).iter().any(|slope| slope.cmp(&zero) == against)
}

fn goes(given: &Given<'_>, bend: Bend, against: Against) -> bool {
    bends(given, bend) && none_is(&pieces::points(given.parameters), against)
}

fn envelope_goes(given: &Given<'_>, against: Against) -> bool {
    none_is(&pieces::envelope(&pieces::points(given.parameters)), against)
}
