//! Input that is wrong, in the ways in which it reaches the compiler, through each command.

use std::fs;
use std::path::Path;

use crate::{json, run};

/// A spec, its table, what the command line gives, and what `check` says: a code, or nothing.
type Case =
    (&'static str, &'static str, &'static str, &'static [&'static str], Option<&'static str>);

/// `P` is a param, `V` the range of the variable, `C` the capacity and `U` the weight.
const SPEC: &str = "fibre t;
set F = { a, b };
P
variable x[f in F] in V;
resource cap = sum(x[f] for f in F) <= C;
utility sum(U * log(1 + x[f]) for f in F);
";

const TABLE: &str = "P=param w[F] from \"w.csv\";|U=w[f]";
const DATA: &str = "P=param w[F] from rows; data rows { F, v; a, 1; b, VALUE; }|U=w[f]";

const CASES: &[Case] = &[
    ("nan in a table", TABLE, "F,v\na,1\nb,nan\n", &[], Some("N0222")),
    ("an infinity in a table", TABLE, "F,v\na,1\nb,inf\n", &[], Some("N0222")),
    ("beyond f64 in a table", TABLE, "F,v\na,1\nb,1e400\n", &[], Some("N0222")),
    ("nothing in a cell", TABLE, "F,v\na,1\nb,\n", &[], Some("N0222")),
    ("a member that the set lacks", TABLE, "F,v\na,1\nc,2\n", &[], Some("N0206")),
    ("the same members twice", TABLE, "F,v\na,1\nb,2\na,3\n", &[], Some("N0223")),
    ("a table without rows", TABLE, "F,v\n", &[], Some("N0221")),
    ("an empty file", TABLE, "", &[], Some("N0220")),
    ("nan in the text", "P=param w = nan;|U=w", "", &[], Some("N0201")),
    ("an infinity in the text", "P=param w = inf;|U=w", "", &[], Some("N0409")),
    ("beyond f64 in the text", "P=param w = 1e309;|U=w", "", &[], Some("N0110")),
    ("0 / 0", "P=param w = 0 / 0;|U=w", "", &[], Some("N0407")),
    ("a member given twice", "P=param w[F] = { a: 1, b: 2, a: 3 };|U=w[f]", "", &[], Some("N0202")),
    ("an empty set", "P=set E = { };", "", &[], Some("N0213")),
    ("an open set of nobody", "P=set E: open 0;", "", &[], Some("N0213")),
    ("a variable of nothing", "P=variable y in 0 .. 1;", "", &[], Some("N0214")),
    ("a resource of nobody", "P=resource r = 0 <= 3;", "", &[], Some("N0214")),
    ("capacity 0", "C=0", "", &[], Some("N0503")),
    ("capacity 0, and a need", "V=0.1 .. 1|C=0", "", &[], Some("N0408")),
    ("capacity below 0", "C=-1", "", &[], Some("N0408")),
    ("crossed bounds", "V=5 .. 1", "", &[], Some("N0404")),
    ("bounds above the capacity", "V=2 .. 5", "", &[], Some("N0408")),
    (
        "a bound that is crossed by a run",
        "P=param h = 3;|V=0.1 .. h",
        "",
        &["h=0.01"],
        Some("N0404"),
    ),
    ("an input outside its range", "P=param c in 1 .. 5;|C=c", "", &["c=9"], Some("N0405")),
    ("capacity 0 by a run", "P=param c = 3;|C=c", "", &["c=0"], Some("N0503")),
    ("a param that is not there", "", "", &["d=2"], Some("N0201")),
    (
        "a member that is not there",
        "P=param w[F] = { a: 1, b: 2 };|U=w[f]",
        "",
        &["w[c]=2"],
        Some("N0206"),
    ),
    ("a scalar for a table", "P=param w[F] = { a: 1, b: 2 };|U=w[f]", "", &["w=2"], Some("N0206")),
];

fn filled(parts: &str) -> String {
    let value = |key: &str, usual: &str| {
        let given = parts.split('|').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        given.unwrap_or(usual).to_owned()
    };
    let spec = SPEC.replace("in V;", &format!("in {};", value("V", "0 .. 10")));
    let spec = spec.replace("<= C;", &format!("<= {};", value("C", "3")));
    let spec = spec.replace("U *", &format!("{} *", value("U", "1")));
    spec.replace("P\n", &format!("{}\n", value("P", "")))
}

/// Codes that a command prints, and how it ends.
fn said(command: &str, spec: &Path, given: &[&str]) -> (Vec<String>, Option<i32>) {
    let out = spec.with_file_name("out");
    let mut arguments =
        vec![command.to_owned(), spec.display().to_string(), "--format=json".into()];
    if command == "build" {
        arguments.extend(["--no-compile".into(), "-o".into(), out.display().to_string()]);
    }
    arguments.extend(given.iter().flat_map(|each| ["--param".to_owned(), (*each).to_owned()]));
    let ran = run(&arguments);
    assert!(!ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
    let text = if command == "check" { &ran.stdout } else { &ran.stderr };
    let documents = text.lines().filter(|line| line.starts_with('{')).map(json);
    let codes = documents.flat_map(|document| {
        let all = document["diagnostics"].as_array().cloned().unwrap_or_default();
        all.into_iter().filter_map(|each| each["code"].as_str().map(str::to_owned))
    });
    (codes.collect(), ran.code)
}

#[test]
fn each_way_of_being_wrong_has_its_code_in_every_command() {
    for (what, parts, table, given, code) in CASES {
        let folder = tempfile::tempdir().expect("a folder");
        let spec = folder.path().join("spec.num");
        fs::write(&spec, filled(parts)).expect("a spec");
        fs::write(folder.path().join("w.csv"), table).expect("a table");
        let wanted: Vec<_> = code.iter().map(|code| (*code).to_owned()).collect();
        let (codes, exit) = said("check", &spec, given);
        assert_eq!(codes, wanted, "{what}");
        // A run's values are no part of what is built.
        let others: &[_] = if given.is_empty() { &["explain", "build"] } else { &["explain"] };
        for command in others {
            assert_eq!(said(command, &spec, given), (wanted.clone(), exit), "{what}: {command}");
        }
        // `solve` derives no plan, and so has no warning of one; and it proves that no choice is left.
        let (codes, ended) = said("solve", &spec, given);
        let answered = matches!(code, Some("N0503" | "N0408"));
        assert_eq!(codes, if answered { Vec::new() } else { wanted }, "{what}: solve");
        assert_eq!(ended, exit, "{what}: solve");
    }
}

#[test]
fn data_items_are_read_as_tables_are() {
    for (value, code) in [("nan", "N0222"), ("inf", "N0222"), ("1e400", "N0110")] {
        let folder = tempfile::tempdir().expect("a folder");
        let spec = folder.path().join("spec.num");
        fs::write(&spec, filled(&DATA.replace("VALUE", value))).expect("a spec");
        assert_eq!(said("check", &spec, &[]), (vec![code.to_owned()], Some(1)), "{value}");
    }
}

#[test]
fn a_value_on_the_command_line_is_a_finite_number() {
    let spec = crate::good();
    for value in ["r=nan", "r=inf", "r=-inf", "r=1e999", "r=", "r=two", "r"] {
        for command in ["check", "solve", "explain"] {
            let ran = run([command.as_ref(), spec.as_os_str(), "--param".as_ref(), value.as_ref()]);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{command} {value}");
            assert!(ran.stderr.contains("name=value"), "{}", ran.stderr);
        }
    }
}

#[test]
fn what_only_a_run_can_get_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("spec.num");
    let open = "fibre t;\nset T: open 4;\nvariable x[t in T] in 0.1 .. 1;
resource r = sum(x[t] for t in T) <= 1;\nutility sum(log(x[t]) for t in T);\n";
    fs::write(&spec, open).expect("a spec");
    let cases: &[(&[&str], &str)] = &[
        (&[], "how many are there?"),
        (&["--members", "T=0"], "nothing is decided in this run"),
        (&["--members", "T=9"], "at most 4 members"),
        (&["--members", "S=2"], "no open set `S`"),
    ];
    for (given, words) in cases {
        let start = ["solve".as_ref(), spec.as_os_str()];
        let ran = run(start.into_iter().chain(given.iter().map(std::convert::AsRef::as_ref)));
        assert_eq!(ran.code, Some(1), "{given:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{given:?}: {}", ran.stderr);
    }
    let product = "fibre t;\nparam a = 1e200;\nvariable x in 0.1 .. 1;
resource r = x <= 1;\nutility a * a * log(x);\n";
    fs::write(&spec, product).expect("a spec");
    let (codes, exit) = said("solve", &spec, &[]);
    assert_eq!((codes, exit), (vec!["N0710".to_owned()], Some(1)));
}
