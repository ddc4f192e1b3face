//! Expands the resources: capacities, routes, methods and steps.

use num_traits::Signed;

use super::expand::{Expander, Key, Linear, unsupported};
use super::families::Families;
use super::ir::{Rational, Resource, ResourceId, Step};
use super::names::Names;
use super::step;
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Model, Number, Relation, Span, Spanned};

/// One instance of a resource item, expanded.
#[derive(Debug)]
pub struct Use {
    /// Index into the model's resources.
    pub item: usize,
    /// `exposure`, `link[a]`.
    pub name: String,
    /// What is used, without a constant part.
    pub form: Linear,
    /// What there is, less the constant part of the use; above 0.
    pub capacity: Rational,
}

/// Every instance of every resource, in the order of the spec.
#[derive(Debug)]
pub struct Uses(pub Vec<Use>);

/// Who uses what: a variable, its resource and how much of it; by variable, then by resource.
pub type Routes = Vec<(Key, ResourceId, Number)>;

impl Uses {
    /// The first instance of an item.
    pub fn first_of(&self, item: usize) -> Option<ResourceId> {
        self.0.iter().position(|use_| use_.item == item)
    }

    /// Who uses what.
    pub fn routes(&self) -> Routes {
        let terms = |(id, use_): (usize, &Use)| {
            let each = use_.form.terms.iter();
            each.map(|(key, coefficient)| (*key, id, coefficient.clone())).collect::<Vec<_>>()
        };
        let mut routes: Routes = self.0.iter().enumerate().flat_map(terms).collect();
        routes.sort_by_key(|(key, resource, _)| (*key, *resource));
        routes
    }
}

/// Expands every resource of the model.
pub fn uses<'m>(
    model: &'m Model,
    expander: &Expander<'m>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Uses, Vec<Diagnostic>> {
    let mut uses = Vec::new();
    let mut errors = Vec::new();
    for (item, resource) in model.resources.iter().enumerate() {
        if resource.relation != Relation::AtMost {
            let what = format!("`{}`, which is not a `<=`,", resource.name.value);
            errors.push(*unsupported(resource.span, what, "a price that may be negative"));
            continue;
        }
        let instances = match expander.instances(&resource.index, resource.span) {
            Ok(instances) => instances,
            Err(error) => {
                errors.push(*error);
                continue;
            }
        };
        let (mut exhausted, mut unused) = (Names::default(), Names::default());
        for at in 0..instances {
            let scope = expander.scope_at(&resource.index, at);
            let sides = expander
                .linear(&resource.use_, &scope)
                .and_then(|form| Ok((form, expander.linear(&resource.capacity, &scope)?)));
            match sides {
                Ok((mut form, capacity)) => {
                    let capacity = capacity.constant.plus(&form.constant.negated()).to_rational();
                    form.constant = Number::ZERO;
                    let name = expander.label(&resource.name.value, &resource.index, at);
                    if form.terms.is_empty() {
                        unused.add(&name);
                    }
                    if capacity.is_positive() {
                        uses.push(Use { item, name, form, capacity });
                    } else {
                        exhausted.add(&name);
                    }
                }
                Err(error) => {
                    errors.push(*error);
                    // What is wrong with one instance is mostly wrong with all.
                    break;
                }
            }
        }
        if let Some(names) = exhausted.listed() {
            errors.push(no_capacity(&names, resource.capacity.span));
        }
        if let Some(names) = unused.listed().filter(|_| !resource.index.is_empty()) {
            warnings.push(nobody_uses(&names, resource.use_.span));
        }
    }
    if errors.is_empty() { Ok(Uses(uses)) } else { Err(errors) }
}

fn no_capacity(names: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::NO_CAPACITY, span, format!("nothing to share out: {names}"))
        .note("a price settles only where its capacity, less what is always used, is above 0")
}

fn nobody_uses(names: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(codes::UNUSED, span, format!("no variable uses {names}"))
        .note("its price stays at 0 and moves nothing")
}

