//! Which events a line is about beyond their kind: `under "TREE"`, `when TEST and …`.

use super::options::Words;
use super::process;
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::{FileEvent, ProcessTest};
use crate::sema::hir::Span;

/// Events of files, as a spec writes them.
pub const EVENTS: &[(&str, FileEvent)] = &[
    ("write", FileEvent::Write),
    ("rename", FileEvent::Rename),
    ("unlink", FileEvent::Unlink),
    ("ftruncate", FileEvent::Ftruncate),
];

/// A byte holds at most this entropy, in millibits.
const MOST_MILLIBITS: u64 = 8_000;

/// What an event must be.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Below this tree; an index into the trees of the fibre.
    pub under: Option<usize>,
    /// More than this many within the window.
    pub count_above: u32,
    /// The window in nanoseconds.
    pub window_ns: u64,
    /// On a file not changed for longer than this many nanoseconds.
    pub older_than_ns: Option<u64>,
    /// With bytes of an entropy above this, in millibits a byte.
    pub entropy_above_millibits: Option<u32>,
    /// The bytes that were there before had a low entropy; where that was asked.
    pub source_plain: Option<Span>,
    /// By a process of which all of these hold.
    pub process: Vec<ProcessTest>,
    /// Where processes were asked about.
    pub process_at: Option<Span>,
}

/// What the lines of one port have in common.
#[derive(Debug)]
pub struct Common<'t> {
    /// Trees that lines name, each once.
    pub trees: &'t mut Vec<String>,
    /// Nanoseconds in one second.
    pub quanta: u64,
    /// The tests that fit, for messages.
    pub tests: &'static str,
}

impl Common<'_> {
    /// Reads `under …` and `when …`, each if it is there. `events` are those of the line, when all
    /// of them are events of files.
    pub fn filter(
        &mut self,
        words: &mut Words<'_>,
        events: Option<&[FileEvent]>,
    ) -> Result<Filter, Diagnostic> {
        let mut filter = Filter::default();
        if words.accept("under") {
            filter.under = Some(self.tree(words)?);
        }
        if words.accept("when") {
            self.test(words, &mut filter, events)?;
            while words.accept("and") {
                self.test(words, &mut filter, events)?;
            }
        }
        Ok(filter)
    }

    fn tree(&mut self, words: &mut Words<'_>) -> Result<usize, Diagnostic> {
        let (path, span) = words.text("a folder in quotes")?;
        let message =
            "this must be the absolute path of a folder, without `..`, `//` or a last `/`";
        process::clean(path, span, message)?;
        Ok(self.trees.iter().position(|tree| tree == path).unwrap_or_else(|| {
            self.trees.push(path.to_owned());
            self.trees.len() - 1
        }))
    }

    fn test(
        &mut self,
        words: &mut Words<'_>,
        filter: &mut Filter,
        events: Option<&[FileEvent]>,
    ) -> Result<(), Diagnostic> {
        let first = words.span();
        if let Some(test) = process::accept(words)? {
            filter.process.push(test);
            filter.process_at.get_or_insert(first);
            return Ok(());
        }
        if words.accept("source") {
            words.expect("plain")?;
            filter.source_plain = Some(first);
            return Ok(());
        }
        let (name, at) = words.word("a test")?;
        match name {
            "count" => {
                words.expect(">")?;
                let span = words.span();
                let count = words.count("", 1, "a number of events")?;
                words.expect("within")?;
                filter.window_ns = words.count("s", self.quanta, "a time")?;
                filter.count_above = u32::try_from(count).map_err(|_| {
                    let message = "more events than can be counted";
                    Diagnostic::error(codes::OPTION_RANGE, span, message)
                })?;
            }
            "age" => {
                words.expect(">")?;
                filter.older_than_ns = Some(words.count("s", self.quanta, "a time")?);
            }
            "entropy" => {
                words.expect(">")?;
                let span = words.span();
                let millibits = words.count("bit", 1_000, "an entropy in bit a byte")?;
                let fits = u32::try_from(millibits).ok().filter(|_| millibits < MOST_MILLIBITS);
                let Some(millibits) = fits else {
                    let message = "a byte has at most 8 bit: nothing is above that";
                    return Err(Diagnostic::error(codes::OPTION_RANGE, span, message));
                };
                if events != Some(&[FileEvent::Write]) {
                    let message = "only what is written has an entropy: use it on `write` alone";
                    return Err(Diagnostic::error(codes::PORT_OPTION, at, message));
                }
                filter.entropy_above_millibits = Some(millibits);
            }
            _ => {
                let message = format!("there is no test `{name}`");
                return Err(Diagnostic::error(codes::PORT_OPTION, at, message)
                    .note(format!("tests: {}", self.tests)));
            }
        }
        Ok(())
    }
}

/// Reads one event of a file.
pub fn event(words: &mut Words<'_>) -> Result<FileEvent, Diagnostic> {
    words.one_of("an event", EVENTS, |name, span| {
        Diagnostic::error(codes::UNKNOWN_EVENT, span, format!("there is no event `{name}`"))
    })
}
