//! Renders the templates that ship inside the compiler.

use include_dir::{Dir, include_dir};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../templates");

/// Renders `templates/<path>`. A name that the context lacks is an error, not an empty string.
pub fn render(path: &str, context: impl Serialize) -> Result<String, minijinja::Error> {
    let source = TEMPLATES.get_file(path).and_then(|file| file.contents_utf8());
    let source = source.ok_or_else(|| {
        minijinja::Error::new(minijinja::ErrorKind::TemplateNotFound, path.to_owned())
    })?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_keep_trailing_newline(true);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.render_named_str(path, source, context)
}
