//! The shared page: what a reader sees, who may write it, what remains.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use dslc_agent::failure::{Failure, OUTSIDE};
use dslc_agent::page::{BYTES, MAGIC, PricePage};

fn words(path: &Path) -> io::Result<Vec<u64>> {
    let bytes = fs::read(path)?;
    assert_eq!(bytes.len(), BYTES);
    let (words, _) = bytes.as_chunks::<8>();
    Ok(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

fn create(path: &Path) -> Result<PricePage, Failure> {
    PricePage::create(path, 24, 77, 1_000)
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map(Iterator::count).unwrap_or_default()
}

fn why(refused: Result<PricePage, Failure>) -> String {
    let failure = refused.expect_err("the page was refused");
    assert_eq!(failure.exit, OUTSIDE);
    failure.to_string()
}

#[test]
fn readers_see_each_price_and_the_page_goes_with_its_daemon() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("new/price");
    let page = create(&path).expect("a page");
    assert_eq!(words(&path)?[..6], [77, 0, 1_000, MAGIC, 24, 0]);
    page.publish(99, 1, 2_000);
    assert_eq!(words(&path)?[..6], [99, 1, 2_000, MAGIC, 24, 0]);
    assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o644);
    let reader = File::open(&path)?;
    drop(page);
    assert_eq!(entries(folder.path()), 0, "the folder was made for the page");
    let mut first = [0xff; 8];
    std::os::unix::fs::FileExt::read_exact_at(&reader, &mut first, 0)?;
    assert_eq!(first, [0; 8], "who still has the page sees that there is no daemon");
    Ok(())
}

#[test]
fn a_page_has_one_writer() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("price");
    let first = create(&path).expect("a page");
    assert!(why(create(&path)).contains("has a writer"));
    first.publish(5, 1, 1);
    assert_eq!(words(&path)?[0], 5, "the refused daemon left the page alone");
    create(&folder.path().join("other")).expect("another page beside it");
    drop(first);
    create(&path).expect("the page is free again");
    assert_eq!(entries(folder.path()), 0);
    Ok(())
}

#[test]
fn what_a_killed_daemon_left_is_replaced() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("price");
    fs::write(&path, vec![7; BYTES])?;
    fs::write(folder.path().join(".price.lock"), "")?;
    let _page = create(&path).expect("a page");
    assert_eq!(words(&path)?[0], 77);
    Ok(())
}

#[test]
fn no_link_is_followed() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious")?;
    // The page replaces a link; it does not write through it.
    let path = folder.path().join("price");
    symlink(&victim, &path)?;
    drop(create(&path).expect("a page"));
    assert_eq!(fs::read_to_string(&victim)?, "precious");
    // Neither is the folder a link, nor the lock.
    let real = folder.path().join("real");
    fs::create_dir(&real)?;
    symlink(&real, folder.path().join("link"))?;
    assert!(why(create(&folder.path().join("link/price"))).contains("symbolic link"));
    symlink(&victim, real.join(".price.lock"))?;
    assert!(why(create(&real.join("price"))).contains("symbolic link"));
    Ok(())
}

#[test]
fn a_folder_that_others_may_write_is_no_place() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777))?;
    assert!(why(create(&folder.path().join("price"))).contains("no safe place"));
    fs::set_permissions(folder.path(), Permissions::from_mode(0o1777))?;
    create(&folder.path().join("price")).expect("a sticky folder is safe");
    Ok(())
}

#[test]
fn a_place_that_does_not_exist_is_named() {
    assert!(why(create(Path::new("/proc/no/such/price"))).contains("/proc/no/such/price"));
    assert!(why(create(Path::new("/"))).contains("cannot create the price page /"));
}
