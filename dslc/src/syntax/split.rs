//! Finds the items of a file before any of them is parsed.
//!
//! An item ends at its `;`, or at the `}` of its block. Where that is missing, a new line that starts
//! like an item ends it, so that one mistake does not hide the next. What the brackets, texts and
//! lengths of an item get wrong is reported here, and such an item is not parsed.

use super::repair;
use super::scan::{Scanner, Token, TokenKind};
use crate::diag::{Diagnostic, Edit, Fix, codes};
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
pub const MAX_NESTING: usize = 256;
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
    let mut splitter =
        Splitter { text, out: Split::default(), item: None, brackets: Vec::new(), unclosed: None };
    let mut tokens = Scanner::new(text);
    while let Some(token) = tokens.next() {
        // The iterator is cheap to copy, and only asked where a line starts like an item or a block ends.
        splitter.token(token, || tokens.clone().next());
    }
    splitter.finish();
    splitter.out
}

struct Splitter<'a> {
    text: &'a str,
    out: Split,
    item: Option<Open<'a>>,
    brackets: Vec<Bracket>,
    /// The unclosed bracket that the item is reported for: which diagnostic, where, what closes it.
    unclosed: Option<(usize, usize, &'static str)>,
}

/// The item that is being read.
struct Open<'a> {
    start: usize,
    end: usize,
    /// Its first word; none as long as only docs were seen.
    word: Option<&'a str>,
    broken: bool,
}

#[derive(Clone, Copy)]
struct Bracket {
    sign: u8,
    at: usize,
}

