//! The page of a code on a terminal: its Markdown as headings, blocks and emphasis.

use std::fmt::Write;

const BOLD: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";

/// The page with its heading bold, and code in a colour instead of in marks.
pub fn styled(page: &str) -> String {
    let mut text = String::with_capacity(page.len() + 256);
    let mut block = false;
    for line in page.lines() {
        // Writing into a text cannot fail.
        let _ = match line.strip_prefix("# ") {
            _ if line.starts_with("```") => {
                block = !block;
                continue;
            }
            _ if block => writeln!(text, "    {CODE}{line}{PLAIN}"),
            Some(heading) => writeln!(text, "{BOLD}{}{PLAIN}", heading.replace('`', "")),
            None => writeln!(text, "{}", inline(line)),
        };
    }
    text
}

/// A line whose parts between backticks are coloured.
fn inline(line: &str) -> String {
    let parts = line.split('`').enumerate();
    let part = |(at, part): (usize, &str)| match at % 2 {
        1 => format!("{CODE}{part}{PLAIN}"),
        _ => part.to_owned(),
    };
    parts.map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes::ROWS;
    use crate::diag::pages;

    #[test]
    fn no_mark_is_left_of_a_page_and_no_word_lost() {
        for row in ROWS {
            let page = pages::page(row.code).unwrap_or_default();
            let shown = styled(page);
            assert!(!shown.contains('`') && !shown.contains("# N0"), "{shown}");
            assert_eq!(shown.matches("\x1b[").count() % 2, 0);
            let bare = [BOLD, CODE, PLAIN].iter().fold(shown, |text, mark| text.replace(mark, ""));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let fence = |line: &&str| !line.starts_with("```");
            let page: Vec<_> = page.lines().filter(fence).collect();
            let page = page.join("\n").replacen("# ", "", 1).replace('`', "");
            assert_eq!(words(&bare), words(&page), "{}", row.code);
        }
    }
}
