//! Every figure of the atom table against the function it describes, at random points of random boxes:
//! curvature by midpoints, monotonicity by steps, sign and range by values, shape, domain, value on
//! constants and derivative.

mod common;

use common::check;
use common::functions::{Value, value};
use common::samples::Random;
use dslc::sema::atoms::{self, Arity, Atom, Case, Count, Domain, Given, Kind};
use dslc::sema::curvature::{self, Direction, Shape};
use dslc::sema::hir::{Axis, Curvature, Dims, Expr, Node, Rational, Sign};
use dslc::sema::interval::Interval;
use num_traits::ToPrimitive;

/// Boxes that an argument is taken from.
const BOXES: [(f64, f64); 12] = [
    (-3.0, 3.0),
    (0.0, 3.0),
    (-3.0, 0.0),
    (0.0, 0.0),
    (0.25, 0.75),
    (-0.75, -0.25),
    (0.0, 1.5),
    (-1.5, 0.0),
    (1.0, 3.0),
    (-3.0, -2.0),
    (-1.0, 0.5),
    (2.0, 2.0),
];

/// Pairs of points of each trial.
const PAIRS: usize = 16;

/// Constants of each atom.
const CONSTANTS: usize = 60;

/// Rows and columns; one column of rank 1 is a vector.
#[derive(Clone, Copy, Debug)]
struct Form(u8, usize, usize);

const N: Form = Form(0, 1, 1);
const V: Form = Form(1, 3, 1);
const W: Form = Form(1, 2, 1);
const M: Form = Form(2, 2, 3);
const S: Form = Form(2, 2, 2);

impl Form {
    fn dims(self) -> Dims {
        match self {
            Form(0, ..) => Dims::Scalar,
            Form(1, rows, _) => Dims::Vector(Axis::Length(rows)),
            Form(_, rows, columns) => Dims::Matrix(Axis::Length(rows), Axis::Length(columns)),
        }
    }

    fn count(self) -> usize {
        self.1 * self.2
    }

    fn of(value: &Value) -> Dims {
        let rows = value.data.len() / value.columns;
        Form(value.rank, rows, value.columns).dims()
    }
}

/// Shapes of arguments that an atom takes.
fn forms(atom: &Atom) -> Vec<Vec<Form>> {
    match atom.name {
        "matmul" => vec![vec![M, V], vec![W, M], vec![S, M], vec![V, V]],
        "dot" => vec![vec![V, V], vec![S, S]],
        "outer" | "convolve" => vec![vec![V, W]],
        "kron" => vec![vec![S, M]],
        "quad_over_lin" => vec![vec![V, N], vec![N, N]],
        "dist_ratio" => vec![vec![V, V, V]],
        "gen_lambda_max" => vec![vec![S, S]],
        "matrix_frac" => vec![vec![W]],
        "index" => vec![vec![V], vec![Form(2, 3, 3)]],
        "hstack" => vec![vec![N, V], vec![S, M]],
        "concatenate" => vec![vec![N, V], vec![W, V]],
        "vstack" => vec![vec![V, V], vec![V, M]],
        "vector" | "stack" => vec![vec![N, N, N], vec![V, V]],
        "promote" => vec![vec![N]],
        "broadcast_to" => vec![vec![N], vec![V]],
        "reshape" => vec![vec![Form(1, 6, 1)], vec![M]],
        "vec" | "squeeze" => vec![vec![M], vec![Form(2, 1, 3)], vec![V]],
        "transpose" => vec![vec![M], vec![V]],
        "diag" => vec![vec![V], vec![S]],
        "upper_tri" | "trace" => vec![vec![Form(2, 3, 3)]],
        "mixed_norm" => vec![vec![M]],
        _ if THEMES_OF_MATRICES.contains(&theme(atom)) => vec![vec![S]],
        _ if THEMES_OF_VECTORS.contains(&theme(atom)) => match atom.name {
            "sum_squares" | "quad_form" => vec![vec![V]],
            _ => vec![vec![V], vec![Form(1, 1, 1)]],
        },
        _ => match atom.arity {
            Arity::Exactly(1) => vec![vec![N], vec![V]],
            Arity::Exactly(count) => vec![vec![N; count], vec![V; count], vec![N, V]],
            Arity::AtLeast(count) => vec![vec![N; count + 1], vec![V; count + 2]],
        },
    }
}

