//! The token's file: whatever is in it admits nobody but who has a token that is in it.

use dslc_agent::token::Token;
use proptest::prelude::*;

use crate::run;

#[test]
fn a_token_comes_back_from_its_file() {
    let around = || "[ \t\r\n]{0,3}";
    run(("[0-9a-f]{64}", around(), around()), |(digits, before, after)| {
        let token = Token::parse(&format!("{before}{digits}{after}"));
        let token = token.ok_or_else(|| TestCaseError::fail("it is one"))?;
        prop_assert_eq!(token.expose(), &digits);
        let longer = format!("{digits} ");
        prop_assert!(token.admits(&digits) && !token.admits(&longer));
        Ok(())
    });
}

#[test]
fn what_is_no_token_is_none() {
    let text = prop_oneof![any::<String>(), "[0-9a-fA-F \n]{60,68}"];
    run(text, |text| {
        if let Some(token) = Token::parse(&text) {
            prop_assert_eq!(token.expose(), text.trim());
            prop_assert!(token.expose().len() == 64 && !token.admits(""));
        }
        Ok(())
    });
}

#[test]
fn files_of_any_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    run(prop::collection::vec(any::<u8>(), 0..100), |bytes| {
        std::fs::write(&path, &bytes)?;
        let expected = String::from_utf8(bytes).ok().and_then(|text| Token::parse(&text));
        let read = Token::read(&path).ok();
        prop_assert_eq!(read.as_ref().map(Token::expose), expected.as_ref().map(Token::expose));
        Ok(())
    });
}
