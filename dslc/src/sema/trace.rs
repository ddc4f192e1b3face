//! Why an expression does not have the curvature that its place needs: the first part of it that
//! breaks a rule, and the whole as a tree with what is known of each part.
//!
//! The rules are read downwards: a concave function that increases in an argument needs that argument
//! concave, one that decreases needs it convex, any other needs it affine.

use super::atoms::Curve;
use super::context::Context;
use super::curvature::{Direction, Shape};
use super::hir::{Curvature, Expr, Node, Sign};
use super::print::print;
use super::rewrites::{self, Part};
use super::tree::Application;
use crate::diag::Diagnostic;

/// Most lines of a tree.
const MOST_LINES: usize = 40;
/// Most levels above the part that breaks.
const MOST_ABOVE: usize = 12;
/// Longest text of a part, in bytes.
const LONGEST: usize = 44;

/// The curvature that a place needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Convex.
    Convex,
    /// Concave.
    Concave,
    /// Affine.
    Affine,
}

impl Need {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Need::Convex => "convex",
            Need::Concave => "concave",
            Need::Affine => "affine",
        }
    }

    /// Whether something of this shape is so.
    pub fn met_by(self, shape: Shape) -> bool {
        match self {
            Need::Convex => shape.is_convex(),
            Need::Concave => shape.is_concave(),
            Need::Affine => shape.is_affine(),
        }
    }

    /// What an argument must be for the whole to be so.
    fn of_argument(self, direction: Direction) -> Need {
        match (direction, self) {
            (Direction::Increasing | Direction::Both, need) => need,
            (Direction::Decreasing, Need::Convex) => Need::Concave,
            (Direction::Decreasing, Need::Concave) => Need::Convex,
            (Direction::Decreasing | Direction::None, _) => Need::Affine,
        }
    }
}

/// The first part that breaks a rule.
struct Blame<'e> {
    /// From the whole down to the part, each with what it would have to be.
    path: Vec<Part<'e>>,
    /// Which rule it breaks.
    why: String,
}

/// Adds the part that breaks the rule, the tree and a known way out to `error`.
///
/// `place` says what needs it: "a utility must be concave".
pub fn explain(
    context: &Context,
    error: Diagnostic,
    expr: &Expr,
    need: Need,
    place: &str,
) -> Diagnostic {
    let Some(blame) = blame(context, expr, need, place) else { return error };
    let Some(culprit) = blame.path.last().map(|part| part.expr) else { return error };
    let tree = Tree { context, blame: &blame, lines: Vec::new() }.print();
    let error = error
        .label(culprit.span, &blame.why)
        .note(format!("the parts, with curvature, sign and rule:\n{tree}"));
    rewrites::suggest(context, error, &blame.path)
}

fn blame<'e>(context: &'e Context, expr: &'e Expr, need: Need, here: &str) -> Option<Blame<'e>> {
    if need.met_by(expr.shape()) {
        return None;
    }
    let part = Part { expr, need };
    let below = |mut blame: Blame<'e>| {
        blame.path.insert(0, part);
        blame
    };
    if let Some(body) = definition(context, expr) {
        return self::blame(context, body, need, here).map(below);
    }
    let own = |why: String| Some(Blame { path: vec![part], why });
    let Some(applied) = expr.application_in(context) else { return own(here.to_owned()) };
    if let Some(reason) = breaks(&applied, need) {
        return own(format!("{reason}; {here}"));
    }
    for (at, (argument, direction)) in
        applied.arguments.iter().zip(applied.directions()).enumerate()
    {
        let needed = need.of_argument(direction);
        if needed.met_by(argument.shape()) {
            continue;
        }
        let here = reason(context, &applied, at, direction, needed).unwrap_or(here.to_owned());
        if direction == Direction::None {
            let why = format!("this is {}; {here}", curvature(argument.facts.curvature));
            let argument = Part { expr: argument, need: needed };
            return Some(Blame { path: vec![part, argument], why });
        }
        return self::blame(context, argument, needed, &here).map(below);
    }
    own(here.to_owned())
}

/// Why argument `at` must be what it must be; none when for the same reason as the whole.
fn reason(
    context: &Context,
    applied: &Application<'_>,
    at: usize,
    direction: Direction,
    needed: Need,
) -> Option<String> {
    let needed = needed.name();
    let affine = breaks(applied, Need::Affine).is_none();
    let other = applied.arguments.get(1usize.wrapping_sub(at));
    match (affine, direction, other) {
        (true, Direction::Increasing | Direction::Both, _) => None,
        (true, Direction::Decreasing, _) => {
            Some(format!("it counts negatively, and so it must be {needed}"))
        }
        (true, Direction::None, Some(other)) => {
            let other = print(context, other, LONGEST);
            Some(format!("the sign of `{other}` is not known, and so this must be {needed}"))
        }
        _ => Some(format!(
            "the argument of {}, which is {} here, must be {needed}",
            applied.atom.title,
            goes(direction)
        )),
    }
}

/// The body of a named expression.
fn definition<'c>(context: &'c Context, expr: &'c Expr) -> Option<&'c Expr> {
    match &expr.node {
        Node::Let(id, _) => context.lets.get(*id)?.as_ref().map(|item| &item.body),
        Node::Where(_, body) | Node::Each(_, body) | Node::Element(body, _) => Some(body),
        _ => None,
    }
}

