//! The page of each code: what it means, a spec that earns it, how to mend that spec.

use include_dir::{Dir, include_dir};

use super::Code;

static PAGES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/diag/pages");

/// The code's page, in Markdown.
pub fn page(code: Code) -> Option<&'static str> {
    PAGES.get_file(format!("{code}.md"))?.contents_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes::ROWS;

    #[test]
    fn every_code_has_a_page_that_starts_with_its_title() {
        let lacking: Vec<_> = ROWS
            .iter()
            .filter(|row| {
                let heading = format!("# {}: {}\n", row.code, row.title);
                !page(row.code).is_some_and(|page| page.starts_with(&heading))
            })
            .map(|row| {
                format!("pages/{}.md must start with `# {}: {}`", row.code, row.code, row.title)
            })
            .collect();
        assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    }

    #[test]
    fn every_page_belongs_to_a_code() {
        for file in PAGES.files() {
            let stem = file.path().file_stem().and_then(|stem| stem.to_str());
            assert!(stem.and_then(Code::parse).is_some(), "{} has no row", file.path().display());
        }
    }

    #[test]
    fn codes_are_listed_once_and_in_order() {
        assert!(ROWS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
