//! Ports: where measured values come from and what carries decisions out. A row each.

pub mod kill;
mod options;
pub mod taint_clock;

use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{PortUse, Spanned};

/// What a port does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It measures a variable.
    Observe,
    /// It acts on a variable's members.
    Enforce,
}

/// One port.
#[derive(Debug)]
pub struct Port {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub direction: Direction,
    /// Base dimension of what it measures or bounds.
    pub dimension: &'static str,
    /// Quanta in one SI unit: nanoseconds for clocks.
    pub quanta: u64,
    /// What its options look like, for messages.
    pub options: &'static str,
}

/// Every port.
pub const PORTS: &[Port] = &[
    Port {
        name: "taint_clock",
        direction: Direction::Observe,
        dimension: "s",
        quanta: 1_000_000_000,
        options: "taint on EVENT, … [under \"TREE\"] [when TEST and …]; class NAME when TEST; \
                  clear after TIME quiet;",
    },
    Port {
        name: "kill",
        direction: Direction::Enforce,
        dimension: "s",
        quanta: 1_000_000_000,
        options: "except comm \"NAME\"; except tty;",
    },
];

/// The row of a port that a spec names, checked for its direction.
pub fn find(name: &Spanned<String>, direction: Direction) -> Result<&'static Port, Diagnostic> {
    let fits = |port: &&Port| port.direction == direction;
    if let Some(port) = PORTS.iter().find(|port| port.name == name.value) {
        return if fits(&port) {
            Ok(port)
        } else {
            let (does, not) = match port.direction {
                Direction::Observe => ("observes", "observe x from"),
                Direction::Enforce => ("enforces", "enforce x by"),
            };
            let message = format!("`{}` {does}: write `{not} {}`", name.value, name.value);
            Err(Diagnostic::error(codes::WRONG_PORT, name.span, message))
        };
    }
    let known: Vec<_> = PORTS.iter().filter(fits).map(|port| port.name).collect();
    let message = format!("there is no port `{}` here", name.value);
    let mut diagnostic = Diagnostic::error(codes::UNKNOWN_PORT, name.span, message)
        .note(format!("ports that fit: {}", known.join(", ")));
    let near = known.iter().map(|port| (strsim::damerau_levenshtein(port, &name.value), *port));
    if let Some((_, port)) = near.filter(|(distance, _)| *distance <= 3).min() {
        diagnostic = diagnostic.fix(format!("write `{port}`"), name.span, port);
    }
    Err(diagnostic)
}

/// The row of a port use.
pub fn row(port: &PortUse, direction: Direction) -> Result<&'static Port, Diagnostic> {
    find(&port.port, direction)
}
