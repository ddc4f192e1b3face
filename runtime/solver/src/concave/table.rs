//! The table of concave functions of one argument: a row per function.

/// A smooth concave function, with its derivatives and their inverse. Every entry takes the
/// function's parameter first (α, p; ignored by the functions that have none).
#[derive(Debug)]
pub(crate) struct Row {
    /// Name for messages.
    pub name: &'static str,
    /// Where the function is finite; a limit of −∞ at an end is allowed.
    pub domain: (f64, f64),
    /// φ(s).
    pub value: fn(f64, f64) -> f64,
    /// φ′(s).
    pub slope: fn(f64, f64) -> f64,
    /// φ″(s) ≤ 0.
    pub curvature: fn(f64, f64) -> f64,
    /// The s with φ′(s) = t, for t strictly between the slopes at the ends of the domain; beyond
    /// them any value at or beyond the end.
    pub argument: fn(f64, f64) -> f64,
}

const REAL: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);

/// log s.
pub(crate) static LOG: Row = Row {
    name: "log",
    domain: POSITIVE,
    value: |_, s| s.ln(),
    slope: |_, s| 1.0 / s,
    curvature: |_, s| -1.0 / (s * s),
    argument: |_, t| if t > 0.0 { 1.0 / t } else { f64::INFINITY },
};

/// s^(1−α)/(1−α), α > 0, α ≠ 1 (Mo and Walrand 2000).
pub(crate) static ALPHA_FAIR: Row = Row {
    name: "alpha_fair",
    domain: POSITIVE,
    value: |alpha, s| s.powf(1.0 - alpha) / (1.0 - alpha),
    slope: |alpha, s| s.powf(-alpha),
    curvature: |alpha, s| -alpha * s.powf(-alpha - 1.0),
    argument: |alpha, t| if t > 0.0 { t.powf(-1.0 / alpha) } else { f64::INFINITY },
};

/// −1/s: alpha-fair at α = 2, without powers.
pub(crate) static NEGATIVE_RECIPROCAL: Row = Row {
    name: "alpha_fair",
    domain: POSITIVE,
    value: |_, s| -1.0 / s,
    slope: |_, s| 1.0 / (s * s),
    curvature: |_, s| -2.0 / (s * s * s),
    argument: |_, t| if t > 0.0 { 1.0 / t.sqrt() } else { f64::INFINITY },
};

/// √s.
pub(crate) static SQRT: Row = Row {
    name: "sqrt",
    domain: POSITIVE,
    value: |_, s| s.sqrt(),
    slope: |_, s| 0.5 / s.sqrt(),
    curvature: |_, s| -0.25 / (s * s.sqrt()),
    argument: |_, t| if t > 0.0 { 0.25 / (t * t) } else { f64::INFINITY },
};

/// s^p, 0 < p < 1.
pub(crate) static ROOT: Row = Row {
    name: "power",
    domain: POSITIVE,
    value: |p, s| s.powf(p),
    slope: |p, s| p * s.powf(p - 1.0),
    curvature: |p, s| p * (p - 1.0) * s.powf(p - 2.0),
    argument: |p, t| if t > 0.0 { (t / p).powf(1.0 / (p - 1.0)) } else { f64::INFINITY },
};

/// −s^p, p < 0.
pub(crate) static NEGATIVE_INVERSE_POWER: Row = Row {
    name: "power",
    domain: POSITIVE,
    value: |p, s| -s.powf(p),
    slope: |p, s| -p * s.powf(p - 1.0),
    curvature: |p, s| -p * (p - 1.0) * s.powf(p - 2.0),
    argument: |p, t| if t > 0.0 { (t / -p).powf(1.0 / (p - 1.0)) } else { f64::INFINITY },
};

/// −s^p on s ≥ 0, p > 1.
pub(crate) static NEGATIVE_POWER: Row = Row {
    name: "power",
    domain: POSITIVE,
    value: |p, s| -s.powf(p),
    slope: |p, s| -p * s.powf(p - 1.0),
    curvature: |p, s| -p * (p - 1.0) * s.powf(p - 2.0),
    argument: |p, t| if t < 0.0 { (-t / p).powf(1.0 / (p - 1.0)) } else { 0.0 },
};

/// −eˢ.
pub(crate) static NEGATIVE_EXP: Row = Row {
    name: "-exp",
    domain: REAL,
    value: |_, s| -s.exp(),
    slope: |_, s| -s.exp(),
    curvature: |_, s| -s.exp(),
    argument: |_, t| if t < 0.0 { (-t).ln() } else { f64::NEG_INFINITY },
};

/// −s log s, 0 at 0.
pub(crate) static ENTROPY: Row = Row {
    name: "entropy",
    domain: POSITIVE,
    value: |_, s| if s == 0.0 { 0.0 } else { -s * s.ln() },
    slope: |_, s| -s.ln() - 1.0,
    curvature: |_, s| -1.0 / s,
    argument: |_, t| (-1.0 - t).exp(),
};

/// −s².
pub(crate) static NEGATIVE_SQUARE: Row = Row {
    name: "-square",
    domain: REAL,
    value: |_, s| -s * s,
    slope: |_, s| -2.0 * s,
    curvature: |_, _| -2.0,
    argument: |_, t| -0.5 * t,
};

/// atan s on s ≥ 0.
pub(crate) static ATAN: Row = Row {
    name: "atan",
    domain: POSITIVE,
    value: |_, s| s.atan(),
    slope: |_, s| 1.0 / (1.0 + s * s),
    curvature: |_, s| -2.0 * s / (1.0 + s * s).powi(2),
    argument: |_, t| {
        if t <= 0.0 {
            f64::INFINITY
        } else if t >= 1.0 {
            0.0
        } else {
            (1.0 / t - 1.0).sqrt()
        }
    },
};

/// −log(1 + eˢ).
pub(crate) static NEGATIVE_LOGISTIC: Row = Row {
    name: "-logistic",
    domain: REAL,
    value: |_, s| if s > 0.0 { -s - (-s).exp().ln_1p() } else { -s.exp().ln_1p() },
    slope: |_, s| -sigmoid(s),
    curvature: |_, s| -sigmoid(s) * sigmoid(-s),
    argument: |_, t| {
        if t >= 0.0 {
            f64::NEG_INFINITY
        } else if t <= -1.0 {
            f64::INFINITY
        } else {
            (-t / (1.0 + t)).ln()
        }
    },
};

/// s/(1 + s) = 1 − 1/(1 + s) on s > −1 (Michaelis–Menten).
pub(crate) static SATURATION: Row = Row {
    name: "saturation",
    domain: (-1.0, f64::INFINITY),
    value: |_, s| s / (1.0 + s),
    slope: |_, s| (1.0 + s).powi(-2),
    curvature: |_, s| -2.0 * (1.0 + s).powi(-3),
    argument: |_, t| if t > 0.0 { 1.0 / t.sqrt() - 1.0 } else { f64::INFINITY },
};

/// 1/(1 + e⁻ˢ), without overflow.
fn sigmoid(s: f64) -> f64 {
    if s >= 0.0 {
        1.0 / (1.0 + (-s).exp())
    } else {
        let e = s.exp();
        e / (1.0 + e)
    }
}
