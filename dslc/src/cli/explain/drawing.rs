//! `dslc explain --graph`: the coupling graph as a picture.

mod clusters;
mod dot;
mod layout;
mod picture;
mod svg;

use std::path::{Path, PathBuf};

use crate::cli::output::Output;
use crate::cli::spec::Checked;
use crate::cli::{Exit, whole_file};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::Span;
use picture::Picture;

/// A way to write a picture.
#[derive(Clone, Copy, Debug)]
struct Format {
    extension: &'static str,
    write: fn(&Picture) -> String,
}

/// Every one.
const FORMATS: &[Format] = &[
    Format { extension: "svg", write: svg::write },
    Format { extension: "dot", write: dot::write },
];

/// Where a picture goes, and how it is written there.
#[derive(Clone, Debug)]
pub struct Target {
    path: PathBuf,
    format: Format,
}

/// Reads a path whose extension names a format.
pub fn target(path: &str) -> Result<Target, String> {
    let path = PathBuf::from(path);
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match FORMATS.iter().find(|format| format.extension == extension) {
        Some(format) => Ok(Target { format: *format, path }),
        None => {
            let known: Vec<_> =
                FORMATS.iter().map(|format| format!("`.{}`", format.extension)).collect();
            Err(format!("its extension says what is drawn: {}", known.join(" or ")))
        }
    }
}

/// Draws the coupling graph of a spec; the error is how the command ends.
pub fn draw(spec: &Checked, target: &Target, out: &Output) -> Result<(), Exit> {
    let picture = Picture::of(spec).map_err(|why| {
        let message = format!("there is no coupling graph to draw: {why}");
        let diagnostic = Diagnostic::error(codes::NOT_EMITTED, Span::default(), message);
        out.problem(spec.sources.main().name(), diagnostic);
        Exit::SpecErrors
    })?;
    let text = (target.format.write)(&picture);
    whole_file::write(&target.path, text.as_bytes()).map_err(|error| {
        out.problem(&shown(&target.path), unwritable(&target.path, &error));
        Exit::Outside
    })?;
    out.remark(&format!("{}: {}", shown(&target.path), picture.remark));
    Ok(())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("cannot write `{}`: {error}", path.display());
    Diagnostic::error(codes::OUTPUT_UNWRITABLE, Span::default(), message)
}
