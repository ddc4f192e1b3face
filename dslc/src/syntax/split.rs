//! Finds the items of a file before any of them is parsed.
//!
//! An item ends at its `;`, or at the `}` of its block. Where that is missing, a new line that starts
//! like an item ends it, so that one mistake does not hide the next. What the brackets, texts and
//! lengths of an item get wrong is reported here, and such an item is not parsed.

mod complaint;
#[cfg(test)]
mod tests;

use complaint::{Bracket, Complaint};

use super::scan::{Scanner, Token, TokenKind};
use crate::diag::{self, Diagnostic, codes};
use crate::sema::hir::Span;

/// Words that start an item.
pub const ITEM_WORDS: &[&str] = &[
    "fibre",
    "core",
    "import",
    "unit",
    "set",
    "param",
    "variable",
    "let",
    "resource",
    "utility",
    "decomposition",
    "observe",
    "enforce",
    "export",
    "emit",
    "data",
];
/// Those whose block ends them; in the blocks of the others there is no `;`.
const BLOCK_WORDS: &[&str] = &["fibre", "core", "decomposition", "observe", "enforce", "data"];

/// Most brackets inside one another.
pub const MAX_NESTING: usize = 128;
/// Most items of one file.
pub const MAX_ITEMS: usize = 100_000;
/// Most bytes of one item.
pub const MAX_ITEM: usize = 1 << 20;

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// From its docs or first word to its end.
    pub span: Span,
    /// Whether it is already reported and not to be parsed.
    pub broken: bool,
}

/// A file's items.
#[derive(Clone, Debug, Default)]
pub struct Split {
    /// In order; they do not overlap.
    pub chunks: Vec<Chunk>,
    /// What is wrong with brackets, texts and lengths.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the items of `text`.
pub fn split(text: &str) -> Split {
    let out = Split::default();
    let mut splitter = Splitter { text, out, item: None, brackets: Vec::new(), too_deep: 0 };
    let mut tokens = Scanner::new(text);
    while let Some(token) = tokens.next() {
        // Asked for only where a line starts like an item, or a block ends.
        splitter.token(token, || tokens.clone().next());
        if splitter.is_full() {
            return splitter.out;
        }
    }
    splitter.end_item();
    splitter.out
}

struct Splitter<'a> {
    text: &'a str,
    out: Split,
    item: Option<Open<'a>>,
    /// Brackets of the item that are open.
    brackets: Vec<Bracket>,
    /// How many more are open than may be.
    too_deep: usize,
}

/// The item that is being read.
struct Open<'a> {
    start: usize,
    end: usize,
    /// Its first word; none as long as only docs were seen.
    word: Option<&'a str>,
    /// The first that is wrong with it; what follows may be its echo.
    complaint: Option<Complaint>,
}

impl<'a> Splitter<'a> {
    fn slice(&self, token: Token) -> &'a str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Whether so much is there, or wrong, that the rest of the file is not looked at.
    fn is_full(&mut self) -> bool {
        if self.out.chunks.len() >= MAX_ITEMS {
            let last = self.out.chunks.last().map_or(0, |chunk| chunk.span.end);
            let message = format!("this file has more than {MAX_ITEMS} items");
            let end = Span { start: last, end: last };
            self.out.diagnostics.push(
                Diagnostic::error(codes::TOO_LONG, end, message)
                    .note("index one item by a set, with its values in a CSV file"),
            );
            return true;
        }
        self.out.diagnostics.len() >= diag::MAX_PER_FILE
    }

    fn token(&mut self, token: Token, next: impl Fn() -> Option<Token>) {
        if self.starts_item(token, &next) {
            self.end_item();
        }
        if self.item.is_none() && self.is_stray(token) {
            return;
        }
        let text = self.slice(token);
        let item = self.item.get_or_insert(Open {
            start: token.start,
            end: token.end,
            word: None,
            complaint: None,
        });
        item.end = token.end;
        if item.word.is_none() && token.kind != TokenKind::Doc {
            item.word = Some(text);
        }
        match token.kind {
            TokenKind::Text { closed: false } => self.unclosed_text(token),
            TokenKind::Sign if text == ";" => self.semicolon(token),
            TokenKind::Sign => {
                if let Some(bracket) = Bracket::of(text, token.start) {
                    self.bracket(bracket, next);
                }
            }
            _ => {}
        }
    }

