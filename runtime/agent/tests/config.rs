//! What a command line may ask for, and what it is told when it may not.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use std::fs;

use dslc_agent::Verdict;
use dslc_agent::client::Question;
use dslc_agent::config::{Command, Config, Rejected, Reload, Scope};
use dslc_agent::failure::{Failure, OUTSIDE, USAGE};
use dslc_agent::http::Access;
use dslc_agent::log::Format;
use dslc_agent::token::Token;
use model::DWELL;

fn read(arguments: &[&str]) -> Result<Config, Rejected> {
    read_with(arguments, &[])
}

fn read_with(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Config, Rejected> {
    let variables = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    match Command::read(&DWELL, [&["dwell_user"], arguments].concat(), variables)? {
        Command::Run(config) => Ok(*config),
        Command::Ask(request) => panic!("{arguments:?} gave {request:?}"),
    }
}

fn failure(arguments: &[&str]) -> Failure {
    match read(arguments) {
        Err(Rejected::Failure(failure)) => failure,
        other => panic!("{arguments:?} gave {other:?}"),
    }
}

#[track_caller]
fn refused(arguments: &[&str], exit: u8, words: &str) {
    let failure = failure(arguments);
    assert_eq!(failure.exit, exit, "{failure}");
    assert!(failure.to_string().contains(words), "{failure}");
}

#[test]
fn nothing_is_watched_unless_it_is_said_what() {
    refused(&[], USAGE, "say --cgroup PATH");
    refused(&["--observe-only"], USAGE, "--whole-host for all");
}

#[test]
fn what_does_not_parse_is_a_matter_of_usage() {
    for wrong in [
        &["--cgroup", "/x", "--whole-host"][..],
        &["--whole-host", "--listen", "nowhere"],
        &["--whole-host", "--tree", "/srv"],
        &["--whole-host", "--log", "xml"],
        &["--no-such-option"],
    ] {
        match read(wrong) {
            Err(Rejected::CommandLine(error)) => assert_eq!(error.exit_code(), 2, "{wrong:?}"),
            other => panic!("{wrong:?} gave {other:?}"),
        }
    }
    match read(&["--help"]) {
        Err(Rejected::CommandLine(error)) => {
            assert_eq!(error.exit_code(), 0);
            assert!(error.to_string().contains("dwell_user [OPTIONS]"), "{error}");
        }
        other => panic!("--help gave {other:?}"),
    }
}

#[test]
fn a_control_group_must_be_one_and_not_the_root() {
    refused(&["--cgroup", "/no/such/group"], OUTSIDE, "No such file");
    refused(&["--cgroup", "/tmp"], OUTSIDE, "not a folder of the cgroup2");
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("the mounts");
    let root = mounts.lines().find_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        kind.starts_with("cgroup2 ").then(|| mount.split(' ').nth(4))?
    });
    let root = root.expect("cgroup2 is mounted");
    refused(&["--cgroup", root], OUTSIDE, "holds every process");
}

#[test]
fn trees_are_those_of_the_spec_on_this_host() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().display().to_string();
    let tree = format!("/srv={here}");
    let config = read(&["--whole-host", "--tree", &tree]).expect("a configuration");
    assert_eq!(config.trees, [folder.path().canonicalize().expect("it exists")]);
    assert_eq!(config.scope, Scope::WholeHost);

    refused(&["--whole-host", "--tree", "/etc=/tmp"], USAGE, "its trees are: /srv");
    refused(&["--whole-host", "--tree", &tree, "--tree", &tree], USAGE, "names it twice");
    refused(
        &["--whole-host", "--tree", "/srv=/no/such"],
        OUTSIDE,
        "cannot guard the tree /no/such",
    );
    refused(&["--whole-host", "--tree", "/srv=/dev/null"], OUTSIDE, "not a folder");
}

#[test]
fn other_machines_are_served_only_when_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = format!("/srv={}", folder.path().display());
    for remote in ["0.0.0.0:9464", "[::]:1", "192.0.2.1:80"] {
        let line = ["--whole-host", "--tree", &tree, "--listen", remote];
        refused(&line, USAGE, "say --allow-remote");
        let allowed = read(&[&line[..], &["--allow-remote"]].concat()).expect("a configuration");
        assert_eq!(allowed.listen.to_string(), remote);
    }
    for local in ["127.0.0.9:9464", "[::1]:0"] {
        read(&["--whole-host", "--tree", &tree, "--listen", local]).expect("a configuration");
    }
}

/// A file of this text beside a folder that stands for the tree.
fn file(folder: &std::path::Path, text: &str) -> String {
    let path = folder.join("dwell.toml");
    let tree = format!("\n[trees]\n\"/srv\" = \"{}\"\n", folder.display());
    fs::write(&path, format!("{text}{tree}")).expect("a file");
    path.display().to_string()
}

