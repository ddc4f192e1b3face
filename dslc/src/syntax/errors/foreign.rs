//! What other languages write, and what it is here.

use super::{Stop, quote};
use crate::diag::{Diagnostic, Edit, codes};
use crate::sema::hir::Span;
use crate::syntax::scan::TokenKind;

/// Characters and signs that other languages use, and what they are here.
const FOREIGN: &[(&str, &str)] = &[
    ("**", "^"),
    ("&&", "and"),
    ("||", "or"),
    ("=<", "<="),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("−", "-"),
    ("–", "-"),
    ("×", "*"),
    ("·", "*"),
    ("⋅", "*"),
    ("÷", "/"),
    ("∞", "inf"),
    ("∈", "in"),
    ("Σ", "sum"),
    ("∑", "sum"),
    ("¬", "not"),
    ("“", "\""),
    ("”", "\""),
    ("„", "\""),
    ("'", "\""),
    ("’", "\""),
    ("#", "//"),
    ("/*", "//"),
    ("!", "not"),
    ("&", "and"),
    ("|", "or"),
    ("\u{a0}", " "),
    ("\u{200b}", ""),
    ("\u{feff}", ""),
];

/// Words of other languages for an item, and what it is here.
const FOREIGN_ITEMS: &[(&str, &str)] = &[
    ("var", "variable"),
    ("const", "param"),
    ("parameter", "param"),
    ("constraint", "resource"),
    ("subject", "resource"),
    ("objective", "utility"),
    ("maximize", "utility"),
    ("maximise", "utility"),
    ("minimize", "utility"),
    ("minimise", "utility"),
    ("include", "import"),
    ("use", "import"),
    ("problem", "fibre"),
    ("fiber", "fibre"),
    ("def", "let"),
];

/// The word for an item that another language calls `word`.
pub fn item_word(word: &str) -> Option<&'static str> {
    FOREIGN_ITEMS.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours)
}

/// A sign of another language, or a character that means nothing.
pub fn signs(stop: &Stop<'_>) -> Option<Diagnostic> {
    let found = stop.found?;
    // The second character of a pair may be where the grammar stopped: look one token back, too.
    let starts = [stop.previous.map(|token| token.start), Some(found.start)];
    let known = starts.into_iter().flatten().find_map(|start| {
        let rest = stop.text.get(start..)?;
        let row = FOREIGN.iter().find(|(theirs, _)| rest.starts_with(theirs))?;
        (start + row.0.len() > found.start).then_some((start, row))
    });
    let Some((start, (theirs, ours))) = known else {
        let stray = (found.kind == TokenKind::Other).then(|| stop.found_text())?;
        // A point belongs to a number, `°` and `%` to units: other rows know more.
        return (!matches!(stray, "." | "°" | "%" | "$")).then(|| {
            let code = stray.chars().next().map_or(0, u32::from);
            let message = format!("{} (U+{code:04X}) means nothing here", quote(stray));
            stop.error(codes::STRAY_CHARACTER, message)
        });
    };
    let span = Span { start, end: start + theirs.len() };
    let diagnostic = match *ours {
        "" | " " => {
            let code = theirs.chars().next().map_or(0, u32::from);
            let message = format!("an invisible character (U+{code:04X}) stands here");
            Diagnostic::error(codes::STRAY_CHARACTER, span, message)
        }
        _ => Diagnostic::error(
            codes::STRAY_CHARACTER,
            span,
            format!("`{theirs}` is not a sign of this language"),
        ),
    };
    let title = match *ours {
        "" => "remove it".to_owned(),
        " " => "make it a space".to_owned(),
        ours => format!("write `{ours}`"),
    };
    let mut diagnostic = diagnostic.fix(title, span, *ours);
    if let Some((fix, close)) =
        diagnostic.fixes.first_mut().zip(closing_quote(stop.text, span, ours))
    {
        fix.edits.push(close);
    }
    Some(if *theirs == "/*" {
        diagnostic.note("a comment goes to the end of its line")
    } else {
        diagnostic
    })
}

/// The other quote of a text in foreign quotes, on the same line.
fn closing_quote(text: &str, open: Span, ours: &str) -> Option<Edit> {
    let rest = text.get(open.end..).filter(|_| ours == "\"")?;
    let line = rest.lines().next()?;
    let (at, quote) = line.char_indices().find(|(_, c)| matches!(c, '\'' | '’' | '“' | '”'))?;
    let start = open.end + at;
    let span = Span { start, end: start + quote.len_utf8() };
    Some(Edit { span, text: ours.to_owned() })
}