/// The resources with their steps; a step of the spec that is out of its bound is an error.
pub fn resources(
    model: &Model,
    uses: &Uses,
    families: &Families,
) -> Result<Vec<Resource>, Vec<Diagnostic>> {
    let scale = step::scales(uses.0.len(), families);
    let mut all_terms = step::terms(families, &scale);
    let mut errors = Vec::new();
    let mut resources = Vec::new();
    let delays = model.decomposition.iter().filter_map(|each| each.settings.delay.as_ref());
    let delay = delays.map(|delay| delay.value).max().unwrap_or(0);
    for (id, use_) in uses.0.iter().enumerate() {
        let terms = all_terms.get_mut(id).map(std::mem::take).unwrap_or_default();
        let lipschitz = step::lipschitz(families, &terms);
        let decomposition = model.decomposition.iter().find(|d| d.resource.value == use_.item);
        let given = decomposition.and_then(|d| d.settings.step.as_ref());
        let step = match given {
            Some(given) => {
                errors.extend(step_error(&use_.name, given, &lipschitz, delay));
                Step::Constant(given.value.clone())
            }
            None => {
                let numerator =
                    step::safety() * Rational::from_integer(2.into()) / step::delayed(delay);
                Step::Population { numerator, terms }
            }
        };
        resources.push(Resource {
            name: use_.name.clone(),
            unit: model.resources[use_.item].unit.text.clone(),
            capacity: use_.capacity.clone(),
            step,
            scale: scale.get(id).cloned().unwrap_or_default(),
            delay,
        });
    }
    // Every instance of an indexed resource repeats its item's method.
    errors.dedup();
    if errors.is_empty() { Ok(resources) } else { Err(errors) }
}

fn step_error(
    name: &str,
    given: &Spanned<Rational>,
    lipschitz: &Rational,
    delay: u32,
) -> Option<Diagnostic> {
    let (step, span) = (&given.value, given.span);
    if !step.is_positive() {
        let message = format!("the step of `{name}` must be above 0");
        return Some(Diagnostic::error(codes::STEP_OUT_OF_BOUND, span, message));
    }
    let bound = step::bound(lipschitz, delay)?;
    if *step < bound {
        return None;
    }
    let largest = decimal_below(&(&bound * step::safety()));
    Some(
        Diagnostic::error(
            codes::STEP_OUT_OF_BOUND,
            span,
            format!("with this step the price of `{name}` need not settle"),
        )
        .label(span, format!("must be below {} = {}", bound_formula(delay), decimal_below(&bound)))
        .note(format!(
            "L = {} bounds how fast the use answers the price, from the curvature of the utilities \
             on the variables' box and the largest number of members",
            decimal_below(lipschitz)
        ))
        .note("a larger step overshoots: use and price then swing for ever")
        .fix("let the compiler derive the step", span, "auto")
        .fix(format!("take half of the bound, {largest}"), span, largest),
    )
}

/// How the bound of a dual step is written.
pub fn bound_formula(delay: u32) -> &'static str {
    if delay == 0 { "2/L" } else { "2/((1 + 2D)L)" }
}

/// A short decimal not above the value.
pub fn decimal_below(value: &Rational) -> String {
    use num_traits::ToPrimitive;
    match value.to_f64().filter(|v| v.is_finite() && *v > 0.0) {
        Some(approximate) => decimal(approximate),
        None => value.to_string(),
    }
}

/// A number to four digits; with an exponent where it would have many zeros.
pub fn nearest(value: f64) -> String {
    let rounded = format!("{value:.3e}").parse().unwrap_or(value);
    if rounded == 0.0 || (1e-4..1e7).contains(&rounded.abs()) || !rounded.is_finite() {
        return rounded.to_string();
    }
    format!("{rounded:e}")
}

/// A short decimal not above a positive number; another is written as it is.
pub fn decimal(approximate: f64) -> String {
    if !(approximate > 0.0 && approximate.is_finite()) {
        return approximate.to_string();
    }
    let digits = 4 - 1 - approximate.log10().floor() as i32;
    let scale = 10f64.powi(digits);
    let below = (approximate * scale * (1.0 - 1e-12)).floor() / scale;
    format!("{below}")
}
