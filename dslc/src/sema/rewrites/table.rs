//! The rows: what is written, and the same in words that the rules see through.
//!
//! Rows are tried from top to bottom. Each is tested: the two sides have equal values, and a spec that
//! was refused with the left side is accepted with the right one.

/// One way of writing, and another with the same value.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What is written, as an expression of the language. A name stands for any expression, the same
    /// name for the same expression; `C` stands for a constant, `P` and `Q` for numbers.
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
    "exp(x) * exp(y)" => "exp(x + y)";
    "exp(x) / exp(y)" => "exp(x - y)";
    "x * x" => "square(x)";
    "x * x * x" => "x^3" if x >= 0;
    "x * sqrt(x)" => "x^1.5" if x >= 0;
    "sqrt(x^2)" => "abs(x)";
    "max(x, -x)^2" => "square(x)";
    "(x^P)^Q" => "x^(P * Q)" if x >= 0;
    // Entropy.
    "x * log(x)" => "-entr(x)";
    // Reciprocals.
    "1 / sqrt(x)" => "inv_pos(sqrt(x))" if x >= 0;
    "1 / x^2" => "x^-2" if x >= 0;
    "1 / exp(x)" => "exp(-x)";
    "1 / x" => "inv_pos(x)" if x >= 0;
    "x / (1 + x)" => "1 - inv_pos(1 + x)" if x >= 0;
    "x / (C + x)" => "1 - C * inv_pos(C + x)" if C, x >= 0;
    // Logarithms and exponentials.
    "exp(log(x))" => "x" if x >= 0;
    "exp(P * log(x))" => "x^P" if x >= 0;
    "log(exp(x))" => "x";
    "log(x * y)" => "log(x) + log(y)" if x, y >= 0;
    "log(1 / x)" => "-log(x)" if x >= 0;
    "log(x^P)" => "P * log(x)" if x >= 0;
};