const THEMES_OF_MATRICES: [&str; 1] = ["Matrices"];
const THEMES_OF_VECTORS: [&str; 4] = [
    "Sums, order and differences",
    "Norms and spread",
    "Means, products and entropies",
    "Quadratic forms",
];

fn theme(atom: &Atom) -> &'static str {
    let of = |theme: &&atoms::Theme| theme.rows.iter().any(|row| row.name == atom.name);
    atoms::THEMES.iter().find(of).map_or("", |theme| theme.title)
}

/// Parameters that an atom takes on arguments of a form.
fn parameters(atom: &Atom, form: Form) -> Vec<Vec<f64>> {
    match atom.name {
        "power" => {
            [-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0].map(|p| vec![p]).into()
        }
        "odd_power" => vec![vec![1.0], vec![3.0], vec![5.0]],
        "huber" => vec![vec![0.0], vec![0.5], vec![1.0], vec![2.0]],
        "scalene" => vec![vec![2.0, 3.0], vec![-1.0, -2.0], vec![1.0, -2.0], vec![0.0, 1.0]],
        "alpha_fair" => [0.0, 0.5, 1.0, 2.0, 3.0].map(|a| vec![a]).into(),
        "michaelis_menten" => vec![vec![0.5], vec![2.0]],
        "hill" => vec![vec![1.0, 0.5], vec![1.0, 1.0], vec![2.0, 2.0], vec![0.5, 4.0]],
        "pwl" | "concave_envelope" => vec![
            vec![0.0, 0.0, 1.0, 2.0, 2.0, 3.0],
            vec![0.0, 3.0, 1.0, 1.0, 2.0, 0.5],
            vec![-1.0, 1.0, 0.0, 0.0, 2.0, 2.0],
            vec![-1.0, 0.0, 1.0, 2.0],
            vec![-1.0, 0.0, 1.0, -2.0],
            vec![-1.0, -1.0, 0.0, 0.0, 1.0, 0.5, 2.0, 2.0],
            vec![-1.0, 2.0, 0.0, 0.0, 1.0, -0.5, 2.0, -2.0],
            vec![-2.0, 0.0, 0.0, 2.0, 1.0, 0.5, 2.0, 1.0],
            vec![0.0, 3.0, 1.0, 1.0, 2.0, -4.0],
        ],
        "diff" if form.1 == 1 => vec![],
        "diff" => vec![vec![1.0], vec![2.0]],
        "sum_largest" | "sum_smallest" if form.1 == 1 => vec![vec![1.0]],
        "sum_largest" | "sum_smallest" => vec![vec![1.0], vec![2.0], vec![3.0]],
        "dotsort" if form.1 == 1 => vec![vec![2.0]],
        "dotsort" => {
            vec![vec![1.0, 2.0, 0.5], vec![1.0, 2.0], vec![-1.0, -2.0], vec![1.0, -1.0, 0.0]]
        }
        "cvar" => vec![vec![0.0], vec![0.5], vec![0.9]],
        "norm" => vec![vec![1.0], vec![2.0], vec![3.0]],
        "pnorm" => [-1.0, 0.5, 1.0, 1.5, 2.0, 3.0].map(|p| vec![p]).into(),
        "mixed_norm" => vec![vec![2.0, 1.0], vec![1.0, 3.0]],
        "geo_mean" if form.1 == 1 => vec![vec![]],
        "geo_mean" => vec![vec![], vec![1.0, 2.0, 1.0], vec![1.0, 0.0, 1.0]],
        "quad_form" => vec![
            vec![2.0, 1.0, 0.0, 1.0, 2.0, 0.5, 0.0, 0.5, 1.0],
            vec![2.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 2.0],
            vec![-1.0, 0.0, 0.0, 0.0, -2.0, -1.0, 0.0, -1.0, -1.0],
            vec![-2.0, 1.0, 0.0, 1.0, -2.0, 0.0, 0.0, 0.0, 0.0],
            vec![1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0],
        ],
        "matrix_frac" => vec![vec![2.0, 1.0, 1.0, 2.0], vec![1.0, 0.0, 0.0, 4.0]],
        "index" if form.0 == 2 => vec![vec![2.0, 0.0], vec![1.0, 3.0]],
        "index" => vec![vec![1.0, 0.0], vec![3.0, 0.0]],
        "slice" if form.1 == 3 => vec![vec![1.0, 2.0], vec![2.0, 2.0]],
        "slice" => vec![],
        "promote" => vec![vec![3.0]],
        "broadcast_to" => vec![vec![2.0, 3.0]],
        "reshape" => vec![vec![2.0, 3.0], vec![3.0, 2.0]],
        "lambda_sum_largest" | "lambda_sum_smallest" => vec![vec![1.0], vec![2.0]],
        _ => {
            assert!(
                atom.parameters.is_empty(),
                "{} has parameters that this test lacks",
                atom.name
            );
            vec![vec![]]
        }
    }
}

