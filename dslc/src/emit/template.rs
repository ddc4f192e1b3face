//! Renders the templates that ship inside the compiler.

use include_dir::{Dir, include_dir};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::EmitError;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../templates");

/// Renders `templates/<path>`. A name that the context lacks is an error, not an empty string.
pub fn render(path: &str, context: impl Serialize) -> Result<String, EmitError> {
    try_render(path, context).map_err(|error| EmitError(format!("template {path}: {error:#}")))
}

fn try_render(path: &str, context: impl Serialize) -> Result<String, Error> {
    let source = TEMPLATES.get_file(path).and_then(|file| file.contents_utf8());
    let source = source.ok_or_else(|| Error::new(ErrorKind::TemplateNotFound, path.to_owned()))?;
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(syntax);
    environment.render_named_str(path, source, Serde(context))
}
