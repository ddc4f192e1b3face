//! What is counted of the files that a process destroys, and what is not: a row for each way.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Instant;

use dslc_agent::kernel::Sights;
use dslc_agent::plant::Plant;
use tempfile::TempDir;

use crate::support::program::Spec;
use crate::support::{PATIENCE, Site};

/// Files of a row.
const FILES: u32 = 6;
const OPPONENT: &str = include_str!("support/opponent.py");
const RING: &str = include_str!("support/ring.c");
/// Plain text for the files.
const TEXT: &str = include_str!("support/victim.c");
const TEXT_BYTES: usize = 3_000;

/// What must be seen of all files: random, encoded, container, type lost, unseen, if they are
/// destroyed; none of it if they are only changed by ordinary work.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Means {
    Random,
    Encoded,
    Container,
    TypeLost,
    Unseen,
    /// Destroyed, and nothing else.
    Gone,
    /// Not even that.
    Nothing,
}

use Means::{Container, Encoded, Gone, Nothing, Random, TypeLost, Unseen};

/// Ways of `opponent.py`.
const WAYS: &[(&str, Means)] = &[
    ("in-place", Random),
    ("truncate", Random),
    ("small-writes", Random),
    ("second-half", Random),
    ("rename", Random),
    ("unlink", Random),
    ("children", Random),
    ("hexadecimal", Encoded),
    ("hexadecimal-unlink", Encoded),
    ("base64", Encoded),
    ("base32-rename", Encoded),
    ("ascii85", Encoded),
    ("packed", Container),
    ("false-gzip", Random),
    ("false-zip-unlink", Random),
    ("false-png-rename", Random),
    ("false-jpeg", Random),
    ("mapping", Unseen),
    ("zeros", Gone),
    ("empty", Gone),
];

/// Commands in the folder above `files`: the tool that each needs, what is done before, the command.
const COMMANDS: &[(&str, &str, &str, Means)] = &[
    ("clang-19", "", "../ring files/*", Unseen),
    (
        "openssl",
        "",
        "for f in files/*; do openssl enc -aes-128-ctr -nosalt -K 00112233445566778899aabbccddeeff \
         -iv 00112233445566778899aabbccddeeff -in $f -out $f.x && rm $f; done",
        Random,
    ),
    (
        "openssl",
        "",
        "for f in files/*; do openssl enc -aes-128-ctr -pbkdf2 -k x -in $f -out $f.x && rm $f; done",
        Random,
    ),
    (
        "python3",
        "for f in files/*; do head -c 3000 /bin/true > $f; done",
        "python3 ../opponent.py in-place files",
        TypeLost,
    ),
    ("gzip", "", "gzip files/*", Container),
    ("xz", "", "xz files/*", Container),
    ("bzip2", "", "bzip2 files/*", Container),
    ("zstd", "", "zstd -q --rm files/*", Container),
    ("zip", "", "for f in files/*; do zip -q -m $f.zip $f; done", Container),
    ("rm", "", "cat files/* > /dev/null; rm files/*", Gone),
    ("cp", "mkdir to; cp files/* to; for f in to/*; do echo x >> $f; done", "cp files/* to", Gone),
    ("sed", "", "sed -i s/e/E/g files/*", Gone),
    ("tar", "tar cf a.tar files", "tar xf a.tar", Gone),
    ("cp", "", "cp -r files to", Nothing),
    ("gzip", "", "gzip -k files/*", Nothing),
    ("mv", "mkdir to", "mv files/* to", Nothing),
    ("sh", "", "for f in files/*; do date >> $f; done", Nothing),
];

/// A program that only observes, in trees of processes.
fn site() -> Site {
    let spec = Spec::taint("bucket tree; taint when harm > 20;")
        .replace("variable x[t", "param harm[Task] in 0 .. 24;\nvariable x[t")
        .replace("sum(100 * log", "sum(100 * pos(1 - harm[t] / 24) * log")
        .replace(
            "observe x from",
            "observe harm from evidence {
                half_life 5 min;
                add 2 on replaced as random;
                add 1 on replaced as encoded when source plain;
                add 1 on replaced as container, type_lost, unseen, destroyed;
            }
            observe x from",
        );
    Site::with(&spec, |options| options.observe_only = true)
}

/// A shell in the program's cgroup, or outside.
pub fn shell(site: &Site, inside: bool, folder: &Path, command: &str) -> Child {
    let enter = match inside {
        true => format!("echo $$ > {}", site.cgroup.procs().display()),
        false => "true".to_owned(),
    };
    let script = format!("{enter} && exec sh -c '{command}'");
    Command::new("sh").arg("-c").arg(script).current_dir(folder).spawn().unwrap()
}

