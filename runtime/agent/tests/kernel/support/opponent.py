"""Destroys the files of a folder that a test made: opponent.py WAY FOLDER."""

import base64
import hashlib
import mmap
import os
import sys

KEY = os.urandom(16)
NEW = os.O_WRONLY | os.O_CREAT


def cipher(data):
    stream = hashlib.shake_256(KEY).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, stream))


def read(path):
    with open(path, "rb") as file:
        return cipher(file.read())


def write(path, data, flags=os.O_WRONLY, step=1 << 20):
    file = os.open(path, flags, 0o644)
    for at in range(0, len(data), step):
        os.write(file, data[at : at + step])
    os.close(file)


def over(path, encode=bytes):
    """Writes beside the file and renames over it."""
    write(path + ".new", encode(read(path)), NEW)
    os.rename(path + ".new", path)


def beside(path, encode=bytes):
    """Writes beside the file and unlinks it."""
    write(path + ".new", encode(read(path)), NEW)
    os.unlink(path)


def mapped(path):
    file = os.open(path, os.O_RDWR)
    with mmap.mmap(file, 0) as memory:
        memory[:] = cipher(memory[:])
    os.close(file)


def second_half(path):
    data = read(path)
    file = os.open(path, os.O_WRONLY)
    os.pwrite(file, data[len(data) // 2 :], len(data) // 2)
    os.close(file)


def by_children(paths):
    """One process reads and writes, another one unlinks."""
    for work in (lambda path: write(path + ".new", read(path), NEW), os.unlink):
        if os.fork() == 0:
            for path in paths:
                work(path)
            os._exit(0)
        os.wait()


WAYS = {
    "in-place": lambda path: write(path, read(path)),
    "truncate": lambda path: write(path, read(path), os.O_WRONLY | os.O_TRUNC),
    "small-writes": lambda path: write(path, read(path), step=32),
    "second-half": second_half,
    "rename": over,
    "unlink": beside,
    "hexadecimal": lambda path: write(path, read(path).hex().encode()),
    "hexadecimal-unlink": lambda path: beside(path, lambda data: data.hex().encode()),
    "base64": lambda path: write(path, base64.b64encode(read(path))),
    "base32-rename": lambda path: over(path, base64.b32encode),
    "ascii85": lambda path: write(path, base64.a85encode(read(path))),
    "false-head": lambda path: write(path, b"\x1f\x8b\x08" + read(path)),
    "mapping": mapped,
    "zeros": lambda path: write(path, bytes(os.path.getsize(path))),
    "empty": lambda path: os.truncate(path, 0),
}

way, folder = sys.argv[1:]
paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
if way == "children":
    by_children(paths)
else:
    for path in paths:
        WAYS[way](path)
