//! Ports: where measured values come from and what carries decisions out. A row each.

pub mod acts;
pub mod calls;
pub mod evidence;
mod filter;
mod options;
mod process;
pub mod taint_clock;

use crate::diag::{Diagnostic, codes};
use crate::sema::hir::Spanned;

/// What a port does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It measures a variable.
    Observe,
    /// It tells a run-time input.
    Input,
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

/// What every act may be told.
macro_rules! act {
    ($own:literal) => {
        concat!(
            $own,
            "when EVIDENCE > N [and …]; except tty; except comm \"NAME\"; \
             except exe \"/PATH\"; except cgroup \"/PATH\";"
        )
    };
}

/// A row of an act.
const fn act(name: &'static str, options: &'static str) -> Port {
    Port { name, direction: Direction::Enforce, dimension: "s", quanta: NANOSECONDS, options }
}

/// Quanta of a second.
const NANOSECONDS: u64 = 1_000_000_000;

/// Every port.
pub const PORTS: &[Port] = &[
    Port {
        name: "taint_clock",
        direction: Direction::Observe,
        dimension: "s",
        quanta: NANOSECONDS,
        options: "taint on EVENT, … [under \"TREE\"] [when TEST and …]; taint when EVIDENCE > N; \
                  bucket tree; class NAME when TEST; clear after TIME quiet;",
    },
    Port {
        name: "evidence",
        direction: Direction::Input,
        dimension: "",
        quanta: NANOSECONDS,
        options: "half_life TIME; add N on EVIDENCE, … [under \"TREE\"] [when TEST and …];",
    },
    act("kill", act!("")),
    act("freeze", act!("")),
    act("throttle", act!("to N percent; ")),
    act("ask", act!("kill after TIME; release after TIME; ")),
    act("observe", act!("")),
];

/// The row of a port that a spec names, checked for its direction.
pub fn row(name: &Spanned<String>, direction: Direction) -> Result<&'static Port, Diagnostic> {
    let fits = |port: &&Port| port.direction == direction;
    if let Some(port) = PORTS.iter().find(|port| port.name == name.value) {
        return if fits(&port) {
            Ok(port)
        } else {
            let (does, not) = match port.direction {
                Direction::Observe => ("observes a variable", "observe x from"),
                Direction::Input => ("tells an input of run time", "observe NAME from"),
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
