//! `observe`, `enforce`, `export` and `emit`: what the outside gives and gets. What a port's options
//! mean is the port's.

use std::collections::BTreeMap;

use super::context::{Context, Entity};
use super::hir::{
    Export, ExportValue, OptionToken, OptionWord, ParamId, PortOption, PortUse, Rational, Span,
    Spanned, Unit,
};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, Expr, ExprKind, Item, ItemKind, Name};

/// Names of the artefacts that a spec can ask for.
pub const ARTEFACTS: [&str; 5] = ["ebpf", "daemon", "llvm", "k8s", "coq"];

/// Every port of a spec.
#[derive(Debug, Default)]
pub struct Ports {
    /// Where the values of variables come from.
    pub observes: Vec<PortUse>,
    /// Where the values of run-time inputs come from.
    pub inputs: Vec<PortUse<ParamId>>,
    /// What carries decisions out.
    pub enforces: Vec<PortUse>,
}

/// Resolves every `observe` and `enforce`.
pub fn ports(context: &mut Context, items: &[Item]) -> Ports {
    let mut ports = Ports::default();
    for item in items {
        match &item.kind {
            ItemKind::Observe(port) => {
                let declared = context.names.get(&port.variable.text).map(|found| found.entity);
                if let Some(Entity::Param(id)) = declared {
                    let param = context.params.get(id).is_some_and(Option::is_some);
                    let port = resolve(context, item, port, Some(id));
                    ports.inputs.extend(port.filter(|_| param));
                } else {
                    ports.observes.extend(of_variable(context, item, port));
                }
            }
            ItemKind::Enforce(port) => ports.enforces.extend(of_variable(context, item, port)),
            _ => {}
        }
    }
    ports
}

fn of_variable(context: &mut Context, item: &Item, port: &ast::PortUse) -> Option<PortUse> {
    let id = match named(context, item, &port.variable, "variable") {
        Some(Entity::Variable(id)) => Some(id),
        _ => None,
    };
    let port = resolve(context, item, port, id)?;
    context.variables.get(port.of.value)?.as_ref()?;
    Some(port)
}

/// Reads the options; `of` is whom they are about, none when that is in error.
fn resolve<Id>(
    context: &mut Context,
    item: &Item,
    port: &ast::PortUse,
    of: Option<Id>,
) -> Option<PortUse<Id>> {
    let options: Vec<_> =
        port.options.iter().map(|option| self::option(context, item, option)).collect();
    let options: Vec<_> = options.into_iter().collect::<Option<_>>()?;
    let of = Spanned { value: of?, span: item.at(port.variable.span) };
    let name = Spanned { value: port.port.text.clone(), span: item.at(port.port.span) };
    Some(PortUse { of, port: name, options, span: item.at(item.span) })
}

/// The variable or resource of that name; `kind` is which of the two.
fn named(context: &mut Context, item: &Item, name: &Name, kind: &str) -> Option<Entity> {
    let span = item.at(name.span);
    let fits: fn(Entity) -> bool = match kind {
        "variable" => |entity| matches!(entity, Entity::Variable(_)),
        _ => |entity| matches!(entity, Entity::Resource(_)),
    };
    match context.names.get(&name.text).copied() {
        Some(declared) if fits(declared.entity) => Some(declared.entity),
        Some(declared) if declared.entity == Entity::Broken => None,
        Some(declared) => {
            let message = format!("`{}` is {}, not a {kind}", name.text, declared.entity.kind());
            let error = Diagnostic::error(codes::WRONG_KIND, span, message);
            context.report(error.label(declared.span, "declared here"));
            None
        }
        None => {
            let known = context.known(fits);
            let message = format!("there is no {kind} `{}`", name.text);
            let known = known.iter().map(String::as_str);
            context.unknown(codes::UNKNOWN_NAME, (&name.text, span), message, known);
            None
        }
    }
}

