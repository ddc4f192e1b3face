//! What each function computes, written down once more beside the compiler's own, in `f64`.

/// A number, the elements of a vector, or those of a matrix row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// 0, 1 or 2.
    pub rank: u8,
    /// Columns; 1 of a vector or number.
    pub columns: usize,
    /// Elements.
    pub data: Vec<f64>,
}

impl Value {
    pub fn number(value: f64) -> Self {
        Value { rank: 0, columns: 1, data: vec![value] }
    }

    pub fn vector(data: Vec<f64>) -> Self {
        Value { rank: 1, columns: 1, data }
    }

    pub fn matrix(columns: usize, data: Vec<f64>) -> Self {
        Value { rank: 2, columns, data }
    }

    fn rows(&self) -> usize {
        self.data.len() / self.columns
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.data[row * self.columns + column]
    }
}

/// `e` on each element of the arguments; a number goes with each element. None where one has no value.
pub fn each(arguments: &[Value], e: impl Fn(&[f64]) -> Option<f64>) -> Option<Value> {
    let shape = arguments.iter().find(|value| value.rank > 0).unwrap_or(&arguments[0]);
    let element = |at: usize| {
        let pick = |value: &Value| value.data[if value.rank == 0 { 0 } else { at }];
        e(&arguments.iter().map(pick).collect::<Vec<_>>())
    };
    let data = (0..shape.data.len()).map(element).collect::<Option<Vec<_>>>()?;
    Some(Value { data, ..shape.clone() })
}

fn within(inside: bool, value: f64) -> Option<f64> {
    inside.then_some(value)
}

/// A function of numbers; none outside its domain. The outer option is for names that are none.
fn scalar(name: &str, x: &[f64], p: &[f64]) -> Option<Option<f64>> {
    let a = x[0];
    let b = x.get(1).copied().unwrap_or(f64::NAN);
    let xlogy = |x: f64, y: f64| if x == 0.0 { 0.0 } else { x * y.ln() };
    Some(match name {
        "add" => Some(a + b),
        "sub" | "diff_pos" => Some(a - b),
        "neg_" => Some(-a),
        "mul" | "multiply" => Some(a * b),
        "div" => within(b != 0.0, a / b),
        "maximum" => x.iter().copied().reduce(f64::max),
        "minimum" => x.iter().copied().reduce(f64::min),
        "real" | "conj" => Some(a),
        "abs" => Some(a.abs()),
        "pos" => Some(a.max(0.0)),
        "neg" => Some((-a).max(0.0)),
        "square" => Some(a * a),
        "sqrt" => within(a >= 0.0, a.sqrt()),
        "inv_pos" => within(a > 0.0, 1.0 / a),
        "exp" => Some(a.exp()),
        "log" => within(a > 0.0, a.ln()),
        "log1p" => within(a > -1.0, a.ln_1p()),
        "logistic" => Some(if a > 30.0 { a + (-a).exp() } else { a.exp().ln_1p() }),
        "entr" => within(a >= 0.0, -xlogy(a, a)),
        "xexp" => Some(a * a.exp()),
        "kl_div" => within(a >= 0.0 && b > 0.0, xlogy(a, a / b) - a + b),
        "rel_entr" => within(a >= 0.0 && b > 0.0, xlogy(a, a / b)),
        "loggamma" => within(a > 0.0, libm::lgamma(a)),
        "normcdf" => Some(0.5 + 0.5 * libm::erf(a / 2f64.sqrt())),
        "log_normcdf" => Some((0.5 * libm::erfc(-a / 2f64.sqrt())).ln()),
        "sigmoid" => Some(1.0 / (1.0 + (-a).exp())),
        "tanh" => Some(a.tanh()),
        "atan" => Some(a.atan()),
        "sin" => Some(a.sin()),
        "cos" => Some(a.cos()),
        "tan" => within(a.cos() != 0.0, a.tan()),
        "sinh" => Some(a.sinh()),
        "asinh" => Some(a.asinh()),
        "atanh" => within(a.abs() < 1.0, a.atanh()),
        "ceil" => Some(a.ceil()),
        "floor" => Some(a.floor()),
        "sign" => Some(if a == 0.0 { 0.0 } else { a.signum() }),
        "one_minus_pos" => within(0.0 < a && a < 1.0, 1.0 - a),
        "power" if p[0] == 0.0 => Some(1.0),
        "power" if p[0] > 0.0 && (p[0] == 1.0 || p[0] % 2.0 == 0.0) => Some(a.powf(p[0])),
        "power" => within(if p[0] < 0.0 { a > 0.0 } else { a >= 0.0 }, a.powf(p[0])),
        "odd_power" => Some(a.powf(p[0])),
        "huber" if a.abs() <= p[0] => Some(a * a),
        "huber" => Some(2.0 * p[0] * a.abs() - p[0] * p[0]),
        "scalene" => Some(p[0] * a.max(0.0) + p[1] * (-a).max(0.0)),
        "alpha_fair" if p[0] == 0.0 => Some(a),
        "alpha_fair" if p[0] == 1.0 => within(a > 0.0, a.ln()),
        "alpha_fair" => {
            let rest = 1.0 - p[0];
            within(if rest < 0.0 { a > 0.0 } else { a >= 0.0 }, a.powf(rest) / rest)
        }
        "michaelis_menten" => within(a >= 0.0, a / (p[0] + a)),
        "hill" => within(a >= 0.0, a.powf(p[1]) / (p[0].powf(p[1]) + a.powf(p[1]))),
        "pwl" => Some(pieces(p, a)),
        // The least function that is concave and above the points, as the largest chord of two.
        "concave_envelope" => Some(envelope(p, a)),
        _ => return None,
    })
}

