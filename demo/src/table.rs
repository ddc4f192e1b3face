//! What the demo shows while it runs: a table that redraws itself on a terminal, a line per change
//! where nobody watches.

use std::io::{IsTerminal, Write, stdout};

use crate::daemon::State;

/// The table.
#[derive(Debug)]
pub struct Table {
    terminal: bool,
    drawn: usize,
    last: String,
}

impl Table {
    /// For the standard output as it is.
    pub fn new() -> Self {
        Table { terminal: stdout().is_terminal(), drawn: 0, last: String::new() }
    }

    /// Shows `state` after `seconds`; `tasks` are the demo's own processes and what they do.
    pub fn show(&mut self, seconds: f64, state: &State, tasks: &[(String, &str)]) {
        if self.terminal {
            self.redraw(seconds, state, tasks)
        } else {
            self.line(seconds, state, tasks)
        }
    }

    fn redraw(&mut self, seconds: f64, state: &State, tasks: &[(String, &str)]) {
        let mut rows = vec![
            format!("{seconds:6.1} s   price {:8.3} /s   use {:6.3} s", state.price, state.r#use),
            format!(
                "{:<22} {:<10} {:>10} {:>10} {:>10}",
                "task", "state", "dwell", "budget", "price"
            ),
        ];
        rows.extend(tasks.iter().map(|(name, doing)| format!("{name:<22} {doing:<10}")));
        rows.extend(state.members.iter().map(|member| {
            format!(
                "{:<22} {:<10} {:>8.1}ms {:>8.1}ms {:>10.3}",
                format!("{} ({})", member.comm, member.tgid),
                member.class,
                member.dwell_seconds * 1e3,
                member.budget_seconds * 1e3,
                state.price
            )
        }));
        let up = if self.drawn > 0 { format!("\x1b[{}A\x1b[J", self.drawn) } else { String::new() };
        self.drawn = rows.len();
        let mut out = stdout().lock();
        // A terminal that went away is noticed by what is printed next.
        let _ = writeln!(out, "{up}{}", rows.join("\n")).and_then(|()| out.flush());
    }

    fn line(&mut self, seconds: f64, state: &State, tasks: &[(String, &str)]) {
        let doing: Vec<_> = tasks.iter().map(|(name, doing)| format!("{name}: {doing}")).collect();
        let tainted: Vec<_> =
            state.members.iter().map(|m| format!("{} {}", m.comm, m.tgid)).collect();
        let now = format!("tainted [{}]  {}", tainted.join(", "), doing.join("  "));
        if now != self.last {
            println!("{seconds:6.2} s  price {:.3}  use {:.3} s  {now}", state.price, state.r#use);
            self.last = now;
        }
    }
}
