//! Items, a function each.

use pest::iterators::Pair;

use super::{Lowered, Walk, expr, literals, options, tables, units, walk};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{
    Core, Decomposition, DecompositionEntry, Export, Fibre, ItemBody, ItemKind, Let, Local,
    Mapping, Param, Range, Remap, Resource, SetDecl, Setting, Sigil, SignWord, UnitDecl, UnitExpr,
    Utility, Variable,
};
use crate::syntax::grammar::Rule;

/// An item with its docs.
pub fn item(pair: Pair<'_, Rule>) -> Lowered<ItemBody> {
    let whole = walk::of(&pair);
    let mut walk = Walk::new(pair);
    let mut docs = Vec::new();
    while let Some(doc) = walk.accept(Rule::doc) {
        let line = doc.as_str().strip_prefix("///").unwrap_or_default();
        docs.push(line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned());
    }
    let kind = walk.next().ok_or_else(|| walk::disagree(Rule::item, whole))?;
    let span = walk::trimmed(&kind);
    Ok(ItemBody { docs, span, kind: item_kind(kind)? })
}

fn item_kind(pair: Pair<'_, Rule>) -> Lowered<ItemKind> {
    let rule = pair.as_rule();
    let span = walk::of(&pair);
    let mut walk = Walk::new(pair);
    Ok(match rule {
        Rule::fibre => ItemKind::Fibre(fibre(walk)?),
        Rule::core => ItemKind::Core(core(walk)?),
        Rule::import => ItemKind::Import(literals::text(&walk.need(Rule::text)?)?),
        Rule::unit => ItemKind::Unit(unit(walk)?),
        Rule::set => {
            let name = walk.name()?;
            let members = walk.next().ok_or_else(|| walk::disagree(rule, span))?;
            ItemKind::Set(SetDecl { name, members: tables::members(members)? })
        }
        Rule::param => ItemKind::Param(param(walk)?),
        Rule::variable => ItemKind::Variable(variable(walk)?),
        Rule::let_item => ItemKind::Let(Let {
            name: walk.name()?,
            index: tables::index(walk.accept(Rule::index))?,
            body: expr::number(walk.need(Rule::expr)?)?,
        }),
        Rule::resource => ItemKind::Resource(resource(walk)?),
        Rule::utility => ItemKind::Utility(Utility {
            name: walk.accept(Rule::name).map(|name| literals::name(&name)),
            body: expr::number(walk.need(Rule::expr)?)?,
        }),
        Rule::decomposition => ItemKind::Decomposition(decomposition(walk)?),
        Rule::observe => ItemKind::Observe(options::port_use(&mut walk)?),
        Rule::enforce => ItemKind::Enforce(options::port_use(&mut walk)?),
        Rule::export => ItemKind::Export(Export {
            value: expr::number(walk.need(Rule::expr)?)?,
            name: literals::text(&walk.need(Rule::text)?)?,
        }),
        Rule::emit => ItemKind::Emit(walk.map(|word| literals::name(&word)).collect()),
        Rule::data => ItemKind::Data(tables::data(walk)?),
        _ => return Err(walk::disagree(rule, span)),
    })
}

fn fibre(mut walk: Walk<'_>) -> Lowered<Fibre> {
    let name = walk.name()?;
    let Some(pair) = walk.accept(Rule::remap) else { return Ok(Fibre { name, remap: None }) };
    let mut walk = Walk::new(pair);
    let core = walk.name()?;
    let mapping = |pair: Pair<'_, Rule>| {
        let mut walk = Walk::new(pair);
        let sigil = walk.name()?;
        let members = walk.accept(Rule::members_of);
        let members = members.into_iter().flat_map(Walk::new).map(|name| literals::name(&name));
        let members = members.collect();
        Ok(Mapping { sigil, members, target: expr::number(walk.need(Rule::expr)?)? })
    };
    let mappings = walk.map(mapping).collect::<Lowered<_>>()?;
    Ok(Fibre { name, remap: Some(Remap { core, mappings }) })
}

fn core(mut walk: Walk<'_>) -> Lowered<Core> {
    let mut core = Core { name: walk.name()?, sigils: Vec::new(), items: Vec::new() };
    for part in walk {
        if part.as_rule() == Rule::sigil {
            core.sigils.push(sigil(Walk::new(part))?);
        } else {
            core.items.push(item(part)?);
        }
    }
    Ok(core)
}

