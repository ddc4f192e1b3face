//! Settings from a file in TOML and from the environment; what is wrong is named by file, line and
//! key, or by variable.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

use super::layer::Layer;
use crate::failure::Failure;

/// The most that is read; a configuration has some hundred bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// The settings in a file.
pub fn read(path: &Path) -> Result<Layer, Failure> {
    let unreadable = |why: &dyn std::fmt::Display| {
        let what = format!("cannot read the configuration {}", path.display());
        Failure::outside(what, why, "name a file that this user can read with --config")
    };
    if !fs::metadata(path).map_err(|error| unreadable(&error))?.is_file() {
        return Err(unreadable(&"it is not a file"));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(unreadable(&format!("it has more than {MOST_BYTES} bytes")));
    }
    parse(&path.display().to_string(), &text)
}

/// The settings in the text of a file called `name`.
pub fn parse(name: &str, text: &str) -> Result<Layer, Failure> {
    let refused = |line: usize, key: &str, why: &str| {
        Failure::usage(
            format!("cannot use the configuration {name}"),
            format!("{name}:{line}: {key}{}{why}", if key.is_empty() { "" } else { ": " }),
            "correct that line; --help lists the settings, with `-` for `_`",
        )
    };
    let layer: Layer = toml::from_str(text).map_err(|error| {
        let (line, key) = place(text, error.span());
        refused(line, &key, error.message())
    })?;
    match layer.contradiction() {
        Some((one, other)) => {
            let line = text.lines().position(|line| key_of(line) == other).map_or(1, |at| at + 1);
            Err(refused(line, other, &format!("it contradicts {one}")))
        }
        None => Ok(layer),
    }
}

/// The line, counted from 1, and the key that a span of the text belongs to.
fn place(text: &str, span: Option<Range<usize>>) -> (usize, String) {
    let start = span.map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count();
    // A value over several lines has its key further up.
    let keyed = text.lines().take(line + 1).filter(|line| line.contains('='));
    (line + 1, keyed.last().map(key_of).unwrap_or_default().to_owned())
}

fn key_of(line: &str) -> &str {
    line.split('=').next().unwrap_or_default().trim()
}

/// The settings in variables that begin with `prefix`, such as `DSLC_DWELL_LISTEN`. A value is
/// written as in the file; text needs no quotes.
pub fn environment(
    prefix: &str,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Layer, Failure> {
    let mut all = Table::new();
    for (name, value) in variables {
        let Some(key) = name.to_str().and_then(|name| name.strip_prefix(prefix)) else { continue };
        let refused = |why: &dyn std::fmt::Display| {
            let what = format!("cannot use the variable {prefix}{key}");
            Failure::usage(what, why, "correct or unset it; --help lists the settings")
        };
        let text = value.to_str().ok_or_else(|| refused(&"it is not UTF-8"))?;
        let key = key.to_lowercase();
        let alone = |value: Value| {
            let table = Table::from_iter([(key.clone(), value)]);
            Layer::deserialize(table.clone()).map(|_| table)
        };
        // Which of both readings is meant depends on the setting: a path may look like a number.
        let as_text = alone(Value::String(text.to_owned()));
        let one = as_text.or_else(|error| text.parse().map_err(|_| error).and_then(alone));
        let one = one.map_err(|error| refused(&error.message()))?;
        if all.contains_key(&key) {
            return Err(refused(&"another one differs from it only in its case"));
        }
        all.extend(one);
    }
    let all = Layer::deserialize(all).map_err(|error| {
        Failure::usage("cannot use the environment", error.message(), "see --help")
    })?;
    match all.contradiction() {
        Some((one, other)) => Err(Failure::usage(
            "cannot use the environment",
            format!("{prefix}{} contradicts {prefix}{}", other.to_uppercase(), one.to_uppercase()),
            "unset one of them",
        )),
        None => Ok(all),
    }
}
