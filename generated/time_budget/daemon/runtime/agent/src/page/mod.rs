//! The page of shared memory through which instrumented programs read the price.
//!
//! Little-endian words of 64 bits: price in Q(F), updates, `CLOCK_MONOTONIC` of the last update in
//! nanoseconds, magic, F. A program maps the file once; from then on the price is one load.
//!
//! One daemon writes a page: it holds a lock while it lives, and replaces what a daemon that was
//! killed left behind. When it stops, the price becomes 0, which is what a program without a daemon
//! sees, and the file goes.

mod file;
mod lock;

use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use crate::failure::Failure;
use file::PageFile;

/// Length of the file in bytes.
pub const BYTES: usize = 4096;
/// "DSLCPRIC", big end first.
pub const MAGIC: u64 = 0x4453_4c43_5052_4943;

#[repr(C)]
struct Words {
    price: AtomicU64,
    updates: AtomicU64,
    updated_ns: AtomicU64,
    magic: AtomicU64,
    frac_bits: AtomicU64,
}

/// A page that this daemon alone writes.
#[derive(Debug)]
pub struct PricePage {
    words: Mapping,
    file: PageFile,
}

impl PricePage {
    /// Creates the page at `path` with `price` in Q(`frac_bits`) on it, for everyone to read.
    ///
    /// The last folder of `path` is created if it is missing. Fails when another daemon writes the
    /// page, when others than its owner and root could replace it, or when the file system refuses.
    pub fn create(path: &Path, frac_bits: u32, price: u64, now_ns: u64) -> Result<Self, Failure> {
        let file = PageFile::stage(path)?;
        let words = Mapping::new(&file).map_err(|error| {
            Failure::outside(
                format!("cannot map the price page {}", path.display()),
                error,
                "choose a file system that can be mapped with --price-page",
            )
        })?;
        let page = PricePage { words, file };
        page.publish(price, 0, now_ns);
        let words = page.words.get();
        words.frac_bits.store(u64::from(frac_bits).to_le(), Ordering::Relaxed);
        words.magic.store(MAGIC.to_le(), Ordering::Release);
        page.file.publish()?;
        Ok(page)
    }

    /// A new price. Each word is written at once; a reader needs no more than the first.
    pub fn publish(&self, price: u64, updates: u64, now_ns: u64) {
        let words = self.words.get();
        words.price.store(price.to_le(), Ordering::Relaxed);
        words.updated_ns.store(now_ns.to_le(), Ordering::Relaxed);
        words.updates.store(updates.to_le(), Ordering::Release);
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl Drop for PricePage {
    fn drop(&mut self) {
        self.words.get().price.store(0, Ordering::Relaxed);
    }
}

/// The file's first page, writable and shared.
#[derive(Debug)]
struct Mapping(NonNull<Words>);

impl Mapping {
    fn new(file: &PageFile) -> rustix::io::Result<Self> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the kernel chooses an address that nothing else uses.
        let address = unsafe {
            mmap(ptr::null_mut(), BYTES, access, MapFlags::SHARED, file.descriptor(), 0)
        }?;
        NonNull::new(address.cast()).map(Mapping).ok_or(rustix::io::Errno::NOMEM)
    }

    fn get(&self) -> &Words {
        // SAFETY: a mapped page is aligned and longer than `Words`; its blocks are allocated; it is
        // unmapped when `self` is dropped; and all access is atomic.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped with this length by `new`, and no reference to it outlives `self`. It
        // cannot fail for an address and a length that were mapped.
        let _ = unsafe { munmap(self.0.as_ptr().cast(), BYTES) };
    }
}
