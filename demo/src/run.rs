//! The demo from beginning to end.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cgroup::Cgroup;
use crate::daemon::{Daemon, State};
use crate::opponent::CONSENT;
use crate::pipeline::{self, Compiler};
use crate::summary::{Sample, Summary};
use crate::table::Table;
use crate::tree::Tree;
use crate::workloads::{self, Running};
use crate::{Args, Failure, Result, picture};

/// Between two looks at the daemon.
const LOOK: Duration = Duration::from_millis(20);
/// Work that is not done by then has hung.
const LONGEST: Duration = Duration::from_secs(40);
/// The price is watched for this long before and after the work.
const QUIET: Duration = Duration::from_millis(1_500);
/// The spec's rules look at files untouched for 2 s.
const AGE: Duration = Duration::from_millis(2_100);

/// Runs the demo; everything it made is gone when it returns.
pub fn demo(args: &Args) -> Result<()> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted))
            .map_err(Failure::because("cannot catch signals"))?;
    }
    let compiler = Compiler::new(&args.spec)?;
    println!("building {}", args.spec.display());
    let built = compiler.build()?;
    let generated = built.output;
    let proof = compiler.prove()?;

    let folder = tempfile::tempdir().map_err(Failure::because("no temporary folder"))?;
    let guarded = folder.path().join("srv");
    let tree = prepare(&guarded, args.files)?;
    println!("guarding {} files; the opponent starts when they are 2 s old", tree.len());
    wait(AGE, &interrupted)?;

    let group = Cgroup::create()?;
    let program = daemon_program(&generated)?;
    let daemon = Daemon::start(&program, group.path(), &guarded, folder.path())?;
    let price = pipeline::instrumented_price(
        &generated,
        &Daemon::price_page(folder.path()),
        folder.path(),
    )?;

    let mut scene =
        Scene { daemon: &daemon, samples: Vec::new(), table: Table::new(), start: Instant::now() };
    scene.watch(QUIET, &interrupted)?;
    let mut work = workloads::start(&guarded, &group)?;
    let mut opponent = start_opponent(&group, &tree, args.workers)?;
    let attack = scene.start.elapsed();
    scene.until_done(&mut opponent, &mut work, &interrupted)?;
    scene.watch(QUIET, &interrupted)?;
    let samples = scene.samples;
    let kills = daemon.kills();
    daemon.stop()?;

    let summary = Summary {
        files: tree.len(),
        lost: tree.lost(),
        kills,
        attack_seconds: attack.as_secs_f64(),
        ordinary: work.into_iter().map(Running::outcome).collect(),
        proof,
        hpa_valid: built.done.iter().any(|done| done == "autoscaler valid"),
        pass_price: price,
        samples,
    };
    picture::draw(&args.svg, &summary)?;
    summary.print(&args.svg);
    if let Some(file) = &args.json {
        summary.write(file)?;
    }
    summary.verdict()
}

fn prepare(guarded: &Path, files: usize) -> Result<Tree> {
    let tree = Tree::make(&guarded.join("files"), files, 1)?;
    std::fs::write(tree.root().join(CONSENT), "")
        .map_err(Failure::because("cannot mark the tree"))?;
    workloads::prepare(guarded)?;
    Ok(tree)
}

fn wait(time: Duration, interrupted: &AtomicBool) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < time {
        proceed(interrupted)?;
        sleep(LOOK.min(time.saturating_sub(start.elapsed())));
    }
    Ok(())
}

fn proceed(interrupted: &AtomicBool) -> Result<()> {
    if interrupted.load(Ordering::Relaxed) {
        return Err(Failure::new("interrupted; everything it made is removed"));
    }
    Ok(())
}

fn daemon_program(generated: &Path) -> Result<PathBuf> {
    let program = generated.join("daemon/target/release/time_budget_user");
    if program.is_file() {
        Ok(program)
    } else {
        Err(Failure::new(format!("{} was not built", program.display())))
    }
}

fn start_opponent(group: &Cgroup, tree: &Tree, workers: usize) -> Result<Child> {
    let own = std::env::current_exe().map_err(Failure::because("where am I"))?;
    group
        .command(own)
        .arg("opponent")
        .arg(tree.root())
        .arg(workers.to_string())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(Failure::because("cannot start the opponent"))
}

/// The daemon and what was seen of it.
struct Scene<'a> {
    daemon: &'a Daemon,
    samples: Vec<Sample>,
    table: Table,
    start: Instant,
}

impl Scene<'_> {
    fn look(&mut self, tasks: &[(String, &str)]) -> Result<()> {
        let state: State = self.daemon.state()?;
        let seconds = self.start.elapsed().as_secs_f64();
        self.table.show(seconds, &state, tasks);
        self.samples.push(Sample::of(seconds, &state));
        Ok(())
    }

    fn watch(&mut self, time: Duration, interrupted: &AtomicBool) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < time {
            proceed(interrupted)?;
            self.look(&[])?;
            sleep(LOOK);
        }
        Ok(())
    }

    fn until_done(
        &mut self,
        opponent: &mut Child,
        work: &mut [Running],
        interrupted: &AtomicBool,
    ) -> Result<()> {
        let start = Instant::now();
        loop {
            proceed(interrupted)?;
            let fighting = matches!(opponent.try_wait(), Ok(None));
            let mut tasks = vec![("opponent".to_owned(), doing(fighting, "gone"))];
            tasks.extend(
                work.iter_mut().map(|work| (work.name().to_owned(), doing(!work.ended(), "done"))),
            );
            self.look(&tasks)?;
            if !fighting && work.iter_mut().all(Running::ended) {
                return Ok(());
            }
            if start.elapsed() > LONGEST {
                return Err(Failure::new("the work did not end in time"));
            }
            sleep(LOOK);
        }
    }
}

fn doing(running: bool, ended: &'static str) -> &'static str {
    if running { "running" } else { ended }
}
