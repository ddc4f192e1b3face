//! The environment: what is written is what is read, a refusal names the variable, and what is
//! somebody else's is not looked at.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use dslc_agent::config::Layer;
use dslc_agent::config::file::environment;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::run;
use crate::settings::{Written, settings};

const PREFIX: &str = "DSLC_X_";

fn variable((key, value): &Written) -> (OsString, OsString) {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (format!("{PREFIX}{}", key.to_uppercase()).into(), text.into())
}

fn is_read_as_written((layer, written): (Layer, Vec<Written>)) -> Result<(), TestCaseError> {
    prop_assert_eq!(environment(PREFIX, written.iter().map(variable)), Ok(layer));
    Ok(())
}

fn is_taken_or_refused_by_name((name, value): (Vec<u8>, Vec<u8>)) -> Result<(), TestCaseError> {
    let name = OsString::from_vec([PREFIX.as_bytes(), &name].concat());
    let variables = [(name.clone(), OsString::from_vec(value))];
    if let Err(failure) = environment(PREFIX, variables) {
        let name = name.to_str();
        prop_assert!(name.is_some_and(|name| failure.to_string().contains(name)), "{failure}");
    }
    Ok(())
}

#[test]
fn settings_come_back() {
    run(settings(), is_read_as_written);
}

#[test]
fn changed_variables() {
    let names = prop::sample::select(
        &["LISTEN", "LOG", "STAY", "PIN", "TREES", "HOST_NAMES", "CGROUP", "LOG = \"x\"\nSTAY", ""]
            [..],
    );
    let name = prop_oneof![names.prop_map(str::to_owned), "[A-Z_=\"\n]{0,8}", any::<String>()];
    let value = prop_oneof![
        "(true|1|\"|\\[|\\]|\\{|\\}|=|/|,|\n|#|'| |a){0,8}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    run((name.prop_map(String::into_bytes), value), is_taken_or_refused_by_name);
}

#[test]
fn variables_of_others() {
    let name = any::<String>().prop_filter("ours", |name| !name.starts_with(PREFIX));
    run((name, any::<String>()), |(name, value)| {
        let variables = [(name.into(), value.into())];
        prop_assert_eq!(environment(PREFIX, variables), Ok(Layer::default()));
        Ok(())
    });
}