/// Whether an atom has a value only of symmetric matrices.
fn symmetric(atom: &Atom) -> bool {
    let general = ["sigma_max", "normNuc", "pf_eigenvalue", "eye_minus_inv"];
    theme(atom) == "Matrices" && !general.contains(&atom.name)
}

/// An atom with its parameters and arguments of known curvature in boxes.
struct Trial {
    atom: &'static Atom,
    parameters: Vec<f64>,
    exact: Vec<Rational>,
    forms: Vec<Form>,
    boxes: Vec<(f64, f64)>,
    shapes: Vec<Shape>,
    /// What the table says.
    case: &'static Case,
    range: Interval,
}

impl Trial {
    fn new(
        atom: &'static Atom,
        parameters: Vec<f64>,
        forms: Vec<Form>,
        boxes: Vec<(f64, f64)>,
        constant: &[bool],
    ) -> Self {
        let sign = |(lo, hi): (f64, f64)| match (lo >= 0.0, hi <= 0.0) {
            (true, true) => Sign::Zero,
            (true, false) => Sign::Nonneg,
            (false, true) => Sign::Nonpos,
            (false, false) => Sign::Unknown,
        };
        let kind = |constant: bool| if constant { Curvature::Constant } else { Curvature::Affine };
        let shapes: Vec<_> =
            boxes.iter().zip(constant).map(|(own, c)| Shape::new(kind(*c), sign(*own))).collect();
        let exact: Vec<_> = parameters.iter().filter_map(|p| Rational::from_float(*p)).collect();
        let intervals: Vec<_> = boxes.iter().map(|(lo, hi)| Interval::new(*lo, *hi)).collect();
        let counts: Vec<_> = forms.iter().map(|form| Count::exactly(form.count())).collect();
        let (intervals, counts) = (&*intervals, &*counts);
        let given = Given { shapes: &shapes, intervals, counts, parameters: &exact };
        let case = atom.case(&given);
        let range = (case.range)(&given);
        Trial { atom, parameters, exact, forms, boxes, shapes, case, range }
    }

    fn name(&self) -> String {
        let Trial { atom, parameters, forms, boxes, shapes, .. } = self;
        format!("{}({parameters:?}) of {forms:?} in {boxes:?}, {shapes:?}", atom.name)
    }

    fn shape(&self) -> Shape {
        curvature::apply(self.case, &self.shapes)
    }

    fn value(&self, x: &[Value]) -> Option<Value> {
        value(self.atom.name, x, &self.parameters)
    }

    fn point(&self, random: &mut Random) -> Vec<Value> {
        let argument = |(form, range): (&Form, &(f64, f64))| {
            let mut data: Vec<_> = (0..form.count()).map(|_| random.between(*range)).collect();
            if symmetric(self.atom) {
                data[2] = data[1];
            }
            Value { rank: form.0, columns: form.2, data }
        };
        self.forms.iter().zip(&self.boxes).map(argument).collect()
    }