    /// Whether the token starts a new item although the one before has not ended.
    fn starts_item(&self, token: Token, next: &impl Fn() -> Option<Token>) -> bool {
        let word = self.item.as_ref().and_then(|item| item.word);
        let (Some(word), true) = (word, token.first_on_line) else { return false };
        if token.kind == TokenKind::Doc {
            return self.brackets.is_empty();
        }
        let in_core = word == "core" && !self.brackets.is_empty();
        if token.kind != TokenKind::Word || in_core || !ITEM_WORDS.contains(&self.slice(token)) {
            return false;
        }
        // In a block an option may start with such a word; items are not indented.
        let in_block = self.brackets.last().is_some_and(|bracket| bracket.sign == "{");
        let before = token.start.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        if in_block && before.is_some_and(|byte| *byte != b'\n') {
            return false;
        }
        // A variable may be called like an item: then no word follows.
        next().is_some_and(|next| {
            matches!(next.kind, TokenKind::Word | TokenKind::Text { .. } | TokenKind::Number)
                || self.slice(next) == "{"
        })
    }

    /// Reports a sign that belongs to no item.
    fn is_stray(&mut self, token: Token) -> bool {
        let text = self.slice(token);
        let span = Span { start: token.start, end: token.end };
        if text == ";" {
            self.out.diagnostics.push(
                Diagnostic::error(codes::SYNTAX, span, "there is no item before this `;`").fix(
                    "remove it",
                    span,
                    "",
                ),
            );
            return true;
        }
        let Some(bracket) = Bracket::of(text, token.start).filter(|bracket| !bracket.opens())
        else {
            return false;
        };
        let block = if bracket.sign == "}" { self.reopen_block(token) } else { None };
        let item = block.unwrap_or(span);
        let word = block.map(|block| self.first_word(block));
        let stray = Complaint::Stray(bracket, word);
        self.out.diagnostics.push(stray.diagnostic(self.text, item));
        true
    }

    /// Takes back what was split off a block that lacks its `{`: the items up to the token's `}`
    /// are its options.
    fn reopen_block(&mut self, token: Token) -> Option<Span> {
        let word = |chunk: &Chunk| {
            let span = self.first_word(chunk.span);
            self.text.get(span.start..span.end).unwrap_or_default()
        };
        let at = self.out.chunks.iter().rposition(|chunk| ITEM_WORDS.contains(&word(chunk)))?;
        let start = self.out.chunks.get(at).filter(|chunk| BLOCK_WORDS.contains(&word(chunk)))?;
        let span = Span { start: start.span.start, end: token.end };
        let known = self.out.diagnostics.iter().any(|each| each.span.start >= span.start);
        self.out.chunks.truncate(at);
        self.out.chunks.push(Chunk { span, broken: true });
        (!known).then_some(span)
    }

    /// The first word of a chunk, its docs left out.
    fn first_word(&self, span: Span) -> Span {
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        let first = Scanner::new(text).find(|token| token.kind != TokenKind::Doc);
        let (start, end) = first.map_or((0, 0), |token| (token.start, token.end));
        Span { start: span.start + start, end: span.start + end }
    }

    fn bracket(&mut self, bracket: Bracket, next: impl Fn() -> Option<Token>) {
        if bracket.opens() {
            self.open(bracket);
            return;
        }
        self.close(bracket);
        // A `;` right after a block belongs to it, and ends the item when its turn comes.
        let at_end = bracket.sign == "}" && self.brackets.is_empty() && self.ends_with_block();
        if at_end && next().is_none_or(|next| self.slice(next) != ";") {
            self.end_item();
        }
    }