pub fn end_well(mut child: Child, what: &str) {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{what} ended with {status}");
            return;
        }
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("{what} still runs");
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

/// Everything that was seen so far, of all members.
pub fn total(site: &Site) -> Sights {
    site.kernel.sights().unwrap().iter().fold(Sights::default(), |sum, one| Sights {
        bucket: 0,
        destroyed: sum.destroyed + one.destroyed,
        replaced: sum.replaced + one.replaced,
        random: sum.random + one.random,
        encoded: sum.encoded + one.encoded,
        container: sum.container + one.container,
        type_lost: sum.type_lost + one.type_lost,
        unseen: sum.unseen + one.unseen,
    })
}

fn is_there(tool: &str) -> bool {
    let found = Command::new("sh").arg("-c").arg(format!("command -v {tool} >/dev/null")).status();
    found.unwrap().success()
}

/// A folder on a file system, with what the commands need beside the one that they work in.
pub struct Ground(TempDir);

impl Ground {
    pub fn new(on: &Path) -> Self {
        let folder = tempfile::tempdir_in(on).unwrap();
        fs::write(folder.path().join("opponent.py"), OPPONENT).unwrap();
        fs::write(folder.path().join("ring.c"), RING).unwrap();
        let built = Command::new("clang-19")
            .args(["-O1", "-o", "ring", "ring.c"])
            .current_dir(folder.path())
            .status();
        assert!(built.unwrap().success());
        Ground(folder)
    }

    /// A folder `files` of plain text in a fresh folder.
    pub fn fresh(&self) -> std::path::PathBuf {
        let work = self.0.path().join("work");
        let _ = fs::remove_dir_all(&work);
        fs::create_dir_all(work.join("files")).unwrap();
        for i in 0..FILES as usize {
            let text = &TEXT.as_bytes()[97 * i..][..TEXT_BYTES + i];
            fs::write(work.join(format!("files/{i}")), text).unwrap();
        }
        work
    }
}

/// Does one row and compares.
fn row(site: &Site, ground: &Ground, before: &str, command: &str, means: Means) {
    let work = ground.fresh();
    end_well(shell(site, false, &work, before), before);
    let then = total(site);
    end_well(shell(site, true, &work, command), command);
    let now = total(site);
    let all = |holds: bool| if holds { FILES } else { 0 };
    let random = matches!(means, Random | TypeLost);
    let replaced = random || matches!(means, Encoded | Container);
    let wanted = Sights {
        bucket: 0,
        destroyed: then.destroyed + all(means != Nothing),
        replaced: then.replaced + all(replaced),
        random: then.random + all(random),
        encoded: then.encoded + all(means == Encoded),
        container: then.container + all(means == Container),
        type_lost: then.type_lost + all(means == TypeLost),
        unseen: then.unseen + all(means == Unseen),
    };
    assert_eq!(now, wanted, "`{command}` on {}; before it {then:?}", work.display());
}

fn all_rows(on: &Path) {
    let site = site();
    let ground = Ground::new(on);
    for (way, means) in WAYS {
        row(&site, &ground, "true", &format!("python3 ../opponent.py {way} files"), *means);
    }
    for (tool, before, command, means) in COMMANDS {
        if is_there(tool) {
            let before = if before.is_empty() { "true" } else { before };
            row(&site, &ground, before, command, *means);
        }
    }
}

#[test]
fn each_way_to_destroy_is_seen_as_what_it_is_on_a_disk() {
    all_rows(Path::new(env!("CARGO_TARGET_TMPDIR")));
}

#[test]
fn each_way_to_destroy_is_seen_as_what_it_is_in_memory() {
    all_rows(Path::new("/dev/shm"));
}

#[test]
fn what_is_seen_adds_points_once_a_file_and_nothing_is_seen_outside() {
    let mut site = site();
    let ground = Ground::new(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let work = ground.fresh();
    end_well(shell(&site, false, &work, "python3 ../opponent.py in-place files"), "outside");
    assert_eq!(site.kernel.sights().unwrap(), []);
    let work = ground.fresh();
    let twice = "python3 ../opponent.py in-place files; python3 ../opponent.py in-place files; \
                 touch done; exec sleep 30";
    let mut child = shell(&site, true, &work, twice);
    crate::support::wait_until("the second pass", || work.join("done").exists());
    let rows = site.kernel.measure().unwrap().rows;
    child.kill().unwrap();
    child.wait().unwrap();
    let [member] = rows.as_slice() else { panic!("not one member: {rows:#?}") };
    assert_eq!(member.lost, FILES);
    // 3 points a file, of which a part has faded.
    let most = (3 * FILES) << 16;
    assert!(member.evidence_q16[0] <= most, "{member:#?}");
    assert!(member.evidence_q16[0] > most / 10 * 9, "{member:#?}");
}