fn pieces(points: &[f64], x: f64) -> f64 {
    let points: Vec<_> = points.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    let last = points.len() - 2;
    let piece = (0..=last).find(|&i| x <= points[i + 1].0).unwrap_or(last);
    let ((x0, y0), (x1, y1)) = (points[piece], points[piece + 1]);
    y0 + (y1 - y0) * (x - x0) / (x1 - x0)
}

fn envelope(points: &[f64], x: f64) -> f64 {
    let points: Vec<_> = points.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    let (first, last) = (points[0], points[points.len() - 1]);
    let slope = |a: (f64, f64), b: (f64, f64)| (b.1 - a.1) / (b.0 - a.0);
    if x <= first.0 {
        let steepest = points[1..].iter().map(|b| slope(first, *b)).fold(f64::MIN, f64::max);
        return first.1 + steepest * (x - first.0);
    }
    if x >= last.0 {
        let flattest =
            points[..points.len() - 1].iter().map(|a| slope(*a, last)).fold(f64::MAX, f64::min);
        return last.1 + flattest * (x - last.0);
    }
    let chords = points.iter().flat_map(|a| points.iter().map(move |b| (*a, *b)));
    chords
        .filter(|(a, b)| a.0 < b.0 && a.0 <= x && x <= b.0)
        .map(|(a, b)| a.1 + slope(a, b) * (x - a.0))
        .fold(f64::MIN, f64::max)
}

