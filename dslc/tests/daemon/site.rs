//! A program built from the emitted daemon, and a control group with a tree for it to watch.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// What does not come by then will not come.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(10);

/// Asks again and again until there is an answer.
pub fn wait<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "no {what} came");
        std::thread::sleep(PAUSE);
    }
}

/// The daemon, built once from a copy outside of this repository.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

fn build() -> PathBuf {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/daemon/guard.num");
    let emit = |options: &[&str], into: &str| {
        let mut dslc = Command::new(env!("CARGO_BIN_EXE_dslc"));
        dslc.arg("build").arg(&spec).args(options).arg("-o").arg(folder.path().join(into));
        succeed(&mut dslc);
    };
    emit(&["--emit", "ebpf"], "kernel");
    emit(&["--emit", "daemon", "--no-compile"], "user");
    let daemon = folder.path().join("user/daemon");
    let object = "guard_kern.o";
    fs::create_dir(daemon.join("object")).expect("a folder");
    fs::copy(folder.path().join("kernel/bpf").join(object), daemon.join("object").join(object))
        .expect("the kernel program was compiled");
    // What the daemon is built from is kept between runs of the tests.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("daemon");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--quiet"]).current_dir(&daemon);
    succeed(cargo.env("CARGO_TARGET_DIR", &target));
    target.join("debug/guard_user")
}

fn succeed(command: &mut Command) {
    let output = command.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{said}");
}

/// A control group, a tree and the place of a price page; all gone when dropped.
pub struct Site {
    group: PathBuf,
    pub folder: TempDir,
}

impl Site {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let group = cgroup2().join(format!("dslc-daemon-{}-{count}", std::process::id()));
        fs::create_dir(&group).expect("root may make a control group");
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("tree")).expect("a folder");
        Site { group, folder }
    }

    pub fn page(&self) -> PathBuf {
        self.folder.path().join("page/price")
    }

    /// A command line that watches this site.
    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.arg("--cgroup").arg(&self.group).args(["--listen", "127.0.0.1:0", "--log", "json"]);
        command.arg("--tree").arg(format!("/srv={}", self.folder.path().join("tree").display()));
        command.arg("--price-page").arg(self.page()).stdin(Stdio::null());
        command
    }

    /// A process that unlinks `files` files of the tree, says so, and lives until its input ends;
    /// in the group or outside.
    pub fn process(&self, name: &str, files: u32, inside: bool) -> Process {
        let tree = self.folder.path().join("tree").join(name);
        fs::create_dir(&tree).expect("a folder");
        for file in 0..files {
            fs::write(tree.join(file.to_string()), "content").expect("a file");
        }
        let script = "import os, sys\n\
                      for name in os.listdir(sys.argv[1]): os.unlink(f'{sys.argv[1]}/{name}')\n\
                      print('done', flush=True)\n\
                      sys.stdin.read()\n";
        let mut command = Command::new("sh");
        // The group first, so that everything that it does is done there.
        command.args(["-c", "[ -z \"$0\" ] || echo $$ > \"$0\" && exec \"$@\""]);
        command.arg(if inside { self.group.join("cgroup.procs") } else { PathBuf::new() });
        command.args(["python3", "-c", script]).arg(tree);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        Process(child.expect("sh starts"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Its processes were waited for; the kernel may take a moment to forget them.
        let start = Instant::now();
        while fs::remove_dir(&self.group).is_err() && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(PAUSE);
        }
    }
}

fn cgroup2() -> PathBuf {
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("the mounts");
    let mount = mounts.lines().find_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        kind.starts_with("cgroup2 ").then(|| mount.split(' ').nth(4))?
    });
    PathBuf::from(mount.expect("cgroup2 is mounted"))
}

/// A process of the test's own; ended when dropped.
pub struct Process(Child);

impl Process {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits until it has unlinked its files.
    pub fn wait_done(&mut self) {
        let mut said = [0; 4];
        let out = self.0.stdout.as_mut().expect("a pipe");
        out.read_exact(&mut said).expect("it lives until it is done");
    }

    pub fn runs(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_none()
    }

    /// Lets it go and waits for its end.
    pub fn end(mut self) -> ExitStatus {
        drop(self.0.stdin.take());
        self.0.wait().expect("a child")
    }

    /// Waits for its end without letting it go.
    pub fn ended(&mut self) -> ExitStatus {
        wait("end of the process", || self.0.try_wait().expect("a child"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // A process that has ended was waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A daemon that runs; ended when dropped.
pub struct Daemon {
    child: Process,
    lines: Arc<Mutex<Vec<Value>>>,
    address: String,
    token: String,
}

impl Daemon {
    /// Starts it and waits until it watches.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let log = lines.clone();
        std::thread::spawn(move || {
            for line in out.lines() {
                let line = line.expect("UTF-8");
                let value = serde_json::from_str(&line).expect("a JSON object a line");
                log.lock().expect("no panic").push(value);
            }
        });
        let mut daemon =
            Daemon { child: Process(child), lines, address: String::new(), token: String::new() };
        let started = daemon.event(|event| event["event"] == "started");
        daemon.address = started["listen"].as_str().expect("an address").to_owned();
        let token = started["token"].as_str().expect("a path");
        daemon.token = fs::read_to_string(token).expect("a token").trim().to_owned();
        wait("first period", || daemon.get("/healthz").starts_with("HTTP/1.1 200").then_some(()));
        daemon
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Every line of its log so far.
    pub fn log(&self) -> Vec<Value> {
        self.lines.lock().expect("no panic").clone()
    }

    /// The first line of its log that is wanted, when it comes.
    pub fn event(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let log = self.log();
            if let Some(event) = log.iter().find(|event| wanted(event)) {
                return event.clone();
            }
            assert!(start.elapsed() < PATIENCE && self.child.runs(), "its log is {log:#?}");
            std::thread::sleep(PAUSE);
        }
    }

    /// Head and body of an answer.
    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\n\r\n",
            self.token
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    pub fn state(&self) -> Value {
        let answer = self.get("/state");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        serde_json::from_str(body).expect("JSON")
    }

    /// Sends a signal and waits for the end.
    pub fn signal(&mut self, name: &str) -> ExitStatus {
        let pid = self.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(sent.expect("kill starts").success());
        self.child.ended()
    }
}