#[test]
fn the_command_line_stands_over_the_environment_over_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(
        folder.path(),
        "whole_host = true\nlisten = \"127.0.0.1:1\"\nlog = \"json\"\nobserve_only = true\n\
         host_names = [\"a\", \"b\"]\nno_pin = true\ntoken_file = \"/x/token\"",
    );
    let of_file = read(&["--config", &path]).expect("a configuration");
    assert_eq!(of_file.listen.to_string(), "127.0.0.1:1");
    assert_eq!((of_file.log, of_file.observe_only), (Format::Json, true));
    assert_eq!(of_file.host_names, ["a", "b"]);
    assert_eq!(of_file.token_file, std::path::Path::new("/x/token"));
    assert_eq!(of_file.trees, [folder.path().canonicalize().expect("it exists")]);

    let environment = [
        ("DSLC_DWELL_LISTEN", "127.0.0.1:2"),
        ("DSLC_DWELL_OBSERVE_ONLY", "false"),
        ("DSLC_DWELL_HOST_NAMES", "[\"c\"]"),
        ("DSLC_OTHER_LISTEN", "not ours"),
    ];
    let over = read_with(&["--config", &path], &environment).expect("a configuration");
    assert_eq!(over.listen.to_string(), "127.0.0.1:2");
    assert!(!over.observe_only);
    assert_eq!((over.host_names, over.log), (vec!["c".to_owned()], Format::Json));

    let line = ["--config", &path, "--listen", "127.0.0.1:3", "--log=human", "--observe-only"];
    let over = read_with(&line, &environment).expect("a configuration");
    assert_eq!(over.listen.to_string(), "127.0.0.1:3");
    assert_eq!((over.log, over.observe_only), (Format::Human, true));
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line_and_key() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, words) in [
        ("whole_host = true\nlissten = 1", ":2: lissten: unknown field `lissten`"),
        ("whole_host = true\n\nlisten = 5", ":3: listen: invalid type: integer"),
        ("listen = \"nowhere\"", ":1: listen: invalid socket address"),
        ("log = \"xml\"", ":1: log: unknown variant `xml`"),
        ("host_names = [\n  \"a\",\n  7,\n]", ":3: host_names: invalid type: integer"),
        ("whole_host = ", ":1: whole_host: "),
        ("cgroup = \"/x\"\nwhole_host = true", ":2: whole_host: it contradicts cgroup"),
    ] {
        let path = file(folder.path(), text);
        refused(&["--config", &path], USAGE, &format!("{path}{words}"));
    }
    refused(&["--config", "/no/such.toml"], OUTSIDE, "cannot read the configuration /no/such.toml");
}

#[test]
fn what_is_wrong_with_a_variable_is_said_with_its_name() {
    for (name, value, words) in [
        ("DSLC_DWELL_LISSTEN", "1", "unknown field `lissten`"),
        ("DSLC_DWELL_LISTEN", "nowhere", "invalid socket address"),
        ("DSLC_DWELL_STAY", "perhaps", "invalid type"),
    ] {
        match read_with(&["--whole-host"], &[(name, value)]) {
            Err(Rejected::Failure(failure)) => {
                let text = failure.to_string();
                assert!(text.contains(name) && text.contains(words), "{text}");
            }
            other => panic!("{name}={value} gave {other:?}"),
        }
    }
}

#[test]
fn variables_that_exclude_each_other_are_refused_in_either_order() {
    let two = [("DSLC_DWELL_PIN", "/sys/fs/bpf/x"), ("DSLC_DWELL_NO_PIN", "true")];
    for variables in [two, [two[1], two[0]]] {
        match read_with(&["--whole-host"], &variables) {
            Err(Rejected::Failure(failure)) => {
                assert!(failure.why.contains("DSLC_DWELL_NO_PIN contradicts DSLC_DWELL_PIN"));
            }
            other => panic!("{variables:?} gave {other:?}"),
        }
    }
}

#[test]
fn what_is_not_a_file_is_not_read_as_one() {
    refused(&["--config", "/dev/zero"], OUTSIDE, "it is not a file");
}

#[test]
fn a_question_is_put_to_the_daemon_that_the_configuration_names() {
    let ask = |line: &[&str]| {
        let read = Command::read(&DWELL, [&["dwell_user"], line].concat(), []);
        match read {
            Ok(Command::Ask(request)) => request,
            other => panic!("{line:?} gave {other:?}"),
        }
    };
    let request = ask(&["release", "17"]);
    assert_eq!(request.question, Question::Decide(17, Verdict::Release));
    assert_eq!(request.listen.to_string(), "127.0.0.1:9464");
    assert_eq!(request.token_file, std::path::Path::new("/dev/shm/dslc-dwell/token"));
    let request = ask(&["kill", "3", "--listen", "127.0.0.1:7", "--token-file", "/t"]);
    assert_eq!(request.question, Question::Decide(3, Verdict::Kill));
    assert_eq!((request.listen.port(), request.token_file), (7, "/t".into()));
    assert_eq!(ask(&["list"]).question, Question::List);
}

#[test]
fn a_file_that_is_read_again_changes_what_it_may_and_a_bad_one_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(folder.path(), "whole_host = true\nno_pin = true");
    let config = read(&["--config", &path]).expect("a configuration");
    let access = Access::new(Token::draw().expect("random numbers"), Vec::new());
    let mut reload = Reload::new(config.clone(), access);
    assert_eq!(reload.again(&DWELL), Ok(Vec::new()));

    file(folder.path(), "whole_host = true\nno_pin = true\nlog = \"json\"\nobserve_only = true");
    assert_eq!(reload.again(&DWELL), Ok(vec!["observe_only"]));
    assert_eq!(reload.config().log, Format::Json);
    assert!(!reload.config().observe_only, "the kernel program holds it as a constant");

    file(folder.path(), "whole_host = true\nlog = \"human\"\nno_such = 1");
    let refused = reload.again(&DWELL).expect_err("it is bad");
    assert!(refused.to_string().contains(":3: no_such"), "{refused}");
    assert_eq!(reload.config().log, Format::Json);
}