/// The value of an atom of the table; none outside its domain.
///
/// # Panics
/// On a name that it does not know: every row has its reference here.
pub fn value(name: &str, arguments: &[Value], p: &[f64]) -> Option<Value> {
    let columns: Vec<_> = arguments.iter().map(|value| value.columns).collect();
    debug_assert!(columns.iter().all(|columns| *columns > 0));
    let first = &arguments[0];
    let scalars = arguments.iter().all(|value| value.rank == 0);
    if scalars || scalar(name, &vec![0.5; arguments.len()], &[1.0; 8]).is_some() {
        let known = each(arguments, |x| scalar(name, x, p).unwrap_or(Some(0.0)));
        if scalar(name, &vec![0.5; arguments.len()], &[1.0; 8]).is_some() {
            return known;
        }
    }
    let x = &first.data;
    let n = x.len() as f64;
    let sum = |x: &[f64]| x.iter().sum::<f64>();
    let number = |value: f64| Some(Value::number(value));
    let vector = |data: Vec<f64>| Some(Value::vector(data));
    let largest = x.iter().copied().fold(f64::MIN, f64::max);
    let least = x.iter().copied().fold(f64::MAX, f64::min);
    let norm = |x: &[f64], p: f64| {
        sum(&x.iter().map(|x| x.abs().powf(p)).collect::<Vec<_>>()).powf(1.0 / p)
    };
    let mut ascending = x.clone();
    ascending.sort_by(f64::total_cmp);
    let share = |sorted: &[f64], k: f64| {
        sorted.iter().enumerate().map(|(at, x)| x * (k - at as f64).clamp(0.0, 1.0)).sum::<f64>()
    };
    let descending: Vec<_> = ascending.iter().rev().copied().collect();
    let variance = || x.iter().map(|x| (x - sum(&first.data) / n).powi(2)).sum::<f64>() / n;
    match name {
        "sum" => number(sum(x)),
        "mean" => number(sum(x) / n),
        "max" => number(largest),
        "min" => number(least),
        "ptp" => number(largest - least),
        "dot" => number(x.iter().zip(&arguments[1].data).map(|(a, b)| a * b).sum()),
        "cumsum" => vector((1..=x.len()).map(|end| sum(&x[..end])).collect()),
        "cummax" => vector(
            (1..=x.len()).map(|end| x[..end].iter().copied().fold(f64::MIN, f64::max)).collect(),
        ),
        "cumprod" => vector((1..=x.len()).map(|end| x[..end].iter().product()).collect()),
        "diff" => {
            let mut x = x.clone();
            for _ in 0..p[0] as usize {
                x = x.windows(2).map(|pair| pair[1] - pair[0]).collect();
            }
            vector(x)
        }
        "sum_largest" => number(share(&descending, p[0])),
        "sum_smallest" => number(share(&ascending, p[0])),
        "cvar" => number(share(&descending, (1.0 - p[0]) * n) / ((1.0 - p[0]) * n)),
        "dotsort" => {
            let mut weights = p.to_vec();
            weights.resize(x.len(), 0.0);
            weights.sort_by(f64::total_cmp);
            number(ascending.iter().zip(&weights).map(|(a, b)| a * b).sum())
        }
        "length" => number(x.iter().rposition(|x| *x != 0.0).map_or(0.0, |at| at as f64 + 1.0)),
        "norm1" => number(norm(x, 1.0)),
        "norm2" => number(norm(x, 2.0)),
        "norm_inf" => number(largest.max(-least)),
        "norm" => number(norm(x, p[0])),
        "pnorm" if p[0] < 1.0 && least < 0.0 => None,
        "pnorm" if p[0] < 0.0 && least == 0.0 => number(0.0),
        "pnorm" => number(norm(x, p[0])),
        "mixed_norm" => {
            let rows: Vec<_> = x.chunks(first.columns).map(|row| norm(row, p[0])).collect();
            number(norm(&rows, p[1]))
        }
        "tv" => number(x.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum()),
        "var" => number(variance()),
        "std" => number(variance().sqrt()),
        "dist_ratio" => {
            let from = |other: &Value| {
                x.iter().zip(&other.data).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
            };
            let (a, b) = (from(&arguments[1]), from(&arguments[2]));
            (b != 0.0).then(|| Value::number(a / b))
        }
        "log_sum_exp" => number(largest + x.iter().map(|x| (x - largest).exp()).sum::<f64>().ln()),
        "geo_mean" if least < 0.0 => None,
        "geo_mean" => {
            let weight = |at: usize| p.get(at).copied().unwrap_or(1.0);
            let total: f64 = (0..x.len()).map(weight).sum();
            number(x.iter().enumerate().map(|(at, x)| x.powf(weight(at) / total)).product())
        }
        "harmonic_mean" if least < 0.0 => None,
        "harmonic_mean" if least == 0.0 => number(0.0),
        "harmonic_mean" => number(n / x.iter().map(|x| 1.0 / x).sum::<f64>()),
        "inv_prod" => (least > 0.0).then(|| Value::number(1.0 / x.iter().product::<f64>())),
        "prod" => number(x.iter().product()),
        "sum_squares" => number(sum(&x.iter().map(|x| x * x).collect::<Vec<_>>())),
        "quad_over_lin" => {
            let y = arguments[1].data[0];
            (y > 0.0).then(|| Value::number(x.iter().map(|x| x * x).sum::<f64>() / y))
        }
        "quad_form" => {
            let form = |(at, p): (usize, &f64)| p * x[at / x.len()] * x[at % x.len()];
            number(p.iter().enumerate().map(form).sum())
        }
        "matrix_frac" => {
            // Of 2 × 2 matrices only: the test has no other.
            let [a, b, c, d] = *p else { return None };
            let det = a * d - b * c;
            number((d * x[0] * x[0] - (b + c) * x[0] * x[1] + a * x[1] * x[1]) / det)
        }
        _ => arranged(name, arguments, p),
    }
}

