//! What libbpf says while it loads: kept for the error instead of printed.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use libbpf_rs::PrintLevel;

/// Lines of a verifier's log that say where it stopped; the ones before say how it got there.
const LINES: usize = 24;

static SAID: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Listens from now on, forgetting what was said before.
pub fn listen() {
    SAID.lock().unwrap_or_else(PoisonError::into_inner).clear();
    libbpf_rs::set_print(Some((PrintLevel::Warn, keep)));
}

/// The last lines that were said.
pub fn tail() -> String {
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let lines: Vec<String> = said.iter().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

fn keep(_: PrintLevel, message: String) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    for line in message.lines().filter(|line| !line.trim().is_empty()) {
        if said.len() == LINES {
            said.pop_front();
        }
        said.push_back(line.to_owned());
    }
}
