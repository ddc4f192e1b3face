//! The system calls that are timed, a row each, in a process of its own.

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

/// Bytes of a read or write.
const BLOCK: usize = 4096;
/// Batches; the least of them counts, since what disturbs only adds.
const BATCHES: usize = 20;

/// One system call, or a pair that belongs together.
pub struct Operation {
    /// For the table.
    pub name: &'static str,
    /// Calls in a batch.
    calls: u32,
    /// Runs a batch in a folder and gives its nanoseconds.
    batch: fn(&Path, u32) -> io::Result<u128>,
}

/// Every operation, in the order of the table.
pub const OPERATIONS: &[Operation] = &[
    Operation { name: "getppid", calls: 20_000, batch: getppid },
    Operation { name: "pread 4 KiB", calls: 5_000, batch: pread },
    Operation { name: "pwrite 4 KiB", calls: 5_000, batch: pwrite },
    Operation { name: "open + close", calls: 2_500, batch: open_close },
    Operation { name: "unlink", calls: 200, batch: unlink },
];

/// Nanoseconds a call of each operation, in a folder of the caller's own.
pub fn measure(folder: &Path) -> io::Result<Vec<f64>> {
    let least = |operation: &Operation| {
        let mut least = u128::MAX;
        for _ in 0..BATCHES {
            least = least.min((operation.batch)(folder, operation.calls)?);
        }
        Ok(least as f64 / f64::from(operation.calls))
    };
    OPERATIONS.iter().map(least).collect()
}

fn getppid(_: &Path, calls: u32) -> io::Result<u128> {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(rustix::process::getppid());
    }
    Ok(start.elapsed().as_nanos())
}

/// A file of one block that the caller made itself.
fn block(folder: &Path) -> io::Result<File> {
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("block"))?;
    file.write_all_at(&[b'x'; BLOCK], 0)?;
    Ok(file)
}

fn pread(folder: &Path, calls: u32) -> io::Result<u128> {
    let file = block(folder)?;
    let mut bytes = [0; BLOCK];
    let start = Instant::now();
    for _ in 0..calls {
        file.read_exact_at(&mut bytes, 0)?;
    }
    Ok(start.elapsed().as_nanos())
}

fn pwrite(folder: &Path, calls: u32) -> io::Result<u128> {
    let file = block(folder)?;
    let bytes = [b'y'; BLOCK];
    let start = Instant::now();
    for _ in 0..calls {
        file.write_all_at(&bytes, 0)?;
    }
    Ok(start.elapsed().as_nanos())
}

fn open_close(folder: &Path, calls: u32) -> io::Result<u128> {
    drop(block(folder)?);
    let path = folder.join("block");
    let start = Instant::now();
    for _ in 0..calls {
        drop(File::open(&path)?);
    }
    Ok(start.elapsed().as_nanos())
}

fn unlink(folder: &Path, calls: u32) -> io::Result<u128> {
    let paths: Vec<_> = (0..calls).map(|i| folder.join(format!("gone{i}"))).collect();
    for path in &paths {
        drop(File::create(path)?);
    }
    let start = Instant::now();
    for path in &paths {
        std::fs::remove_file(path)?;
    }
    Ok(start.elapsed().as_nanos())
}
