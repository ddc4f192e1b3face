//! Syntax errors that teach: a table of what was expected and what was found, with what to do.

mod foreign;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::expected::{list, only_mark, wants_item, wants_operand, wants_operator};
use super::grammar::Rule;
use super::scan::{Scanner, Token, TokenKind};
use super::split::ITEM_WORDS;
use crate::diag::{Code, Diagnostic, codes};
use crate::sema::hir::Span;

/// Words that no name can be.
const RESERVED: &[&str] =
    &["and", "as", "by", "for", "from", "if", "inf", "in", "nonneg", "nonpos", "not", "or"];

/// Longest piece of a spec that a message repeats, in characters.
const QUOTED: usize = 40;

/// What is known where the grammar stopped.
struct Stop<'a> {
    text: &'a str,
    expected: &'a [Rule],
    /// The token before.
    previous: Option<Token>,
    /// The token that does not fit; none at the end of the item.
    found: Option<Token>,
}

/// One row: answers the stops that it knows.
type Row = fn(&Stop<'_>) -> Option<Diagnostic>;

/// The first row that answers is the message.
const ROWS: &[Row] = &[
    out_of_stack,
    doc_in_item,
    foreign::signs,
    number_point,
    assign_or_equal,
    open_set,
    unknown_item,
    reserved_word,
    missing_semicolon,
    missing_operator,
    anything_else,
];

/// The message for an item that the grammar refuses.
pub fn explain(text: &str, error: &Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    let (mut previous, mut found) = (None, None);
    for token in Scanner::new(text) {
        if token.end > at {
            found = Some(token);
            break;
        }
        previous = Some(token);
    }
    let stop = Stop { text, expected, previous, found };
    ROWS.iter().find_map(|row| row(&stop)).unwrap_or_else(|| {
        let at = stop.found_span();
        Diagnostic::error(codes::SYNTAX, at, "this item cannot be read")
    })
}

impl Stop<'_> {
    fn slice(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn found_text(&self) -> &str {
        self.found.map_or("", |token| self.slice(token))
    }

    fn found_span(&self) -> Span {
        match self.found {
            Some(token) => Span { start: token.start, end: token.end },
            None => self.end_of_previous(),
        }
    }

    /// The empty span right after the token before.
    fn end_of_previous(&self) -> Span {
        let end = self.previous.map_or(0, |token| token.end);
        Span { start: end, end }
    }

    fn wants(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    fn error(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.found_span(), message)
    }
}

/// A piece of the spec in a message.
fn quote(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= QUOTED {
        return format!("`{line}`");
    }
    format!("`{}…`", line.chars().take(QUOTED).collect::<String>())
}

/// Without anything expected, the grammar stopped because the stack would not hold more.
fn out_of_stack(stop: &Stop<'_>) -> Option<Diagnostic> {
    stop.expected.is_empty().then(|| {
        stop.error(codes::TOO_DEEP, "this is nested too deeply to be read")
            .note("name the inner parts by `let` and use their names")
    })
}

fn doc_in_item(stop: &Stop<'_>) -> Option<Diagnostic> {
    let doc = stop.found.filter(|token| token.kind == TokenKind::Doc)?;
    // On a line of its own it belongs to the next item: then a `;` is missing before it.
    if doc.first_on_line && stop.wants(Rule::semicolon) {
        return None;
    }
    let slashes = Span { start: doc.start, end: doc.start + 3 };
    Some(
        stop.error(codes::DANGLING_DOC, "no item follows this doc comment")
            .note("`///` describes the item after it")
            .fix("make it a remark", slashes, "//"),
    )
}

fn number_point(stop: &Stop<'_>) -> Option<Diagnostic> {
    let found = stop.found.filter(|_| stop.found_text() == ".")?;
    let after = stop.text.get(found.end..).unwrap_or_default();
    let before = stop.previous.filter(|token| token.kind == TokenKind::Number);
    let digit_after = after.starts_with(|c: char| c.is_ascii_digit());
    let insert = |at, title: &str| {
        let at = Span { start: at, end: at };
        stop.error(codes::BAD_NUMBER, "a number has digits on both sides of its point")
            .fix(title, at, "0")
    };
    match (before, digit_after) {
        (Some(token), false) if token.end == found.start => {
            Some(insert(found.end, "write `0` after it"))
        }
        (None, true) => Some(insert(found.start, "write `0` before it")),
        (Some(_), true) => Some(
            stop.error(codes::BAD_NUMBER, "a number has one point")
                .note("a range is written `LOW .. HIGH`, with two points"),
        ),
        _ => None,
    }
}

fn assign_or_equal(stop: &Stop<'_>) -> Option<Diagnostic> {
    let replace = |diagnostic: Diagnostic, by: &str| {
        diagnostic.fix(format!("write `{by}`"), stop.found_span(), by)
    };
    match stop.found_text() {
        "==" if stop.wants(Rule::assign) => {
            let message = "`==` compares; a declaration is written with `=`";
            Some(replace(stop.error(codes::SYNTAX, message), "="))
        }
        "=" if stop.wants(Rule::equal) && !stop.wants(Rule::assign) => {
            let message = "`=` declares; a comparison is written with `==`";
            Some(replace(stop.error(codes::SYNTAX, message), "=="))
        }
        "=>" if stop.wants(Rule::at_least) => {
            let message = "`=>` maps a sigil; \"at least\" is written `>=`";
            Some(replace(stop.error(codes::SYNTAX, message), ">="))
        }
        _ => None,
    }
}

fn open_set(stop: &Stop<'_>) -> Option<Diagnostic> {
    let at = stop.end_of_previous();
    let in_set = stop.wants(Rule::colon) && stop.wants(Rule::assign);
    (in_set && stop.found_text() == "open").then(|| {
        stop.error(codes::SYNTAX, "an open set is declared by `:`").fix("insert `:`", at, ":")
    })
}

fn unknown_item(stop: &Stop<'_>) -> Option<Diagnostic> {
    let found = stop.found.filter(|_| wants_item(stop.expected))?;
    let text = stop.found_text();
    if found.kind != TokenKind::Word {
        return Some(
            stop.error(codes::UNKNOWN_ITEM, format!("no item starts with {}", quote(text)))
                .note(format!("items: {}", ITEM_WORDS.join(", "))),
        );
    }
    let diagnostic = stop.error(codes::UNKNOWN_ITEM, format!("there is no item {}", quote(text)));
    let near = || {
        ITEM_WORDS
            .iter()
            .map(|word| (strsim::damerau_levenshtein(word, text), *word))
            .filter(|(distance, word)| *distance * 3 <= word.len())
            .min()
            .map(|(_, word)| word)
    };
    Some(match foreign::item_word(text).or_else(near) {
        Some(word) => diagnostic.fix(format!("write `{word}`"), stop.found_span(), word),
        None => diagnostic.note(format!("items: {}", ITEM_WORDS.join(", "))),
    })
}

fn reserved_word(stop: &Stop<'_>) -> Option<Diagnostic> {
    let text = stop.found_text();
    let wants_name = [Rule::name, Rule::reference, Rule::unit_name, Rule::expr, Rule::unit_expr];
    if !RESERVED.contains(&text) || !wants_name.iter().any(|rule| stop.wants(*rule)) {
        return None;
    }
    let message = format!("`{text}` is a word of the language, not a name");
    Some(
        stop.error(codes::RESERVED_WORD, message)
            .label(stop.found_span(), format!("expected {}", list(stop.expected)))
            .note(format!("no name can be one of: {}", RESERVED.join(", "))),
    )
}

/// A `;` is missing where the item could end and the line or the block does.
fn missing_semicolon(stop: &Stop<'_>) -> Option<Diagnostic> {
    // The settings of a decomposition stand on one line more often than two operands meet.
    let settings = stop.text.starts_with("decomposition");
    let ends = match stop.found {
        None => true,
        Some(token) => token.first_on_line || stop.found_text() == "}" || settings,
    };
    let wanted = stop.wants(Rule::semicolon) || stop.wants(Rule::options);
    if !wanted || !ends {
        return None;
    }
    let at = stop.end_of_previous();
    let message = match stop.previous {
        Some(token) => format!("expected `;` after {}", quote(stop.slice(token))),
        None => "expected `;`".to_owned(),
    };
    let error = Diagnostic::error(codes::MISSING_SEMICOLON, at, message);
    Some(match stop.found_text() {
        "," => error.fix("write `;` for `,`", stop.found_span(), ";"),
        _ => error.fix("insert `;`", at, ";"),
    })
}

/// Two operands side by side.
fn missing_operator(stop: &Stop<'_>) -> Option<Diagnostic> {
    let (previous, found) = (stop.previous?, stop.found?);
    let operand = matches!(found.kind, TokenKind::Word | TokenKind::Number)
        && !RESERVED.contains(&stop.found_text());
    let opens = stop.found_text() == "(";
    if !wants_operator(stop.expected) || !(operand || opens) {
        return None;
    }
    let message = format!(
        "an operator is missing between {} and {}",
        quote(stop.slice(previous)),
        quote(stop.found_text())
    );
    let at = stop.end_of_previous();
    Some(stop.error(codes::SYNTAX, message).note(format!("expected {}", list(stop.expected))).fix(
        "multiply them",
        at,
        " *",
    ))
}

fn anything_else(stop: &Stop<'_>) -> Option<Diagnostic> {
    let expected = list(stop.expected);
    let Some(found) = stop.found else {
        return Some(
            stop.error(codes::SYNTAX, format!("the item ends where {expected} was expected")),
        );
    };
    let message = format!("expected {expected}, found {}", quote(stop.found_text()));
    let diagnostic = stop.error(codes::SYNTAX, message);
    let after_operator = stop.previous.is_some_and(|token| {
        matches!(stop.slice(token), "+" | "-" | "*" | "/" | "^" | "<=" | ">=" | "==" | "<" | ">")
    });
    let operator = matches!(stop.found_text(), "+" | "-" | "*" | "/" | "^");
    Some(if after_operator && operator && wants_operand(stop.expected) {
        diagnostic.note("an operand is missing between the two operators")
    } else if let Some(mark) = only_mark(stop.expected) {
        let title = format!("insert `{mark}`");
        if mark.starts_with(|c: char| c.is_alphabetic()) {
            let at = Span { start: found.start, end: found.start };
            diagnostic.fix(title, at, format!("{mark} "))
        } else {
            diagnostic.fix(title, stop.end_of_previous(), mark)
        }
    } else if found.kind == TokenKind::Other && stop.found_text() == "$" {
        diagnostic.note("a sigil is a `$` and a name, without a space")
    } else {
        diagnostic
    })
}