fn option(context: &mut Context, item: &Item, option: &ast::PortOption) -> Option<PortOption> {
    let mut words = Vec::new();
    for word in &option.words {
        let span = item.at(word.span);
        let mut push = |token, span| words.push(OptionWord { token, span });
        match &word.token {
            ast::OptionToken::Word(word) => push(OptionToken::Word(word.clone()), span),
            ast::OptionToken::Text(text) => push(OptionToken::Text(text.clone()), span),
            ast::OptionToken::Symbol(symbol) => {
                push(OptionToken::Symbol((*symbol).to_owned()), span);
            }
            ast::OptionToken::Quantity(quantity) => {
                let plain =
                    |number: &Rational| OptionToken::Quantity(number.clone(), Unit::default());
                let Some(written) = &quantity.unit else {
                    push(plain(&quantity.number), span);
                    continue;
                };
                match written.bare_name() {
                    // `8 within 1 s`: the word belongs to the option, not to the number.
                    Some(name) if context.units.find(&name.text).is_none() => {
                        let word = item.at(name.span);
                        push(plain(&quantity.number), Span { start: span.start, end: word.start });
                        push(OptionToken::Word(name.text.clone()), word);
                    }
                    _ => {
                        let unit = super::expr::Builder::new(context, item.base).unit(written)?;
                        let value = &quantity.number * &unit.scale;
                        push(OptionToken::Quantity(value, unit), span);
                    }
                }
            }
        }
    }
    Some(PortOption { words, span: item.at(option.span) })
}

/// Resolves the exports.
pub fn exports(context: &mut Context, items: &[Item]) -> Vec<Export> {
    let mut exports = Vec::new();
    let mut firsts: BTreeMap<&str, Span> = BTreeMap::new();
    for item in items {
        let ast::ItemKind::Export(export) = &item.kind else { continue };
        let (name, span) = (export.name.value.as_str(), item.at(export.name.span));
        if let Some(first) = firsts.insert(name, span) {
            let message = format!("`{name}` is exported twice");
            let error = Diagnostic::error(codes::DUPLICATE_NAME, span, message);
            context.report(error.label(first, "first here"));
            continue;
        }
        if !is_metric_name(name) {
            let message = format!("`{name}` cannot be the name of a metric");
            let advice = "a name has ASCII letters, digits and `_`, and starts with no digit";
            context.report(Diagnostic::error(codes::EXPORT, span, message).note(advice));
            continue;
        }
        if let Some(value) = value(context, item, &export.value) {
            let name = Spanned { value: name.to_owned(), span };
            exports.push(Export { value, name, span: item.at(item.span) });
        }
    }
    exports
}

/// Whether Prometheus, C and the kernel take the name as it is.
fn is_metric_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn value(context: &mut Context, item: &Item, value: &Expr) -> Option<ExportValue> {
    let span = item.at(value.span);
    let call = match &value.kind {
        ExprKind::Call(function, arguments) => match arguments.as_slice() {
            [Expr { kind: ExprKind::Name(name), .. }] => Some((function, name)),
            _ => None,
        },
        _ => None,
    };
    let advice = "what can be exported: `price(RESOURCE)`, `mean(VARIABLE)`";
    let Some((function, name)) = call else {
        let message = "this cannot be exported";
        context.report(Diagnostic::error(codes::EXPORT, span, message).note(advice));
        return None;
    };
    match function.text.as_str() {
        "price" => match named(context, item, name, "resource")? {
            Entity::Resource(id) => Some(ExportValue::Price(id)),
            _ => None,
        },
        "mean" => match named(context, item, name, "variable")? {
            Entity::Variable(id) => Some(ExportValue::Mean(id)),
            _ => None,
        },
        other => {
            let message = format!("`{other}` of something cannot be exported");
            let at = item.at(function.span);
            let error = Diagnostic::error(codes::EXPORT, at, message).note(advice);
            context.report(super::context::did_you_mean(error, other, at, ["price", "mean"]));
            None
        }
    }
}

/// Resolves the artefacts that are asked for.
pub fn emits(context: &mut Context, items: &[Item]) -> Vec<Spanned<String>> {
    let mut emits: Vec<Spanned<String>> = Vec::new();
    for item in items {
        let ast::ItemKind::Emit(names) = &item.kind else { continue };
        for name in names {
            let span = item.at(name.span);
            if !ARTEFACTS.contains(&name.text.as_str()) {
                let message = format!("there is no artefact `{}`", name.text);
                context.unknown(codes::UNKNOWN_TARGET, (&name.text, span), message, ARTEFACTS);
            } else if emits.iter().all(|emit| emit.value != name.text) {
                emits.push(Spanned { value: name.text.clone(), span });
            }
        }
    }
    emits
}
