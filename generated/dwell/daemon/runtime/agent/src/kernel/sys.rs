//! What the loader library offers only for objects of its own, by descriptor.

use std::ffi::CString;
use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use libbpf_rs::libbpf_sys::{
    self, BPF_STATS_RUN_TIME, BPF_TRACE_ITER, bpf_prog_info, bpf_test_run_opts,
};

/// Runs a program of section `syscall` on an argument, which it may change; gives what it returned.
pub fn run(program: BorrowedFd<'_>, argument: Option<&mut [u8]>) -> io::Result<u32> {
    // SAFETY: a plain struct of integers and pointers, for which 0 means nothing.
    let mut options: bpf_test_run_opts = unsafe { std::mem::zeroed() };
    options.sz = size_of::<bpf_test_run_opts>() as _;
    if let Some(argument) = argument {
        options.ctx_in = argument.as_mut_ptr().cast();
        options.ctx_size_in = u32::try_from(argument.len()).map_err(io::Error::other)?;
    }
    // SAFETY: `options` says its own size, and the argument lives until the call returns. The
    // kernel copies what a `syscall` program left in its context back to where it came from.
    let code = unsafe { libbpf_sys::bpf_prog_test_run_opts(program.as_raw_fd(), &mut options) };
    done(code).map(|_| options.retval)
}

/// Runs a program of section `tc` on a packet of zeros; gives what it returned.
pub fn run_on_packet(program: BorrowedFd<'_>) -> io::Result<u32> {
    let packet = [0_u8; 64];
    // SAFETY: a plain struct of integers and pointers, for which 0 means nothing.
    let mut options: bpf_test_run_opts = unsafe { std::mem::zeroed() };
    options.sz = size_of::<bpf_test_run_opts>() as _;
    options.data_in = packet.as_ptr().cast();
    options.data_size_in = packet.len() as u32;
    // SAFETY: `options` says its own size, and the packet, which is only read, lives until the call
    // returns.
    let code = unsafe { libbpf_sys::bpf_prog_test_run_opts(program.as_raw_fd(), &mut options) };
    done(code).map(|_| options.retval)
}

/// Pins a program or link.
pub fn pin(object: BorrowedFd<'_>, path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: the path ends in a 0 and lives until the call returns.
    done(unsafe { libbpf_sys::bpf_obj_pin(object.as_raw_fd(), path.as_ptr()) }).map(drop)
}

/// What a program of section `iter/task` writes, for a walk over all tasks.
pub fn walk(program: BorrowedFd<'_>) -> io::Result<Vec<u8>> {
    let (no_target, no_options) = (0, std::ptr::null());
    // SAFETY: no pointers but one that may be null.
    let link = done(unsafe {
        libbpf_sys::bpf_link_create(program.as_raw_fd(), no_target, BPF_TRACE_ITER, no_options)
    })?;
    // SAFETY: the call made it, for nobody else.
    let link = unsafe { OwnedFd::from_raw_fd(link) };
    // SAFETY: no pointers.
    let walk = done(unsafe { libbpf_sys::bpf_iter_create(link.as_raw_fd()) })?;
    // SAFETY: the call made it, for nobody else.
    let mut walk = fs::File::from(unsafe { OwnedFd::from_raw_fd(walk) });
    let mut written = Vec::new();
    walk.read_to_end(&mut written)?;
    Ok(written)
}

/// What the kernel says of a program.
pub fn info(program: BorrowedFd<'_>) -> io::Result<bpf_prog_info> {
    // SAFETY: a plain struct of integers, for which 0 means that nothing is asked.
    let mut info: bpf_prog_info = unsafe { std::mem::zeroed() };
    let mut size = size_of::<bpf_prog_info>() as u32;
    // SAFETY: `size` is that of `info`.
    done(unsafe {
        libbpf_sys::bpf_prog_get_info_by_fd(program.as_raw_fd(), &mut info, &mut size)
    })?;
    Ok(info)
}

/// Has the kernel count and time the runs of all programs, as long as the descriptor is open.
pub fn count_runs() -> io::Result<OwnedFd> {
    // SAFETY: no pointers.
    let fd = done(unsafe { libbpf_sys::bpf_enable_stats(BPF_STATS_RUN_TIME) })?;
    // SAFETY: the call made it, for nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Whether a link still exists.
pub fn is_attached(link: u32) -> bool {
    // SAFETY: no pointers.
    match done(unsafe { libbpf_sys::bpf_link_get_fd_by_id(link) }) {
        Ok(fd) => {
            // SAFETY: the call made it, for nobody else.
            drop(unsafe { OwnedFd::from_raw_fd(fd) });
            true
        }
        Err(_) => false,
    }
}

/// What a call of libbpf returned: it gives −errno.
fn done(code: i32) -> io::Result<i32> {
    if code < 0 { Err(io::Error::from_raw_os_error(-code)) } else { Ok(code) }
}
