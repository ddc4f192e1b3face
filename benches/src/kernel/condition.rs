//! What is attached while a loop is measured.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use libbpf_rs::{Link, Object, ObjectBuilder};

use crate::group::Group;

/// Something to measure under.
pub struct Condition<'a> {
    /// For the table.
    pub name: &'static str,
    /// Whether the loop runs inside the group.
    pub inside: bool,
    /// Attaches; dropping what comes back detaches.
    pub attach: Box<dyn Fn() -> Result<Box<dyn std::any::Any>, String> + 'a>,
}

/// The least that a program at every system call can be.
const EMPTY: &str = r#"
#define SEC(name) __attribute__((section(name), used))
char LICENSE[] SEC("license") = "GPL";
SEC("tp_btf/sys_enter") int empty(unsigned long long *ctx) { return 0; }
"#;

/// Every condition, in the order of the table.
pub fn conditions<'a>(group: &'a Group, folder: &Path) -> Result<Vec<Condition<'a>>, String> {
    let empty = Rc::new(compile_empty(folder)?);
    let daemon = PathBuf::from("generated/dwell/daemon/target/release/dwell_user");
    if !daemon.is_file() {
        return Err(format!("{} is not built: dslc build examples/dwell.num", daemon.display()));
    }
    let page = folder.join("price");
    let script = script(group.id()?);
    let condition = |name, inside, attach: Attach<'a>| Condition { name, inside, attach };
    let generated = move |daemon: PathBuf, page: PathBuf| -> Attach<'a> {
        Box::new(move || Ok(Box::new(Running::daemon(&daemon, group.path(), &page)?)))
    };
    let bpftrace = |script: String| -> Attach<'a> {
        Box::new(move || Ok(Box::new(Running::bpftrace(&script)?)))
    };
    Ok(vec![
        condition("no program", false, Box::new(|| Ok(Box::new(())))),
        condition(
            "empty tp_btf/sys_enter",
            false,
            Box::new(move || Ok(Box::new(attach_empty(&empty)?))),
        ),
        condition("generated, outside its group", false, generated(daemon.clone(), page.clone())),
        condition("generated, inside its group", true, generated(daemon, page)),
        condition("nearest bpftrace script, outside", false, bpftrace(script.clone())),
        condition("nearest bpftrace script, inside", true, bpftrace(script)),
    ])
}

type Attach<'a> = Box<dyn Fn() -> Result<Box<dyn std::any::Any>, String> + 'a>;

fn compile_empty(folder: &Path) -> Result<PathBuf, String> {
    let (source, object) = (folder.join("empty.c"), folder.join("empty.o"));
    std::fs::write(&source, EMPTY).map_err(|e| e.to_string())?;
    let status = Command::new("clang-19")
        .args(["-target", "bpf", "-O2", "-g", "-c"])
        .arg(&source)
        .arg("-o")
        .arg(&object)
        .status()
        .map_err(|e| format!("clang-19: {e}"))?;
    if status.success() { Ok(object) } else { Err("clang-19 failed".to_owned()) }
}

fn attach_empty(object: &Path) -> Result<(Link, Object), String> {
    let load = || -> Result<_, libbpf_rs::Error> {
        let object = ObjectBuilder::default().open_file(object)?.load()?;
        let program = object.progs_mut().next();
        let link = program.map(|program| program.attach()).transpose()?;
        Ok((link, object))
    };
    match load() {
        Ok((Some(link), object)) => Ok((link, object)),
        Ok((None, _)) => Err("the empty program has no program".to_owned()),
        Err(error) => Err(format!("the empty program: {error}")),
    }
}

/// The same job in bpftrace: a clock for each process of the group that is compared with a budget.
fn script(group: u64) -> String {
    format!(
        "tracepoint:raw_syscalls:sys_enter /cgroup == {group}/ {{ \
         if (@tainted[pid] == 0) {{ @tainted[pid] = nsecs; }} \
         if (nsecs - @tainted[pid] > 3600000000000) {{ @late[pid] = 1; }} }} \
         BEGIN {{ printf(\"ready\\n\"); }}"
    )
}

/// A process that attaches while it runs.
struct Running(Child);

impl Running {
    fn daemon(program: &Path, group: &Path, page: &Path) -> Result<Self, String> {
        let mut command = Command::new(program);
        command.arg("--cgroup").arg(group).args(["--listen", "127.0.0.1:0", "--tree", "/srv=/tmp"]);
        command.args(["--log", "json", "--price-page"]).arg(page);
        Self::start(command, "started")
    }

    fn bpftrace(script: &str) -> Result<Self, String> {
        let mut command = Command::new("unshare");
        // The tracing file system is mounted for the script alone.
        let mount = "mount -t tracefs none /sys/kernel/tracing && exec bpftrace -e \"$0\"";
        command.args(["-m", "sh", "-c", mount, script]);
        Self::start(command, "ready")
    }

    /// Starts a process and waits until it says `ready`.
    fn start(mut command: Command, ready: &str) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let output = child.stdout.take().ok_or("no output")?;
        let running = Running(child);
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        if lines.any(|line| line.contains(ready)) {
            // Whatever else it prints is read, so that it never blocks on a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            Ok(running)
        } else {
            Err(format!("a process ended before it was {ready}"))
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        // It may have ended already; waiting for it tells either way.
        let _ = Command::new("kill").args(["-TERM", &pid]).output();
        let _ = self.0.wait();
    }
}
