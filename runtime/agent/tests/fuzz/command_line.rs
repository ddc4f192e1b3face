//! The command line: questions come back as they were asked, and whatever else is given is taken or
//! refused with what to do.

use std::ffi::OsString;
use std::path::PathBuf;

use dslc_agent::Verdict;
use dslc_agent::client::{Question, Request};
use dslc_agent::config::{Command, Rejected, Scope};
use dslc_agent::failure::{OUTSIDE, USAGE};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::model::DWELL;
use crate::run;

fn read(arguments: &[String]) -> Result<Command, Rejected> {
    let line = std::iter::once("dwell_user").chain(arguments.iter().map(String::as_str));
    Command::read(&DWELL, line.map(OsString::from), [])
}

fn question() -> impl Strategy<Value = Question> {
    prop_oneof![
        Just(Question::List),
        any::<u64>().prop_map(|bucket| Question::Decide(bucket, Verdict::Release)),
        any::<u64>().prop_map(|bucket| Question::Decide(bucket, Verdict::Kill)),
    ]
}

fn is_asked_as_written(request: Request) -> Result<(), TestCaseError> {
    let mut line = match request.question {
        Question::List => vec!["list".to_owned()],
        Question::Decide(bucket, as_) => vec![as_.name().to_owned(), bucket.to_string()],
    };
    line.push(format!("--listen={}", request.listen));
    line.push(format!("--token-file={}", request.token_file.display()));
    match read(&line) {
        Ok(Command::Ask(read)) => prop_assert_eq!(read, request),
        other => return Err(TestCaseError::fail(format!("{line:?} gave {other:?}"))),
    }
    Ok(())
}

fn is_taken_or_refused(line: Vec<String>) -> Result<(), TestCaseError> {
    match read(&line) {
        // Nothing is watched that was not named.
        Ok(Command::Run(config)) => {
            let whole = line.iter().any(|word| word.starts_with("--whole-host"));
            prop_assert!(config.scope != Scope::WholeHost || whole, "{line:?}");
            prop_assert!(config.pin.is_some() || !config.stay, "{line:?}");
            let remote = line.iter().any(|word| word.starts_with("--allow-remote"));
            prop_assert!(config.listen.ip().is_loopback() || remote, "{line:?}");
        }
        Ok(Command::Ask(_)) => {}
        Err(Rejected::CommandLine(error)) => prop_assert!(!error.to_string().is_empty()),
        Err(Rejected::Failure(failure)) => {
            prop_assert!([USAGE, OUTSIDE].contains(&failure.exit));
            let parts = [&failure.what, &failure.why, &failure.next];
            prop_assert!(parts.iter().all(|part| !part.is_empty()), "{failure}");
        }
    }
    Ok(())
}

const WORDS: &[&str] = &[
    "--whole-host",
    "--whole-host=false",
    "--cgroup",
    "--observe-only",
    "--listen",
    "--listen=0.0.0.0:1",
    "--allow-remote",
    "--allow-remote=x",
    "--host-name",
    "--tree",
    "--tree=/srv=/",
    "/srv=/tmp",
    "--pin",
    "--no-pin",
    "--stay",
    "--log",
    "--log=json",
    "json",
    "--config",
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/proc/self/mem",
    "127.0.0.1:1",
    "list",
    "release",
    "kill",
    "17",
    "-1",
    "--",
    "-",
    "",
    "=",
    "/",
    "é",
    "--price-page",
    "--token-file",
    "--help",
    "--version",
];

#[test]
fn questions_come_back() {
    let path = "/[ -~é]{0,12}".prop_map(PathBuf::from);
    let request = (question(), any::<std::net::SocketAddr>(), path)
        .prop_map(|(question, listen, token_file)| Request { question, listen, token_file });
    let same_written =
        |request: &Request| request.listen.to_string().parse().ok() == Some(request.listen);
    run(
        request.prop_filter("an address that is written as another", same_written),
        is_asked_as_written,
    );
}

#[test]
fn words() {
    run(
        prop::collection::vec(prop::sample::select(WORDS).prop_map(str::to_owned), 0..7),
        is_taken_or_refused,
    );
}

#[test]
fn any_words() {
    let word = any::<String>().prop_map(|word| word.replace('\0', ""));
    run(prop::collection::vec(word, 0..4), is_taken_or_refused);
}
