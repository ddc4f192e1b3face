//! The mistakes: each makes mutants of a text, with one mistake in each.

use std::ops::Range;

/// A text with one mistake.
pub struct Mutant {
    /// The text.
    pub text: String,
    /// Where the mistake is in it.
    pub at: Range<usize>,
    /// Names that it is about, wherever they are used.
    pub words: Vec<String>,
}

/// A kind of mistake.
pub struct Row {
    /// What is done.
    pub name: &'static str,
    /// The mutants of a text, in its order.
    pub mutants: fn(&str) -> Vec<Mutant>,
}

macro_rules! rows {
    ($($name:literal: $mutants:expr;)*) => { &[$(Row { name: $name, mutants: $mutants }),*] };
}

/// Every kind.
pub const ROWS: &[Row] = rows! {
    "a `;` is missing": |text| replaced(text, ";", "");
    "a `;` too many": |text| replaced(text, ";", ";;");
    "a `,` for a `;`": |text| replaced(text, ";", ",");
    "a `)` is missing": |text| replaced(text, ")", "");
    "a `(` is missing": |text| replaced(text, "(", "");
    "a `)` too many": |text| replaced(text, ")", "))");
    "a `]` is missing": |text| replaced(text, "]", "");
    "a `[` is missing": |text| replaced(text, "[", "");
    "a `{` is missing": |text| replaced(text, "{", "");
    "a `}` is missing": |text| replaced(text, "}", "");
    "a `\"` is missing": |text| replaced(text, "\"", "");
    "a `:` is missing": |text| replaced(text, ":", "");
    "a `=` is missing": |text| replaced(text, " = ", " ");
    "`==` for `=`": |text| replaced(text, " = ", " == ");
    "`<` for `<=`": |text| replaced(text, "<=", "<");
    "`=` for `<=`": |text| replaced(text, "<=", "=");
    "`-` for `..`": |text| replaced(text, "..", "-");
    "two operators": |text| replaced(text, " * ", " * / ");
    "no operator": |text| replaced(text, " * ", " ");
    "a strange sign": |text| replaced(text, " * ", " @ ");
    "`for` is missing": |text| replaced(text, " for ", " ");
    "`in` is missing": |text| replaced(text, " in ", " ");
    "a misspelt item": |text| items(text, misspelt_item);
    "an item is gone": |text| items(text, without_item);
    "an item stands twice": |text| items(text, doubled_item);
    "a misspelt name": |text| words(text, misspelt_name);
    "a misspelt function": |text| words(text, misspelt_function);
    "a number without a unit": |text| quantities(text, "");
    "another unit": |text| quantities(text, "kg");
    "a unit that is none": |text| quantities(text, "qq");
    "a utility upside down": |text| replaced(text, "utility ", "utility -1 * ");
    "an index is gone": |text| words(text, without_index);
};

/// Bytes of a text that are no comments.
fn code(text: &str) -> Vec<bool> {
    let mut code = Vec::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let comment = line.find("//").unwrap_or(line.len());
        code.extend((0..line.len()).map(|at| at < comment));
    }
    code
}

/// Each occurrence of `from` outside of comments replaced by `to`, one at a time.
fn replaced(text: &str, from: &str, to: &str) -> Vec<Mutant> {
    let code = code(text);
    let places = text.match_indices(from).filter(|(at, _)| code[*at]);
    places.map(|(at, _)| edited(text, at..at + from.len(), to)).collect()
}

fn edited(text: &str, range: Range<usize>, to: &str) -> Mutant {
    let mut mutated = text.to_owned();
    mutated.replace_range(range.clone(), to);
    Mutant { text: mutated, at: range.start..range.start + to.len(), words: Vec::new() }
}

/// Items that start at the start of a line: their ranges, up to the next one.
fn items(text: &str, mutate: fn(&str, Range<usize>) -> Option<Mutant>) -> Vec<Mutant> {
    let code = code(text);
    let starts: Vec<_> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .filter(|at| code.get(*at) == Some(&true))
        .filter(|at| text[*at..].starts_with(|c: char| c.is_ascii_lowercase()))
        .chain([text.len()])
        .collect();
    starts.windows(2).filter_map(|pair| mutate(text, pair[0]..pair[1])).collect()
}

