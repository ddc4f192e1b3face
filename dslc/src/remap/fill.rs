//! What a fibre puts into each hole of its core.

use super::holes::{self, Kind, Promise};
use crate::diag::{Diagnostic, codes};
use crate::sema::did_you_mean;
use crate::sema::hir::Span;
use crate::syntax::ast::{Binder, Core, Expr, ExprKind, Item, Name, Remap, Sigil, UnitExpr};

/// A hole and what fills it.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The sigil: `$agent`.
    pub sigil: String,
    /// Where the core declares it.
    pub declared: Span,
    /// Its index sets as the core names them.
    pub index: Vec<Binder>,
    /// What may fill it.
    pub kind: Kind,
    /// The unit that its values have; none when dimensionless.
    pub unit: Option<UnitExpr>,
    /// What else it asks.
    pub promises: Vec<Promise>,
    /// What fills it.
    pub target: Target,
}

/// What fills a hole.
#[derive(Clone, Debug)]
pub struct Target {
    /// Byte at which the item starts that it is written in.
    pub base: usize,
    /// Names that stand for members in it.
    pub members: Vec<Name>,
    /// What is written.
    pub expr: Expr,
    /// Where.
    pub span: Span,
    /// Whether it is the core's default, and not the fibre's.
    pub is_default: bool,
}

impl Target {
    /// The name, when it is nothing else.
    pub fn name(&self) -> Option<&Name> {
        match &self.expr.kind {
            ExprKind::Name(name) if self.members.is_empty() => Some(name),
            _ => None,
        }
    }
}

/// Pairs each hole of `core` with what the fibre's `remap` puts there. What comes back is complete only
/// without errors.
pub fn fill(
    (core_item, core): (&Item, &Core),
    (fibre_item, remap): (&Item, &Remap),
) -> (Vec<Filled>, Vec<Diagnostic>) {
    let mut errors = Vec::new();
    unknown(core, fibre_item, remap, &mut errors);
    let mut filled = Vec::new();
    let mut missing = Vec::new();
    for sigil in &core.sigils {
        let Some(kind) = holes::kind(sigil) else { continue };
        match target(core_item, sigil, fibre_item, remap, &mut errors) {
            Some(target) if kind.is_named() && target.name().is_none() => {
                let message = format!("`{}` stands for {}", sigil.name.text, kind.name());
                errors.push(
                    Diagnostic::error(codes::FILL_KIND, target.span, message)
                        .label(target.span, "no name")
                        .label(core_item.at(sigil.name.span), "a name is wanted here")
                        .note("declare it under a name of its own, and fill the hole with that"),
                );
            }
            Some(target) => filled.push(Filled {
                sigil: sigil.name.text.clone(),
                declared: core_item.at(sigil.name.span),
                index: sigil.index.clone(),
                kind,
                unit: sigil.unit.clone(),
                promises: sigil.promises.iter().filter_map(|it| Promise::of(&it.text)).collect(),
                target,
            }),
            None => missing.push(sigil),
        }
    }
    errors.extend(unfilled(core_item, core, &missing, fibre_item, remap));
    (filled, errors)
}

/// Mappings of sigils that the core does not have.
fn unknown(core: &Core, item: &Item, remap: &Remap, errors: &mut Vec<Diagnostic>) {
    let known = || core.sigils.iter().map(|sigil| sigil.name.text.as_str());
    for mapping in &remap.mappings {
        let (name, span) = (&mapping.sigil.text, item.at(mapping.sigil.span));
        if !known().any(|sigil| sigil == name) {
            let message = format!("the core `{}` has no sigil `{name}`", core.name.text);
            let error = Diagnostic::error(codes::UNKNOWN_SIGIL, span, message);
            errors.push(did_you_mean(error, name, span, known()));
        }
    }
}

fn target(
    core_item: &Item,
    sigil: &Sigil,
    item: &Item,
    remap: &Remap,
    errors: &mut Vec<Diagnostic>,
) -> Option<Target> {
    let mut own = remap.mappings.iter().filter(|mapping| mapping.sigil.text == sigil.name.text);
    let Some(first) = own.next() else {
        let expr = sigil.default.clone()?;
        let (base, span) = (core_item.base, core_item.at(expr.span));
        return Some(Target { base, members: Vec::new(), expr, span, is_default: true });
    };
    for again in own {
        let message = format!("`{}` is filled twice", sigil.name.text);
        errors.push(
            Diagnostic::error(codes::FILLED_TWICE, item.at(again.sigil.span), message)
                .label(item.at(first.sigil.span), "first here"),
        );
    }
    let span = item.at(first.target.span);
    let members = first.members.clone();
    Some(Target { base: item.base, members, expr: first.target.clone(), span, is_default: false })
}

/// One error for all the holes that nothing fills.
fn unfilled(
    core_item: &Item,
    core: &Core,
    missing: &[&Sigil],
    item: &Item,
    remap: &Remap,
) -> Option<Diagnostic> {
    let (first, more) = missing.split_first()?;
    let name = &core.name.text;
    let message = match more.len() {
        0 => format!("nothing fills `{}` of `{name}`", first.name.text),
        many => format!("nothing fills `{}` of `{name}`, and {many} more", first.name.text),
    };
    let at = item.at(remap.core.span);
    let mut error = Diagnostic::error(codes::UNFILLED, at, message);
    for sigil in missing.iter().take(8) {
        let kind = holes::kind(sigil).map_or("", Kind::name);
        error = error.label(core_item.at(sigil.name.span), format!("{kind} is wanted here"));
    }
    let example = missing.iter().map(|sigil| format!("{} => …", sigil.name.text));
    Some(error.note(format!("write `{}`", example.collect::<Vec<_>>().join(", "))))
}