/// Atoms that arrange elements, and products.
fn arranged(name: &str, arguments: &[Value], p: &[f64]) -> Option<Value> {
    let first = &arguments[0];
    let x = &first.data;
    let all = || arguments.iter().flat_map(|value| value.data.clone()).collect::<Vec<_>>();
    let place = |at: usize| p[at] as usize;
    let by_columns = |value: &Value| {
        let (rows, columns) = (value.rows(), value.columns);
        (0..columns)
            .flat_map(|c| (0..rows).map(move |r| (r, c)))
            .map(|(r, c)| value.at(r, c))
            .collect::<Vec<_>>()
    };
    Some(match name {
        "vector" | "stack" if first.rank == 0 => Value::vector(all()),
        "vector" | "stack" => Value::matrix(x.len(), all()),
        "hstack" if first.rank == 2 => {
            let row = |row: usize| {
                arguments
                    .iter()
                    .flat_map(move |m| m.data[row * m.columns..(row + 1) * m.columns].to_vec())
            };
            let columns = arguments.iter().map(|m| m.columns).sum();
            Value::matrix(columns, (0..first.rows()).flat_map(row).collect())
        }
        "hstack" | "concatenate" => Value::vector(all()),
        "vstack" => Value::matrix(if first.rank == 2 { first.columns } else { x.len() }, all()),
        "index" if first.rank == 1 => Value::number(x[place(0) - 1]),
        "index" if place(1) == 0 => {
            Value::vector(x[(place(0) - 1) * first.columns..place(0) * first.columns].to_vec())
        }
        "index" => Value::number(first.at(place(0) - 1, place(1) - 1)),
        "slice" => Value::vector(x[place(0) - 1..place(1)].to_vec()),
        "promote" => Value::vector(vec![x[0]; place(0)]),
        "broadcast_to" if first.rank == 0 => {
            Value::matrix(place(1), vec![x[0]; place(0) * place(1)])
        }
        "broadcast_to" => Value::matrix(place(1), x.repeat(place(0))),
        "vec" => Value::vector(by_columns(first)),
        "reshape" => {
            let (rows, columns) = (place(0), place(1));
            let flat = by_columns(first);
            let data = (0..rows * columns).map(|at| flat[(at % columns) * rows + at / columns]);
            Value::matrix(columns, data.collect())
        }
        "transpose" if first.rank == 2 => Value::matrix(first.rows(), by_columns(first)),
        "transpose" => first.clone(),
        "squeeze" if x.len() == 1 => Value::number(x[0]),
        "squeeze" if first.columns == 1 || first.rows() == 1 => Value::vector(x.clone()),
        "squeeze" => first.clone(),
        "diag" if first.rank == 2 => {
            Value::vector((0..first.rows()).map(|at| first.at(at, at)).collect())
        }
        "diag" => {
            let n = x.len();
            Value::matrix(
                n,
                (0..n * n).map(|at| if at / n == at % n { x[at / n] } else { 0.0 }).collect(),
            )
        }
        "upper_tri" => {
            let n = first.rows();
            Value::vector(
                (0..n)
                    .flat_map(|r| (r + 1..n).map(move |c| (r, c)))
                    .map(|(r, c)| first.at(r, c))
                    .collect(),
            )
        }
        "trace" => Value::number((0..first.rows()).map(|at| first.at(at, at)).sum()),
        "outer" => {
            let y = &arguments[1].data;
            Value::matrix(y.len(), x.iter().flat_map(|a| y.iter().map(move |b| a * b)).collect())
        }
        "kron" => {
            let other = &arguments[1];
            let (rows, columns) = (first.rows() * other.rows(), first.columns * other.columns);
            let entry = |at: usize| {
                let (r, c) = (at / columns, at % columns);
                first.at(r / other.rows(), c / other.columns)
                    * other.at(r % other.rows(), c % other.columns)
            };
            Value::matrix(columns, (0..rows * columns).map(entry).collect())
        }
        "convolve" => {
            let y = &arguments[1].data;
            let mut sums = vec![0.0; x.len() + y.len() - 1];
            for (i, a) in x.iter().enumerate() {
                for (j, b) in y.iter().enumerate() {
                    sums[i + j] += a * b;
                }
            }
            Value::vector(sums)
        }
        "matmul" => product(first, &arguments[1]),
        _ => return spectral(name, arguments, p),
    })
}

