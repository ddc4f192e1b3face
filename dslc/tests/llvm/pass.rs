//! What the pass does to programs.

use std::path::Path;
use std::process::Command;

use crate::tools::{answers, compile, fixture, folder, lib, link, succeeds};

/// Charged and as it was, the program prints the same at every level of optimisation.
fn prints_the_same(compiler: &str, source: &str) {
    let folder = folder();
    let (plain, charged) = (folder.path().join("plain"), folder.path().join("charged"));
    for level in ["-O0", "-O1", "-O2", "-O3", "-Os", "-O2 -flto -fuse-ld=lld"] {
        compile(compiler, source, level, false, &plain);
        compile(compiler, source, level, true, &charged);
        let (plain, charged) =
            (answers(&mut Command::new(&plain), b""), answers(&mut Command::new(&charged), b""));
        let (plain, charged) = (String::from_utf8_lossy(&plain), String::from_utf8_lossy(&charged));
        assert!(plain.lines().count() > 0, "{level}");
        assert_eq!(plain, charged, "{level}");
    }
}

#[test]
fn control_flow_of_every_kind_computes_the_same() {
    prints_the_same("clang-19", "work.c");
}

#[test]
fn exceptions_pass_through_charged_frames() {
    prints_the_same("clang++-19", "throw.cpp");
}

/// Units are an estimate; optimisation changes what there is to estimate, but not beyond reason.
#[test]
fn units_depend_little_on_the_level() {
    let folder = folder();
    let program = folder.path().join("program");
    let counts = ["-O1", "-O2", "-O3", "-Os"].map(|level| {
        let units = fixture("units.c");
        compile("clang-19", "work.c", &format!("{level} {}", units.display()), true, &program);
        let said = succeeds(&mut Command::new(&program)).stderr;
        String::from_utf8_lossy(&said).trim().parse::<u64>().unwrap_or(0)
    });
    let (least, most) = (counts.iter().min(), counts.iter().max());
    assert!(least.zip(most).is_some_and(|(least, most)| *most < 2 * *least), "{counts:?}");
    // The work is some tens of millions of instructions.
    assert!(counts.iter().all(|units| (10_000_000..1_000_000_000).contains(units)), "{counts:?}");
}

/// Wherever a program can stay for ever, it is told that it is over its budget.
#[test]
fn every_endless_work_is_noticed() {
    let folder = folder();
    let program = folder.path().join("endless");
    let page = folder.path().join("price");
    crate::price::Page::create(&page, u64::MAX >> 1);
    for level in ["-O0", "-O2"] {
        compile("clang-19", "endless.c", level, true, &program);
        for kind in [
            &["spin"][..],
            &["two_entries"],
            &["two_entries", "second"],
            &["counted"],
            &["recursive"],
            &["calls"],
        ] {
            let mut command = Command::new(&program);
            let status = command.args(kind).env("DSLC_PRICE_PAGE", &page).status();
            let code = status.ok().and_then(|status| status.code());
            assert_eq!(code, Some(42), "{level} {kind:?}");
        }
    }
}

/// What the pass makes of `loops.ll`, by function.
fn functions() -> Vec<(String, String)> {
    let plugin = format!("-load-pass-plugin={}", lib().join("DwellPass.so").display());
    let mut opt = Command::new("opt-19");
    opt.args([plugin.as_str(), "-passes=dwell,verify", "-S"]).arg(fixture("loops.ll"));
    let text = String::from_utf8_lossy(&succeeds(&mut opt).stdout).into_owned();
    let functions = text.split("\ndefine ").skip(1).map(|text| {
        let body = text.split("\n}").next().unwrap_or_default().to_owned();
        let name = body.split('@').nth(1).and_then(|rest| rest.split('(').next());
        (name.unwrap_or_default().to_owned(), body)
    });
    functions.collect()
}

fn body(functions: &[(String, String)], name: &str) -> String {
    let found = functions.iter().find(|(of, _)| of == name);
    found.map(|(_, body)| body.clone()).unwrap_or_default()
}