    /// Sign, range, shape and domain.
    fn check_value(&self, x: &[Value]) {
        let (case, shape) = (self.case, self.shape());
        let inside = x.iter().zip(case.domain).all(|(x, domain)| {
            x.data.iter().all(|x| match domain {
                Domain::Reals | Domain::Definite => true,
                Domain::Nonneg => *x >= 0.0,
                Domain::Positive => *x > 0.0,
                Domain::Above(end) => *x > f64::from(*end),
                Domain::Between(lo, hi) => f64::from(*lo) < *x && *x < f64::from(*hi),
                Domain::Nonzero => *x != 0.0,
            })
        });
        let Some(value) = self.value(x) else {
            let elsewhere = ["dist_ratio", "eye_minus_inv", "gen_lambda_max"];
            let known =
                elsewhere.contains(&self.atom.name) || case.domain.contains(&Domain::Definite);
            assert!(!inside || known, "{} has no value at {x:?}", self.name());
            return;
        };
        assert!(inside, "{} has a value at {x:?}", self.name());
        let dims: Vec<_> = self.forms.iter().map(|form| form.dims()).collect();
        let length = |axis| match axis {
            Axis::Length(length) => Some(length),
            Axis::Set(_) => None,
        };
        let sizes = atoms::dims::Sizes { dims: &dims, parameters: &self.exact, length: &length };
        assert_eq!((self.atom.dims)(&sizes), Ok(Form::of(&value)), "{}", self.name());
        let range = self.range;
        for value in value.data.into_iter().filter(|value| value.is_finite()) {
            // The reference rounds; the range does not.
            let slack = 1e-12 * (1.0 + value.abs());
            assert!(!shape.is_nonneg() || value >= -slack, "{} at {x:?}: {value}", self.name());
            assert!(!shape.is_nonpos() || value <= slack, "{} at {x:?}: {value}", self.name());
            let holds = range.lo - slack <= value && value <= range.hi + slack;
            assert!(holds, "{} at {x:?}: {value} not in {range:?}", self.name());
        }
    }

    /// Values at two points and their midpoint.
    fn check_curvature(&self, x: &[Value], y: &[Value]) {
        let shape = self.shape();
        let middle = |(a, b): (&Value, &Value)| Value {
            data: a.data.iter().zip(&b.data).map(|(a, b)| f64::midpoint(*a, *b)).collect(),
            ..a.clone()
        };
        let m: Vec<_> = x.iter().zip(y).map(middle).collect();
        let values = [x, y, &m].map(|point| self.value(point));
        for (claimed, sign) in [(shape.is_convex(), 1.0), (shape.is_concave(), -1.0)] {
            if !claimed || shape.is_affine() && values.contains(&None) {
                continue;
            }
            let count = values.iter().flatten().map(|value| value.data.len()).max().unwrap_or(0);
            for element in 0..count {
                // Outside the domain a convex function is +∞ and a concave one −∞.
                let [left, right, middle] = [0, 1, 2].map(|at: usize| {
                    values[at].as_ref().map_or(f64::INFINITY, |v| sign * v.data[element])
                });
                let chord = f64::midpoint(left, right);
                let holds = chord.is_nan() || middle <= chord + 1e-9 * (1.0 + chord.abs());
                assert!(holds, "{} between {x:?} and {y:?}: {middle} > {chord}", self.name());
            }
        }
    }

    /// Values before and after a step of one element.
    fn check_monotonicity(&self, x: &[Value], y: &[Value]) {
        let shape = self.shape();
        let outside = match self.case.extends {
            true if !shape.is_affine() && shape.is_convex() => Some(f64::INFINITY),
            true if !shape.is_affine() && shape.is_concave() => Some(f64::NEG_INFINITY),
            _ => None,
        };
        for at in 0..x.len() {
            let direction = curvature::direction(self.case, &self.shapes, at);
            for element in 0..x[at].data.len() {
                let (mut before, mut after) = (x.to_vec(), x.to_vec());
                let (low, high) = (x[at].data[element], y[at].data[element]);
                before[at].data[element] = low.min(high);
                after[at].data[element] = low.max(high);
                let values = [&before, &after].map(|point| self.value(point));
                let count = values.iter().flatten().map(|v| v.data.len()).max().unwrap_or(0);
                for place in 0..count {
                    let of = |v: &Option<Value>| v.as_ref().map(|v| v.data[place]).or(outside);
                    let (Some(a), Some(b)) = (of(&values[0]), of(&values[1])) else { continue };
                    let slack = 1e-12 * (1.0 + a.abs().min(b.abs()));
                    let holds = match direction {
                        Direction::None => true,
                        Direction::Increasing => a <= b + slack,
                        Direction::Decreasing => a >= b - slack,
                        Direction::Both => (a - b).abs() <= slack || a == b,
                    };
                    assert!(holds, "{} from {before:?} to {after:?}: {direction:?}", self.name());
                }
            }
        }
    }
}

