//! The lexer beneath the splitter and the messages: where words, numbers, texts and signs stand.
//!
//! The grammar is normative; this only has to agree with it on where a token ends.

/// One token, blanks and comments left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whether it is the first on its line.
    pub first_on_line: bool,
}

/// What a token can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword, `$agent` included.
    Word,
    /// `12`, `0.5`, `1e-3`.
    Number,
    /// `"…"`; not closed when its line ends first.
    Text {
        /// Whether it ends in a quote.
        closed: bool,
    },
    /// `/// …` to the end of its line.
    Doc,
    /// A sign of the language, such as `<=` or `;`.
    Sign,
    /// A character that the language does not use.
    Other,
}

/// Signs of one character; those of two are in [`is_double`].
const SINGLE: &[u8] = b";,:=<>+-*/^()[]{}";

/// Tokens of a text, in order.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Whether only blanks and comments were seen since the last line break.
    line_start: bool,
}

impl<'a> Scanner<'a> {
    /// From the start of `text`; a byte order mark there is skipped.
    pub fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Scanner { text, at, line_start: true }
    }

    /// The character at byte `at`.
    fn peek(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// One past the last byte from `at` on for which `keep` holds.
    fn run(&self, mut at: usize, keep: impl Fn(u8) -> bool) -> usize {
        while self.byte(at).is_some_and(&keep) {
            at += 1;
        }
        at
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.byte(self.at) {
                Some(b'\n') => {
                    self.line_start = true;
                    self.at += 1;
                }
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') if self.is_comment() => self.at = self.run(self.at, |b| b != b'\n'),
                _ => return,
            }
        }
    }

    /// `//` but not a doc comment: `////` and `//!` are comments here.
    fn is_comment(&self) -> bool {
        let bytes = self.text.as_bytes().get(self.at..).unwrap_or_default();
        bytes.starts_with(b"//") && !(bytes.starts_with(b"///") && bytes.get(3) != Some(&b'/'))
    }

    fn number_end(&self) -> usize {
        let digits = |at| self.run(at, |b| b.is_ascii_digit());
        let starts_digits = |at| self.byte(at).is_some_and(|b| b.is_ascii_digit());
        let mut end = digits(self.at);
        if self.byte(end) == Some(b'.') && starts_digits(end + 1) {
            end = digits(end + 1);
        }
        if matches!(self.byte(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(end + 1), Some(b'+' | b'-')));
            if starts_digits(end + 1 + sign) {
                end = digits(end + 1 + sign);
            }
        }
        end
    }

    fn word_end(&self, at: usize) -> usize {
        let mut at = self.run(at, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // The rest of a word that is not all ASCII.
        while let Some(c) = self.peek(at).filter(|c| is_word_part(*c)) {
            at += c.len_utf8();
        }
        at
    }

    fn text_end(&self) -> (usize, bool) {
        let mut at = self.at + 1;
        loop {
            match self.byte(at) {
                None | Some(b'\n') => return (at, false),
                Some(b'"') => return (at + 1, true),
                // The escaped character may take several bytes: none of the rest is a quote.
                Some(b'\\') if !matches!(self.byte(at + 1), None | Some(b'\n')) => at += 2,
                Some(_) => at += 1,
            }
        }
    }

    fn lex(&self, first: char) -> (TokenKind, usize) {
        let one = self.at + first.len_utf8();
        match first {
            '"' => {
                let (end, closed) = self.text_end();
                (TokenKind::Text { closed }, end)
            }
            '0'..='9' => (TokenKind::Number, self.number_end()),
            // `//` that is no comment is a doc.
            '/' if self.byte(one) == Some(b'/') => {
                (TokenKind::Doc, self.run(self.at, |b| b != b'\n'))
            }
            '$' if self.peek(one).is_some_and(is_word_start) => {
                (TokenKind::Word, self.word_end(one))
            }
            _ if is_word_start(first) => (TokenKind::Word, self.word_end(one)),
            _ if self.byte(one).is_some_and(|next| is_double(first, next)) => {
                (TokenKind::Sign, one + 1)
            }
            _ if first.is_ascii() && SINGLE.contains(&(first as u8)) => (TokenKind::Sign, one),
            _ => (TokenKind::Other, one),
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let first = self.peek(self.at)?;
        let (kind, end) = self.lex(first);
        let token = Token { kind, start: self.at, end, first_on_line: self.line_start };
        self.at = end;
        self.line_start = false;
        Some(token)
    }
}

/// Whether the two characters are one sign: `<=` `>=` `==` `!=` `=>` `..`.
fn is_double(first: char, next: u8) -> bool {
    matches!((first, next), ('<' | '>' | '=' | '!', b'=') | ('=', b'>') | ('.', b'.'))
}

/// Whether a name can start with it, as the grammar's `name` says.
fn is_word_start(c: char) -> bool {
    c == '_' || pest::unicode::XID_START(c)
}

fn is_word_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && pest::unicode::XID_CONTINUE(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        Scanner::new(text).map(|token| &text[token.start..token.end]).collect()
    }

    #[test]
    fn tokens_end_where_the_grammar_ends_them() {
        assert_eq!(tokens("1..10 1e-3e 0.5.5"), ["1", "..", "10", "1e-3", "e", "0.5", ".", "5"]);
        assert_eq!(tokens("a<=b==c=>d"), ["a", "<=", "b", "==", "c", "=>", "d"]);
        assert_eq!(tokens("$a$ größe _x1"), ["$a", "$", "größe", "_x1"]);
        assert_eq!(tokens("\"a;\\\"b\" c"), ["\"a;\\\"b\"", "c"]);
        assert_eq!(tokens("a // b; c\n//! d\n//// e\nf /// g"), ["a", "f", "/// g"]);
    }

    #[test]
    fn an_open_text_ends_with_its_line() {
        for text in ["\"a", "\"a\\", "\"a\\\"", "\"a\nb"] {
            let first = Scanner::new(text).next();
            assert!(first.is_some_and(|t| t.kind == TokenKind::Text { closed: false }), "{text:?}");
        }
    }
}
