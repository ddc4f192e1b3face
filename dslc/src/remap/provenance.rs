//! Where each byte of a filled core comes from: what is said of the one is said at the places that
//! people wrote.

use crate::diag::{Diagnostic, Label, Sources};
use crate::sema::hir::Span;

/// A run of bytes of the filled core's text.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Where it starts in that text.
    start: usize,
    origin: Origin,
}

/// Where bytes come from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// From the core, byte by byte, from this one on.
    Core(usize),
    /// They fill the hole of this number, which stands at this place of the core.
    Hole(usize, Span),
}

/// What a fibre fills, for messages.
#[derive(Clone, Debug)]
pub struct Filling {
    /// The sigil.
    pub sigil: String,
    /// What fills it.
    pub target: Span,
    /// Whether that is the core's default.
    pub is_default: bool,
}

/// The filled core as a file, and where its bytes come from.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Where that file stands in the compilation's sources.
    file: Span,
    segments: Vec<Segment>,
    fillings: Vec<Filling>,
    /// Where the fibre names the core.
    remaps: Span,
    core: String,
    /// What an expanded spec has instead of the fibre's mappings, and does without.
    clause: Span,
    gone: Vec<Span>,
}

/// Holes that one message names.
const MOST_SHOWN: usize = 4;

impl Provenance {
    /// Of a core of this name, that the fibre names at `remaps`; empty yet.
    pub fn new(core: &str, remaps: Span, fillings: Vec<Filling>) -> Self {
        let core = core.to_owned();
        Provenance { fillings, remaps, core, ..Provenance::default() }
    }

    /// Says where the bytes from `start` on come from; in order.
    pub fn push(&mut self, start: usize, origin: Origin) {
        self.segments.push(Segment { start, origin });
    }

    /// Says where the file stands.
    pub fn place(&mut self, file: Span) {
        self.file = file;
    }

    /// Says what an expanded spec replaces, `remaps CORE { … }`, and what it does without, in order.
    pub fn expands(&mut self, clause: Span, gone: Vec<Span>) {
        self.clause = clause;
        self.gone = gone;
    }

    /// The spec with its core filled: it needs neither the core nor its sigils. A spec without a core
    /// is as it was.
    pub fn expanded(&self, sources: &Sources) -> String {
        let whole = Span { start: 0, end: sources.main().text().len() };
        if self.segments.is_empty() {
            return sources.slice(whole).to_owned();
        }
        let filled = format!(";\n\n{}", sources.slice(self.file).trim_end());
        let gone = self.gone.iter().map(|span| (*span, ""));
        let mut cuts: Vec<_> = gone.chain([(self.clause, filled.as_str())]).collect();
        cuts.sort_by_key(|(span, _)| span.start);
        let (mut text, mut at) = (String::new(), whole.start);
        for (span, instead) in cuts {
            text.push_str(sources.slice(Span { start: at, end: span.start }));
            text.push_str(instead);
            at = span.end;
            // What is gone takes its line with it.
            let rest = sources.slice(Span { start: at, end: whole.end });
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            if instead.is_empty() && rest.get(blanks..).is_some_and(|rest| rest.starts_with('\n')) {
                at += blanks + 1;
            }
        }
        text.push_str(sources.slice(Span { start: at, end: whole.end }));
        text
    }

    /// Whether a span lies in the filled core.
    pub fn holds(&self, span: Span) -> bool {
        !self.segments.is_empty() && self.file.start <= span.start && span.start <= self.file.end
    }

    /// The place in the core that a span comes from; the span itself, when it comes from no core.
    pub fn core_place(&self, span: Span) -> Span {
        if !self.holds(span) {
            return span;
        }
        let local = |at: usize| at.saturating_sub(self.file.start);
        let (start, end) = (local(span.start), local(span.end.max(span.start)));
        let first = self.segment(start).map_or(0, |segment| match segment.origin {
            Origin::Core(from) => from + (start - segment.start),
            Origin::Hole(_, at) => at.start,
        });
        let last = end.saturating_sub(1).max(start);
        let past = self.segment(last).map_or(first, |segment| match segment.origin {
            Origin::Core(from) => from + (last - segment.start) + usize::from(end > start),
            Origin::Hole(_, at) => at.end,
        });
        Span { start: first, end: past.max(first) }
    }

    fn segment(&self, at: usize) -> Option<&Segment> {
        let after = self.segments.partition_point(|segment| segment.start <= at);
        self.segments.get(after.checked_sub(1)?)
    }

    /// Holes inside a span, each once.
    fn holes(&self, span: Span) -> Vec<usize> {
        let local = |at: usize| at.saturating_sub(self.file.start);
        let first = self.segments.partition_point(|segment| segment.start <= local(span.start));
        let inside = self.segments.iter().skip(first.saturating_sub(1));
        let inside = inside.take_while(|segment| segment.start < local(span.end));
        let mut holes = Vec::new();
        for segment in inside {
            match segment.origin {
                Origin::Hole(hole, _) if !holes.contains(&hole) => holes.push(hole),
                Origin::Hole(..) | Origin::Core(_) => {}
            }
        }
        holes
    }

    /// Moves what is said of the filled core to the core and to the fibre.
    pub fn translate(&self, diagnostic: &mut Diagnostic) {
        let in_core = |span: Span| self.holds(span);
        diagnostic.fixes.retain(|fix| !fix.edits.iter().any(|edit| in_core(edit.span)));
        let primary = diagnostic.span;
        let own = diagnostic.labels.iter().position(|label| label.span == primary);
        if !in_core(primary) {
            diagnostic.labels.iter_mut().for_each(|label| label.span = self.core_place(label.span));
            return;
        }
        let own = own.map(|at| diagnostic.labels.remove(at).text);
        let own = own.unwrap_or_else(|| format!("in the core `{}`", self.core));
        diagnostic.labels.iter_mut().for_each(|label| label.span = self.core_place(label.span));
        let holes = self.holes(primary);
        let fillings = holes.iter().filter_map(|hole| self.fillings.get(*hole));
        let fillings: Vec<_> = fillings.take(MOST_SHOWN).collect();
        let filled = |filling: &&Filling| Label {
            span: filling.target,
            text: format!("`{}` is filled by this", filling.sigil),
        };
        let mut labels: Vec<_> = fillings.iter().map(filled).collect();
        let own_filling = fillings.iter().find(|filling| !filling.is_default);
        diagnostic.span = own_filling.map_or(self.remaps, |filling| filling.target);
        if own_filling.is_none() {
            let text = format!("this fibre fills `{}`", self.core);
            labels.push(Label { span: self.remaps, text });
        }
        labels.push(Label { span: self.core_place(primary), text: own });
        labels.append(&mut diagnostic.labels);
        diagnostic.labels = labels;
    }
}