/// Trials of an atom: every form, all parameters, boxes and kinds of its arguments in turn.
fn trials(atom: &'static Atom) -> Vec<Trial> {
    let mut trials = Vec::new();
    for forms in forms(atom) {
        for parameters in parameters(atom, forms[0]) {
            let (count, some) = (forms.len(), BOXES.len());
            // All pairs of boxes; further arguments go on from the first.
            for first in 0..some {
                let others = if count == 1 { 1 } else { some };
                for other in 0..others {
                    let place = |at: usize| match at {
                        0 => first,
                        1 => other,
                        more => (first + 3 * more) % some,
                    };
                    let boxes: Vec<_> = (0..count).map(|at| BOXES[place(at)]).collect();
                    for kinds in 0..(1usize << count.min(2)) {
                        let constant: Vec<_> =
                            (0..count).map(|at| at < 2 && kinds >> at & 1 == 1).collect();
                        let (p, forms, boxes) = (parameters.clone(), forms.clone(), boxes.clone());
                        trials.push(Trial::new(atom, p, forms, boxes, &constant));
                    }
                }
            }
        }
    }
    trials
}

#[test]
fn rows_describe_their_functions() {
    for atom in atoms::all() {
        for (seed, trial) in trials(atom).iter().enumerate() {
            let mut random = Random::new(seed as u64);
            let pairs = if trial.forms.len() == 1 { PAIRS } else { 1 };
            for _ in 0..pairs {
                let x = trial.point(&mut random);
                let mut y = trial.point(&mut random);
                for (at, shape) in trial.shapes.iter().enumerate() {
                    if shape.is_constant() {
                        y[at] = x[at].clone();
                    }
                }
                trial.check_value(&x);
                trial.check_curvature(&x, &y);
                trial.check_monotonicity(&x, &y);
            }
        }
    }
}

