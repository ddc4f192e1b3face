//! The port `kill`: a member whose use passes its demand is killed.

use super::options::Words;
use super::{Direction, row};
use crate::diag::Diagnostic;
use crate::plan::ir::{Act, Enforce};
use crate::sema::hir::PortUse;

/// Reads the options of `enforce x by kill { … }`.
pub fn read(port: &PortUse) -> Result<Enforce, Vec<Diagnostic>> {
    let row = row(port, Direction::Enforce).map_err(|error| vec![error])?;
    let mut enforce = Enforce { act: Act::Kill, when: Vec::new(), except: Vec::new() };
    let mut errors = Vec::new();
    for option in &port.options {
        let mut words = Words::new(option, row.options);
        let read = words.expect("except").and_then(|()| words.process_test());
        match read.and_then(|test| words.end().map(|()| test)) {
            Ok(test) => enforce.except.push(test),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(enforce) } else { Err(errors) }
}
