//! The rows of buckets, read from memory that the kernel shares.

use std::fmt;
use std::os::fd::BorrowedFd;
use std::ptr::{self, NonNull};

use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use super::decode;
use super::error::KernelError;
use crate::abi::{Config, Member};
use crate::plant;
use crate::units::monotonic_ns;

/// A read-only view of the map `members`.
pub struct Table {
    rows: NonNull<Member>,
    count: usize,
    config: Config,
}

impl Table {
    /// Maps the rows of a map that was made to be mapped.
    pub fn map(map: BorrowedFd<'_>, config: &Config) -> Result<Self, KernelError> {
        let failed = |why: &dyn fmt::Display| KernelError::run("show its members", why);
        let count = usize::try_from(config.members).map_err(|error| failed(&error))?;
        // SAFETY: a new mapping at an address that the kernel chooses.
        let rows = unsafe {
            mmap(ptr::null_mut(), bytes(count), ProtFlags::READ, MapFlags::SHARED, map, 0)
        };
        let rows = rows.map_err(|error| failed(&error))?;
        let rows = NonNull::new(rows.cast()).ok_or_else(|| failed(&"it is at address 0"))?;
        Ok(Table { rows, count, config: *config })
    }

    /// The buckets now, how long their clocks run and how long they may.
    pub fn measure(&self) -> plant::Measure {
        let now = monotonic_ns();
        let rows: Vec<_> = (0..self.count)
            .filter_map(|index| self.row(index))
            .filter_map(|row| decode::member(&row, &self.config, now))
            .collect();
        let runs = |row: &&plant::Member| row.state.runs();
        plant::Measure {
            members: u32::try_from(rows.iter().filter(runs).count()).unwrap_or(u32::MAX),
            total_dwell_ns: (rows.iter().filter(runs))
                .fold(0, |sum, row| row.dwell_ns.saturating_add(sum)),
            rows,
        }
    }

    /// A row, if it is one bucket's from the beginning of the read to its end.
    fn row(&self, index: usize) -> Option<Member> {
        // SAFETY: `index` is below `count`; any bytes are a `Member`. The kernel writes meanwhile,
        // which is why every read is volatile and what must belong together is read twice.
        let read = || unsafe { self.rows.add(index).read_volatile() };
        let (row, again) = (read(), read());
        (row.id == again.id && row.taint == again.taint && row.state == again.state)
            .then_some(again)
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: the mapping that `map` made, used by nothing else. A failure leaves it in place,
        // which harms nobody.
        let _ = unsafe { munmap(self.rows.as_ptr().cast(), bytes(self.count)) };
    }
}

fn bytes(count: usize) -> usize {
    count * size_of::<Member>()
}
