//! Sets, tables and what indexes by them.

use pest::iterators::Pair;

use super::{Lowered, Walk, expr, literals, walk};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{
    Binder, Cell, Data, Entry, Member, ParamValue, Range, SetMembers, TableName, TableSource,
};
use crate::syntax::grammar::Rule;

/// `[t in Task, Class]`.
pub fn index(pair: Option<Pair<'_, Rule>>) -> Lowered<Vec<Binder>> {
    let Some(pair) = pair else { return Ok(Vec::new()) };
    let binder = |part: Pair<'_, Rule>| {
        let mut names = Walk::new(part);
        let first = names.name()?;
        Ok(match names.name() {
            Ok(set) => Binder { name: Some(first), set },
            Err(_) => Binder { name: None, set: first },
        })
    };
    Walk::new(pair).map(binder).collect()
}

/// How a set's members are given.
pub fn members(pair: Pair<'_, Rule>) -> Lowered<SetMembers> {
    let rule = pair.as_rule();
    if rule == Rule::table_source {
        return Ok(SetMembers::Table(source(pair)?));
    }
    let mut walk = Walk::new(pair);
    Ok(match rule {
        Rule::set_open => SetMembers::Open(expr::number(walk.need(Rule::expr)?)?),
        Rule::set_range => {
            let Range { lo, hi } = range(walk.need(Rule::range)?)?;
            SetMembers::Range(lo, hi)
        }
        _ => SetMembers::Inline(walk.map(member).collect::<Lowered<_>>()?),
    })
}

/// `lo .. hi`.
pub fn range(pair: Pair<'_, Rule>) -> Lowered<Range> {
    let mut walk = Walk::new(pair);
    let lo = expr::number(walk.need(Rule::expr)?)?;
    let hi = expr::number(walk.need(Rule::expr)?)?;
    Ok(Range { lo, hi })
}

/// `from "f.csv" column "c"`.
pub fn source(pair: Pair<'_, Rule>) -> Lowered<TableSource> {
    let span = walk::of(&pair);
    let mut walk = Walk::new(pair);
    let table = walk.next().ok_or_else(|| walk::disagree(Rule::table_source, span))?;
    let table = match table.as_rule() {
        Rule::text => TableName::File(literals::text(&table)?),
        _ => TableName::Inline(literals::name(&table)),
    };
    let column = walk.accept(Rule::text).map(|pair| literals::text(&pair)).transpose()?;
    Ok(TableSource { table, column })
}

/// What stands after a param's `=`.
pub fn value(pair: Pair<'_, Rule>) -> Lowered<ParamValue> {
    Ok(match pair.as_rule() {
        Rule::table_source => ParamValue::Table(source(pair)?),
        Rule::entries => ParamValue::Entries(Walk::new(pair).map(entry).collect::<Lowered<_>>()?),
        _ => ParamValue::Expr(expr::number(pair)?),
    })
}

fn entry(pair: Pair<'_, Rule>) -> Lowered<Entry> {
    let mut walk = Walk::new(pair);
    let key = Walk::new(walk.need(Rule::key)?).map(member).collect::<Lowered<_>>()?;
    Ok(Entry { key, value: expr::number(walk.need(Rule::expr)?)? })
}

fn member(pair: Pair<'_, Rule>) -> Lowered<Member> {
    let span = walk::of(&pair);
    let inner = pair.into_inner().next().ok_or_else(|| walk::disagree(Rule::member, span))?;
    token(&inner)
}

fn token(pair: &Pair<'_, Rule>) -> Lowered<Member> {
    let span = walk::of(pair);
    let text = match pair.as_rule() {
        Rule::text => literals::text(pair)?.value,
        _ => pair.as_str().to_owned(),
    };
    Ok(Member { text, span })
}

/// `data NAME { column, …; value, …; }`.
pub fn data(mut walk: Walk<'_>) -> Lowered<Data> {
    let name = walk.name()?;
    let mut rows = walk.map(|row| Walk::new(row).map(cell).collect::<Lowered<Vec<_>>>());
    let columns = match rows.next() {
        Some(columns) => columns?.into_iter().map(|cell| cell.member).collect(),
        None => {
            let message = "a table starts with the names of its columns";
            return Err(Box::new(
                Diagnostic::error(codes::SYNTAX, name.span.at(0), message)
                    .note("for example `data flows { name, rate; a, 1; b, 2; }`"),
            ));
        }
    };
    Ok(Data { name, columns, rows: rows.collect::<Lowered<_>>()? })
}

fn cell(pair: Pair<'_, Rule>) -> Lowered<Cell> {
    let span = walk::of(&pair);
    let inner = pair.into_inner().next().ok_or_else(|| walk::disagree(Rule::cell, span))?;
    let number = match inner.as_rule() {
        Rule::signed_number => Some(literals::number(&inner)?),
        _ => None,
    };
    Ok(Cell { member: token(&inner)?, number })
}
