//! The few calls to the C library, with the constants of 64-bit Linux.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};

/// Bytes in a page, as the fibre's page is aligned.
pub const PAGE_BYTES: usize = 4096;

const CLOCK_MONOTONIC: c_int = 1;
const O_RDONLY: c_int = 0;
const O_CLOEXEC: c_int = 0o2_000_000;
const SEEK_END: c_int = 2;
const PROT_READ: c_int = 1;
const MAP_SHARED: c_int = 1;
const MREMAP_MAYMOVE: c_int = 1;
const MREMAP_FIXED: c_int = 2;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: c_long,
}

mod c {
    use super::{Timespec, c_char, c_int, c_void};

    unsafe extern "C" {
        #[cfg(all(feature = "staticlib", not(test)))]
        pub fn abort() -> !;
        pub fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int;
        pub fn secure_getenv(name: *const c_char) -> *const c_char;
        pub fn open(path: *const c_char, flags: c_int, ...) -> c_int;
        pub fn close(fd: c_int) -> c_int;
        pub fn lseek(fd: c_int, offset: i64, whence: c_int) -> i64;
        pub fn mmap(
            at: *mut c_void,
            length: usize,
            protection: c_int,
            flags: c_int,
            fd: c_int,
            offset: i64,
        ) -> *mut c_void;
        pub fn mremap(
            from: *mut c_void,
            length: usize,
            new_length: usize,
            flags: c_int,
            ...
        ) -> *mut c_void;
        pub fn munmap(at: *mut c_void, length: usize) -> c_int;
    }
}

/// The monotonic clock in nanoseconds; 0 if there is none.
pub fn now_ns() -> u64 {
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    // SAFETY: `time` is writable.
    unsafe { c::clock_gettime(CLOCK_MONOTONIC, &raw mut time) };
    let seconds = u64::try_from(time.seconds).unwrap_or(0);
    let nanoseconds = u64::try_from(time.nanoseconds).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

/// A variable of the environment; none in programs that run with another user's rights.
pub fn environment(name: &CStr) -> Option<&'static CStr> {
    // SAFETY: the name ends in a zero byte; so does what comes back, which lives in the
    // environment, and is read before the program starts to change that.
    unsafe {
        let value = c::secure_getenv(name.as_ptr());
        (!value.is_null()).then(|| CStr::from_ptr(value))
    }
}

/// An open file; closed when dropped if it was opened here.
pub struct File {
    fd: c_int,
    owned: bool,
}

impl File {
    /// Opens a file to read.
    pub fn open(path: &CStr) -> Option<File> {
        // SAFETY: the path ends in a zero byte.
        let fd = unsafe { c::open(path.as_ptr(), O_RDONLY | O_CLOEXEC) };
        (fd >= 0).then_some(File { fd, owned: true })
    }

    /// A descriptor that was inherited.
    pub fn inherited(fd: c_int) -> File {
        File { fd, owned: false }
    }

    /// Its length; none for what has none, as a kernel map.
    pub fn length(&self) -> Option<u64> {
        // SAFETY: no memory is involved.
        u64::try_from(unsafe { c::lseek(self.fd, 0, SEEK_END) }).ok()
    }

    /// Maps its first page somewhere, read-only and shared.
    pub fn map_page(&self) -> Option<Mapping> {
        let anywhere = core::ptr::null_mut();
        // SAFETY: a fresh mapping replaces nothing.
        let at = unsafe { c::mmap(anywhere, PAGE_BYTES, PROT_READ, MAP_SHARED, self.fd, 0) };
        (at.addr() != usize::MAX).then_some(Mapping { at })
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: it was opened here and nobody else has it.
            unsafe { c::close(self.fd) };
        }
    }
}

/// A page that is mapped; unmapped when dropped.
pub struct Mapping {
    at: *mut c_void,
}

impl Mapping {
    /// Where it is.
    pub fn address(&self) -> *const c_void {
        self.at
    }

    /// Moves it over the page at `target`, for the rest of the program.
    ///
    /// # Safety
    /// Nothing but what is to be replaced lies in that page.
    pub unsafe fn replace(self, target: *const c_void) {
        let flags = MREMAP_MAYMOVE | MREMAP_FIXED;
        // SAFETY: the caller's promise.
        let moved = unsafe { c::mremap(self.at, PAGE_BYTES, PAGE_BYTES, flags, target) };
        if moved.addr() != usize::MAX {
            core::mem::forget(self);
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: it was mapped here and has not been moved.
        unsafe { c::munmap(self.at, PAGE_BYTES) };
    }
}

/// Ends the program.
#[cfg(all(feature = "staticlib", not(test)))]
pub fn abort() -> ! {
    // SAFETY: it takes nothing and does not return.
    unsafe { c::abort() }
}
