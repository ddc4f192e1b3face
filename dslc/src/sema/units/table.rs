//! The units that every spec knows, a row each.
//!
//! Figures: the SI brochure (BIPM, 9th edition) and IEC 80000-13 for information.

/// A unit.
#[derive(Debug)]
pub struct Row {
    /// How a spec writes it.
    pub symbol: &'static str,
    /// Its base dimensions and their powers; the dimension of a base unit is its own symbol.
    pub dimensions: &'static [(&'static str, i64)],
    /// How many coherent SI units one of it is, as numerator and denominator.
    pub scale: (u64, u64),
    /// Which prefixes it takes.
    pub prefixes: Prefixes,
}

/// Which prefixes a unit takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefixes {
    /// None.
    None,
    /// Powers of ten.
    Si,
    /// Powers of ten, and powers of 1024 upwards from `Ki`.
    SiAndBinary,
}

const fn row(
    symbol: &'static str,
    dimensions: &'static [(&'static str, i64)],
    scale: (u64, u64),
    prefixes: Prefixes,
) -> Row {
    Row { symbol, dimensions, scale, prefixes }
}

use Prefixes::{None as Bare, Si, SiAndBinary};

const ONE: (u64, u64) = (1, 1);

/// Every predeclared unit. Of several names for the same dimensions, messages use the first that is
/// coherent.
pub const UNITS: &[Row] = &[
    // Base units; the dimension of mass is spelt `kg`, after its coherent unit.
    row("s", &[("s", 1)], ONE, Si),
    row("m", &[("m", 1)], ONE, Si),
    row("g", &[("kg", 1)], (1, 1000), Si),
    row("A", &[("A", 1)], ONE, Si),
    row("K", &[("K", 1)], ONE, Si),
    row("mol", &[("mol", 1)], ONE, Si),
    row("cd", &[("cd", 1)], ONE, Si),
    row("bit", &[("bit", 1)], ONE, SiAndBinary),
    // Derived units with names.
    row("N", &[("kg", 1), ("m", 1), ("s", -2)], ONE, Si),
    row("J", &[("kg", 1), ("m", 2), ("s", -2)], ONE, Si),
    row("W", &[("kg", 1), ("m", 2), ("s", -3)], ONE, Si),
    row("Pa", &[("kg", 1), ("m", -1), ("s", -2)], ONE, Si),
    row("C", &[("A", 1), ("s", 1)], ONE, Si),
    row("V", &[("A", -1), ("kg", 1), ("m", 2), ("s", -3)], ONE, Si),
    row("F", &[("A", 2), ("kg", -1), ("m", -2), ("s", 4)], ONE, Si),
    row("Ω", &[("A", -2), ("kg", 1), ("m", 2), ("s", -3)], ONE, Si),
    row("ohm", &[("A", -2), ("kg", 1), ("m", 2), ("s", -3)], ONE, Si),
    row("S", &[("A", 2), ("kg", -1), ("m", -2), ("s", 3)], ONE, Si),
    row("Wb", &[("A", -1), ("kg", 1), ("m", 2), ("s", -2)], ONE, Si),
    row("T", &[("A", -1), ("kg", 1), ("s", -2)], ONE, Si),
    row("H", &[("A", -2), ("kg", 1), ("m", 2), ("s", -2)], ONE, Si),
    row("lm", &[("cd", 1)], ONE, Si),
    row("lx", &[("cd", 1), ("m", -2)], ONE, Si),
    row("Hz", &[("s", -1)], ONE, Si),
    row("Bq", &[("s", -1)], ONE, Si),
    row("Gy", &[("m", 2), ("s", -2)], ONE, Si),
    row("Sv", &[("m", 2), ("s", -2)], ONE, Si),
    row("kat", &[("mol", 1), ("s", -1)], ONE, Si),
    // Outside SI, accepted beside it.
    row("min", &[("s", 1)], (60, 1), Bare),
    row("h", &[("s", 1)], (3_600, 1), Bare),
    row("d", &[("s", 1)], (86_400, 1), Bare),
    row("L", &[("m", 3)], (1, 1000), Si),
    row("l", &[("m", 3)], (1, 1000), Si),
    row("t", &[("kg", 1)], (1000, 1), Bare),
    row("ha", &[("m", 2)], (10_000, 1), Bare),
    row("au", &[("m", 1)], (149_597_870_700, 1), Bare),
    row("bar", &[("kg", 1), ("m", -1), ("s", -2)], (100_000, 1), Si),
    // One electronvolt is exactly 1.602176634e-19 J.
    row("eV", &[("kg", 1), ("m", 2), ("s", -2)], (801_088_317, 5_000_000_000_000_000_000), Si),
    row("rad", &[], ONE, Si),
    row("sr", &[], ONE, Si),
    row("ppm", &[], (1, 1_000_000), Bare),
    row("percent", &[], (1, 100), Bare),
    row("%", &[], (1, 100), Bare),
    row("B", &[("bit", 1)], (8, 1), SiAndBinary),
];

