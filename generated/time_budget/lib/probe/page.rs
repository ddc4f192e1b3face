//! The page that the daemon shares, and how it gets over the program's own.

use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::system::{self, File};
use crate::visit::Fibre;

/// "DSLCPRIC", big end first.
const MAGIC: u64 = 0x4453_4c43_5052_4943;

/// The words of the page; little endian, as the machine is.
#[repr(C)]
#[derive(Debug, Default)]
pub struct PricePage {
    /// The price, with `frac_bits` fractional bits.
    pub price: AtomicU64,
    /// How often it was updated.
    pub updates: AtomicU64,
    /// `CLOCK_MONOTONIC` of the last update, in nanoseconds.
    pub updated_ns: AtomicU64,
    /// Says that this is a price page.
    pub magic: AtomicU64,
    /// Fractional bits of the price.
    pub frac_bits: AtomicU64,
}

/// Maps the shared page over the fibre's, if there is one and it speaks the fibre's format.
///
/// # Safety
/// The fibre's page is a page of its own.
pub unsafe fn map(fibre: &Fibre) {
    let Some(file) = find(fibre) else { return };
    // Reading past the end of a file is a fatal signal, not an error.
    if file.length().is_some_and(|bytes| bytes < size_of::<PricePage>() as u64) {
        return;
    }
    let Some(mapping) = file.map_page() else { return };
    // SAFETY: a mapped page is aligned, long enough and initialised; only atomics are read.
    let shared = unsafe { &*mapping.address().cast::<PricePage>() };
    if shared.magic.load(Relaxed) == MAGIC && shared.frac_bits.load(Relaxed) == fibre.frac_bits {
        // SAFETY: the caller's promise.
        unsafe { mapping.replace(fibre.page.cast()) };
    }
}

/// The first place that is named: a descriptor, a path, the default.
fn find(fibre: &Fibre) -> Option<File> {
    if let Some(number) = system::environment(c"DSLC_PRICE_FD") {
        return descriptor(number).map(File::inherited);
    }
    if let Some(path) = system::environment(c"DSLC_PRICE_PAGE") {
        return File::open(path);
    }
    // SAFETY: a fibre's path is a constant of the program.
    File::open(unsafe { CStr::from_ptr(fibre.page_path) })
}

/// A descriptor in decimal.
fn descriptor(number: &CStr) -> Option<c_int> {
    let number = number.to_str().ok()?.parse().ok()?;
    (number >= 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_decimal_descriptor_is_one() {
        assert_eq!(descriptor(c"17"), Some(17));
        for wrong in [c"", c"-1", c"7x", c"99999999999", c"\xff"] {
            assert_eq!(descriptor(wrong), None, "{wrong:?}");
        }
    }
}