impl<'a> Splitter<'a> {
    fn slice(&self, token: Token) -> &'a str {
        self.text.get(token.start..token.end).unwrap_or_default()
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
            broken: false,
        });
        item.end = token.end;
        if item.word.is_none() && token.kind != TokenKind::Doc {
            item.word = Some(text);
        }
        match token.kind {
            TokenKind::Text { closed: false } => self.unclosed_text(token),
            TokenKind::Sign => self.sign(token, text, next),
            _ => {}
        }
    }

    /// Whether the token starts a new item although the one before has not ended.
    fn starts_item(&self, token: Token, next: &impl Fn() -> Option<Token>) -> bool {
        let Some(item) = self.item.as_ref().filter(|item| item.word.is_some()) else {
            return false;
        };
        if !token.first_on_line {
            return false;
        }
        let in_core = item.word == Some("core") && !self.brackets.is_empty();
        if token.kind == TokenKind::Doc {
            return self.brackets.is_empty();
        }
        if token.kind != TokenKind::Word || in_core || !ITEM_WORDS.contains(&self.slice(token)) {
            return false;
        }
        // In a block an option may start with such a word; items there are not indented.
        let in_block = self.brackets.last().is_some_and(|bracket| bracket.sign == b'{');
        let before = token.start.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        if in_block && before.is_some_and(|byte| *byte != b'\n') {
            return false;
        }
        next().is_some_and(|next| {
            matches!(next.kind, TokenKind::Word | TokenKind::Text { .. } | TokenKind::Number)
                || self.slice(next) == "{"
        })
    }

    /// Reports a sign that belongs to no item.
    fn is_stray(&mut self, token: Token) -> bool {
        let text = self.slice(token);
        let span = Span { start: token.start, end: token.end };
        let diagnostic =
            match text {
                ";" => Diagnostic::error(codes::SYNTAX, span, "there is no item before this `;`")
                    .fix("remove it", span, ""),
                ")" | "]" | "}" => stray_bracket(span, text),
                _ => return false,
            };
        self.out.diagnostics.push(diagnostic);
        true
    }

    fn sign(&mut self, token: Token, text: &str, next: impl Fn() -> Option<Token>) {
        match text {
            "(" | "[" | "{" => self.open(token, text),
            ")" | "]" | "}" => {
                self.close(token, text);
                // A `;` right after a block belongs to it, and ends the item when its turn comes.
                let at_end = text == "}" && self.brackets.is_empty() && self.ends_with_block();
                if at_end && !next().is_some_and(|next| self.slice(next) == ";") {
                    self.end_item();
                }
            }
            ";" => self.semicolon(token),
            _ => {}
        }
    }

    fn open(&mut self, token: Token, text: &str) {
        let outermost = self.brackets.first().map_or(token.start, |bracket| bracket.at);
        if self.brackets.len() == MAX_NESTING {
            let span = Span { start: token.start, end: token.end };
            let message = format!("more than {MAX_NESTING} brackets inside one another");
            self.report(
                Diagnostic::error(codes::TOO_DEEP, span, message)
                    .label(Span { start: outermost, end: outermost + 1 }, "the outermost is here")
                    .note("name the inner parts by `let` and use their names"),
            );
        }
        let sign = text.as_bytes().first().copied().unwrap_or_default();
        self.brackets.push(Bracket { sign, at: token.start });
    }

    fn close(&mut self, token: Token, text: &str) {
        let span = Span { start: token.start, end: token.end };
        let opener = match text {
            ")" => b'(',
            "]" => b'[',
            _ => b'{',
        };
        match self.brackets.last().copied() {
            Some(open) if open.sign == opener => {
                self.brackets.pop();
            }
            None => self.report(stray_bracket(span, text)),
            Some(open) => {
                if let Some(at) = self.brackets.iter().rposition(|open| open.sign == opener) {
                    self.brackets.truncate(at);
                    self.unclosed(
                        open,
                        Some((span, format!("`{text}` comes before it is closed"))),
                    );
                } else {
                    self.report(stray_bracket(span, text));
                }
            }
        }
    }

    /// Ends the item, or an option of its block. Any other bracket cannot hold a `;`.
    fn semicolon(&mut self, token: Token) {
        let span = Span { start: token.start, end: token.end };
        let in_block = self.ends_with_block();
        let inside = |open: &Bracket| open.sign == b'{' && in_block;
        if let Some(open) = self.brackets.last().copied().filter(|open| !inside(open)) {
            self.unclosed(open, Some((span, "`;` comes before it is closed".to_owned())));
            while self.brackets.last().is_some_and(|open| !inside(open)) {
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

    fn unclosed(&mut self, open: Bracket, found: Option<(Span, String)>) {
        let (sign, closer) = match open.sign {
            b'(' => ("(", ")"),
            b'[' => ("[", "]"),
            _ => ("{", "}"),
        };
        let span = Span { start: open.at, end: open.at + 1 };
        let message = format!("this `{sign}` is not closed");
        let mut diagnostic = Diagnostic::error(codes::UNCLOSED_BRACKET, span, message);
        if let Some((at, text)) = found {
            diagnostic = diagnostic.label(at, text);
        }
        if !self.item.as_ref().is_some_and(|item| item.broken) {
            self.unclosed = Some((self.out.diagnostics.len(), open.at, closer));
        }
        self.report(diagnostic);
    }

    fn unclosed_text(&mut self, token: Token) {
        let line = self.slice(token);
        let end = token.start + line.trim_end().len();
        let span = Span { start: token.start, end };
        self.report(
            Diagnostic::error(codes::UNCLOSED_STRING, span, "this string is not closed")
                .label(span, "opened here; its line ends first")
                .note("a string ends on the line where it starts; `\\n` stands for a line break"),
        );
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        // The first mistake of an item is reported: the others may be its echo.
        let first = !self.item.as_ref().is_some_and(|item| item.broken);
        if first {
            self.out.diagnostics.push(diagnostic);
        }
        if let Some(item) = &mut self.item {
            item.broken = true;
        }
    }

    fn end_item(&mut self) {
        if let Some(open) = self.brackets.first().copied() {
            self.unclosed(open, None);
        }
        self.brackets.clear();
        self.mend();
        let Some(item) = self.item.take() else { return };
        let span = Span { start: item.start, end: item.end };
        if item.word.is_none() {
            self.out.diagnostics.push(
                Diagnostic::error(codes::DANGLING_DOC, span, "no item follows this doc comment")
                    .note("write `//` for a remark that describes no item"),
            );
            return;
        }
        let too_long = span.end - span.start > MAX_ITEM;
        if too_long && !item.broken {
            let head = Span { start: span.start, end: span.start + 1 };
            let message = format!("this item has {} bytes", span.end - span.start);
            self.out.diagnostics.push(
                Diagnostic::error(codes::TOO_LONG, head, message)
                    .note(format!("an item may have {MAX_ITEM} bytes"))
                    .note("put its values into a CSV file, or sum over a set"),
            );
        }
        self.out.chunks.push(Chunk { span, broken: item.broken || too_long });
    }

    /// Adds the fix to an unclosed bracket of the item that ends, when there is one place for it.
    fn mend(&mut self) {
        let Some((diagnostic, opener, closer)) = self.unclosed.take() else { return };
        let Some(item) = &self.item else { return };
        let text = self.text.get(item.start..item.end).unwrap_or_default();
        let place = opener.checked_sub(item.start);
        let place = place.and_then(|opener| repair::place_of_closer(text, opener, closer));
        let at = place.map(|place| item.start + place);
        if let (Some(at), Some(diagnostic)) = (at, self.out.diagnostics.get_mut(diagnostic)) {
            let edits = vec![Edit { span: Span { start: at, end: at }, text: closer.to_owned() }];
            diagnostic.fixes.push(Fix { title: format!("insert `{closer}`"), edits });
        }
    }

    fn finish(&mut self) {
        if self.item.is_some() {
            self.end_item();
        }
    }
}

fn stray_bracket(span: Span, text: &str) -> Diagnostic {
    let message = format!("nothing is open that this `{text}` could close");
    Diagnostic::error(codes::STRAY_BRACKET, span, message).fix("remove it", span, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<&str> {
        split(text).chunks.iter().map(|chunk| &text[chunk.span.start..chunk.span.end]).collect()
    }

    fn codes_of(text: &str) -> Vec<String> {
        split(text).diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect()
    }

    #[test]
    fn items_end_at_their_semicolon_or_block() {
        let text = "//! file\n/// doc\nset A = { a, b };let b = 1; // c;\nobserve x from p { a; b \"};\"; }\nemit a;";
        let expected = [
            "/// doc\nset A = { a, b };",
            "let b = 1;",
            "observe x from p { a; b \"};\"; }",
            "emit a;",
        ];
        assert_eq!(items(text), expected);
        assert!(codes_of(text).is_empty());
    }

    #[test]
    fn a_block_may_have_a_semicolon_after_it() {
        assert_eq!(
            items("core a { let b = 1; };\nlet c = 2;"),
            ["core a { let b = 1; };", "let c = 2;"]
        );
    }

    #[test]
    fn a_new_item_ends_one_without_semicolon() {
        assert_eq!(items("let a = 1\nlet b = 2;"), ["let a = 1", "let b = 2;"]);
        assert_eq!(items("let a = 1\n/// doc\nlet b = 2;"), ["let a = 1", "/// doc\nlet b = 2;"]);
        // A variable may be called like an item.
        assert_eq!(items("let a = 1 +\n  set;"), ["let a = 1 +\n  set;"]);
    }

    #[test]
    fn an_open_block_ends_where_the_next_item_starts() {
        let text = "observe x from p {\n    taint on a;\n\nemit a;\nemit b;";
        assert_eq!(items(text).len(), 3);
        assert_eq!(codes_of(text), ["N0105"]);
        // Inside a core, items are where they belong.
        assert!(codes_of("core a {\nlet b = 1;\nemit c;\n}").is_empty());
    }

    #[test]
    fn each_bracket_mistake_is_reported_once() {
        assert_eq!(codes_of("let a = ((1;"), ["N0105"]);
        assert_eq!(codes_of("let a = (1];"), ["N0106"]);
        assert_eq!(codes_of("let a = [(1];"), ["N0105"]);
        assert_eq!(codes_of("let a = 1)));let b = 2);"), ["N0106", "N0106"]);
        assert_eq!(codes_of("let a = \"b;\nlet c = 1;"), ["N0104"]);
        assert_eq!(codes_of("/// nothing"), ["N0112"]);
    }

    #[test]
    fn deep_and_long_items_are_refused_whole() {
        let deep = format!("let a = {}1{};let b = 1;", "(".repeat(20_000), ")".repeat(20_000));
        assert_eq!(codes_of(&deep), ["N0107"]);
        assert_eq!(items(&deep).len(), 2);
        let long = format!("let a = 1{};", "+1".repeat(MAX_ITEM));
        assert_eq!(codes_of(&long), ["N0108"]);
    }
}
