//! Whether what fills the holes of a core keeps what the core promises of them: kinds, index sets,
//! units, signs, curvature, bounds. What keeps each is named; what nothing keeps is an error that
//! points at the core and at the fibre.
//!
//! Units are a homomorphism: each unit sigil stands for a unit of the fibre, and the core's units are
//! calculated with those.

use num_traits::One;

use super::context::{Context, Entity};
use super::curvature::Shape;
use super::expr::{Builder, is_plain_zero};
use super::hir::{Curvature, Expr, Facts, Obligation, Remap, SetId, Span, Spanned, Strict, Unit};
use super::units::{Power, coherent};
use crate::diag::{Code, Diagnostic, codes};
use crate::remap::Instance;
use crate::remap::fill::{Filled, Target};
use crate::remap::holes::{Kind, Promise};
use crate::syntax::ast::{Binder, Name, UnitExpr};

/// Checks every hole; none when an obligation is not kept.
pub fn check(context: &mut Context, instance: &Instance) -> Option<Remap> {
    let mut check = Check { context, instance, kept: Vec::new(), strict: Vec::new() };
    let all = check.holes(|kind| !kind.has_values()) && check.holes(Kind::has_values);
    let Check { kept, strict, .. } = check;
    if !all {
        // What the filled core would now cause could only be an echo.
        context.unkept = true;
        context.incomplete = true;
        return None;
    }
    let (name, span) = instance.core.clone();
    let map = instance.filled.iter();
    let map = map.map(|it| Spanned { value: it.sigil.clone(), span: it.target.span }).collect();
    Some(Remap { core: Spanned { value: name, span }, map, obligations: kept, strict })
}

struct Check<'a> {
    context: &'a mut Context,
    instance: &'a Instance,
    kept: Vec<Obligation>,
    strict: Vec<Strict>,
}

/// What is known of the values that fill a hole.
struct Values {
    /// How messages name them.
    name: String,
    facts: Facts,
    /// Their index sets; none for one value that serves for all.
    index: Vec<SetId>,
    /// Where they come from.
    span: Span,
    is_zero: bool,
}

