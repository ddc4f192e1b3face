//! From OpenMetrics to the older text format that every Prometheus tool reads.

use std::collections::HashSet;

/// OpenMetrics text in the Prometheus format 0.0.4, which has no unit lines and no end mark, and
/// names the family of a counter as its sample.
pub fn classic(open: &str) -> String {
    let counters: HashSet<&str> = open
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"))
        .collect();
    let mut text = String::with_capacity(open.len());
    for line in open.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("EOF" | "UNIT"), ..) => continue,
            (Some("#"), Some(keyword), Some(name), Some(rest)) if counters.contains(name) => {
                text.push_str(&format!("# {keyword} {name}_total {rest}"));
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::classic;

    #[test]
    fn counters_take_the_name_of_their_sample_and_units_go() {
        let open = "# HELP kills Kills.\n# TYPE kills counter\nkills_total{a=\"# TYPE x counter\"} 1\n\
                    # HELP use_seconds Use.\n# TYPE use_seconds gauge\n# UNIT use_seconds seconds\n\
                    use_seconds 0.5\n# EOF\n";
        let text = "# HELP kills_total Kills.\n# TYPE kills_total counter\n\
                    kills_total{a=\"# TYPE x counter\"} 1\n\
                    # HELP use_seconds Use.\n# TYPE use_seconds gauge\nuse_seconds 0.5\n";
        assert_eq!(classic(open), text);
    }
}
