//! Runs the compiler and what it makes, as a user does from a shell.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::{Failure, Result};

/// The compiler and the folder that it writes for a spec.
#[derive(Debug)]
pub struct Compiler {
    program: PathBuf,
    spec: PathBuf,
}

/// What `dslc build` did.
#[derive(Debug, serde::Deserialize)]
pub struct Built {
    /// The folder of the artefacts.
    pub output: PathBuf,
    /// What was compiled and checked.
    pub done: Vec<String>,
}

/// What `dslc prove` found.
#[derive(Debug, serde::Serialize)]
pub struct Proof {
    /// The proof was checked by `coqc`.
    pub checked: bool,
    /// What it assumes.
    pub assumptions: Vec<String>,
}

impl Compiler {
    /// The compiler beside this program, for `spec`.
    pub fn new(spec: &Path) -> Result<Self> {
        let own = std::env::current_exe().map_err(Failure::because("where am I"))?;
        let program = own.with_file_name("dslc");
        if program.is_file() {
            Ok(Compiler { program, spec: spec.to_owned() })
        } else {
            Err(Failure::new(format!("{} is not built: run ./dev demo", program.display())))
        }
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let output = Command::new(&self.program)
            .args(arguments)
            .arg(&self.spec)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(Failure::because("cannot start dslc"))?;
        if output.status.success() {
            Ok(output)
        } else {
            Err(Failure::new(format!("dslc {} ended with {}", arguments.join(" "), output.status)))
        }
    }

    fn json(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.run(arguments)?.stdout)
            .map_err(Failure::because(format!("dslc {} did not print JSON", arguments.join(" "))))
    }

    /// Builds every artefact.
    pub fn build(&self) -> Result<Built> {
        serde_json::from_value(self.json(&["--format", "json", "build"])?)
            .map_err(Failure::because("dslc build did not say what it wrote"))
    }

    /// Has the proof checked.
    pub fn prove(&self) -> Result<Proof> {
        let proof = self.json(&["--format", "json", "prove"])?;
        let list = proof.get("assumptions").and_then(|list| list.as_array());
        let texts = list.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned));
        Ok(Proof { checked: proof["checked"] == true, assumptions: texts.collect() })
    }
}

/// A program that spins until its own dwell passed two prices; instrumented by the generated pass.
const INSTRUMENTED: &str = r#"
#include "time_budget.h"
#include <stdio.h>
static volatile unsigned long sink;
int main(void) {
    struct time_budget_stats stats;
    for (int round = 0; round < 200; round++)
        for (unsigned long i = 0; i < 100000; i++) sink += i;
    time_budget_stats(&stats);
    printf("%llu\n", (unsigned long long)stats.price);
    return 0;
}
"#;

/// Compiles a program through the generated pass and runs it: the price that it reads, in Q(F).
pub fn instrumented_price(generated: &Path, page: &Path, folder: &Path) -> Result<u64> {
    let lib = generated.join("lib");
    let source = folder.join("instrumented.c");
    std::fs::write(&source, INSTRUMENTED).map_err(Failure::because("cannot write a program"))?;
    let program = folder.join("instrumented");
    let compiled = Command::new("clang-19")
        .arg(format!("-fpass-plugin={}", lib.join("Time_budgetPass.so").display()))
        .args(["-O2", "-I"])
        .arg(&lib)
        .arg(&source)
        .arg(lib.join("libtime_budget_probe.a"))
        .arg("-o")
        .arg(&program)
        .output()
        .map_err(Failure::because("cannot start clang-19"))?;
    if !compiled.status.success() {
        let said = String::from_utf8_lossy(&compiled.stderr).into_owned();
        return Err(Failure::new(format!("the pass did not load:\n{said}")));
    }
    let output = Command::new(&program)
        .env("DSLC_PRICE_PAGE", page)
        .output()
        .map_err(Failure::because("cannot start the instrumented program"))?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(Failure::because("the instrumented program printed no price"))
}
