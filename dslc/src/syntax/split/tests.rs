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
fn a_file_has_a_limit_of_items_and_of_mistakes() {
    let many = split(&"a;".repeat(2 * MAX_ITEMS));
    assert_eq!(many.chunks.len(), MAX_ITEMS);
    assert_eq!(many.diagnostics.len(), 1);
    assert_eq!(split(&");".repeat(100_000)).diagnostics.len(), diag::MAX_PER_FILE);
}

#[test]
fn deep_and_long_items_are_refused_whole() {
    let deep = format!("let a = {}1{};let b = 1;", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(codes_of(&deep), ["N0107"]);
    assert_eq!(items(&deep).len(), 2);
    let long = format!("let a = 1{};", "+1".repeat(MAX_ITEM));
    assert_eq!(codes_of(&long), ["N0108"]);
}
