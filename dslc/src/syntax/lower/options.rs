//! Ports: an option is a list of words.

use pest::iterators::Pair;

use super::{Lowered, Walk, literals, units, walk};
use crate::syntax::ast::{Name, OptionToken, OptionWord, PortOption, PortUse, Quantity};
use crate::syntax::grammar::Rule;

/// Signs of an option, as the grammar's `option_sign` has them.
const SIGNS: &[&str] = &["<=", ">=", "==", "!=", "<", ">", ",", ":", "=", "(", ")", "-"];

/// `x from PORT { … }`, `x by PORT { … }`.
pub fn port_use(walk: &mut Walk<'_>) -> Lowered<PortUse> {
    let (variable, port): (Name, Name) = (walk.name()?, walk.name()?);
    let block = Walk::new(walk.need(Rule::options)?);
    let options = block.map(option).collect::<Lowered<_>>()?;
    Ok(PortUse { variable, port, options })
}

fn option(pair: Pair<'_, Rule>) -> Lowered<PortOption> {
    let whole = walk::of(&pair);
    let words = Walk::new(pair).map(word).collect::<Lowered<Vec<_>>>()?;
    let span = match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => whole,
    };
    Ok(PortOption { words, span })
}

fn word(pair: Pair<'_, Rule>) -> Lowered<OptionWord> {
    let whole = walk::of(&pair);
    let inner = pair.into_inner().next();
    let pair = inner.ok_or_else(|| walk::disagree(Rule::option_word, whole))?;
    let span = walk::of(&pair);
    Ok(match pair.as_rule() {
        Rule::text => OptionWord { token: OptionToken::Text(literals::text(&pair)?.value), span },
        Rule::option_quantity => {
            let mut parts = pair.into_inner().peekable();
            let number = parts.next().ok_or_else(|| walk::disagree(Rule::number, whole))?;
            let mut span = walk::of(&number);
            let number = literals::number(&number)?;
            let unit = match parts.peek() {
                Some(_) => Some(units::unit_powers(parts)?),
                None => None,
            };
            span.end = unit.as_ref().map_or(span.end, |unit| unit.span.end);
            OptionWord { token: OptionToken::Quantity(Quantity { number, unit }), span }
        }
        Rule::option_sign => {
            let sign = SIGNS.iter().find(|sign| **sign == pair.as_str());
            let sign = sign.ok_or_else(|| walk::disagree(Rule::option_sign, span))?;
            OptionWord { token: OptionToken::Symbol(sign), span }
        }
        _ => OptionWord { token: OptionToken::Word(pair.as_str().to_owned()), span },
    })
}