fn product(a: &Value, b: &Value) -> Value {
    let left = if a.rank == 1 { Value::matrix(a.data.len(), a.data.clone()) } else { a.clone() };
    let right = Value { rank: 2, ..b.clone() };
    let entry = |row: usize, column: usize| {
        (0..left.columns).map(|k| left.at(row, k) * right.at(k, column)).sum::<f64>()
    };
    let data: Vec<_> = (0..left.rows())
        .flat_map(|row| (0..right.columns).map(move |column| (row, column)))
        .map(|(row, column)| entry(row, column))
        .collect();
    match (a.rank, b.rank) {
        (1, 1) => Value::number(data[0]),
        (1, _) | (_, 1) => Value::vector(data),
        _ => Value::matrix(right.columns, data),
    }
}

/// Of symmetric 2 × 2 matrices: their eigenvalues have a formula.
fn spectral(name: &str, arguments: &[Value], p: &[f64]) -> Option<Value> {
    let [a, b, c, d] = *arguments[0].data.as_slice() else {
        unreachable!("{name} has no reference for these arguments");
    };
    let eigen = |a: f64, b: f64, d: f64| {
        let (middle, half) = (f64::midpoint(a, d), ((a - d) / 2.0).hypot(b));
        (middle - half, middle + half)
    };
    let symmetric = b == c;
    let (least, most) = eigen(a, b, d);
    let entropy = |x: f64| if x == 0.0 { 0.0 } else { -x * x.ln() };
    let of_symmetric =
        |inside: bool, value: f64| (symmetric && inside).then(|| Value::number(value));
    // The singular values are the roots of the eigenvalues of xᵀx.
    let squares = eigen(a * a + c * c, a * b + c * d, b * b + d * d);
    // Of their sum and difference, which cancel nothing.
    let (all, det) = (squares.0 + squares.1, (a * d - b * c).abs());
    let (sum, difference) = ((all + 2.0 * det).sqrt(), (all - 2.0 * det).max(0.0).sqrt());
    let singular = ((sum - difference) / 2.0, f64::midpoint(sum, difference));
    match name {
        "lambda_max" => of_symmetric(true, most),
        "lambda_min" => of_symmetric(true, least),
        "lambda_sum_largest" => of_symmetric(true, if p[0] == 1.0 { most } else { a + d }),
        "lambda_sum_smallest" => of_symmetric(true, if p[0] == 1.0 { least } else { a + d }),
        "sigma_max" => Some(Value::number(singular.1)),
        "normNuc" => Some(Value::number(singular.0 + singular.1)),
        "log_det" => of_symmetric(least > 0.0, (a * d - b * b).ln()),
        "tr_inv" => of_symmetric(least > 0.0, (a + d) / (a * d - b * b)),
        "von_neumann_entr" => of_symmetric(least >= 0.0, entropy(least) + entropy(most)),
        "condition_number" => of_symmetric(least > 0.0, most / least),
        "gen_lambda_max" => {
            let [e, f, g, h] = *arguments[1].data.as_slice() else { return None };
            let (det, definite) = (e * h - f * f, eigen(e, f, h).0 > 0.0);
            // The roots of det(x − λ·y).
            let (half, rest) = ((a * h + d * e - 2.0 * b * f) / (2.0 * det), (a * d - b * b) / det);
            of_symmetric(f == g && definite, half + (half * half - rest).max(0.0).sqrt())
        }
        "pf_eigenvalue" => {
            let positive = arguments[0].data.iter().all(|x| *x > 0.0);
            let half = f64::midpoint(a, d);
            positive.then(|| Value::number(half + (((a - d) / 2.0).powi(2) + b * c).sqrt()))
        }
        "eye_minus_inv" => {
            let (a, d) = (1.0 - a, 1.0 - d);
            let det = a * d - b * c;
            let positive = arguments[0].data.iter().all(|x| *x > 0.0);
            let radius = 1.0 - f64::midpoint(a, d) + (((a - d) / 2.0).powi(2) + b * c).sqrt();
            (positive && radius < 1.0)
                .then(|| Value::matrix(2, vec![d / det, b / det, c / det, a / det]))
        }
        _ => unreachable!("the table has a row that this test does not know: {name}"),
    }
}
