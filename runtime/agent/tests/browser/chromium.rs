//! A headless Chromium with a profile of its own, driven over a pipe by the DevTools protocol.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What does not come by then will not come.
const PATIENCE: Duration = Duration::from_secs(120);
const OPTIONS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
];

/// A browser with one page; it ends when dropped.
pub struct Chromium {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<Value>,
    session: Option<String>,
    sent: u64,
    _profile: TempDir,
}

impl Chromium {
    /// Opens `url` in a window of `width` by `height`.
    pub fn open(url: &str, width: u32, height: u32) -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("sh");
        // Commands are read from descriptor 3 and answered on 4; each ends in a 0.
        command.args([
            "-c",
            "exec chromium \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1",
            "chromium",
        ]);
        command.args(OPTIONS).arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(format!("--window-size={width},{height}"));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromium, from the Debian package of that name");
        let commands = child.stdin.take().expect("a pipe");
        let mut out = child.stdout.take().expect("a pipe");
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut message, mut bytes) = (Vec::new(), [0; 4096]);
            while let Ok(count @ 1..) = out.read(&mut bytes) {
                for byte in &bytes[..count] {
                    if *byte != 0 {
                        message.push(*byte);
                    } else if let Ok(value) = serde_json::from_slice(&std::mem::take(&mut message))
                    {
                        // Who waits may have gone.
                        let _ = sender.send(value);
                    }
                }
            }
        });
        let mut browser =
            Chromium { child, commands, answers, session: None, sent: 0, _profile: profile };
        let target = browser.call("Target.createTarget", &json!({ "url": url }));
        let target = &target["targetId"];
        let attached =
            browser.call("Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        browser.call("Page.enable", &json!({}));
        browser
    }

    /// Calls a method of the protocol; its result.
    pub fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = serde_json::to_vec(&message).expect("JSON");
        bytes.push(0);
        self.commands.write_all(&bytes).expect("it reads");
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let answer = self.answers.recv_timeout(left);
            let answer = answer.unwrap_or_else(|error| panic!("{method}: {error}"));
            if answer["id"] == self.sent {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// What an expression of JavaScript is, once that is neither null, false, 0 nor "".
    pub fn wait(&mut self, expression: &str) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let value = self.evaluate(expression);
            if ![json!(null), json!(false), json!(0), json!("")].contains(&value) {
                return value;
            }
            if Instant::now() > end {
                let page = self.evaluate("document.documentElement.outerHTML");
                panic!("never true: {expression}\n{page}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What an expression of JavaScript is; the page's errors are the test's.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let call = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", &call);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Its pipe ends with this process at the latest, and it with its pipe.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
