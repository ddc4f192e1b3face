//! What a daemon found when it started, and what it goes on with.

use std::fmt;

use libbpf_rs::{MapCore, MapFlags};

use super::error::KernelError;
use super::handles::{CONFIG_MAP, Handles};
use super::identity::Identity;
use super::pins::Folder;
use super::{decode, run};
use crate::abi::{self, Config};

/// What was attached before this start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing of this fibre that is known of: the program was loaded.
    Fresh,
    /// The very same program: it is steered from now on, at the price that was left.
    TookOver {
        /// In Q(F).
        price: u64,
    },
    /// Other versions of it, which watch until the new one does.
    Replaces {
        /// The price that was left, in Q(F) of the new version, if the old one could be read.
        price: Option<u64>,
    },
}

impl Start {
    /// The price to go on with, in Q(F).
    pub fn price(&self) -> Option<u64> {
        match *self {
            Start::Fresh => None,
            Start::TookOver { price } => Some(price),
            Start::Replaces { price } => price,
        }
    }

    /// What a program that was just loaded comes in place of.
    pub(super) fn beside(
        folder: Option<&Folder>,
        identity: &Identity,
        config: &Config,
    ) -> Result<Self, KernelError> {
        let others = folder.map(|folder| folder.others(identity)).transpose()?.unwrap_or_default();
        if others.is_empty() {
            return Ok(Start::Fresh);
        }
        // What cannot be read is replaced all the same.
        let price = others.iter().find_map(|other| {
            let (handles, _links) = other.open().ok()?;
            let was = configuration(&handles).ok().flatten()?;
            let price = price(&handles, &was).ok()?;
            rescale(price, was.frac_bits, config.frac_bits)
        });
        Ok(Start::Replaces { price })
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Start::Fresh => "newly attached",
            Start::TookOver { .. } => "taken over as it was",
            Start::Replaces { price: Some(_) } => "in place of an older version, at its price",
            Start::Replaces { price: None } => {
                "in place of an older version, whose price could not be read"
            }
        })
    }
}

/// The configuration of a loaded program; none when it speaks another version of the interface.
pub fn configuration(handles: &Handles) -> Result<Option<Config>, KernelError> {
    let failed = |why: &dyn fmt::Display| KernelError::run("say how it is configured", why);
    let map = handles.map(CONFIG_MAP)?;
    let bytes = map.lookup(&0u32.to_ne_bytes(), MapFlags::ANY).map_err(|error| failed(&error))?;
    let bytes = bytes.unwrap_or_default();
    Ok(decode::configuration(&bytes))
}

/// The price at which a loaded program works.
pub fn price(handles: &Handles, config: &Config) -> Result<u64, KernelError> {
    run::read(handles.map(&abi::text(&config.price_map))?, 0)
}

/// A price of `from` fractional bits in `to` of them, as far as it fits.
fn rescale(price: u64, from: u32, to: u32) -> Option<u64> {
    if from > to {
        return price.checked_shr(from - to);
    }
    let up = u32::from(price != 0) * (to - from);
    (up <= price.leading_zeros()).then(|| price << up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_keeps_its_value_in_another_format() {
        assert_eq!(rescale(5 << 24, 24, 24), Some(5 << 24));
        assert_eq!(rescale(5 << 24, 24, 20), Some(5 << 20));
        assert_eq!(rescale(5 << 20, 20, 24), Some(5 << 24));
        assert_eq!(rescale(1 << 60, 20, 24), None);
        assert_eq!(rescale(1 << 59, 20, 24), Some(1 << 63));
        assert_eq!(rescale(7, 99, 1), None);
        assert_eq!(rescale(0, 0, 99), Some(0));
    }
}
