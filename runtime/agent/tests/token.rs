//! The token's file: who may read it, where it may be, what remains.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};

use dslc_agent::token::{Token, TokenFile};

#[test]
fn its_owner_alone_reads_it_and_it_goes_with_its_daemon() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("token");
    let file = TokenFile::create(&path).expect("a token");
    assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    assert!(file.token().admits(Token::read(&path)?.expose()));
    drop(file);
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}

#[test]
fn what_was_there_is_replaced_and_not_written_through() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let (path, target) = (folder.path().join("token"), folder.path().join("target"));
    fs::write(&target, "somebody else's")?;
    symlink(&target, &path)?;
    let first = TokenFile::create(&path).expect("a token");
    assert_eq!(fs::read_to_string(&target)?, "somebody else's");
    let second = TokenFile::create(&path).expect("a token");
    assert!(!first.token().admits(second.token().expose()));
    drop(first);
    assert!(second.token().admits(Token::read(&path)?.expose()), "the later one stays");
    Ok(())
}

#[test]
fn a_folder_in_which_others_could_replace_it_is_refused() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777))?;
    let refused = TokenFile::create(&folder.path().join("token")).expect_err("refused");
    assert!(refused.to_string().contains("others than its owner may write"), "{refused}");
    let refused = TokenFile::create(&folder.path().join("no/token")).expect_err("refused");
    assert!(refused.to_string().contains("No such file"), "{refused}");
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}
