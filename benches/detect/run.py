"""One case: a fresh tree, a fresh group, a fresh daemon, the command, and what became of the files."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cases import Opponent
from checksums import contents, lost
from daemon import Daemon
from group import Group

# Seconds: a command may take so long; so may what prepares and checks it.
LIMIT = 180
# Files are older than any rule asks for before anything runs.
AGE = 2.5
# What is stopped is watched for so long, in case it goes on.
STOPPED = 2
POLL = 0.05
# Acts after which a bucket does not run until somebody decides.
STOPS = {"ask", "freeze"}


@dataclass(frozen=True)
class Setting:
    """What all cases share."""

    pristine: Path
    folder: Path
    programs: Path
    daemon: Path | None
    # The trees of its spec, in whose place the case's tree stands.
    trees: frozenset
    observe_only: bool


@dataclass
class Result:
    """What a case came to; times in seconds from its start, as the daemon's log told them."""

    name: str
    kind: str
    opponent: bool
    separable: bool
    files: int = 0
    lost: int = 0
    # done | ended with STATUS (negative: by a signal) | stopped | limit
    end: str = ""
    correct: bool = True
    seconds: float = 0
    acts: list = field(default_factory=list)
    overdue: int = 0
    peaks: dict = field(default_factory=dict)
    rules: list = field(default_factory=list)
    trouble: dict = field(default_factory=dict)
    output: str = ""

    def acted(self, act: str) -> bool:
        return any(entry["act"] == act for entry in self.acts)

    def json(self):
        return asdict(self)


def run(case, setting: Setting) -> Result:
    """Runs a case and removes all that it made."""
    opponent = isinstance(case, Opponent)
    result = Result(case.name, case.kind, opponent, getattr(case, "separable", True))
    memory = Path(tempfile.mkdtemp(prefix="dslc-detect-", dir="/dev/shm"))
    place = Path(tempfile.mkdtemp(prefix="case-", dir=setting.folder))
    try:
        tree, beside = place / "tree", place / "beside"
        beside.mkdir(mode=0o700)
        subprocess.run(["cp", "-a", "--reflink=auto", setting.pristine, tree], check=True)
        environment = surroundings(tree, beside, memory, setting)
        if not opponent and case.prepare:
            shell(case.prepare, tree, environment, place / "prepared")
        before = contents(tree)
        result.files = before.total()
        time.sleep(AGE)
        with Group() as group, contextlib.ExitStack() as stack:
            daemon = None
            if setting.daemon:
                daemon = stack.enter_context(Daemon(setting.daemon, group.path, dict.fromkeys(setting.trees, tree), place, setting.observe_only))
            watch(case, group, daemon, tree, environment, place / "output", result)
        result.output = (place / "output").read_text(errors="replace")[-400:]
        result.lost = lost(before, contents(tree))
        if not opponent:
            result.correct = result.end == "done" and correct(case, tree, environment, place / "checked")
        return result
    finally:
        shutil.rmtree(place)
        shutil.rmtree(memory)


def surroundings(tree, beside, memory, setting):
    """The environment of a case's commands: see cases.py."""
    home = Path.home()
    tools = {"CARGO_HOME": home / ".cargo", "RUSTUP_HOME": home / ".rustup"}
    own = {"T": tree, "W": beside, "M": memory, "B": setting.programs, "HOME": beside, "TMPDIR": beside}
    fixed = {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "key": "k"}
    # As it is for a service: no one's desktop, agent or configuration.
    kept = {"PATH": os.environ["PATH"]}
    return kept | {name: os.environ.get(name, str(path)) for name, path in tools.items()} | {name: str(path) for name, path in own.items()} | fixed


def shell(command, tree, environment, output):
    """Runs a command outside of the group; it must succeed."""
    with open(output, "wb") as file:
        done = subprocess.run(["sh", "-euc", command], cwd=tree, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=LIMIT)
    if done.returncode:
        raise RuntimeError(f"`{command}` failed: {output.read_text(errors='replace')[-600:]}")


def correct(case, tree, environment, output):
    try:
        shell(case.check or "true", tree, environment, output)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return print(f"  {case.name}: {error}", flush=True) or False
    return True


def watch(case, group, daemon, tree, environment, output, result):
    """Lets the command run until it has ended, was stopped for good, or takes too long."""
    with open(output, "wb") as file:
        started = time.monotonic()
        child = group.start(case.command, tree, environment, file)
    stopped_at = None
    while True:
        now = time.monotonic()
        if daemon:
            for record in daemon.happened():
                note(record, started, result)
            for member in daemon.members():
                peak(result, member)
            waiting = [entry for entry in result.acts if entry["act"] in STOPS and not entry["released"]]
            if not isinstance(case, Opponent):
                # A person who is asked about ordinary work lets it go on; so does one who sees it frozen.
                for entry in waiting:
                    entry["released"] = daemon.release(entry["bucket"])
            elif waiting and stopped_at is None:
                stopped_at = now
        if child.poll() is not None and group.empty():
            result.end = "done" if child.returncode == 0 else f"ended with {child.returncode}"
            break
        if stopped_at is not None and now - stopped_at > STOPPED:
            result.end = "stopped"
            break
        if now - started > LIMIT:
            result.end = "limit"
            break
        time.sleep(POLL)
    result.seconds = round(time.monotonic() - started, 2)
    group.kill()
    child.wait()
    if daemon:
        # What was done at the very end is still on its way.
        time.sleep(0.3)
        for record in daemon.happened():
            note(record, started, result)


def peak(result, bucket):
    for name, points in bucket.get("evidence", {}).items():
        result.peaks[name] = round(max(points, result.peaks.get(name, 0)), 1)


def note(record, started, result):
    """Takes what matters of one record of the log."""
    event = record["event"]
    if event in ("tainted", "acted", "overdue", "cleared", "exited"):
        peak(result, record)
    if event == "tainted" and record["rule"] not in result.rules:
        result.rules.append(record["rule"])
    elif event == "acted":
        kept = ("act", "path", "comm", "bucket", "lost", "dwell_seconds")
        result.acts.append({name: record.get(name) for name in kept} | {"at": round(record["at"] - started, 3), "released": False})
    elif event == "overdue":
        result.overdue += 1
    elif event == "trouble":
        result.trouble[record["kind"]] = record["total"]
    elif event == "ended":
        result.trouble["the daemon ended"] = 1