/// A value as a spec writes it.
fn literal(value: &Value) -> String {
    let row = |row: &[f64]| {
        format!("[{}]", row.iter().map(f64::to_string).collect::<Vec<_>>().join(", "))
    };
    match value.rank {
        0 => format!("({})", value.data[0]),
        1 => row(&value.data),
        _ => format!(
            "[{}]",
            value.data.chunks(value.columns).map(row).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn call(atom: &Atom, arguments: &[Value], parameters: &[f64]) -> String {
    let mut parts: Vec<_> = arguments.iter().map(literal).collect();
    let first = atom.parameters.first().map(|parameter| parameter.kind);
    match first {
        _ if parameters.is_empty() => {}
        Some(Kind::List) => parts.push(literal(&Value::vector(parameters.to_vec()))),
        Some(Kind::Points) => parts.push(literal(&Value::matrix(2, parameters.to_vec()))),
        Some(Kind::Square) => {
            parts.push(literal(&Value::matrix(parameters.len().isqrt(), parameters.to_vec())));
        }
        _ => parts.extend(parameters.iter().map(|p| format!("({p})"))),
    }
    match (atom.name, parts.as_slice()) {
        ("add", [a, b]) => format!("{a} + {b}"),
        ("sub", [a, b]) => format!("{a} - {b}"),
        ("mul", [a, b]) => format!("multiply({a}, {b})"),
        ("div", [a, b]) => format!("{a} / {b}"),
        ("neg_", [a]) => format!("-{a}"),
        ("vector", all) => format!("[{}]", all.join(", ")),
        (name, all) => format!("{name}({})", all.join(", ")),
    }
}

/// The numbers of a constant that was calculated when the spec was checked.
fn numbers(expr: &Expr) -> Option<Vec<f64>> {
    match &expr.node {
        Node::Number(value) => Some(vec![value.to_f64()?]),
        Node::Vector(parts) => {
            Some(parts.iter().map(numbers).collect::<Option<Vec<_>>>()?.concat())
        }
        _ => None,
    }
}

#[test]
fn constants_have_the_values_of_their_functions() {
    let mut calculated = 0;
    // Products are operators, and operators are calculated where a number is asked for.
    let operators = ["multiply", "matmul"];
    for atom in atoms::all().filter(|atom| atom.callable && !operators.contains(&atom.name)) {
        let (mut text, mut wanted) = ("fibre t;\n".to_owned(), Vec::new());
        let trials = trials(atom);
        let step = (trials.len() / CONSTANTS).max(1);
        for (seed, trial) in trials.iter().enumerate().step_by(step) {
            let x = trial.point(&mut Random::new(seed as u64));
            let Some(value) = trial.value(&x) else { continue };
            // A vector of constants stays as it is written.
            if value.rank == 0 && value.data[0].is_finite() {
                text +=
                    &format!("let e{} = {};\n", wanted.len(), call(atom, &x, &trial.parameters));
                wanted.push((value, trial.name(), x));
            }
        }
        calculated += usize::from(!wanted.is_empty());
        let (model, diagnostics) = check(&text);
        let said: Vec<_> = diagnostics.iter().map(|d| &d.message).collect();
        let Some(model) = model else { unreachable!("{}: {said:?}\n{text}", atom.name) };
        for (item, (value, name, x)) in model.lets.iter().zip(wanted) {
            let found = numbers(&item.body);
            let Some(found) = found else { unreachable!("{name} at {x:?} is not calculated") };
            assert_eq!(found.len(), value.data.len(), "{name} at {x:?}");
            for (found, value) in found.iter().zip(&value.data) {
                let near = (found - value).abs() <= 1e-9 * (1.0 + value.abs());
                assert!(near, "{name} at {x:?}: {found}, not {value}");
            }
        }
    }
    assert!(calculated > 80, "only {calculated} functions have a number for a value");
}

#[test]
fn derivatives_and_demands_are_those_of_the_function() {
    for atom in atoms::all().filter(|atom| !atom.derivative.is_empty()) {
        let names: Vec<_> = atom.parameters.iter().map(|parameter| parameter.name).collect();
        for p in parameters(atom, N).into_iter().filter(|p| {
            !["power", "odd_power", "alpha_fair"].contains(&atom.name) || p[0] != 0.0 && p[0] != 1.0
        }) {
            for x in [0.3, 0.75, 1.25] {
                let step = 1e-5;
                let at = |x: f64| value(atom.name, &[Value::number(x)], &p).map(|v| v.data[0]);
                let (Some(before), Some(after)) = (at(x - step), at(x + step)) else { continue };
                let slope = (after - before) / (2.0 * step);
                let mut text = format!("fibre t;\nparam x = {x};\nparam y = {slope};\n");
                for (name, value) in names.iter().zip(&p) {
                    text += &format!("param {name} = {value};\n");
                }
                text += &format!("let d = {} + 0;\n", atom.derivative);
                if !atom.demand.is_empty() {
                    text += &format!("let b = {} + 0;\n", atom.demand);
                }
                // Folded by a use that needs the number.
                text += "param dv = d;\n";
                text += if atom.demand.is_empty() { "" } else { "param bv = b;\n" };
                let (model, diagnostics) = check(&text);
                let said: Vec<_> = diagnostics.iter().map(|d| &d.message).collect();
                let Some(model) = model else { unreachable!("{}: {said:?}\n{text}", atom.name) };
                let of = |name: &str| {
                    let param = model.params.iter().find(|param| param.name.value == name)?;
                    param.values.get(0)?.to_f64()
                };
                let near = |found: Option<f64>, wanted: f64| {
                    found.is_some_and(|found| (found - wanted).abs() <= 1e-5 * (1.0 + wanted.abs()))
                };
                assert!(near(of("dv"), slope), "{} at {x}: {:?}, not {slope}", atom.name, of("dv"));
                let demand = atom.demand.is_empty() || near(of("bv"), x);
                assert!(demand, "{} at {slope}: {:?}, not {x}", atom.name, of("bv"));
            }
        }
    }
}
