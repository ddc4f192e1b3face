//! Emitters: each turns a certified plan into the text of artefacts, and nothing else. None reads a
//! file, runs a tool, or knows another.

pub mod coq;
pub mod k8s;
mod template;

/// A file to be written under `generated/<fibre>/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the fibre's folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub contents: Vec<u8>,
}

impl Artifact {
    /// A text file.
    pub fn text(path: impl Into<String>, contents: String) -> Self {
        Artifact { path: path.into(), contents: contents.into_bytes() }
    }
}
