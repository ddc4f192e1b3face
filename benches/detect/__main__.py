"""./dev bench detect: how many files opponents destroy, and which ordinary work is hit.

    ./dev bench detect                      the part for tuning
    ./dev bench detect --part report        the part that nothing is tuned on
    ./dev bench detect --case "in place"    cases by name
    ./dev bench detect --no-daemon          a test of the bench: every case unhindered
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from cases import PARTS, part
from daemon import build, trees
from opponents import OPPONENTS
from report import markdown
from run import Setting, run
from tree import pristine
from workloads import WORKLOADS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TREE_SEED = 7


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench detect", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=[*PARTS, "all"], default=PARTS[0])
    parser.add_argument("--case", action="append", help="only cases of this name, of either part; may be repeated")
    parser.add_argument("--only", choices=["opponents", "workloads"])
    parser.add_argument("--no-daemon", action="store_true", help="nobody watches: opponents must destroy all, work must succeed")
    parser.add_argument("--observe-only", action="store_true", help="the daemon only tells")
    parser.add_argument("--spec", type=Path, default=ROOT / "examples/dwell.num")
    parser.add_argument("--daemon", type=Path, help="a daemon that was built from --spec already")
    parser.add_argument("--dslc", type=Path, default=ROOT / "target/release/dslc")
    parser.add_argument("--folder", type=Path, default=ROOT / "target/detect", help="where trees stand: on the file system to be tried")
    parser.add_argument("--share", type=int, default=1, help="one in so many files, for a quick look at opponents; figures are of 1")
    parser.add_argument("--out", type=Path, help="JSON lines, one for each case")
    return parser.parse_args()


def chosen(asked):
    kinds = {"opponents": OPPONENTS, "workloads": WORKLOADS}
    for name, cases in kinds.items():
        if asked.only not in (None, name):
            continue
        if asked.case:
            yield from (case for case in cases if case.name in asked.case)
        else:
            yield from cases if asked.part == "all" else part(cases, asked.part)


def programs(folder: Path) -> Path:
    """Compiles the opponents in C and lays those in Python and shell beside them."""
    built = folder / "programs"
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    for source in sorted((HERE / "opponents").iterdir()):
        if source.suffix == ".c":
            subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", built / source.stem, source, "-luring"], check=True)
        elif source.suffix in (".py", ".sh"):
            shutil.copy(source, built)
    shutil.copy(HERE / "workloads/save.py", built)
    return built


def unhindered(results, cases):
    """Names of cases that do not do what they are there for even when nobody watches."""
    for case, result in zip(cases, results):
        if result.opponent:
            least = min(result.files, case.destroys or result.files)
            if result.lost < least or (result.end == "limit" and case.destroys is None):
                yield f"{case.name}: {result.lost} of {result.files} lost, {result.end}: {result.output}"
        elif not result.correct:
            yield f"{case.name}: {result.end}: {result.output}"


def main():
    # What a case started and made is removed also when the bench is asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = arguments()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    cases = list(chosen(asked))
    if not cases:
        sys.exit("no case has this name")
    daemon = asked.daemon and asked.daemon.resolve()
    if not (daemon or asked.no_daemon):
        daemon = build(asked.dslc.resolve(), asked.spec.resolve(), folder / "built")
    setting = Setting(pristine(folder, TREE_SEED, asked.share), folder, programs(folder), daemon, frozenset(trees(asked.spec)), asked.observe_only)
    out = asked.out or folder / "results.jsonl"
    results = []
    with open(out, "w") as lines:
        for number, case in enumerate(cases, 1):
            result = run(case, setting)
            results.append(result)
            lines.write(json.dumps(result.json()) + "\n")
            lines.flush()
            acts = ", ".join(sorted({entry["act"] for entry in result.acts})) or "no act"
            print(f"{number:3}/{len(cases)} {case.name}: {result.lost} lost, {result.end}, {acts}, {result.seconds} s", file=sys.stderr, flush=True)
    if asked.no_daemon:
        failed = list(unhindered(results, cases))
        print("\n".join(failed) or f"all {len(cases)} cases do what they are there for")
        sys.exit(bool(failed))
    print(markdown(results))


main()
