//! From an expression as written to a checked one: names, units, signs, curvature and interval of
//! every node, in one pass from the leaves upwards.
//!
//! Each function answers `None` when it has reported an error, or when a part of the expression is
//! in error already; whoever needs the whole then keeps silent.

mod calculated;
mod call;
mod condition;
mod facts;
mod index;
mod name;
mod parameters;
mod units;
mod vectors;

use num_traits::{One, Zero};

use super::atoms::{self, Atom};
use super::constant::{self, Trouble};
use super::context::{Context, Entity};
use super::hir::{self, Expr, Node, Rational, Span, Values};
use crate::diag::{Diagnostic, codes};
use crate::syntax::MAX_DEPTH;
use crate::syntax::ast::{self, BinaryOp, ExprKind, Local, Name};

pub use facts::{of_param, of_variable};
pub use units::{expect_unit, is_plain_zero};

/// Most elements of a constant vector that is written out.
const LONGEST_FOLDED: usize = 1_024;

/// Builds the expressions of one item.
pub struct Builder<'c> {
    /// What is known so far.
    pub context: &'c mut Context,
    base: usize,
    scope: Vec<hir::Binder>,
    /// What the members in scope are known to meet; none for a condition in error.
    conditions: Vec<Option<hir::Condition>>,
    deepest: usize,
    /// Whether a division by 0 is only a warning: in a `let`, which nothing may use then.
    named: bool,
    /// Whether there was one.
    void: bool,
}

impl<'c> Builder<'c> {
    /// For an item that starts at byte `base` of the file.
    pub fn new(context: &'c mut Context, base: usize) -> Self {
        Builder {
            context,
            base,
            scope: Vec::new(),
            conditions: Vec::new(),
            deepest: 0,
            named: false,
            void: false,
        }
    }

    /// The same for the expression of a `let`.
    pub fn of_let(context: &'c mut Context, base: usize) -> Self {
        Builder { named: true, ..Builder::new(context, base) }
    }

    /// Whether the expression divides by 0, so that nothing may use it.
    pub fn is_void(&self) -> bool {
        self.void
    }

    /// The span in the file.
    pub fn at(&self, span: Local) -> Span {
        span.at(self.base)
    }

    /// Resolves binders and brings them into scope.
    pub fn bind(&mut self, binders: &[ast::Binder]) -> Option<Vec<hir::Binder>> {
        let mut bound = Some(Vec::new());
        for binder in binders {
            let set = self.set(&binder.set);
            let name = binder.name.as_ref().unwrap_or(&binder.set);
            let twice = self.scope.iter().any(|outer| outer.name == name.text);
            if let (Some(name), true) = (&binder.name, twice) {
                let message = format!("`{}` already stands for another member here", name.text);
                let span = self.at(name.span);
                self.context.report(
                    Diagnostic::error(codes::DUPLICATE_NAME, span, message)
                        .note("give each binder of an expression a name of its own"),
                );
                bound = None;
            }
            // A binder over a set in error still hides other meanings of its name.
            let resolved = self.context.binder(&name.text, set.unwrap_or(usize::MAX));
            self.scope.push(resolved.clone());
            bound = bound.filter(|_| set.is_some()).map(|mut all| {
                all.push(resolved);
                all
            });
        }
        bound
    }

    /// The set of that name.
    pub fn set(&mut self, name: &Name) -> Option<hir::SetId> {
        let span = self.at(name.span);
        match self.context.names.get(&name.text).copied() {
            Some(declared) => match declared.entity {
                Entity::Set(id) => self.context.set(id).map(|_| id),
                Entity::Broken => None,
                entity => {
                    let message = format!("`{}` is {}, not a set", name.text, entity.kind());
                    self.context.report(
                        Diagnostic::error(codes::WRONG_KIND, span, message)
                            .label(declared.span, "declared here"),
                    );
                    None
                }
            },
            None => {
                let known = self.context.known(|entity| matches!(entity, Entity::Set(_)));
                let message = format!("there is no set `{}`", name.text);
                let known = known.iter().map(String::as_str);
                self.context.unknown(codes::UNKNOWN_NAME, (&name.text, span), message, known);
                None
            }
        }
    }

    /// A whole expression that is a number.
    pub fn whole(&mut self, expr: &ast::Expr) -> Option<Expr> {
        let built = self.any(expr)?;
        self.scalar(built)
    }

    /// A whole expression, be it a number or a vector; too deep a chain of definitions is an error.
    pub fn any(&mut self, expr: &ast::Expr) -> Option<Expr> {
        self.deepest = 0;
        let built = self.expr(expr, 1)?;
        if self.deepest > MAX_DEPTH {
            self.context.report(
                Diagnostic::error(
                    codes::TOO_DEEP,
                    built.span,
                    "this is nested too deeply, counting through the definitions that it uses",
                )
                .note(format!("{MAX_DEPTH} levels are the limit")),
            );
            return None;
        }
        Some(built)
    }

    /// Levels of the last whole expression, counting through the definitions that it uses.
    pub fn depth(&self) -> usize {
        self.deepest
    }