impl Check<'_> {
    /// Checks the holes of some kinds, all of them even when one fails.
    fn holes(&mut self, of: fn(Kind) -> bool) -> bool {
        let mut all = true;
        let instance = self.instance;
        for filled in instance.filled.iter().filter(|filled| of(filled.kind)) {
            let kept = match filled.kind {
                Kind::Unit => self.unit(filled),
                Kind::Set => self.set(filled),
                Kind::Resource => self.resource(filled),
                _ => self.values(filled),
            };
            all &= kept.is_some();
        }
        all
    }

    fn keep(&mut self, asks: String, by: String, span: Span) {
        self.kept.push(Obligation { asks, by, span });
    }

    /// Reports an obligation that is not kept: `has` is said of the target, `asks` of the hole.
    fn fail(&mut self, code: Code, filled: &Filled, message: String, has: &str, asks: &str) {
        let target = &filled.target;
        let named = self.instance.core.1;
        let at = if target.is_default { named } else { target.span };
        let mut error = Diagnostic::error(code, at, message);
        if !has.is_empty() {
            error = error.label(target.span, has);
        }
        error = error.label(filled.declared, asks);
        let name = filled.target.name().map(|name| name.text.as_str()).unwrap_or_default();
        if let Some(declared) = self.context.names.get(name) {
            error = error.label(declared.span, "declared here");
        }
        if target.is_default {
            error =
                error.label(named, format!("this fibre leaves `{}` at its default", filled.sigil));
        }
        self.context.report(error);
    }

    /// What the name that fills a hole declares.
    fn entity(&mut self, filled: &Filled) -> Option<Entity> {
        let name = filled.target.name()?;
        self.context.names.get(&name.text).map(|declared| declared.entity)
    }

    fn wrong_kind(&mut self, filled: &Filled) {
        let needs = filled.kind.name();
        // What is wrong with the item that declares it is said already.
        let name = filled.target.name().map(|name| name.text.clone());
        if name.is_some_and(|name| self.context.belongs_to_broken(&name)) {
            return;
        }
        let is = match self.entity(filled) {
            Some(entity) => entity.kind().to_owned(),
            None if filled.target.name().is_some() => "declared nowhere".to_owned(),
            None => "an expression".to_owned(),
        };
        let message = format!("`{}` stands for {needs}, and this is {is}", filled.sigil);
        self.fail(codes::FILL_KIND, filled, message, &is, &format!("{needs} is wanted here"));
    }

    fn set(&mut self, filled: &Filled) -> Option<()> {
        let Some(Entity::Set(id)) = self.entity(filled) else {
            self.wrong_kind(filled);
            return None;
        };
        let set = self.context.set(id)?;
        let (by, span) = (format!("set `{}`", set.name.value), set.name.span);
        self.keep(format!("`{}` is a set", filled.sigil), by, span);
        Some(())
    }

    /// The core declares a resource under the name that the fibre gives.
    fn resource(&mut self, filled: &Filled) -> Option<()> {
        let Some(name) = filled.target.name().map(|name| name.text.clone()) else {
            self.wrong_kind(filled);
            return None;
        };
        let asks = format!("`{}` names a resource", filled.sigil);
        self.keep(asks, format!("the core declares it as `{name}`"), filled.target.span);
        Some(())
    }

    /// A unit that the fibre knows, or a product of such: `mmol / (gDW * h)`.
    fn unit(&mut self, filled: &Filled) -> Option<()> {
        let target = &filled.target;
        let text = self.context.files.sources().slice(target.span);
        let unit = match UnitExpr::of(&target.expr, text).filter(|_| target.members.is_empty()) {
            Some(written) => Builder::new(self.context, target.base).unit(&written),
            None => {
                self.wrong_kind(filled);
                None
            }
        };
        if let Some(unit) = &unit {
            self.keep(format!("`{}` is a unit", filled.sigil), unit.quoted(), target.span);
        }
        // A unit in error stands for one of its own: what has it is not reported again.
        let found = unit.is_some();
        let own = || coherent(vec![(filled.sigil.clone(), Power::one())]);
        self.context.units.declare(&filled.sigil, unit.unwrap_or_else(own));
        found.then_some(())
    }

    /// The target as an expression over the members that it names.
    fn build(&mut self, filled: &Filled) -> Option<Expr> {
        let Target { base, members, expr, .. } = &filled.target;
        let binders: Vec<_> = members
            .iter()
            .zip(&filled.index)
            .map(|(member, over)| Binder { name: Some(member.clone()), set: self.over(over) })
            .collect();
        let mut builder = Builder::new(self.context, *base);
        builder.bind(&binders)?;
        builder.whole(expr)
    }

    /// The fibre's name of the set that a hole is indexed by.
    fn over(&self, binder: &Binder) -> Name {
        let set = &binder.set;
        let filled = self.instance.filled.iter().find(|filled| filled.sigil == set.text);
        filled.and_then(|filled| filled.target.name()).unwrap_or(set).clone()
    }

    fn values(&mut self, filled: &Filled) -> Option<()> {
        let values = self.known(filled)?;
        self.index(filled, &values)?;
        self.unit_of(filled, &values)?;
        self.curvature(filled, &values)?;
        for promise in &filled.promises {
            self.promise(filled, &values, *promise)?;
        }
        Some(())
    }

    /// What is known of a target, when it is of the kind that the hole wants and has no error.
    fn known(&mut self, filled: &Filled) -> Option<Values> {
        let entity = self.entity(filled);
        let is_variable = matches!(entity, Some(Entity::Variable(_)));
        let has_values =
            matches!(entity, Some(Entity::Param(_) | Entity::Variable(_) | Entity::Let(_)));
        let named = filled.target.name().is_some() && entity.is_some();
        if (filled.kind == Kind::Variable && !is_variable) || (named && !has_values) {
            if entity != Some(Entity::Broken) {
                self.wrong_kind(filled);
            }
            return None;
        }
        let (name, index, facts, span) = match entity {
            Some(Entity::Param(id)) => {
                let param = self.context.params.get(id)?.as_ref()?;
                let facts = self.context.param_facts.get(id)?.clone()?;
                (
                    format!("param `{}`", param.name.value),
                    param.index.clone(),
                    facts,
                    param.name.span,
                )
            }
            Some(Entity::Variable(id)) => {
                let variable = self.context.variables.get(id)?.as_ref()?;
                let facts = self.context.variable_facts.get(id)?.clone()?;
                let index = variable.index.iter().map(|binder| binder.set).collect();
                (format!("variable `{}`", variable.name.value), index, facts, variable.name.span)
            }
            Some(Entity::Let(id)) => {
                let named = self.context.lets.get(id)?.as_ref()?;
                let index = named.index.iter().map(|binder| binder.set).collect();
                let facts = named.body.facts.clone();
                (format!("`let {}`", named.name.value), index, facts, named.name.span)
            }
            _ => return self.written(filled),
        };
        Some(Values { name, facts, index, span, is_zero: false })
    }

    /// The same of an expression that is written in the fibre, or is the core's default.
    fn written(&mut self, filled: &Filled) -> Option<Values> {
        let (given, wanted) = (filled.target.members.len(), filled.index.len());
        if given != 0 && given != wanted {
            let message =
                format!("`{}` has {}, and this names {given}", filled.sigil, counted(wanted));
            self.fail(codes::FILL_INDEX, filled, message, "", &format!("{} here", counted(wanted)));
            return None;
        }
        let built = self.build(filled)?;
        let index = if given == 0 { Vec::new() } else { self.sets(filled)? };
        let (span, is_zero) = (filled.target.span, is_plain_zero(&built));
        let name =
            if filled.target.is_default { "the core's default" } else { "the mapping itself" };
        Some(Values { name: name.to_owned(), facts: built.facts, index, span, is_zero })
    }

    /// The sets that a hole is indexed by.
    fn sets(&self, filled: &Filled) -> Option<Vec<SetId>> {
        let named = filled.index.iter().map(|binder| self.over(binder).text);
        let set = |name: String| match self.context.names.get(&name)?.entity {
            Entity::Set(id) => Some(id),
            _ => None,
        };
        named.map(set).collect()
    }

    fn index(&mut self, filled: &Filled, values: &Values) -> Option<()> {
        let wanted = self.sets(filled)?;
        // One value may serve for all; a variable that all share would be another problem.
        let shared = values.index.is_empty() && filled.kind != Kind::Variable;
        if values.index == wanted || shared {
            if !wanted.is_empty() {
                let list = self.list(&wanted);
                let by = if shared { "one value for all".to_owned() } else { values.name.clone() };
                self.keep(
                    format!("`{}` has a value for each of {list}", filled.sigil),
                    by,
                    values.span,
                );
            }
            return Some(());
        }
        let has = self.list(&values.index);
        let wants = self.list(&wanted);
        let message = format!("`{}` is indexed by {wants}, and this by {has}", filled.sigil);
        let asks = format!("indexed by {wants}");
        self.fail(codes::FILL_INDEX, filled, message, &format!("indexed by {has}"), &asks);
        None
    }

    fn list(&self, sets: &[SetId]) -> String {
        let names = sets.iter().map(|set| format!("`{}`", self.context.set_name(*set)));
        if sets.is_empty() { "nothing".to_owned() } else { names.collect::<Vec<_>>().join(", ") }
    }

    fn unit_of(&mut self, filled: &Filled, values: &Values) -> Option<()> {
        let (unit, text) = match &filled.unit {
            Some(written) => {
                let unit = Builder::new(self.context, self.instance.base).unit(written)?;
                let stands = self.meaning(written, &unit);
                (unit, format!("`{}`, which is {stands}", written.text))
            }
            None => (Unit::default(), "no unit".to_owned()),
        };
        let has = &values.facts.unit;
        if has.same_dimension(&unit) || values.is_zero {
            let by = format!("{} in {}", values.name, has.quoted());
            self.keep(format!("`{}` has {text}", filled.sigil), by, values.span);
            return Some(());
        }
        let message = format!("`{}` has {text}, and this has {}", filled.sigil, has.quoted());
        let has = has.quoted();
        self.fail(codes::FILL_UNIT, filled, message, &has, &format!("has {text}"));
        None
    }

    /// A unit of the core in units of the fibre.
    fn meaning(&self, written: &UnitExpr, unit: &Unit) -> String {
        if unit.is_dimensionless() {
            return unit.quoted();
        }
        let mut text = written.text.clone();
        let units = self.instance.filled.iter().filter(|filled| filled.kind == Kind::Unit);
        let mut units: Vec<_> = units.collect();
        // One sigil may start like another.
        units.sort_by_key(|filled| std::cmp::Reverse(filled.sigil.len()));
        for filled in units {
            let stands = self.context.files.sources().slice(filled.target.span);
            let product = stands.contains(['/', '*', '^', ' ']) && text != filled.sigil;
            let stands = if product { format!("({stands})") } else { stands.to_owned() };
            text = text.replace(&filled.sigil, &stands);
        }
        format!("`{text}`")
    }

    fn curvature(&mut self, filled: &Filled, values: &Values) -> Option<()> {
        let shape = Shape::new(values.facts.curvature, values.facts.sign);
        let fits = match filled.kind {
            Kind::Param => shape.is_constant(),
            Kind::Affine => shape.is_affine(),
            Kind::Convex => shape.is_convex(),
            Kind::Concave => shape.is_concave(),
            Kind::Set | Kind::Unit | Kind::Variable | Kind::Resource => return Some(()),
        };
        let is = curvature(values.facts.curvature);
        let needs = filled.kind.name();
        if fits {
            let by = format!("{} is {is}", values.name);
            self.keep(format!("`{}` is {needs}", filled.sigil), by, values.span);
            return Some(());
        }
        let message = format!("`{}` stands for {needs}, and this is {is}", filled.sigil);
        self.fail(codes::FILL_CURVATURE, filled, message, is, &format!("{needs} is wanted here"));
        None
    }

    fn promise(&mut self, filled: &Filled, values: &Values, promise: Promise) -> Option<()> {
        let (lo, hi) = values.facts.interval;
        let kept = match promise {
            Promise::Nonneg => lo >= 0.0,
            Promise::Nonpos => hi <= 0.0,
            Promise::Positive => lo > 0.0,
            Promise::Bounded => lo.is_finite() && hi.is_finite(),
            Promise::Strict => {
                if let Some(Entity::Variable(value)) = self.entity(filled) {
                    let sigil = Spanned { value: filled.sigil.clone(), span: filled.declared };
                    let variable = Spanned { value, span: filled.target.span };
                    self.strict.push(Strict { sigil, variable });
                }
                return Some(());
            }
        };
        let unit = &values.facts.unit;
        let range = format!("in {} .. {}", unit.show_near(lo), unit.show_near(hi));
        if kept {
            let by = format!("{} {range}", values.name);
            self.keep(format!("`{}` {}", filled.sigil, promise.says()), by, values.span);
            return Some(());
        }
        let message = format!("`{}` {}, and this is {range}", filled.sigil, promise.says());
        self.fail(codes::FILL_RANGE, filled, message, &range, promise.says());
        None
    }
}

fn counted(indices: usize) -> String {
    match indices {
        0 => "no index".to_owned(),
        1 => "one index".to_owned(),
        many => format!("{many} indices"),
    }
}

fn curvature(curvature: Curvature) -> &'static str {
    match curvature {
        Curvature::Constant => "constant",
        Curvature::Affine => "affine",
        Curvature::Convex => "convex",
        Curvature::Concave => "concave",
        Curvature::Unknown => "of unknown curvature",
    }
}