/// SI prefixes: symbol and power of ten.
pub const SI_PREFIXES: &[(&str, i32)] = &[
    ("da", 1),
    ("h", 2),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
    ("Z", 21),
    ("Y", 24),
    ("R", 27),
    ("Q", 30),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("µ", -6),
    ("μ", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
    ("z", -21),
    ("y", -24),
    ("r", -27),
    ("q", -30),
];

/// Binary prefixes: symbol and power of 1024.
pub const BINARY_PREFIXES: &[(&str, i32)] = &[
    ("Ki", 1),
    ("Mi", 2),
    ("Gi", 3),
    ("Ti", 4),
    ("Pi", 5),
    ("Ei", 6),
    ("Zi", 7),
    ("Yi", 8),
    ("Ri", 9),
    ("Qi", 10),
];

/// What is no multiple of a unit, why, and what to write instead.
pub const REFUSED: &[(&[&str], &str, &str)] = &[
    (
        &["°C", "degC", "celsius", "Celsius", "℃", "°F", "degF", "fahrenheit", "Fahrenheit", "℉"],
        "its zero is not the zero of temperature, so that sums and multiples of it mean nothing",
        "write temperatures in K: 20 °C is 293.15 K, and a difference of 20 °C is 20 K",
    ),
    (
        &["dB", "dBm", "dBW", "dBi", "dBV", "dBu", "dBA", "dBFS", "Np", "pH"],
        "it is the logarithm of a ratio: sums of it are products of what it measures",
        "write the ratio itself, or the power in W: 30 dBm is 1 W",
    ),
    (
        &["°", "deg", "degree", "degrees", "arcmin", "arcsec"],
        "it is a fraction of π, and no fraction of numbers",
        "write angles in rad: 180° is 3.14159265 rad",
    ),
];

/// Words that are often written for a unit, and its symbol.
pub const HABITS: &[(&[&str], &str)] = &[
    (&["sec", "secs", "second", "seconds"], "s"),
    (&["msec", "millis", "milliseconds"], "ms"),
    (&["usec", "micros", "microseconds"], "us"),
    (&["nsec", "nanos", "nanoseconds"], "ns"),
    (&["mins", "minute", "minutes"], "min"),
    (&["hr", "hrs", "hour", "hours"], "h"),
    (&["day", "days"], "d"),
    (&["byte", "bytes"], "B"),
    (&["b", "bits"], "bit"),
    (&["KB", "kb", "Kb"], "kB"),
    (&["Mb", "mb"], "MB"),
    (&["gb", "Gb"], "GB"),
    (&["hz", "hertz"], "Hz"),
    (&["watt", "watts"], "W"),
    (&["joule", "joules"], "J"),
    (&["meter", "meters", "metre", "metres"], "m"),
    (&["gram", "grams"], "g"),
    (&["moles", "mole"], "mol"),
    (&["kelvin"], "K"),
    (&["pct"], "percent"),
];
