use super::*;
use crate::syntax::ast::ItemKind;
use crate::syntax::parse;

/// The tree of `let a = TEXT;` in prefix form.
fn tree_of(text: &str) -> String {
    let parsed = parse(&format!("let a = {text};"));
    match &parsed.body.kind {
        ItemKind::Let(item) => show(&item.body),
        _ => parsed.diagnostics.iter().map(|d| d.code.to_string()).collect(),
    }
}

fn show(expr: &Expr) -> String {
    let many = |list: &[Expr]| list.iter().map(show).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Number(value, unit) => {
            unit.as_ref().map_or(value.to_string(), |unit| format!("{value}{}", unit.text))
        }
        ExprKind::Infinity => "inf".to_owned(),
        ExprKind::Text(text) => format!("{:?}", text.value),
        ExprKind::Name(name) => name.text.clone(),
        ExprKind::Index(name, indices) => format!("{}[{}]", name.text, many(indices)),
        ExprKind::Call(name, arguments) => format!("{}({})", name.text, many(arguments)),
        ExprKind::Vector(elements) => format!("[{}]", many(elements)),
        ExprKind::Neg(operand) => format!("(neg {})", show(operand)),
        ExprKind::Not(operand) => format!("(not {})", show(operand)),
        ExprKind::Binary(op, left, right) => format!("({op:?} {} {})", show(left), show(right)),
        ExprKind::Compare(op, left, right) => {
            format!("({op:?} {} {})", show(left), show(right))
        }
        ExprKind::Logic(op, left, right) => format!("({op:?} {} {})", show(left), show(right)),
        ExprKind::Fold(fold) | ExprKind::Each(fold) => {
            let binder = |b: &Binder| {
                let name = b.name.as_ref().map_or("", |name| name.text.as_str());
                format!("{name}∈{}", b.set.text)
            };
            let binders: Vec<_> = fold.binders.iter().map(binder).collect();
            let filter =
                fold.condition.as_ref().map_or(String::new(), |c| format!(" | {}", show(c)));
            let (name, body) = (&fold.function.text, show(&fold.body));
            format!("{name}({body} : {}{filter})", binders.join(" "))
        }
    }
}

#[test]
fn operators_bind_as_in_mathematics() {
    assert_eq!(tree_of("1 + 2 * 3 - 4"), "(Sub (Add 1 (Mul 2 3)) 4)");
    assert_eq!(tree_of("a / b / c"), "(Div (Div a b) c)");
    assert_eq!(tree_of("-x ^ 2 ^ 3"), "(neg (Pow x (Pow 2 3)))");
    assert_eq!(tree_of("2 ^ -1 * y"), "(Mul (Pow 2 (neg 1)) y)");
    assert_eq!(tree_of("-(a + b) * c"), "(Mul (neg (Add a b)) c)");
}

#[test]
fn a_unit_belongs_to_its_number() {
    assert_eq!(tree_of("x[t] / 1 s"), "(Div x[t] 1s)");
    assert_eq!(tree_of("5 s^2 * 3"), "(Mul 5s^2 3)");
    assert_eq!(tree_of("5 m / s"), "(Div 5m s)");
    assert_eq!(tree_of("0.5 µs + 3 °C + 20 %"), "(Add (Add 1/2µs 3°C) 20%)");
}

#[test]
fn folds_name_their_sets_and_conditions() {
    assert_eq!(
        tree_of("sum(A[l, s] * x[s] for s in S, k in K if s != l and not (k > 2 or k <= 0))"),
        "sum((Mul A[l s] x[s]) : s∈S k∈K | \
         (And (NotEqual s l) (not (Or (Above k 2) (AtMost k 0)))))"
    );
    assert_eq!(tree_of("max(x[t] for t in T for u in U)"), "max(x[t] : t∈T u∈U)");
    assert_eq!(tree_of("f([h[t, k] for k in K if k > 1])"), "f([(h[t k] : k∈K | (Above k 1)))");
    assert_eq!(tree_of("max(x, [1, 2], \"a b\", -inf)"), "max(x [1 2] \"a b\" (neg inf))");
}

#[test]
fn comparisons_stand_where_they_mean_something() {
    assert_eq!(tree_of("1 < 2"), "N0116");
    assert_eq!(tree_of("f(1 < 2)"), "N0116");
    assert_eq!(tree_of("sum(x for i in I if i)"), "N0117");
    assert_eq!(tree_of("sum(x for i in I if 1 < i < 3)"), "N0113");
}

#[test]
fn a_row_of_operands_has_an_end() {
    let row = |operands: usize| format!("1{}", "+1".repeat(operands - 1));
    assert!(tree_of(&row(MAX_DEPTH)).starts_with("(Add"));
    assert_eq!(tree_of(&row(MAX_DEPTH + 1)), "N0108");
    assert_eq!(tree_of(&format!("2{}", "^1".repeat(100_000))), "N0107");
}

#[test]
fn spans_cover_the_text_of_each_expression() {
    let text = "let a = ( b + c ) * log ( d ) // e\n ;";
    let ItemKind::Let(item) = parse(text).body.kind else { unreachable!("it parses") };
    let of = |span: Local| &text[span.start as usize..span.end as usize];
    assert_eq!(of(item.body.span), "( b + c ) * log ( d )");
    let ExprKind::Binary(_, left, right) = item.body.kind else { unreachable!("a product") };
    assert_eq!(of(left.span), "( b + c )");
    assert_eq!(of(right.span), "log ( d )");
}