    fn expr(&mut self, expr: &ast::Expr, depth: usize) -> Option<Expr> {
        self.deepest = self.deepest.max(depth);
        let span = self.at(expr.span);
        match &expr.kind {
            ExprKind::Number(value, unit) => self.number(value, unit.as_ref(), span),
            ExprKind::Name(name) => self.name(name, depth),
            ExprKind::Index(name, index) => self.indexed(name, index, span, depth),
            ExprKind::Call(name, arguments) => self.call(name, arguments, span, depth),
            ExprKind::Fold(fold) => self.fold(fold, span, depth),
            ExprKind::Neg(a) => self.operation("neg_", &[&**a], span, depth),
            ExprKind::Binary(BinaryOp::Pow, a, p) => self.power(a, p, span, depth),
            ExprKind::Binary(op, a, b) => self.operation(row_of(*op), &[&**a, &**b], span, depth),
            ExprKind::Vector(elements) => self.vector(elements, span, depth),
            ExprKind::Each(each) => self.each(each, span, depth),
            ExprKind::Infinity => self.misplaced(span, "`inf` stands only at an end of a range"),
            ExprKind::Text(_) => self.misplaced(span, "a text is a member of a set, not a number"),
            ExprKind::Compare(..) | ExprKind::Logic(..) | ExprKind::Not(_) => {
                self.misplaced(span, "a condition is not a number")
            }
        }
    }

