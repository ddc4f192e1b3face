"""A daemon on a control group of the bench's own, and one command in it."""

import json
import os
import signal
import subprocess
import threading
import time
import urllib.request


def unified_root():
    """Where the unified control group hierarchy is mounted."""
    with open("/proc/self/mountinfo") as mounts:
        for line in mounts:
            before, _, after = line.partition(" - ")
            if after.startswith("cgroup2 "):
                return before.split()[4]
    raise SystemExit("no cgroup2 file system is mounted")


class Site:
    """A fresh group; every process that is left in it is killed at the end."""

    def __init__(self, number):
        self.group = f"{unified_root()}/dslc-detect-{os.getpid()}-{number}"
        os.mkdir(self.group)
        self.daemon = None
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_processes()
        self.stop_daemon()
        for _ in range(100):
            try:
                os.rmdir(self.group)
                return
            except OSError:
                time.sleep(0.05)

    def start_daemon(self, program, page, tree, trees, observe_only):
        """Starts the daemon and returns when it watches."""
        self.token = f"{page}.token"
        command = [program, "--cgroup", self.group, "--listen", "127.0.0.1:0", "--log", "json"]
        command += ["--price-page", page, "--token-file", self.token, "--no-pin"]
        command += [word for name in trees for word in ("--tree", f"{name}={tree}")]
        command += ["--observe-only"] if observe_only else []
        self.daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        first = self.daemon.stdout.readline()
        started = json.loads(first) if first else {}
        if started.get("event") != "started":
            raise SystemExit(f"the daemon did not start: {first}")
        self.listen = started["listen"]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.daemon.stdout:
            self.events.append((time.monotonic(), json.loads(line)))

    def stop_daemon(self):
        if self.daemon:
            self.daemon.send_signal(signal.SIGTERM)
            try:
                self.daemon.wait(10)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
            self.daemon = None

    def acts(self):
        """What was done to buckets so far: (when, act, bucket)."""
        return [
            (when, event["act"], event.get("bucket"))
            for when, event in list(self.events)
            if event.get("event") == "acted"
        ]

    def decide(self, verdict, bucket):
        """Tells the daemon how a bucket goes on."""
        with open(self.token) as file:
            token = file.read().strip()
        request = urllib.request.Request(
            f"http://{self.listen}/buckets/{bucket}/{verdict}",
            method="POST",
            headers={"Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def start(self, command, folder, environment):
        """Starts a shell command in the group."""
        enter = f'echo 0 > "{self.group}/cgroup.procs" && exec sh -ec "$0"'
        return subprocess.Popen(
            ["sh", "-c", enter, command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end_processes(self):
        with open(f"{self.group}/cgroup.kill", "w") as file:
            file.write("1")