/// The name that the item declares, as far as a line of it says.
fn declared(item: &str) -> Option<String> {
    let name = item.split_whitespace().nth(1)?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    (end > 0).then(|| name[..end].to_owned())
}

fn misspelt_item(text: &str, item: Range<usize>) -> Option<Mutant> {
    let word = text[item.clone()].find(' ')?;
    Some(edited(text, item.start + word - 1..item.start + word, "x"))
}

fn without_item(text: &str, item: Range<usize>) -> Option<Mutant> {
    let declares = ["set", "param", "variable", "let", "resource", "unit", "fibre"];
    let own = &text[item.clone()];
    let word = own.split_whitespace().next().filter(|word| declares.contains(word))?;
    let name = declared(own)?;
    Some(Mutant { words: vec![format!("`{name}`"), word.to_owned()], ..edited(text, item, "") })
}

fn doubled_item(text: &str, item: Range<usize>) -> Option<Mutant> {
    let own = text[item.clone()].to_owned();
    let named = ["set ", "param ", "variable ", "let ", "resource ", "unit ", "fibre "];
    named.iter().find(|word| own.starts_with(**word))?;
    Some(edited(text, item.end..item.end, &own))
}

/// Words outside of comments and strings.
fn words(text: &str, mutate: fn(&str, Range<usize>) -> Option<Mutant>) -> Vec<Mutant> {
    let code = code(text);
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(part).map(|offset| at + offset) {
        let end = text[start..].find(|c| !part(c)).map_or(text.len(), |offset| start + offset);
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let quoted = text[line..start].matches('"').count() % 2 == 1;
        if code[start] && !quoted && text[start..].starts_with(|c: char| c.is_alphabetic()) {
            found.push(start..end);
        }
        at = end;
    }
    found.into_iter().filter_map(|word| mutate(text, word)).collect()
}

/// A use of a name that some item declares, misspelt so that no other is near.
fn misspelt_name(text: &str, word: Range<usize>) -> Option<Mutant> {
    let name = &text[word.clone()];
    let line = text[..word.start].rfind('\n').map_or(0, |at| at + 1);
    let declares = ["set", "param", "variable", "let", "resource"];
    let declared = declares.iter().any(|kind| text.contains(&format!("\n{kind} {name}")));
    let here = declares.iter().any(|kind| text[line..word.start].trim_end() == *kind);
    (declared && !here).then(|| edited(text, word.end..word.end, "q"))
}

fn misspelt_function(text: &str, word: Range<usize>) -> Option<Mutant> {
    let name = &text[word.clone()];
    let known = ["log", "sum", "sqrt", "exp", "min", "max", "inv_pos", "atan", "price", "mean"];
    let called = text[word.end..].starts_with('(');
    (called && known.contains(&name)).then(|| edited(text, word.end..word.end, "x"))
}

fn without_index(text: &str, word: Range<usize>) -> Option<Mutant> {
    let rest = text[word.end..].strip_prefix('[')?;
    let end = word.end + 1 + rest.find(']')? + 1;
    let name = text[word.clone()].to_owned();
    Some(Mutant { words: vec![format!("`{name}`")], ..edited(text, word.end..end, "") })
}

/// Numbers with the unit after them, the unit replaced.
fn quantities(text: &str, unit: &str) -> Vec<Mutant> {
    let code = code(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices(' ').filter(|(at, _)| code[*at]) {
        let before = text[..at].ends_with(|c: char| c.is_ascii_digit());
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let units = ["s", "ms", "h", "d", "W", "B", "MB", "GiB", "bit", "percent", "mmol", "g"];
        if before && units.contains(&&rest[..end]) {
            found.push(edited(text, at + 1..at + 1 + end, unit));
        }
    }
    found
}