    /// Every one of them, or none when one is in error. A loop of its own, and functions of their own
    /// for what is done with them: a level of nesting then takes little stack.
    fn all<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e ast::Expr>,
        depth: usize,
    ) -> Option<Vec<Expr>> {
        let mut built = Vec::new();
        let mut complete = true;
        for expr in exprs {
            match self.expr(expr, depth) {
                Some(expr) => built.push(expr),
                None => complete = false,
            }
        }
        complete.then_some(built)
    }

    fn operation(
        &mut self,
        row: &str,
        exprs: &[&ast::Expr],
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        if let [first, second] = exprs {
            self.check_unit_name(first, second)?;
        }
        let arguments = self.all(exprs.iter().copied(), depth + 1)?;
        self.operator(row, arguments, span)
    }

    /// `3 MB/s` where `s` is a member: it would be divided by the member's number.
    fn check_unit_name(&mut self, quantity: &ast::Expr, name: &ast::Expr) -> Option<()> {
        let (ExprKind::Number(_, Some(_)), ExprKind::Name(name)) = (&quantity.kind, &name.kind)
        else {
            return Some(());
        };
        let bound = self.scope.iter().any(|binder| binder.name == name.text);
        if !bound || self.context.units.find(&name.text).is_none() {
            return Some(());
        }
        let message = format!("`{}` stands for a member here, and not for the unit", name.text);
        let error = Diagnostic::error(codes::WRONG_KIND, self.at(name.span), message);
        self.context.report(error.note("give the binder another name, or put the member first"));
        None
    }

    fn misplaced(&mut self, span: Span, message: &str) -> Option<Expr> {
        self.context.report(Diagnostic::error(codes::NOT_A_NUMBER, span, message));
        None
    }

    fn number(
        &mut self,
        value: &Rational,
        written: Option<&ast::UnitExpr>,
        span: Span,
    ) -> Option<Expr> {
        let unit = match written {
            Some(written) => self.unit_of_number(written)?,
            None => hir::Unit::default(),
        };
        let value = if unit.scale.is_one() { value.clone() } else { value * &unit.scale };
        Some(Expr { facts: facts::of_number(&value, unit), node: Node::Number(value), span })
    }

    fn operator(&mut self, row: &str, arguments: Vec<Expr>, span: Span) -> Option<Expr> {
        let matrix = |at: usize| {
            let dims = arguments.get(at).map(|argument| argument.facts.dims);
            matches!(dims, Some(hir::Dims::Matrix(..)))
        };
        let scalar = |at: usize| {
            arguments.get(at).is_some_and(|argument| argument.facts.dims == hir::Dims::Scalar)
        };
        if row == "mul" && (matrix(0) && !scalar(1) || matrix(1) && !scalar(0)) {
            return self.apply(atoms::find("matmul")?, arguments, Vec::new(), span);
        }
        let atom = atoms::find(row)?;
        let facts = self.facts(atom, &arguments, &[Vec::new()], None, span)?;
        if atom.name == "div" {
            self.check_divisor(arguments.get(1)?)?;
        }
        let mut arguments = arguments.into_iter().map(Box::new);
        let first = arguments.next()?;
        let node = match (atom.name, arguments.next()) {
            ("add", Some(second)) => Node::Add(first, second),
            ("sub", Some(second)) => Node::Sub(first, second),
            ("mul", Some(second)) => Node::Mul(first, second),
            ("div", Some(second)) => Node::Div(first, second),
            _ => Node::Neg(first),
        };
        Some(Expr { node, span, facts })
    }

    fn check_divisor(&mut self, divisor: &Expr) -> Option<()> {
        let zero = match &divisor.node {
            Node::Param(id, _) => {
                let param = self.context.params.get(*id)?.as_ref()?;
                match &param.values {
                    Values::Dense(values) => values.iter().any(Zero::is_zero),
                    Values::Sparse(_) => true,
                    Values::Input(..) => false,
                }
            }
            _ => divisor.facts.interval == (0.0, 0.0),
        };
        if zero {
            return self.void(divisor.span, "this divisor is 0");
        }
        Some(())
    }

    /// Reports that there is no value: a warning where nothing may be made of it.
    pub(super) fn void(&mut self, span: Span, message: &str) -> Option<()> {
        let code = codes::DIVISION_BY_ZERO;
        if self.named {
            self.void = true;
            let note = "no resource and no utility may use what has no value";
            self.context.report(Diagnostic::warning(code, span, message).note(note));
            return Some(());
        }
        self.context.report(Diagnostic::error(code, span, message));
        None
    }

    /// `a ^ p`; an odd whole p has a value on all reals, unlike the atom `power`.
    fn power(&mut self, a: &ast::Expr, p: &ast::Expr, span: Span, depth: usize) -> Option<Expr> {
        let mut parts = self.all([a, p], depth + 1)?;
        let (p, a) = (parts.pop()?, parts.pop()?);
        self.powered(a, p, span)
    }

    fn powered(&mut self, a: Expr, p: Expr, span: Span) -> Option<Expr> {
        let odd = |p: &Rational| {
            let half = p / Rational::from_integer(2.into());
            p.is_integer() && !half.is_integer() && *p > Rational::one()
        };
        let exponents = constant::alternatives(self.context, &[&p]).unwrap_or_default();
        let mut exponents = exponents.iter().flatten().peekable();
        let signed = a.facts.interval.0 < 0.0 && exponents.peek().is_some() && exponents.all(odd);
        let atom = atoms::find(if signed { "odd_power" } else { "power" })?;
        self.apply(atom, vec![a], vec![p], span)
    }

    /// Whether an expression depends on no variable, and yet is no one number: it differs from member
    /// to member, or arrives at run time.
    pub fn differs(&self, expr: &Expr) -> bool {
        expr.shape().is_constant()
            && matches!(
                constant::value(self.context, expr),
                Err(Trouble::Member(_) | Trouble::Input(_))
            )
    }

    /// The exact value of an expression that must be constant.
    pub fn constant(&mut self, expr: &Expr) -> Option<Rational> {
        match constant::value(self.context, expr) {
            Ok(value) => Some(value),
            Err(trouble) => {
                self.report_trouble(trouble);
                None
            }
        }
    }

    /// Says why an expression has no constant value.
    pub fn report_trouble(&mut self, trouble: Trouble) {
        let error = Diagnostic::error;
        let diagnostic = match trouble {
            Trouble::Reported => return,
            Trouble::Variable(span) => {
                error(codes::NOT_CONSTANT, span, "this must be constant, and depends on a variable")
            }
            Trouble::Member(span) => {
                error(codes::NOT_CONSTANT, span, "this differs from member to member")
                    .note("one value is needed here, the same for all members")
            }
            Trouble::Input(span) => error(codes::NOT_CONSTANT, span, "this arrives at run time")
                .note("a value is needed here before that: give the param one by `=`"),
            Trouble::DivisionByZero(span) => {
                error(codes::DIVISION_BY_ZERO, span, "this divisor is 0")
            }
            Trouble::NoMember(span) => {
                error(codes::NOT_A_NUMBER, span, "no member takes part here: this has no value")
            }
            Trouble::NoValue(span) => error(codes::DOMAIN, span, "this function has no value here"),
            Trouble::TooLarge(span) => {
                error(codes::NOT_A_NUMBER, span, "this number is too long to calculate with")
            }
        };
        self.context.report(diagnostic);
    }

    /// An atom on its arguments; parameters come with their values.
    fn apply(
        &mut self,
        atom: &'static Atom,
        arguments: Vec<Expr>,
        parameters: Vec<Expr>,
        span: Span,
    ) -> Option<Expr> {
        let given = self.parameters(atom, arguments.first(), parameters, span)?;
        let facts = self.facts(atom, &arguments, &given.variants, given.unit.as_ref(), span)?;
        let node = Node::Atom(atom.name, arguments.into_iter().chain(given.written).collect());
        Some(self.folded(Expr { node, span, facts }))
    }

    /// A constant function of constants as a number, or as a short vector of numbers: later phases
    /// calculate with numbers only.
    fn folded(&self, expr: Expr) -> Expr {
        if expr.facts.curvature != hir::Curvature::Constant {
            return expr;
        }
        let value = constant::tensor(self.context, &expr).ok();
        let value = value.filter(|value| value.elements.len() <= LONGEST_FOLDED);
        value.and_then(|value| vectors::literal(&value, &expr)).unwrap_or(expr)
    }
}

fn row_of(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "add",
        BinaryOp::Sub => "sub",
        BinaryOp::Mul => "mul",
        BinaryOp::Div => "div",
        BinaryOp::Pow => "power",
    }
}
