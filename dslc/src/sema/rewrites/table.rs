//! The rows: what is written, and the same in words that the rules see through.
//!
//! Rows are tried from top to bottom. Each is tested: the two sides have equal values, and a spec that
//! was refused with the left side is accepted with the right one.

/// One way of writing, and another with the same value.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What is written, as an expression of the language. A name stands for any expression, the same
    /// name for the same expression; `C` stands for a constant, `P` and `Q` for numbers, `v` for a vector.
    pub pattern: &'static str,
    /// What to write instead.
    pub replacement: &'static str,
    /// Names whose expressions must be at 0 or above for the two to have the same value.
    pub nonneg: &'static [&'static str],
}

macro_rules! rows {
    ($($pattern:literal => $replacement:literal $(if $($name:ident),+ >= 0)?;)*) => {
        &[$(Row {
            pattern: $pattern,
            replacement: $replacement,
            nonneg: &[$($(stringify!($name)),+)?],
        }),*]
    };
}

/// Every row.
pub const ROWS: &[Row] = rows! {
    // Products and powers.
    "abs(x) * abs(x)" => "square(x)";
    "sqrt(x) * sqrt(x)" => "x";
    "sqrt(x) * sqrt(y)" => "geo_mean([x, y])" if x, y >= 0;
    "exp(x) * exp(y)" => "exp(x + y)";
    "exp(x) / exp(y)" => "exp(x - y)";
    "x * x" => "square(x)";
    "x * x * x" => "x^3" if x >= 0;
    "x * sqrt(x)" => "x^1.5" if x >= 0;
    "x * exp(x)" => "xexp(x)" if x >= 0;
    "sqrt(x^2)" => "abs(x)";
    "max(x, -x)^2" => "square(x)";
    "(x^P)^Q" => "x^(P * Q)" if x >= 0;
    "sqrt(x * y)" => "geo_mean([x, y])" if x, y >= 0;
    // Lengths.
    "sqrt(1 + x^2)" => "norm2([1, x])";
    "sqrt(C + x^2)" => "norm2([sqrt(C), x])" if C >= 0;
    "sqrt(x^2 + y^2)" => "norm2([x, y])";
    "sqrt(1 + x^2 + y^2)" => "norm2([1, x, y])";
    "sqrt(x^2 + y^2 + z^2)" => "norm2([x, y, z])";
    "sqrt(sum(v^2))" => "norm2(v)";
    "sqrt(sum_squares(v))" => "norm2(v)";
    "sqrt(sum(x^2 for i in I))" => "norm2([x for i in I])";
    "sqrt(sum(C * x^2 for i in I))" => "norm2([sqrt(C) * x for i in I])" if C >= 0;
    // Entropy.
    "x * log(x / y)" => "rel_entr(x, y)" if x, y >= 0;
    "x * log(x)" => "-entr(x)";
    // Reciprocals.
    "1 / (1 / x + 1 / y)" => "harmonic_mean([x, y]) / 2" if x, y >= 0;
    "x * y / (x + y)" => "harmonic_mean([x, y]) / 2" if x, y >= 0;
    "1 / (x * y)" => "inv_prod([x, y])" if x, y >= 0;
    "1 / sqrt(x)" => "inv_pos(sqrt(x))" if x >= 0;
    "1 / x^2" => "x^-2" if x >= 0;
    "1 / exp(x)" => "exp(-x)";
    "1 / x" => "inv_pos(x)" if x >= 0;
    "x / (1 + x)" => "1 - inv_pos(1 + x)" if x >= 0;
    "x / (C + x)" => "1 - C * inv_pos(C + x)" if C, x >= 0;
    "x^2 / y" => "quad_over_lin(x, y)" if y >= 0;
    // Logarithms and exponentials.
    "exp(log(x))" => "x" if x >= 0;
    "exp(P * log(x))" => "x^P" if x >= 0;
    "log(1 + exp(x))" => "logistic(x)";
    "log(exp(x) + exp(y))" => "log_sum_exp([x, y])";
    "log(exp(x) + exp(y) + exp(z))" => "log_sum_exp([x, y, z])";
    "log(sum(exp(v)))" => "log_sum_exp(v)";
    "log(sum(exp(x) for i in I))" => "log_sum_exp([x for i in I])";
    "log(exp(x))" => "x";
    "log(x * y)" => "log(x) + log(y)" if x, y >= 0;
    "log(1 / x)" => "-log(x)" if x >= 0;
    "log(x^P)" => "P * log(x)" if x >= 0;
};
