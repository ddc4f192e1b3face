//! Where things are printed: results to standard output, errors to standard error, in the format that
//! was asked for.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use indicatif::ProgressBar;
use serde::Serialize;

use super::Exit;
use crate::diag::{Diagnostic, Report, Source, human, json, sarif};

/// How results and diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For code scanners: SARIF 2.1.0.
    Sarif,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Also into a pipe.
    Always,
    /// Not at all.
    Never,
}

/// What a command prints through.
#[derive(Debug)]
pub struct Output {
    format: Format,
    color: bool,
    /// The same of standard output.
    styled: bool,
    /// Whether standard error is a terminal that somebody watches.
    watched: bool,
    /// A result could not be written, and not because its reader had enough.
    failed: Cell<bool>,
}

impl Output {
    /// Decides on colour and progress by what the streams are.
    pub fn new(format: Format, color: ColorChoice) -> Self {
        let terminal = io::stderr().is_terminal();
        let unwanted = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let on = |terminal: bool| match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !unwanted("NO_COLOR") && !dumb,
        };
        Output {
            format,
            color: on(terminal),
            styled: on(io::stdout().is_terminal()),
            watched: terminal && format == Format::Human,
            failed: Cell::default(),
        }
    }

    /// The format that was asked for.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether a result for people may be coloured.
    pub fn styled(&self) -> bool {
        self.styled
    }

    /// Prints a result as it is.
    pub fn result(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        match written {
            Ok(()) => {}
            // The reader, such as `head`, has what it wants.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => {
                if !self.failed.replace(true) {
                    self.error_text(&format!("error: cannot write to standard output: {error}\n"));
                }
            }
        }
    }

    /// Prints a result as one JSON document.
    pub fn json<T: Serialize>(&self, value: &T) {
        match serde_json::to_string(value) {
            Ok(text) => self.result(&(text + "\n")),
            Err(error) => {
                self.failed.set(true);
                self.error_text(&format!("error: the result is not JSON: {error}\n"));
            }
        }
    }

    /// Prints diagnostics that are the command's result (`check`): for programs to standard output, for
    /// people to standard error.
    pub fn verdict(&self, reports: &[Report]) {
        match self.format {
            Format::Human => self.diagnostics(reports),
            Format::Json => self.result(&(json::render(reports) + "\n")),
            Format::Sarif => self.result(&(sarif::render(reports) + "\n")),
        }
    }

    /// Prints diagnostics that keep a command from its result: to standard error.
    pub fn diagnostics(&self, reports: &[Report]) {
        if reports.iter().all(|report| report.diagnostics.is_empty()) {
            return;
        }
        let text = match self.format {
            Format::Human => reports.iter().map(|r| human::render(r, self.color)).collect(),
            Format::Json | Format::Sarif => json::render(reports) + "\n",
        };
        self.error_text(&text);
    }

    /// Prints one diagnostic that belongs to no place in a spec; `subject` is the file, tool or path
    /// that it is about.
    pub fn problem(&self, subject: &str, diagnostic: Diagnostic) {
        let sources = Source::new(subject, "").into();
        self.diagnostics(&[Report { sources, diagnostics: vec![diagnostic] }]);
    }

    /// Tells a person what is being done; nothing when nobody watches.
    pub fn progress(&self, what: &str) {
        if self.watched {
            self.error_text(&format!("{what} …\n"));
        }
    }

    /// A bar of `most` steps for a person who watches; nothing when nobody does.
    pub fn bar(&self, most: u64) -> ProgressBar {
        if self.watched { ProgressBar::new(most) } else { ProgressBar::hidden() }
    }

    /// Adds a line for people beside the diagnostics; nothing in the other formats.
    pub fn remark(&self, line: &str) {
        if self.format == Format::Human {
            self.error_text(&format!("{line}\n"));
        }
    }

    fn error_text(&self, text: &str) {
        // There is nowhere left to say that standard error is closed.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// The command's exit, or that its result could not be written.
    pub fn finish(&self, exit: Exit) -> Exit {
        if self.failed.get() { exit.max(Exit::Outside) } else { exit }
    }
}
