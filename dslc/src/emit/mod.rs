//! Emitters: each turns a certified plan into the text of artefacts and nothing else.

/// A file to be written under `generated/<fibre>/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the fibre's folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub contents: Vec<u8>,
}
