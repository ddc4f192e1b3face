"""The daemon of a spec: built by the compiler as a user would, started for one case."""

import json
import os
import queue
import re
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

START_LIMIT = 30
STOP_LIMIT = 20
BUILD_LIMIT = 1200


def build(dslc: Path, spec: Path, folder: Path) -> Path:
    """Compiles a spec; its daemon."""
    environment = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    subprocess.run([dslc, "build", spec, "-o", folder], check=True, env=environment, stdout=subprocess.DEVNULL, timeout=BUILD_LIMIT)
    found = sorted(folder.glob("**/target/release/*_user"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit(f"no daemon in {folder} after dslc build {spec}")
    return found[-1]


def trees(spec: Path) -> set:
    """The trees that a spec's rules name."""
    return set(re.findall(r'^[^/]*under "([^"]+)"', spec.read_text(), re.MULTILINE))


class Daemon:
    """Runs between entry and exit, on one group and one tree."""

    def __init__(self, program: Path, group: Path, trees: dict, scratch: Path, observe_only: bool):
        self.line = [program, "--cgroup", group, "--listen", "127.0.0.1:0", "--log", "json", "--no-pin", "--price-page", scratch / "page", "--token-file", scratch / "token"]
        self.line += [word for name, folder in trees.items() for word in ("--tree", f"{name}={folder}")]
        self.line += ["--observe-only"] if observe_only else []
        self.token = scratch / "token"
        self.records = queue.SimpleQueue()
        self.errors = scratch / "errors"

    def __enter__(self):
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(self.line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        threading.Thread(target=self._read, daemon=True).start()
        until = time.monotonic() + START_LIMIT
        try:
            while (record := self.records.get(timeout=max(0, until - time.monotonic())))["event"] != "started":
                if record["event"] == "ended":
                    raise RuntimeError(f"the daemon did not start: {self.errors.read_text()}")
        except queue.Empty:
            self.__exit__()
            raise RuntimeError(f"the daemon did not start in {START_LIMIT} s") from None
        self.listen = record["listen"]
        return self

    def _read(self):
        for line in self.process.stdout:
            self.records.put(json.loads(line) | {"at": time.monotonic()})
        self.records.put({"event": "ended", "at": time.monotonic()})

    def happened(self):
        """The records since the last call, each with the time at which it came."""
        while not self.records.empty():
            yield self.records.get()

    def members(self):
        """What /state says of the buckets now; nothing when it cannot be read in time."""
        try:
            return json.loads(self._ask("GET", "/state"))["members"]
        except (OSError, ValueError):
            return []

    def release(self, bucket: int) -> bool:
        """Lets a bucket that waits for a decision go on, as a person would; whether it does."""
        try:
            self._ask("POST", f"/buckets/{bucket}/release")
        except OSError:
            return False
        return True

    def _ask(self, method, path):
        token = self.token.read_text().strip()
        request = urllib.request.Request(f"http://{self.listen}{path}", method=method, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=2) as answer:
            return answer.read()

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
