//! Names that are nearly right.

/// The known name nearest to `name`, when it is near enough to be what was meant.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = name.chars().count();
    // A third of the letters may be wrong, and the case of all of them.
    let most = (length / 3).max(1);
    let distance = |other: &str| {
        if other.to_lowercase() == name.to_lowercase() {
            0
        } else {
            strsim::damerau_levenshtein(other, name)
        }
    };
    known
        .into_iter()
        .filter(|other| *other != name)
        .map(|other| (distance(other), other))
        // Of a name of one letter nothing would be left.
        .filter(|&(d, other)| d <= most && (d < length.min(other.chars().count()) || d == 0))
        .min()
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_near_is_found_and_what_is_far_is_not() {
        let known = ["exposure", "reserve", "x"];
        assert_eq!(nearest("exposre", known), Some("exposure"));
        assert_eq!(nearest("Reserve", known), Some("reserve"));
        assert_eq!(nearest("reserv", known), Some("reserve"));
        assert_eq!(nearest("X", known), Some("x"));
        assert_eq!(nearest("y", known), None);
        assert_eq!(nearest("capacity", known), None);
    }
}
