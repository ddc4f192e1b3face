//! The kernel program's source: what a spec says must not get out of its place in the C text, and
//! what the program cannot hold is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use dslc::emit::EmitError;
use dslc::plan::ir::Target;

/// A spec with these parts.
struct Spec {
    members: u32,
    taint: &'static str,
    except: &'static str,
    price: &'static str,
}

const PLAIN: Spec =
    Spec { members: 16, taint: r#"taint on unlink under "/srv";"#, except: "", price: "price_x" };

impl Spec {
    fn emit(&self) -> Result<Vec<dslc::emit::Artifact>, EmitError> {
        let Spec { members, taint, except, price } = self;
        let text = format!(
            r#"
fibre test;
set Task: open {members};
variable x[t in Task]: s in 20 ms .. 5 s;
variable reserve: s in 20 ms .. 5 s;
resource exposure: s = reserve + sum(x[t] for t in Task) <= 5 s;
utility log(reserve / 1 s) + sum(100 * log(x[t] / 1 s) for t in Task);
decomposition {{
    exposure by dual {{ step auto; period 100 ms; }}
}}
observe x from taint_clock {{ {taint} }}
enforce x by kill {{ {except} }}
export price(exposure) as "{price}";
emit ebpf;
"#
        );
        let compiled = dslc::compile("te*/st.num", &text);
        let Some((plan, certificate)) = compiled.plan else {
            panic!("{:#?}", compiled.diagnostics)
        };
        dslc::emit::emit(Target::Ebpf, &plan, &certificate)
    }

    fn refusal(&self) -> String {
        match self.emit() {
            Ok(_) => panic!("it was emitted"),
            Err(EmitError(why)) => why,
        }
    }

    /// The object, compiled in a folder of its own.
    fn object(&self) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bpf")).unwrap();
        for artifact in self.emit().unwrap() {
            std::fs::write(folder.path().join(artifact.path), artifact.contents).unwrap();
        }
        let output = Command::new("clang-19")
            .current_dir(folder.path())
            .args(["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-Wall", "-Wextra", "-Werror"])
            .args(["-Wno-unused-parameter", "-ffile-compilation-dir=.", "-c", "bpf/test_kern.c"])
            .args(["-o", "test.o"])
            .output()
            .expect("clang-19 is not installed: apt-get install clang-19");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(folder.path().join("test.o")).unwrap()
    }
}

#[test]
fn text_of_a_spec_stays_in_its_comment_or_string() {
    let spec = Spec {
        taint: r#"taint on
            write under "/a*/b" when entropy > 7.5 bit and age > 1 s;"#,
        except: r#"except comm "a\\*/%d?";"#,
        ..PLAIN
    };
    spec.object();
}

#[test]
fn an_object_does_not_depend_on_where_it_was_compiled() {
    assert_eq!(PLAIN.object(), PLAIN.object());
}

#[test]
fn every_set_of_events_compiles() {
    for events in ["write", "rename", "unlink", "ftruncate", "write, ftruncate, rename, unlink"] {
        let taint = format!("taint on {events}; clear after 1 s quiet;");
        Spec { taint: taint.leak(), ..PLAIN }.object();
    }
}

#[test]
fn a_price_cannot_have_a_name_that_the_program_uses() {
    for price in ["members", "int", "task_struct", "config"] {
        let why = Spec { price, ..PLAIN }.refusal();
        assert!(why.contains(price) && why.contains("another name"), "{why}");
    }
}

#[test]
fn a_price_cannot_have_a_name_that_is_too_long() {
    let price = "p".repeat(64).leak();
    assert!(Spec { price, ..PLAIN }.refusal().contains("63 bytes"));
}

#[test]
fn a_set_that_is_too_large_for_the_kernel_is_refused() {
    let why = Spec { members: 100_000, ..PLAIN }.refusal();
    assert!(why.contains("65535"), "{why}");
}
