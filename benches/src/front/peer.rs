//! CVXPY in a process of its own, one thread, asked over pipes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::corpus::Corpus;

/// The other side.
pub struct Peer {
    /// Its version.
    pub version: String,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Holds the corpus as long as the child may read it.
    _corpus: tempfile::NamedTempFile,
}

impl Peer {
    /// Starts it by the interpreter that `BENCH_PYTHON` names.
    pub fn start(corpus: &Corpus) -> Result<Self, String> {
        let python = std::env::var("BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/front/peer.py");
        let mut file = tempfile::NamedTempFile::new().map_err(|e| e.to_string())?;
        file.write_all(corpus.document().as_bytes()).map_err(|e| e.to_string())?;
        let mut child = Command::new(&python)
            .arg(script)
            .arg(file.path())
            .env("OMP_NUM_THREADS", "1")
            .env("OPENBLAS_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{python}: {e}"))?;
        let input = child.stdin.take().ok_or("no pipe")?;
        let output = BufReader::new(child.stdout.take().ok_or("no pipe")?);
        let mut peer = Peer { version: String::new(), child, input, output, _corpus: file };
        peer.version = peer.answer()?["version"].as_str().unwrap_or_default().to_owned();
        Ok(peer)
    }

    /// Has it do a stage.
    pub fn ask(&mut self, stage: &str) -> Result<Value, String> {
        writeln!(self.input, "{stage}").map_err(|e| e.to_string())?;
        self.input.flush().map_err(|e| e.to_string())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|e| e.to_string())?;
        serde_json::from_str(&line).map_err(|_| format!("CVXPY's side answered `{line}`"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its own child.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds, or a count, that an answer gives.
pub fn figure(answer: &Value, part: &str) -> f64 {
    answer[part].as_f64().unwrap_or(f64::NAN)
}
