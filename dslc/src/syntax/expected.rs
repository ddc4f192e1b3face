//! What the rules of the grammar are called in messages.

use super::grammar::Rule;

/// Rules that are tried where an item starts.
const ITEMS: &[Rule] = &[
    Rule::item,
    Rule::part,
    Rule::fibre,
    Rule::core,
    Rule::import,
    Rule::unit,
    Rule::set,
    Rule::param,
    Rule::variable,
    Rule::let_item,
    Rule::resource,
    Rule::utility,
    Rule::decomposition,
    Rule::observe,
    Rule::enforce,
    Rule::export,
    Rule::emit,
    Rule::data,
];

/// Rules that are tried after a complete operand.
const OPERATORS: &[Rule] = &[
    Rule::at_most,
    Rule::at_least,
    Rule::equal,
    Rule::not_equal,
    Rule::below,
    Rule::above,
    Rule::kw_and,
    Rule::kw_or,
    Rule::plus,
    Rule::minus,
    Rule::star,
    Rule::slash,
    Rule::caret,
];

/// Rules that are tried where an operand starts.
const OPERANDS: &[Rule] = &[
    Rule::expr,
    Rule::kw_not,
    Rule::neg,
    Rule::quantity,
    Rule::number,
    Rule::kw_inf,
    Rule::infinity,
    Rule::vector,
    Rule::lbracket,
    Rule::paren,
    Rule::lparen,
    Rule::text,
    Rule::reference,
    Rule::name,
];

/// Names of rules; a rule that stands nowhere here adds nothing to a message.
const NAMES: &[(Rule, &str)] = &[
    (Rule::expr, "an expression"),
    (Rule::number, "a number"),
    (Rule::signed_number, "a number"),
    (Rule::range, "a range `LOW .. HIGH`"),
    (Rule::name, "a name"),
    (Rule::sigil_name, "a sigil such as `$agent`"),
    (Rule::mapping, "a sigil such as `$agent`"),
    (Rule::sigil, "`sigil`"),
    (Rule::members_of, "`[`"),
    (Rule::promise, "`nonneg`"),
    (Rule::word, "a word"),
    (Rule::option_word, "a word"),
    (Rule::option, "an option"),
    (Rule::setting, "a setting"),
    (Rule::method, "the name of a resource"),
    (Rule::binder, "`NAME in SET`"),
    (Rule::index_set, "the name of a set"),
    (Rule::member, "a member"),
    (Rule::key, "a member"),
    (Rule::entry, "a member"),
    (Rule::cell, "a value"),
    (Rule::row, "a row"),
    (Rule::text, "a string"),
    (Rule::unit_expr, "a unit"),
    (Rule::unit_name, "the name of a unit"),
    (Rule::unit_power, "a unit"),
    (Rule::unit_group, "a unit"),
    (Rule::exponent, "a power"),
    (Rule::set_open, "`: open SIZE`"),
    (Rule::set_inline, "`= { … }`"),
    (Rule::set_range, "`= LOW .. HIGH`"),
    (Rule::entries, "`{ … }`"),
    (Rule::table_source, "`from \"FILE.csv\"`"),
    (Rule::unit_mark, "`:` and a unit"),
    (Rule::bound, "`in LOW .. HIGH`"),
    (Rule::index, "`[`"),
    (Rule::subscripts, "`[`"),
    (Rule::arguments, "`(`"),
    (Rule::options, "`{`"),
    (Rule::remap, "`remaps`"),
    (Rule::binders, "`for`"),
    (Rule::condition, "`if`"),
    (Rule::semicolon, "`;`"),
    (Rule::comma, "`,`"),
    (Rule::colon, "`:`"),
    (Rule::assign, "`=`"),
    (Rule::arrow, "`=>`"),
    (Rule::dots, "`..`"),
    (Rule::lbrace, "`{`"),
    (Rule::rbrace, "`}`"),
    (Rule::lbracket, "`[`"),
    (Rule::rbracket, "`]`"),
    (Rule::lparen, "`(`"),
    (Rule::rparen, "`)`"),
    (Rule::kw_by, "`by`"),
    (Rule::kw_from, "`from`"),
    (Rule::kw_in, "`in`"),
    (Rule::kw_as, "`as`"),
    (Rule::kw_for, "`for`"),
    (Rule::kw_if, "`if`"),
    (Rule::kw_open, "`open`"),
    (Rule::kw_auto, "`auto`"),
    (Rule::kw_column, "`column`"),
    (Rule::kw_remaps, "`remaps`"),
    (Rule::EOI, "the end of the item"),
];

/// What a rule is called.
pub fn describe(rule: Rule) -> &'static str {
    if ITEMS.contains(&rule) {
        return "an item";
    }
    NAMES.iter().find(|(named, _)| *named == rule).map_or("this", |(_, name)| *name)
}

/// Whether an item may start here.
pub fn wants_item(expected: &[Rule]) -> bool {
    expected.iter().any(|rule| ITEMS.contains(rule))
}

/// Whether an operator may come here: an operand has just ended.
pub fn wants_operator(expected: &[Rule]) -> bool {
    OPERATORS.iter().all(|rule| expected.contains(rule))
}

/// Whether an operand may start here: a minus then may, too, and nowhere else.
pub fn wants_operand(expected: &[Rule]) -> bool {
    expected.contains(&Rule::neg) || expected.contains(&Rule::expr)
}

/// The one sign or keyword that is expected, operators aside.
pub fn only_mark(expected: &[Rule]) -> Option<&'static str> {
    let mut others = expected.iter().filter(|rule| !OPERATORS.contains(rule));
    let name = describe(*others.next()?);
    let mark = name.strip_prefix('`')?.strip_suffix('`')?;
    (others.next().is_none() && !mark.contains(' ')).then_some(mark)
}

/// "an operator, `)` or `,`".
pub fn list(expected: &[Rule]) -> String {
    let mut names = Vec::new();
    if wants_operator(expected) {
        names.push("an operator");
    }
    let operand = wants_operand(expected);
    if operand {
        names.push("an expression");
    }
    let told = |rule: &&Rule| OPERATORS.contains(rule) || (operand && OPERANDS.contains(rule));
    let others = expected.iter().filter(|rule| !told(rule)).map(|rule| describe(*rule));
    for name in others.filter(|name| *name != "this") {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // After an operand anything that goes on with it is possible: what ends it says more.
    if names.len() > 3 && wants_operator(expected) {
        names.retain(|name| !matches!(*name, "`[`" | "`(`" | "a unit"));
    }
    match names.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
