//! Whatever a path leads to: a clear message and the right exit code.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{Ran, json, run};

fn check(path: &Path) -> Ran {
    run(["check".as_ref(), path.as_os_str()])
}

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    file
}

fn refused(path: &Path, exit: i32, code: &str, words: &str) {
    let ran = check(path);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(exit), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(code) && ran.stderr.contains(words), "{}", ran.stderr);
    let ran = run(["check".as_ref(), "--format=json".as_ref(), path.as_os_str()]);
    assert_eq!(ran.code, Some(exit));
    assert_eq!(json(&ran.stdout)["diagnostics"][0]["code"], code);
}

#[test]
fn a_missing_file() {
    refused(Path::new("/no/such/file.num"), 2, "N0001", "there is no file `/no/such/file.num`");
    let file = written(b"fibre x;");
    refused(&file.path().join("below.num"), 2, "N0001", "there is no file");
}

#[test]
fn a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    refused(folder.path(), 2, "N0002", "is a folder");
}

#[test]
fn a_file_that_may_not_be_read() {
    let file = written(b"fibre x;");
    let closed = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(file.path(), closed).expect("closed");
    // Root reads every file; what the kernel refuses even to root is here.
    if std::fs::File::open(file.path()).is_err() {
        refused(file.path(), 3, "N0003", "may not be read");
    } else {
        refused(Path::new("/proc/self/mem"), 3, "N0003", "cannot be read");
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    let file = written(b"fibre x;\nparam gr\xf6\xdfe = 1;\n");
    refused(file.path(), 1, "N0004", "byte 17 (0xF6, on line 2) is not UTF-8");
    let wide: Vec<u8> = "\u{feff}fibre x;".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(written(&wide).path(), 1, "N0004", "looks like UTF-16");
    // Cut inside a character.
    refused(
        written("fibre é".as_bytes().split_last().expect("bytes").1).path(),
        1,
        "N0004",
        "byte 6",
    );
}

#[test]
fn a_file_that_is_too_large() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    file.as_file().set_len((64 << 20) + 1).expect("a sparse file");
    refused(file.path(), 1, "N0005", "larger than 64 MiB");
    refused(Path::new("/dev/zero"), 1, "N0005", "larger than 64 MiB");
}

#[test]
fn a_file_without_items() {
    for text in ["", " \n\t\r\n", "// a remark", "//! docs\n", "\u{feff}"] {
        refused(written(text.as_bytes()).path(), 1, "N0006", "there is no item");
    }
}

#[test]
fn every_command_that_reads_a_spec_reports_alike() {
    let commands: [&[&str]; 5] =
        [&["build"], &["run", "--cgroup", "/none"], &["check"], &["explain"], &["prove"]];
    for command in commands {
        let ran = run(command.iter().chain(&["/no/such/file.num"]));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{command:?}");
        assert!(ran.stderr.contains("N0001"), "{command:?}: {}", ran.stderr);
    }
}

#[test]
fn deep_and_long_input_is_refused() {
    let deep = format!("let a = {}1{};", "(".repeat(20_000), ")".repeat(20_000));
    refused(written(deep.as_bytes()).path(), 1, "N0107", "inside one another");
    let long = format!("let a = 1{};", "+1".repeat(5 << 20));
    refused(written(long.as_bytes()).path(), 1, "N0108", "this item has");
    // As deep as the limits allow, through every phase.
    let item = format!("let a = {}1{}{};", "(1+".repeat(127), ")".repeat(127), "+1".repeat(800));
    let base = "fibre x;\nvariable v in 1 .. 4;\nresource r = v <= 3;\nutility log(v);\n";
    let ran = check(written(format!("{base}{item}").as_bytes()).path());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn what_a_spec_imports_is_found_from_the_folder_of_the_file_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        std::fs::write(&path, text).expect("written");
        path
    };
    write("lib/a.num", "import \"b.num\";\nimport \"../c.num\";\n");
    write("lib/b.num", "import \"../c.num\";\nparam b = c;\n");
    write("c.num", "param c = 1;\n");
    let rest = "fibre x;\nvariable v in 1 .. 4;\nresource r = v <= 3;\nutility b * log(v);\n";
    let spec = write("spec.num", &format!("import \"lib/a.num\";\n{rest}"));
    assert_eq!(check(&spec).code, Some(0));
    // What an import gets wrong is told in that file.
    write("c.num", "param c = ;\n");
    let ran = run(["check".as_ref(), "--format=json".as_ref(), spec.as_os_str()]);
    let first = &json(&ran.stdout)["diagnostics"][0];
    assert_eq!((ran.code, first["span"]["start"]["line"].as_u64()), (Some(1), Some(1)));
    assert!(first["file"].as_str().is_some_and(|file| file.ends_with("/c.num")), "{first}");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("spec.num");
    let pipe = folder.path().join("pipe.num");
    std::process::Command::new("mkfifo").arg(&pipe).status().expect("a pipe");
    for (name, code) in [("pipe.num", "N0003"), (".", "N0002"), ("none.num", "N0001")] {
        std::fs::write(&spec, format!("import \"{name}\";\nfibre x;\n")).expect("written");
        let ran = check(&spec);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stderr.contains(code), "{name}: {}", ran.stderr);
    }
}
