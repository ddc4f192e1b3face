//! Kernel programs from specs, by the compiler itself and clang.

use std::process::Command;

use dslc::plan::ir::Target;
use dslc_agent::Reciprocal;
use tempfile::TempDir;

/// A compiled kernel program.
#[derive(Clone)]
pub struct Program {
    pub object: Vec<u8>,
    /// How many trees its rules name.
    pub trees: usize,
    /// The demand of its first class.
    pub demand: Reciprocal,
}

/// A spec around the items that a test gives: the open set, classes if it has any, taint lines
/// and exceptions.
pub struct Spec {
    pub members: u32,
    pub classes: &'static str,
    pub taint: &'static str,
    pub except: &'static str,
}

impl Spec {
    /// One class, no exception.
    pub fn taint(taint: &'static str) -> String {
        Spec { members: 64, classes: "", taint, except: "" }.text()
    }

    /// The same with budgets of at most a second, for when the daemon sets the price.
    pub fn short(taint: &'static str) -> String {
        Spec::taint(taint)
            .replace("x[t in Task]: s in 20 ms .. 5 s", "x[t in Task]: s in 20 ms .. 1 s")
    }

    pub fn text(&self) -> String {
        let Spec { members, classes, taint, except } = self;
        let (weights, weight) = match *classes {
            "" => ("", "100"),
            classes => (classes, "w[class(t)]"),
        };
        format!(
            r#"
fibre test;
set Task: open {members};
{weights}
variable x[t in Task]: s in 20 ms .. 5 s;
variable reserve: s in 20 ms .. 5 s;
resource exposure: s = reserve + sum(x[t] for t in Task) <= 5 s;
utility log(reserve / 1 s) + sum({weight} * log(x[t] / 1 s) for t in Task);
decomposition {{
    exposure by dual {{ step auto; period 100 ms; }}
}}
observe x from taint_clock {{
    {taint}
}}
enforce x by kill {{ {except} }}
export price(exposure) as "price_test";
emit ebpf, daemon;
"#
        )
    }
}

impl Program {
    /// Compiles a spec as `dslc build` does.
    pub fn build(spec: &str) -> Self {
        Program::build_changed(spec, |text| text)
    }

    /// The same with other processes as one bucket: a constant of abi.h.
    pub fn of_buckets(spec: &str, bucket: &str) -> Self {
        let change = |text: String| {
            text.replace("#define BUCKET BUCKET_TREE", &format!("#define BUCKET {bucket}"))
        };
        Program::build_changed(spec, change)
    }

    /// The same with another act: a constant of abi.h.
    pub fn acting(spec: &str, act: &str) -> Self {
        Program::build_changed(spec, |text| {
            text.replace(".kind = ACT_KILL", &format!(".kind = {act}"))
        })
    }

    /// The same with something changed in the source.
    pub fn build_changed(spec: &str, change: impl Fn(String) -> String) -> Self {
        let compiled = dslc::compile("test.num", spec);
        let Some((plan, certificate)) = compiled.plan else {
            panic!("{:#?}\n{spec}", compiled.diagnostics)
        };
        let folder = TempDir::new().unwrap();
        for artifact in dslc::emit::emit(Target::Ebpf, &plan, &certificate).unwrap() {
            let path = folder.path().join(&artifact.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = String::from_utf8(artifact.contents).unwrap();
            std::fs::write(path, change(text)).unwrap();
        }
        let output = Command::new("clang-19")
            .current_dir(folder.path())
            .args(["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Werror", "-Ibpf"])
            .args(["-c", "bpf/test_kern.c", "-o", "test.o"])
            .output()
            .expect("clang-19 is not installed: apt-get install clang-19");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let control = plan.control.as_ref().unwrap();
        Program {
            object: std::fs::read(folder.path().join("test.o")).unwrap(),
            trees: control.taint.trees.len(),
            demand: control.classes[0].demand,
        }
    }
}
