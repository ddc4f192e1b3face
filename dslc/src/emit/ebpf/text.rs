//! Text of a spec inside a C file.

/// Text for the inside of a comment: on one line, and unable to end it.
pub fn comment(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("*/", "* /").replace("/*", "/ *")
}

/// A string literal. What is not a letter, a digit or plain punctuation is written in octal, always
/// with three digits, so that no escape runs into what follows.
pub fn string(text: &str) -> String {
    let mut literal = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'-' | b'_' | b'.' | b'/' => {
                literal.push(char::from(byte));
            }
            _ => literal.push_str(&format!("\\{byte:03o}")),
        }
    }
    literal.push('"');
    literal
}

/// Whether a name can be an identifier.
pub fn is_identifier(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit())
}

/// Whether a source has `name` as a word.
pub fn names(source: &str, name: &str) -> bool {
    source.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_be_left() {
        assert_eq!(comment("taint on write\n  under \"/a*/b\""), "taint on write under \"/a* /b\"");
        assert!(!comment("**//").contains("*/"));
    }

    #[test]
    fn a_string_says_its_bytes() {
        assert_eq!(string("post\"gres\\"), r#""post\042gres\134""#);
        assert_eq!(string("ö1"), r#""\303\2661""#);
    }

    #[test]
    fn a_name_is_looked_for_as_a_word() {
        assert!(names("struct stats *stats_;", "stats"));
        assert!(!names("struct stats_ x;", "stats"));
        assert!(is_identifier("price_dwell") && !is_identifier("2x") && !is_identifier("a-b"));
    }
}
