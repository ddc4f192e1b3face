//! How each resource is decomposed.

use std::collections::BTreeMap;

use num_traits::Signed;

use super::context::{Context, Entity, did_you_mean};
use super::expr::Builder;
use super::hir::{Decomposition, Expr, Rational, Span, Spanned, Unit};
use super::units::Power;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, DecompositionEntry, ExprKind, Item, Setting};

/// Methods of the language, and whether this compiler has them.
const METHODS: &[(&str, bool)] = &[
    ("auto", true),
    ("dual", true),
    ("primal", false),
    ("primal_dual", true),
    ("admm", false),
    ("penalty", true),
    ("consensus", false),
];

/// Names of the settings.
const SETTINGS: [&str; 2] = ["step", "period"];

/// Milliseconds between two updates when the spec does not say.
const USUAL_PERIOD_MS: i64 = 100;

/// Resolves every decomposition; a resource that none names is decomposed automatically. `gain` is the
/// unit of the utilities, when there are any.
pub fn resolve(context: &mut Context, items: &[Item], gain: Option<&Unit>) -> Vec<Decomposition> {
    let mut resolved: Vec<Decomposition> = Vec::new();
    let mut firsts: BTreeMap<usize, Span> = BTreeMap::new();
    for item in items {
        let ast::ItemKind::Decomposition(ast::Decomposition::Entries(entries)) = &item.kind else {
            continue;
        };
        for entry in entries {
            let Some(resource) = resource(context, item, entry) else { continue };
            let span = item.at(entry.resource.span);
            if let Some(first) = firsts.insert(resource, span) {
                let message = format!("`{}` is decomposed twice", entry.resource.text);
                let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
                context.report(error.label(first, "first here"));
                continue;
            }
            let mut reader = Reader { context, item, resource, gain };
            resolved.extend(reader.entry(entry));
        }
    }
    let named = |context: &Context, id: usize| {
        let resource = context.resources.get(id)?.as_ref()?;
        Some(Spanned { value: id, span: resource.name.span })
    };
    let left = (0..context.resources.len()).filter(|id| !firsts.contains_key(id));
    resolved.extend(left.filter_map(|id| named(context, id)).map(|resource| Decomposition {
        method: Spanned { value: "auto".to_owned(), span: resource.span },
        resource,
        step: None,
        period: usual_period(),
    }));
    resolved
}

fn usual_period() -> Rational {
    Rational::new(USUAL_PERIOD_MS.into(), 1000.into())
}

fn resource(context: &mut Context, item: &Item, entry: &DecompositionEntry) -> Option<usize> {
    let (name, span) = (&entry.resource, item.at(entry.resource.span));
    match context.names.get(&name.text).copied() {
        Some(declared) => match declared.entity {
            Entity::Resource(id) => Some(id),
            Entity::Broken => None,
            entity => {
                let message = format!("`{}` is {}, not a resource", name.text, entity.kind());
                let error = Diagnostic::error(codes::WRONG_KIND, span, message);
                context.report(error.label(declared.span, "declared here"));
                None
            }
        },
        None => {
            let known = context.known(|entity| matches!(entity, Entity::Resource(_)));
            let message = format!("there is no resource `{}`", name.text);
            let known = known.iter().map(String::as_str);
            context.unknown(codes::UNKNOWN_NAME, (&name.text, span), message, known);
            None
        }
    }
}

/// Reads the entry of one resource.
struct Reader<'c> {
    context: &'c mut Context,
    item: &'c Item,
    resource: usize,
    gain: Option<&'c Unit>,
}

impl Reader<'_> {
    fn entry(&mut self, entry: &DecompositionEntry) -> Option<Decomposition> {
        let method = self.method(entry);
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let (mut step, mut period) = (Some(None), Some(usual_period()));
        for setting in &entry.options {
            let span = self.item.at(setting.name.span);
            let name = setting.name.text.as_str();
            if let Some(first) = seen.insert(name, span) {
                let message = format!("`{name}` is set twice");
                let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
                self.context.report(error.label(first, "first here"));
                continue;
            }
            match name {
                "step" => step = self.step(setting),
                "period" => period = self.period(setting),
                _ => {
                    let message = format!("a decomposition has no setting `{name}`");
                    self.context.unknown(codes::DECOMPOSITION, (name, span), message, SETTINGS);
                }
            }
        }
        let span = self.item.at(entry.resource.span);
        let resource = Spanned { value: self.resource, span };
        // The resource itself may be in error.
        self.context.resources.get(self.resource)?.as_ref()?;
        Some(Decomposition { resource, method: method?, step: step?, period: period? })
    }

    fn method(&mut self, entry: &DecompositionEntry) -> Option<Spanned<String>> {
        let (name, span) = (entry.method.text.as_str(), self.item.at(entry.method.span));
        match METHODS.iter().find(|(method, _)| *method == name) {
            Some((_, true)) => Some(Spanned { value: name.to_owned(), span }),
            Some((_, false)) => {
                let what = format!("the method `{name}`");
                self.context.not_yet(
                    span,
                    &what,
                    "use `dual`, or `auto` to let the compiler choose",
                );
                None
            }
            None => {
                let message = format!("there is no method `{name}`");
                let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
                let known = METHODS.iter().map(|(method, _)| *method);
                self.context.report(did_you_mean(error, name, span, known));
                None
            }
        }
    }

    /// A number in SI, or none for `auto`.
    fn step(&mut self, setting: &Setting) -> Option<Option<Spanned<Rational>>> {
        if matches!(&setting.value.kind, ExprKind::Name(name) if name.text == "auto") {
            return Some(None);
        }
        let (expr, value) = self.number(setting)?;
        if let Some(unit) = self.step_unit() {
            let fits = expr.facts.unit.is_dimensionless() || expr.facts.unit.same_dimension(&unit);
            if !fits {
                let message = format!(
                    "a step here has {}, and this has {}",
                    unit.quoted(),
                    expr.facts.unit.quoted()
                );
                self.context.report(
                    Diagnostic::error(codes::UNIT_MISMATCH, expr.span, message)
                        .note("a price moves by step times use: its unit is gain per use, per use")
                        .fix("let the compiler derive the step", expr.span, "auto"),
                );
                return None;
            }
        }
        Some(Some(Spanned { value, span: expr.span }))
    }

    /// Unit of a price, per unit of use.
    fn step_unit(&self) -> Option<Unit> {
        let resource = self.context.resources.get(self.resource)?.as_ref()?;
        let square = resource.unit.to_power(Power::from_integer(2))?;
        self.gain.unwrap_or(&Unit::default()).per(&square)
    }

    fn period(&mut self, setting: &Setting) -> Option<Rational> {
        let (expr, value) = self.number(setting)?;
        let unit = &expr.facts.unit;
        let is_time = matches!(unit.dimensions.as_slice(), [(name, power)] if name == "s" && *power == Power::from_integer(1));
        if !is_time {
            let message = format!("a period is a time, and this has {}", unit.quoted());
            let error = Diagnostic::error(codes::UNIT_MISMATCH, expr.span, message);
            self.context.report(error.note("write `period 100 ms;`"));
            return None;
        }
        if !value.is_positive() {
            let message = "a period must be above 0";
            self.context.report(Diagnostic::error(codes::PERIOD, expr.span, message));
            return None;
        }
        Some(value)
    }

    fn number(&mut self, setting: &Setting) -> Option<(Expr, Rational)> {
        let mut builder = Builder::new(self.context, self.item.base);
        let expr = builder.whole(&setting.value)?;
        let value = builder.constant(&expr)?;
        Some((expr, value))
    }
}