/// Why an atom by itself cannot be what is needed.
fn breaks(applied: &Application<'_>, need: Need) -> Option<String> {
    let title = applied.atom.title;
    let constant = |at: usize| applied.arguments.get(at).is_some_and(|a| a.shape().is_constant());
    match applied.case().curve {
        Curve::Constant | Curve::Affine => None,
        Curve::Convex => (need != Need::Convex).then(|| format!("{title} is convex")),
        Curve::Concave => (need != Need::Concave).then(|| format!("{title} is concave")),
        Curve::AffineIfOneConstant if constant(0) || constant(1) => None,
        Curve::AffineIfOneConstant => {
            Some("a product of which both factors vary is neither convex nor concave".to_owned())
        }
        Curve::AffineIfSecondConstant if constant(1) => None,
        Curve::AffineIfSecondConstant => {
            Some("a quotient whose divisor varies is neither convex nor concave".to_owned())
        }
        Curve::Neither if applied.depends_on_sign() => {
            Some(format!("{title} of something that changes sign is neither convex nor concave"))
        }
        Curve::Neither => Some(format!("{title} is neither convex nor concave by the rules")),
    }
}

fn goes(direction: Direction) -> &'static str {
    match direction {
        Direction::Increasing => "increasing",
        Direction::Decreasing => "decreasing",
        Direction::Both => "constant",
        Direction::None => "not monotone",
    }
}

fn curvature(curvature: Curvature) -> &'static str {
    match curvature {
        Curvature::Constant => "constant",
        Curvature::Affine => "affine",
        Curvature::Convex => "convex",
        Curvature::Concave => "concave",
        Curvature::Unknown => "of unknown curvature",
    }
}

struct Tree<'a> {
    context: &'a Context,
    blame: &'a Blame<'a>,
    /// Text, and what is known of it.
    lines: Vec<(String, String)>,
}

impl Tree<'_> {
    fn print(mut self) -> String {
        let path = &self.blame.path;
        let skipped = path.len().saturating_sub(MOST_ABOVE + 1);
        if let Some(root) = path.get(skipped) {
            if skipped > 0 {
                self.lines.push(("…".to_owned(), format!("{skipped} levels above")));
            }
            self.node(root.expr, Some(skipped), "", "");
        }
        let width = self.lines.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
        let lines = self.lines.iter().map(|(text, known)| {
            let padding = " ".repeat(width - text.chars().count());
            format!("  {text}{padding}  {known}")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The part and what is below it; `at` is its place on the path, if it is on it.
    fn node(&mut self, expr: &Expr, at: Option<usize>, branch: &str, indent: &str) {
        let next = at.and_then(|at| self.blame.path.get(at + 1));
        let culprit = at.is_some() && next.is_none();
        let mut known = format!(
            "{:<9} {:<8} {}",
            short(expr.facts.curvature),
            sign(expr.facts.sign),
            rule(self.context, expr)
        );
        if culprit {
            known = format!("{known}  <-- breaks the rule");
        }
        let text = print(self.context, expr, LONGEST);
        self.lines.push((format!("{branch}{text}"), known.trim_end().to_owned()));
        let context = self.context;
        let parts = match definition(context, expr) {
            Some(body) => vec![body],
            None => expr.parts(),
        };
        // What lies off the path is shown while there is room.
        if at.is_none() && self.lines.len() > MOST_LINES / 2 {
            return;
        }
        let last = parts.len().saturating_sub(1);
        for (place, part) in parts.into_iter().enumerate() {
            let follows = next.is_some_and(|next| std::ptr::eq(next.expr, part));
            if !follows && self.lines.len() > MOST_LINES {
                continue;
            }
            let (corner, bar) =
                if place == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let at = at.filter(|_| follows).map(|at| at + 1);
            self.node(part, at, &format!("{indent}{corner}"), &format!("{indent}{bar}"));
        }
    }
}

fn short(curvature: Curvature) -> &'static str {
    match curvature {
        Curvature::Unknown => "unknown",
        known => self::curvature(known),
    }
}

fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Zero => "zero",
        Sign::Nonneg => "nonneg",
        Sign::Nonpos => "nonpos",
        Sign::Unknown => "unknown",
    }
}

/// What the atom itself is, argument by argument.
fn rule(context: &Context, expr: &Expr) -> String {
    let Some(applied) = expr.application_in(context) else {
        return match &expr.node {
            Node::Number(_) => "a number",
            Node::Param(..) => "a param",
            Node::Variable(..) => "a variable",
            Node::Member(_) => "a member",
            Node::Each(..) => "a vector",
            Node::Element(..) => "an element",
            Node::Where(..) => "the members that count",
            _ => "a `let`",
        }
        .to_owned();
    };
    let own = match applied.case().curve {
        Curve::Constant => "constant",
        Curve::Convex => "convex",
        Curve::Concave => "concave",
        _ if breaks(&applied, Need::Affine).is_none() => "affine",
        _ => return format!("{}: neither convex nor concave", applied.atom.title),
    };
    let arguments = applied.arguments.iter().zip(applied.directions());
    let varying = arguments.filter(|(argument, _)| !argument.shape().is_constant());
    let mut ways: Vec<_> = varying.map(|(_, direction)| goes(direction)).collect();
    ways.dedup();
    let ways = if ways.is_empty() { String::new() } else { format!(", {}", ways.join(" / ")) };
    format!("{}: {own}{ways}", applied.atom.title)
}
