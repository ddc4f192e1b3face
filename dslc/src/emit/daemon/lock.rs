//! The versions that a daemon is built from: the same for each, but for the daemon's own entry.

/// Written by `scripts/daemon-lock.sh`, without an entry of the daemon.
const LOCK: &str = include_str!("../../../../templates/daemon/Cargo.lock");

const ENTRY: &str = "[[package]]\n";

/// The lock file of a daemon of this name: cargo wants the entries in the order of their names.
pub fn with_program(program: &str) -> String {
    let own = format!(
        "name = \"{program}\"\nversion = \"0.1.0\"\ndependencies = [\n \"dslc-agent\",\n]\n"
    );
    let mut parts = LOCK.split(ENTRY).map(|part| part.trim_end_matches('\n'));
    let header = parts.next().unwrap_or_default();
    let mut entries: Vec<&str> = parts.chain([own.trim_end_matches('\n')]).collect();
    entries.sort_by_key(|entry| entry.lines().next());
    let entries: Vec<String> = entries.iter().map(|entry| format!("{ENTRY}{entry}\n")).collect();
    format!("{header}\n\n{}", entries.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemon_stands_in_its_place_whatever_its_name() {
        for program in ["aaa_user", "dwell_user", "zzz_user"] {
            let lock = with_program(program);
            let names: Vec<&str> =
                lock.lines().filter(|line| line.starts_with("name = ")).collect();
            assert!(names.is_sorted(), "{program}");
            assert!(names.contains(&format!("name = \"{program}\"").as_str()));
            assert_eq!(lock.matches(ENTRY).count(), LOCK.matches(ENTRY).count() + 1);
        }
    }
}
