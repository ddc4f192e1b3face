//! The control group is removed, and perhaps made anew, while the program looks at it.
//!
//! What must hold: the daemon says that it watches nothing; nobody else is looked at or harmed, also
//! not in a group that has the old one's name; a daemon that starts anew watches the new one.

use dslc_agent::plant::Plant;

use crate::support::program::Spec;
use crate::support::{FIRST_UNLINK, Site};

#[test]
fn a_group_that_is_gone_is_said_to_be() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b"]);
    site.victim("unlink {in}/a sleep").end_killed();
    site.wait_empty();
    std::fs::remove_dir(site.cgroup.path()).unwrap();
    let said = site.kernel.measure().unwrap_err().to_string();
    let group = site.cgroup.path().display().to_string();
    assert!(said.contains(&group) && said.contains("start the daemon again"), "{said}");
    site.kernel.set_price(1).unwrap();

    std::fs::create_dir(site.cgroup.path()).unwrap();
    let said = site.kernel.measure().unwrap_err().to_string();
    assert!(said.contains("another one was made in its place"), "{said}");
    let mut other = site.victim("unlink {in}/b say done sleep");
    assert_eq!(other.listen(), "done");
    assert!(!site.tainted(other.id()));
    drop(other);

    let mut anew = site.anew();
    anew.files(&["inside/a"]);
    let victim = anew.victim("unlink {in}/a sleep");
    anew.wait_tainted(victim.id());
    assert_eq!(anew.kernel.measure().unwrap().members, 1);
}