    fn open(&mut self, bracket: Bracket) {
        if self.brackets.len() == MAX_NESTING {
            self.too_deep += 1;
            if self.too_deep > 1 {
                return;
            }
            let message = format!("more than {MAX_NESTING} brackets inside one another");
            let outermost = self.brackets.first().copied().unwrap_or(bracket);
            self.complain(Complaint::Other(
                Diagnostic::error(codes::TOO_DEEP, bracket.span(), message)
                    .label(outermost.span(), "the outermost is here")
                    .note("name the inner parts by `let` and use their names"),
            ));
            return;
        }
        self.brackets.push(bracket);
    }

    fn close(&mut self, bracket: Bracket) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let opener = bracket.partner();
        let Some(last) = self.brackets.last().copied() else {
            return self.complain(Complaint::Stray(bracket, None));
        };
        match self.brackets.iter().rposition(|open| open.sign == opener) {
            Some(at) => {
                self.brackets.truncate(at);
                if last.sign != opener {
                    let found = (bracket.span(), "this comes before it is closed");
                    self.complain(Complaint::Unclosed(last, Some(found)));
                }
            }
            None => self.complain(Complaint::Stray(bracket, None)),
        }
    }

    /// Ends the item, or an option of its block. Any other bracket cannot hold a `;`.
    fn semicolon(&mut self, token: Token) {
        self.too_deep = 0;
        let in_block = self.ends_with_block();
        let holds = |open: &Bracket| open.sign == "{" && in_block;
        if let Some(open) = self.brackets.last().copied().filter(|open| !holds(open)) {
            let span = Span { start: token.start, end: token.end };
            let found = (span, "`;` comes before it is closed");
            self.complain(Complaint::Unclosed(open, Some(found)));
            while self.brackets.last().is_some_and(|open| !holds(open)) {
                self.brackets.pop();
            }
        }
        if self.brackets.is_empty() {
            self.end_item();
        }
    }

    /// Whether a `}` may end the item: so for blocks, and for words that start no item.
    fn ends_with_block(&self) -> bool {
        let word = self.item.as_ref().and_then(|item| item.word).unwrap_or_default();
        BLOCK_WORDS.contains(&word) || !ITEM_WORDS.contains(&word)
    }

    fn unclosed_text(&mut self, token: Token) {
        let line = self.slice(token);
        let span = Span { start: token.start, end: token.start + line.trim_end().len() };
        self.complain(Complaint::Other(
            Diagnostic::error(codes::UNCLOSED_STRING, span, "this string is not closed")
                .label(span, "opened here; its line ends first")
                .note("a string ends on the line where it starts; `\\n` stands for a line break"),
        ));
    }

    fn complain(&mut self, complaint: Complaint) {
        if let Some(item) = &mut self.item {
            item.complaint.get_or_insert(complaint);
        }
    }

    fn end_item(&mut self) {
        if let Some(open) = self.brackets.first().copied() {
            self.complain(Complaint::Unclosed(open, None));
        }
        self.brackets.clear();
        self.too_deep = 0;
        let Some(item) = self.item.take() else { return };
        let span = Span { start: item.start, end: item.end };
        let complaint = match item.complaint {
            None if item.word.is_none() => Some(no_item(span)),
            None if span.end - span.start > MAX_ITEM => Some(too_long(span)),
            complaint => complaint,
        };
        if item.word.is_some() {
            self.out.chunks.push(Chunk { span, broken: complaint.is_some() });
        }
        let diagnostic = complaint.map(|complaint| complaint.diagnostic(self.text, span));
        self.out.diagnostics.extend(diagnostic);
    }
}

fn no_item(docs: Span) -> Complaint {
    Complaint::Other(
        Diagnostic::error(codes::DANGLING_DOC, docs, "no item follows this doc comment")
            .note("write `//` for a remark that describes no item"),
    )
}

fn too_long(item: Span) -> Complaint {
    let head = Span { start: item.start, end: item.start };
    let message = format!("this item has {} bytes", item.end - item.start);
    Complaint::Other(
        Diagnostic::error(codes::TOO_LONG, head, message)
            .note(format!("an item may have {MAX_ITEM} bytes"))
            .note("put its values into a CSV file, or sum over a set"),
    )
}
