"""A control group of a case's own: whatever ran in it is ended with it."""

import os
import subprocess
import time
from itertools import count
from pathlib import Path

NUMBERS = count()
# Seconds in which a group must be empty after its processes were killed.
EMPTY_LIMIT = 20


def mount() -> Path:
    """Where cgroup2 is mounted."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, where, kind, *_ = line.split(" ")
        if kind == "cgroup2":
            return Path(where)
    raise SystemExit("cgroup2 is not mounted: mount -t cgroup2 none /sys/fs/cgroup")


class Group:
    """Made on entry; on exit its processes are killed and it is removed."""

    def __enter__(self):
        self.path = mount() / f"dslc-detect-{os.getpid()}-{next(NUMBERS)}"
        self.path.mkdir()
        return self

    def start(self, command: str, folder: Path, environment: dict, output) -> subprocess.Popen:
        """Runs a shell command inside, from its first instruction on."""
        enter = 'echo $$ >"$0" && exec sh -euc "$1"'
        line = ["sh", "-c", enter, self.path / "cgroup.procs", command]
        return subprocess.Popen(line, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def empty(self) -> bool:
        """Whether all processes have ended, also those that left their parents."""
        return "populated 0" in (self.path / "cgroup.events").read_text()

    def kill(self):
        """Ends every process in it, and no other."""
        (self.path / "cgroup.kill").write_text("1")
        until = time.monotonic() + EMPTY_LIMIT
        while not self.empty():
            if time.monotonic() > until:
                raise RuntimeError(f"{self.path} is not empty after cgroup.kill")
            time.sleep(0.02)

    def __exit__(self, *_):
        self.kill()
        self.path.rmdir()
