"""Destroys the files of a folder that a test made: opponent.py WAY FOLDER."""

import base64
import gzip
import hashlib
import mmap
import os
import sys

KEY = os.urandom(16)
# Heads of formats whose first byte of deflate then names a kind of block that there is not.
NO_BLOCK = b"\x07"
GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(0x90, 0xA0)) + b"\x01\x00\x00\x00a"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(0x90, 0xA1)) + b"\x00\x00\x0b\xb8IDAT\x78\x9c"
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
    "packed": lambda path: write(path, gzip.compress(read(path))),
    "false-gzip": lambda path: write(path, GZIP + NO_BLOCK + read(path)),
    "false-zip-unlink": lambda path: beside(path, lambda data: ZIP + NO_BLOCK + data),
    "false-png-rename": lambda path: over(path, lambda data: PNG + NO_BLOCK + data),
    "false-jpeg": lambda path: write(path, b"\xff\xd8\xff\xe0\x00\x10??" + read(path)),
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