/// Lines of `body` that contain `words`.
fn count(body: &str, words: &str) -> usize {
    body.lines().filter(|line| line.contains(words)).count()
}

const SLOW: &str = "call preserve_mostcc void @dwell_update_slow";
const THREAD: &str = "@llvm.threadlocal.address.p0(ptr @dwell_thread)";

#[test]
fn entries_and_back_edges_count_down() {
    let functions = functions();
    // Without loops: one count-down of the thread.
    let straight = body(&functions, "straight");
    assert_eq!((count(&straight, THREAD), count(&straight, SLOW)), (1, 1), "{straight}");
    // A loop of unknown length: in a register on its back edge, settled at the return.
    let unknown = body(&functions, "unknown");
    assert_eq!((count(&unknown, THREAD), count(&unknown, SLOW)), (1, 2), "{unknown}");
    assert_eq!(count(&unknown, "%dwell_update = icmp ugt i64"), 1, "{unknown}");
    assert_eq!(count(&unknown, "alloca"), 0, "{unknown}");
    // A short one costs what is around it and has no count-down of its own.
    let short = body(&functions, "short");
    assert_eq!((count(&short, THREAD), count(&short, SLOW)), (1, 1), "{short}");
    // One whose length is known at its start comes twice.
    let counted = body(&functions, "counted");
    assert_eq!(count(&counted, "store volatile i64"), 2, "{counted}");
    assert_eq!((count(&counted, THREAD), count(&counted, SLOW)), (1, 2), "{counted}");
}

#[test]
fn charges_stay_out_where_they_must() {
    let functions = functions();
    for name in ["exempt", "bare", "resolver"] {
        let body = body(&functions, name);
        assert!(!body.is_empty(), "{name}");
        assert_eq!(count(&body, "dwell_"), 0, "{name}: {body}");
    }
    // Nothing stands between a musttail call and its return: the verifier ran.
    let tail = body(&functions, "tail");
    assert_eq!((count(&tail, "musttail call"), count(&tail, SLOW)), (1, 1), "{tail}");
    // What writes the thread's count-down no longer claims to touch no memory.
    assert_eq!(count(&body(&functions, "straight"), "memory(none)"), 0);
}

/// The options reach the pass in the compiler, too.
#[test]
fn options_are_given_to_clang() {
    let object = |options: &str| {
        let folder = folder();
        let output = folder.path().join("object.s");
        let plugin = lib().join("DwellPass.so");
        let mut clang = Command::new("clang-19");
        clang.arg(format!("-fplugin={}", plugin.display()));
        clang.arg(format!("-fpass-plugin={}", plugin.display()));
        clang.args(options.split_whitespace()).args(["-O2", "-S", "-o"]).arg(&output);
        succeeds(clang.arg(fixture("work.c")));
        std::fs::read_to_string(output).unwrap_or_default()
    };
    let (by_default, smaller) = (object(""), object("-mllvm -dwell-poll-units=12345"));
    assert_eq!((count(&by_default, "$12345,"), count(&by_default, "$12346,")), (0, 0));
    assert!(count(&smaller, "$12345,") + count(&smaller, "$12346,") > 0);
}

/// A program of gcc calls the library itself, also without the loader.
#[test]
fn the_library_serves_programs_without_the_pass() {
    let folder = folder();
    for options in [&["-O2"][..], &["-O2", "-static"]] {
        let program: &Path = &folder.path().join("told");
        let page = folder.path().join("price");
        crate::price::Page::create(&page, u64::MAX >> 1);
        let mut gcc = Command::new("gcc");
        gcc.args(options).arg(fixture("told.c"));
        link(&mut gcc);
        succeeds(gcc.arg("-o").arg(program));
        let mut command = Command::new(program);
        let told = answers(command.env("DSLC_PRICE_PAGE", &page), b"");
        assert_eq!(String::from_utf8_lossy(&told), "1\n1\n2\n", "{options:?}");
    }
}
