"""Runs a command and says what it cost: measured.py LIMIT COMMAND…

Prints {"seconds": CPU time of user and system, "mebibytes": largest resident size, "exit",
"output"} as JSON; "exit" is null when the command was ended after LIMIT seconds of CPU time.
"""

import json
import os
import resource
import subprocess
import sys

limit, command = float(sys.argv[1]), sys.argv[2:]


def confine():
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 2))


child = subprocess.Popen(
    command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=confine
)
output = child.stdout.read().decode()
_, status, used = os.wait4(child.pid, 0)
json.dump(
    {
        "seconds": used.ru_utime + used.ru_stime,
        "mebibytes": used.ru_maxrss / 1024,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "output": output,
    },
    sys.stdout,
)
