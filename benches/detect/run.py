"""Opponents and ordinary work under a generated daemon: files lost, acts, time to act.

    run.py --daemon PROGRAM [--part tune|report] [--only NAME] [--observe-only] [--json FILE]
    run.py --no-daemon        the bench itself: every opponent destroys all, all work succeeds

Cases are split once, by SEED: policy is chosen on `tune`; `report` is run to report and for nothing
else.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

import files
from opponents import OPPONENTS
from place import Site
from workloads import WORKLOADS

SEED = 2007
# A case ends after so many seconds, whatever it does; an opponent that is stopped, after the second.
LONGEST = 90
STOPPED = 1.0
# Above so many files an opponent has not been stopped.
LOST = 100

HERE = os.path.dirname(os.path.abspath(__file__))


def parts():
    """The two parts, each half of the opponents and half of the ordinary work."""
    chosen = {"tune": [], "report": []}
    for cases in (OPPONENTS, WORKLOADS):
        shuffled = list(cases)
        random.Random(SEED).shuffle(shuffled)
        half = len(shuffled) // 2
        chosen["tune"] += shuffled[:half]
        chosen["report"] += shuffled[half:]
    return chosen


def run(case, number, options, master, work):
    """One case on a fresh tree; returns what is reported of it."""
    tree, out = f"{work}/tree", f"{work}/out"
    files.restore(master, tree)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    hostile = case in OPPONENTS
    command = case.command.replace("{here}", HERE) if hostile else case.command
    result = {"case": case.name, "kind": "opponent" if hostile else "work"}
    with Site(number) as site:
        if options.daemon:
            page = f"{work}/page"
            site.start_daemon(options.daemon, page, tree, options.tree, options.observe_only)
        started = time.monotonic()
        process = site.start(command, tree, {**os.environ, "OUT": out, "HOME": out})
        released = watch(site, process, hostile, started)
        acts = site.acts()
        if process.poll() is None:
            result["ended"] = "stopped" if acts else "too long"
        else:
            result["ended"] = process.returncode
        result["seconds"] = round(time.monotonic() - started, 2)
        site.end_processes()
        complaint = process.communicate()[1]
    result["acts"] = sorted({act for _, act, _ in acts})
    result["released"] = released
    if acts:
        result["to_act"] = round(acts[0][0] - started, 3)
    if hostile:
        result["separable"] = case.separable
        result["lost"] = len(files.checksums(master) - files.checksums(tree, out))
    elif result["ended"] == 0:
        check = subprocess.run(["sh", "-c", case.check], cwd=tree, env={**os.environ, "OUT": out})
        result["ended"] = "done" if check.returncode == 0 else "wrong"
    if result["ended"] not in ("done", "stopped", 0) and not acts:
        result["complaint"] = complaint[-300:]
    return result


def watch(site, process, hostile, started):
    """Waits for the end; ordinary work that is stopped is released, and how often is returned."""
    released = 0
    while process.poll() is None and time.monotonic() - started < LONGEST:
        time.sleep(0.02)
        acts = site.acts()
        if hostile and acts and time.monotonic() - acts[-1][0] > STOPPED:
            break
        waiting = [bucket for _, act, bucket in acts if act in ("ask", "freeze")]
        if not hostile and len(waiting) > released:
            released += site.decide("release", waiting[released])
    return released


def table(results, out):
    """Rows, then what the goals are stated in."""
    opponents = [one for one in results if one["kind"] == "opponent"]
    work = [one for one in results if one["kind"] == "work"]
    print("\n| opponent | separable | lost | act | s to act |\n|---|---|---|---|---|", file=out)
    for one in opponents:
        acts = ", ".join(one["acts"]) or "none"
        row = f"| {one['case']} | {'yes' if one['separable'] else 'no'} | {one['lost']} | {acts} |"
        print(f"{row} {one.get('to_act', '')} |", file=out)
    print("\n| ordinary work | end | act |\n|---|---|---|", file=out)
    for one in work:
        print(f"| {one['case']} | {one['ended']} | {', '.join(one['acts']) or 'none'} |", file=out)
    separable = [one["lost"] for one in opponents if one["separable"]]
    if separable:
        missed = [one["case"] for one in opponents if one["separable"] and one["lost"] > LOST]
        print(f"\nfiles lost, separable: median {statistics.median(separable)}, most {max(separable)}"
              f"; missed: {', '.join(missed) or 'none'}", file=out)
    others = [one["lost"] for one in opponents if not one["separable"]]
    if others:
        print(f"files lost, not separable: median {statistics.median(others)}, most {max(others)}", file=out)
    if work:
        killed = [one["case"] for one in work if "kill" in one["acts"]]
        asked = [one["case"] for one in work if set(one["acts"]) & {"ask", "freeze"}]
        wrong = [one["case"] for one in work if one["ended"] != "done" and "kill" not in one["acts"]]
        print(f"ordinary work: {len(killed)} of {len(work)} killed ({', '.join(killed)}), {len(asked)} "
              f"asked ({', '.join(asked)}); failed by themselves: {', '.join(wrong) or 'none'}", file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--daemon")
    parser.add_argument("--no-daemon", action="store_true")
    parser.add_argument("--part", choices=["tune", "report", "all"], default="tune")
    parser.add_argument("--only", action="append")
    parser.add_argument("--observe-only", action="store_true")
    parser.add_argument("--tree", action="append", default=[], help="a tree that the spec names")
    parser.add_argument("--work", default="target/detect", help="a folder on the disk to work in")
    parser.add_argument("--json", help="a line a case is added to this file")
    options = parser.parse_args()
    if bool(options.daemon) == options.no_daemon:
        parser.error("give --daemon PROGRAM, or --no-daemon")
    work = os.path.abspath(options.work)
    master = f"{work}/master"
    os.makedirs(work, exist_ok=True)
    if not os.path.isfile(f"{master}/{files.MARKER}"):
        files.make(master, SEED)
    cases = parts()
    cases = cases["tune"] + cases["report"] if options.part == "all" else cases[options.part]
    if options.only:
        cases = [one for one in OPPONENTS + WORKLOADS if one.name in options.only]
    results = []
    for number, case in enumerate(cases):
        result = run(case, number, options, master, work)
        results.append(result)
        print(json.dumps(result), file=sys.stderr, flush=True)
        if options.json:
            with open(options.json, "a") as file:
                file.write(json.dumps(result) + "\n")
    table(results, sys.stdout)


if __name__ == "__main__":
    main()
