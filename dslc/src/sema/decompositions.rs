//! How each resource is decomposed.

use std::collections::BTreeMap;

use num_traits::Signed;

use super::context::{Context, Entity, did_you_mean};
use super::expr::Builder;
use super::hir::{Decomposition, Expr, Peers, Rational, Settings, Span, Spanned, Unit};
use super::units::Power;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, DecompositionEntry, ExprKind, Item, Setting};

/// Methods of the language, and the settings that each has beside `period` and `delay`.
const METHODS: &[(&str, &[&str])] = &[
    ("auto", &["step", "rho", "barrier", "coordinator", "peers"]),
    ("dual", &["step"]),
    ("primal", &["step"]),
    ("primal_dual", &["step"]),
    ("admm", &["rho"]),
    ("penalty", &["barrier"]),
    ("consensus", &["step", "coordinator", "peers"]),
];

/// Settings that every method has.
const COMMON: [&str; 2] = ["period", "delay"];

/// The longest delay, in rounds: beyond it a step is too small to be of use.
const MAX_DELAY: u32 = 1_000_000;

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
        settings: Settings::default(),
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
        let known = method.as_ref().and_then(|method| {
            METHODS.iter().find(|(name, _)| *name == method.value).map(|(_, settings)| *settings)
        });
        let (mut settings, mut period) = (Settings::default(), usual_period());
        let mut complete = true;
        for setting in &entry.options {
            let span = self.item.at(setting.name.span);
            let name = setting.name.text.as_str();
            if let Some(first) = seen.insert(name, span) {
                let message = format!("`{name}` is set twice");
                let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
                self.context.report(error.label(first, "first here"));
                continue;
            }
            let all = METHODS.iter().flat_map(|(_, settings)| settings.iter()).chain(&COMMON);
            if !all.clone().any(|known| *known == name) {
                let message = format!("a decomposition has no setting `{name}`");
                let all = all.copied();
                self.context.unknown(codes::DECOMPOSITION, (name, span), message, all);
                continue;
            }
            let method = known
                .zip(method.as_ref())
                .filter(|(own, _)| !COMMON.contains(&name) && !own.contains(&name));
            if let Some((own, method)) = method {
                let has = own.iter().chain(&COMMON).map(|own| format!("`{own}`"));
                let has = has.collect::<Vec<_>>().join(", ");
                let message = format!("`{}` has no setting `{name}`", method.value);
                let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
                self.context.report(error.note(format!("its settings are {has}")));
                continue;
            }
            let read = match name {
                "period" => self.period(setting).map(|value| period = value),
                "delay" => self.delay(setting).map(|value| settings.delay = Some(value)),
                "barrier" => self.barrier(setting).map(|value| settings.barrier = value),
                "rho" => self.step(setting, false).map(|value| settings.rho = value),
                "coordinator" => self.coordinator(setting).map(|none| {
                    settings.peers = settings.peers.take().or(none);
                }),
                "peers" => self.peers(setting).map(|value| settings.peers = Some(value)),
                _ => self
                    .step(setting, entry.method.text == "primal")
                    .map(|value| settings.step = value),
            };
            complete &= read.is_some();
        }
        let span = self.item.at(entry.resource.span);
        let resource = Spanned { value: self.resource, span };
        // The resource itself may be in error.
        self.context.resources.get(self.resource)?.as_ref()?;
        complete.then_some(Decomposition { resource, method: method?, settings, period })
    }

    fn method(&mut self, entry: &DecompositionEntry) -> Option<Spanned<String>> {
        let (name, span) = (entry.method.text.as_str(), self.item.at(entry.method.span));
        if METHODS.iter().any(|(method, _)| *method == name) {
            return Some(Spanned { value: name.to_owned(), span });
        }
        let message = format!("there is no method `{name}`");
        let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
        let known = METHODS.iter().map(|(method, _)| *method);
        self.context.report(did_you_mean(error, name, span, known));
        None
    }

    /// `3` or `3 rounds`.
    fn delay(&mut self, setting: &Setting) -> Option<Spanned<u32>> {
        use num_traits::ToPrimitive;
        let span = self.item.at(setting.value.span);
        let is_rounds = |unit: &ast::UnitExpr| matches!(unit.text.as_str(), "round" | "rounds");
        let value = match &setting.value.kind {
            ExprKind::Number(value, unit) if unit.as_ref().is_none_or(is_rounds) => value.clone(),
            _ => {
                let message = "a delay is counted in rounds";
                let error = Diagnostic::error(codes::DECOMPOSITION, span, message);
                self.context.report(error.note("write `delay 3 rounds;`"));
                return None;
            }
        };
        let rounds = value.to_integer().to_u32();
        let rounds = rounds.filter(|rounds| value.is_integer() && *rounds <= MAX_DELAY);
        if rounds.is_none() {
            let message = format!("a delay is a whole number of rounds up to {MAX_DELAY}");
            self.context.report(Diagnostic::error(codes::DECOMPOSITION, span, message));
        }
        Some(Spanned { value: rounds?, span })
    }

    /// Only `none`: somebody reads a resource's use unless the spec says otherwise.
    fn coordinator(&mut self, setting: &Setting) -> Option<Option<Spanned<Peers>>> {
        let span = self.item.at(setting.value.span);
        self.word(setting, &[("none", Peers::All)]).map(|value| Some(Spanned { value, span }))
    }

    fn peers(&mut self, setting: &Setting) -> Option<Spanned<Peers>> {
        let span = self.item.at(setting.value.span);
        let value = self.word(setting, &[("all", Peers::All), ("ring", Peers::Ring)])?;
        Some(Spanned { value, span })
    }

    /// One of a few words.
    fn word<T: Copy>(&mut self, setting: &Setting, words: &[(&str, T)]) -> Option<T> {
        let written = match &setting.value.kind {
            ExprKind::Name(name) => name.text.as_str(),
            _ => "",
        };
        let found = words.iter().find(|(word, _)| *word == written);
        if found.is_none() {
            let span = self.item.at(setting.value.span);
            let known: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = format!("`{}` is one of {}", setting.name.text, known.join(", "));
            self.context.report(Diagnostic::error(codes::DECOMPOSITION, span, message));
        }
        found.map(|(_, value)| *value)
    }

    /// A number in SI, or none for `auto`: a quantity of utility.
    fn barrier(&mut self, setting: &Setting) -> Option<Option<Spanned<Rational>>> {
        let unit = self.gain.cloned().unwrap_or_default();
        self.quantity(setting, Some(&unit), "a barrier is a quantity of utility")
    }

    /// A number in SI, or none for `auto`: gain per use, per use.
    fn step(&mut self, setting: &Setting, of_parts: bool) -> Option<Option<Spanned<Rational>>> {
        let unit = self.step_unit(of_parts);
        let note = if of_parts {
            "a part moves by step times what it is worth: its unit is use times use per gain"
        } else {
            "a price moves by step times use: its unit is gain per use, per use"
        };
        self.quantity(setting, unit.as_ref(), note)
    }

    /// A number in SI without a unit or with this one; none for `auto`.
    fn quantity(
        &mut self,
        setting: &Setting,
        unit: Option<&Unit>,
        note: &str,
    ) -> Option<Option<Spanned<Rational>>> {
        if matches!(&setting.value.kind, ExprKind::Name(name) if name.text == "auto") {
            return Some(None);
        }
        let (expr, value) = self.number(setting)?;
        let own = &expr.facts.unit;
        if let Some(unit) = unit.filter(|unit| !own.is_dimensionless() && !own.same_dimension(unit))
        {
            let (name, has) = (&setting.name.text, unit.quoted());
            let message = format!("a {name} here has {has}, and this has {}", own.quoted());
            self.context.report(
                Diagnostic::error(codes::UNIT_MISMATCH, expr.span, message).note(note).fix(
                    format!("let the compiler derive the {name}"),
                    expr.span,
                    "auto",
                ),
            );
            return None;
        }
        Some(Some(Spanned { value, span: expr.span }))
    }

    /// Unit of a price per use; for parts, of a use per price.
    fn step_unit(&self, of_parts: bool) -> Option<Unit> {
        let resource = self.context.resources.get(self.resource)?.as_ref()?;
        let square = resource.unit.to_power(Power::from_integer(2))?;
        let gain = self.gain.cloned().unwrap_or_default();
        if of_parts { square.per(&gain) } else { gain.per(&square) }
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
