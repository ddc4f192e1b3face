//! Exact rationals as text, `-3/2`, for certificates.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

use super::Rational;

/// Writes a rational.
pub fn serialize<S: Serializer>(value: &Rational, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads a rational.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rational, D::Error> {
    let text = String::deserialize(deserializer)?;
    read(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no rational number")))
}

/// The rational that `text` writes; none for a denominator of 0.
pub fn read(text: &str) -> Option<Rational> {
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let (numerator, denominator) = (numerator.parse().ok()?, denominator.parse().ok()?);
    (denominator != num_bigint::BigInt::ZERO).then(|| Rational::new(numerator, denominator))
}

/// For a rational that may be missing.
pub mod option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::concavity::Rational;

    /// Writes the rational, or nothing.
    pub fn serialize<S: Serializer>(
        value: &Option<Rational>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(ToString::to_string).serialize(serializer)
    }

    /// Reads a rational, or nothing.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Rational>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let wrong = |text: &String| D::Error::custom(format!("`{text}` is no rational number"));
        text.map(|text| super::read(&text).ok_or_else(|| wrong(&text))).transpose()
    }
}

/// For a list of rationals.
pub mod list {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::concavity::Rational;

    /// Writes them.
    pub fn serialize<S: Serializer>(values: &[Rational], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(ToString::to_string))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Rational>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let wrong = |text: &String| D::Error::custom(format!("`{text}` is no rational number"));
        texts.iter().map(|text| super::read(text).ok_or_else(|| wrong(text))).collect()
    }
}