fn sigil(mut walk: Walk<'_>) -> Lowered<Sigil> {
    while walk.accept(Rule::doc).is_some() {}
    Ok(Sigil {
        name: walk.name()?,
        index: tables::index(walk.accept(Rule::index))?,
        kind: walk.name()?,
        unit: walk.accept(Rule::unit_expr).map(units::unit_expr).transpose()?,
        promises: std::iter::from_fn(|| walk.accept(Rule::promise))
            .map(|word| literals::name(&word))
            .collect(),
        default: walk.accept(Rule::expr).map(expr::number).transpose()?,
    })
}

fn unit(mut walk: Walk<'_>) -> Lowered<UnitDecl> {
    let name = walk.name()?;
    let definition = walk.accept(Rule::unit_expr).map(units::unit_expr).transpose()?;
    Ok(UnitDecl { name, definition })
}

fn unit_mark(walk: &mut Walk<'_>) -> Lowered<Option<UnitExpr>> {
    let Some(mark) = walk.accept(Rule::unit_mark) else { return Ok(None) };
    units::unit_expr(Walk::new(mark).need(Rule::unit_expr)?).map(Some)
}

/// Signs and ranges, at most one each.
#[derive(Default)]
struct Bounds {
    sign: Option<(SignWord, Local)>,
    range: Option<(Range, Local)>,
}

impl Bounds {
    fn accept(&mut self, walk: &mut Walk<'_>) -> Lowered<()> {
        while let Some(pair) = walk.accept(Rule::bound) {
            let span = walk::trimmed(&pair);
            let mut walk = Walk::new(pair);
            let part = walk.next().ok_or_else(|| walk::disagree(Rule::bound, span))?;
            let first = match part.as_rule() {
                Rule::range => self.range.replace((tables::range(part)?, span)).map(|(_, at)| at),
                Rule::kw_nonneg => self.sign.replace((SignWord::Nonneg, span)).map(|(_, at)| at),
                _ => self.sign.replace((SignWord::Nonpos, span)).map(|(_, at)| at),
            };
            if let Some(first) = first {
                let message = "a range or a sign is given twice";
                return Err(Box::new(
                    Diagnostic::error(codes::SYNTAX, span.at(0), message)
                        .label(first.at(0), "first here")
                        .fix("remove this one", span.at(0), ""),
                ));
            }
        }
        Ok(())
    }
}

fn param(mut walk: Walk<'_>) -> Lowered<Param> {
    let name = walk.name()?;
    let index = tables::index(walk.accept(Rule::index))?;
    let unit = unit_mark(&mut walk)?;
    let mut bounds = Bounds::default();
    bounds.accept(&mut walk)?;
    let value = walk.next().map(tables::value).transpose()?;
    bounds.accept(&mut walk)?;
    let range = bounds.range.map(|(range, _)| range);
    Ok(Param { name, index, unit, sign: bounds.sign, range, value })
}

fn variable(mut walk: Walk<'_>) -> Lowered<Variable> {
    let name = walk.name()?;
    let index = tables::index(walk.accept(Rule::index))?;
    let unit = unit_mark(&mut walk)?;
    let mut bounds = Bounds::default();
    bounds.accept(&mut walk)?;
    let range = bounds.range.map(|(range, _)| range);
    Ok(Variable { name, index, unit, sign: bounds.sign, range })
}

fn resource(mut walk: Walk<'_>) -> Lowered<Resource> {
    let name = walk.name()?;
    let index = tables::index(walk.accept(Rule::index))?;
    let unit = unit_mark(&mut walk)?;
    let (use_, relation, capacity) = expr::relation(walk.need(Rule::expr)?)?;
    Ok(Resource { name, index, unit, use_, relation, capacity })
}

fn decomposition(mut walk: Walk<'_>) -> Lowered<Decomposition> {
    if walk.accept(Rule::kw_auto).is_some() {
        return Ok(Decomposition::Auto);
    }
    walk.map(method).collect::<Lowered<_>>().map(Decomposition::Entries)
}

fn method(pair: Pair<'_, Rule>) -> Lowered<DecompositionEntry> {
    let span = walk::trimmed(&pair);
    let mut walk = Walk::new(pair);
    let (resource, method) = (walk.name()?, walk.name()?);
    let setting = |pair: Pair<'_, Rule>| {
        let mut walk = Walk::new(pair);
        Ok(Setting { name: walk.name()?, value: expr::number(walk.need(Rule::expr)?)? })
    };
    let options = walk.map(setting).collect::<Lowered<_>>()?;
    Ok(DecompositionEntry { resource, method, options, span })
}
