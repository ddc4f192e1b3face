//! The configuration file: what is written is what is read, and a refusal names a line of the file.

use dslc_agent::config::Layer;
use dslc_agent::config::file::parse;
use dslc_agent::failure::USAGE;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::settings::{Written, settings};
use crate::{mutated, run};

const NAME: &str = "x.toml";

fn text(written: &[Written]) -> String {
    written.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
}

fn is_read_as_written((layer, written): (Layer, Vec<Written>)) -> Result<(), TestCaseError> {
    let read = parse(NAME, &text(&written));
    prop_assert_eq!(read.as_ref(), Ok(&layer));
    // Nothing below it shows through where it says something itself, nor is lost where it does not.
    prop_assert_eq!(layer.clone().over(layer.clone()), layer.clone());
    prop_assert_eq!(Layer::default().over(layer.clone()), layer);
    Ok(())
}

fn is_taken_or_refused_by_line(text: String) -> Result<(), TestCaseError> {
    match parse(NAME, &text) {
        Ok(layer) => prop_assert_eq!(layer.contradiction(), None),
        Err(failure) => {
            prop_assert_eq!(failure.exit, USAGE);
            let place = failure.why.strip_prefix("x.toml:");
            let line = place.and_then(|place| place.split(':').next()?.parse::<usize>().ok());
            let lines = text.matches('\n').count() + 1;
            prop_assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "{failure}");
            prop_assert!(!failure.next.is_empty());
        }
    }
    Ok(())
}

const PIECES: &[&str] = &[
    "=",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "[",
    "]",
    "[trees]\n",
    "\"/srv\" = \"/\"\n",
    "{",
    "}",
    ",",
    "\n",
    "\r",
    "#",
    "true",
    "-1",
    "1e999",
    "0x",
    "nan",
    "2026-01-01",
    "\\u0000",
    "\\",
    "é",
    "\u{feff}",
    "\0",
    ".",
    "cgroup",
    "whole_host = true\n",
    "no_pin = true\n",
    "log",
    "lissten",
];

#[test]
fn settings_come_back() {
    run(settings(), is_read_as_written);
}

#[test]
fn changed_files() {
    let written = settings().prop_map(|(_, written)| text(&written));
    run(mutated(written, PIECES), is_taken_or_refused_by_line);
}

#[test]
fn any_text() {
    run(any::<String>(), is_taken_or_refused_by_line);
}
