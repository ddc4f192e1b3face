//! Ordinary work in the guarded tree: an archive, a build, a clone with commits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::cgroup::Cgroup;
use crate::tree::Tree;
use crate::{Failure, Result};

/// A workload: its name, its script, and a script that succeeds only if its result is whole.
struct Kind {
    name: &'static str,
    script: &'static str,
    whole: &'static str,
}

/// Each runs in a folder of its own with `docs/` (200 files), `src/` (a C program) in it.
const KINDS: &[Kind] = &[
    Kind {
        name: "tar + gzip",
        script: "tar -cf - docs | gzip -6 > docs.tar.gz",
        whole: "test \"$(tar -tzf docs.tar.gz | grep -c '[0-9]\\.')\" = 200",
    },
    Kind {
        name: "C compile",
        script: "cd src && for f in part*.c; do cc -O1 -c \"$f\" || exit 1; done && \
                 cc -O1 -o program main.c part*.o",
        whole: "test \"$(src/program)\" = 780",
    },
    Kind {
        name: "git clone + commits",
        script: "git init -q origin && cp -r docs origin/ && cd origin && git add . && \
                 git commit -qm first && cd .. && git clone -q origin clone && cd clone && \
                 for i in 1 2 3 4 5 6 7 8; do echo \"$i\" >> docs/notes && git add . && \
                 git commit -qm \"note $i\" || exit 1; done",
        whole: "test \"$(git -C clone log --oneline | wc -l)\" = 9 && git -C clone fsck --full",
    },
];

/// Parts of the C program.
const PARTS: usize = 40;

/// A workload that was started.
#[derive(Debug)]
pub struct Running {
    name: &'static str,
    whole: &'static str,
    folder: PathBuf,
    child: Child,
    ended: Option<bool>,
}

/// How a workload ended.
#[derive(Debug, serde::Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: &'static str,
    /// It exited with 0 and its result is whole.
    pub unharmed: bool,
}

/// Makes every workload's input below `root`.
pub fn prepare(root: &Path) -> Result<()> {
    for (i, _) in KINDS.iter().enumerate() {
        let folder = root.join(format!("work{i}"));
        Tree::make(&folder.join("docs"), 200, 100 + i as u64)?;
        let source = folder.join("src");
        write(&source.join("main.c"), &main_c())?;
        for part in 0..PARTS {
            let text = format!("int part{part}(int x) {{ return x + {part}; }}\n");
            write(&source.join(format!("part{part}.c")), &text)?;
        }
    }
    Ok(())
}

fn main_c() -> String {
    let declare: String = (0..PARTS).map(|part| format!("int part{part}(int);\n")).collect();
    let call: Vec<_> = (0..PARTS).map(|part| format!("part{part}(0)")).collect();
    format!(
        "#include <stdio.h>\n{declare}int main(void) {{ printf(\"%d\\n\", {}); return 0; }}\n",
        call.join(" + ")
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, text))
        .map_err(Failure::because(format!("cannot write {}", path.display())))
}

/// Starts every workload in the group.
pub fn start(root: &Path, group: &Cgroup) -> Result<Vec<Running>> {
    let start = |(i, kind): (usize, &Kind)| {
        let folder = root.join(format!("work{i}"));
        let child = group
            .command("sh")
            .args(["-c", kind.script])
            .current_dir(&folder)
            // The user's own configuration must not change what is measured.
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_AUTHOR_NAME", "demo")
            .env("GIT_AUTHOR_EMAIL", "demo@localhost")
            .env("GIT_COMMITTER_NAME", "demo")
            .env("GIT_COMMITTER_EMAIL", "demo@localhost")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Failure::because(format!("cannot start {}", kind.name)))?;
        Ok(Running { name: kind.name, whole: kind.whole, folder, child, ended: None })
    };
    KINDS.iter().enumerate().map(start).collect()
}

impl Running {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it has ended.
    pub fn ended(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = match self.child.try_wait() {
                Ok(Some(status)) => Some(status.success()),
                Ok(None) => None,
                Err(_) => Some(false),
            };
        }
        self.ended.is_some()
    }

    /// Its outcome, after its result was checked outside the group.
    pub fn outcome(mut self) -> Outcome {
        let exited = self.ended() && self.ended == Some(true);
        let whole = || {
            let mut check = std::process::Command::new("sh");
            check.args(["-c", self.whole]).current_dir(&self.folder).stderr(Stdio::null());
            check.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
        };
        Outcome { name: self.name, unharmed: exited && whole() }
    }
}
