"""Encrypts a tree that the bench made: ways to write, to encode and to run, freely combined.

    encrypt.py TREE [--write WAY] [--encode WAY] [--run WAY] [--first N] [--pause SECONDS]

It refuses a tree without the bench's marker and follows no symbolic link.
"""

import argparse
import base64
import gzip
import hashlib
import mmap
import os
import secrets
import struct
import sys
import threading
import time
import zlib

KEY = secrets.token_bytes(32)
MARKER, MARKER_TEXT = ".dslc-bench-tree", "made to be destroyed\n"
BLOCK = 4096


def encrypted(data, name):
    """XOR with a stream from SHAKE-256 of the key and the name."""
    stream = hashlib.shake_256(KEY + name.encode()).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


# How ciphertext looks.

SYLLABLES = [a + b for a in "bdfgklmnprstvwxz" for b in ("a", "e", "i", "o", "u", "al", "en", "ir", "on", "us", "ar", "el", "in", "or", "um", "an")]


def worded(data):
    return " ".join(SYLLABLES[byte] for byte in data).encode()


def png(data):
    chunk = struct.pack(">IIBBBBB", 64, max(1, len(data) // 192), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + chunk + struct.pack(">II", zlib.crc32(b"IHDR" + chunk), len(data)) + b"IDAT" + data


ENCODE = {
    "raw": lambda data: data,
    "base64": base64.b64encode,
    "base32": base64.b32encode,
    "ascii85": base64.a85encode,
    "hex": lambda data: data.hex().encode(),
    "words": worded,
    "gzip-header": lambda data: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + data,
    "gzip": lambda data: gzip.compress(data, 1),
    "png-header": png,
}


# How it gets into the tree.


def read(path):
    with open(path, "rb") as file:
        return file.read()


def put(path, data, flags):
    handle = os.open(path, os.O_WRONLY | flags, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def whole(path, encode):
    return encode(encrypted(read(path), path))


def in_place(path, encode):
    put(path, whole(path, encode), 0)


def truncate(path, encode):
    put(path, whole(path, encode), os.O_TRUNC)


def rename_over(path, encode):
    put(path + ".tmp", whole(path, encode), os.O_CREAT)
    os.rename(path + ".tmp", path)


def unlink(path, encode):
    put(path + ".locked", whole(path, encode), os.O_CREAT)
    os.unlink(path)


def unlink_first(path, encode):
    data = whole(path, encode)
    os.unlink(path)
    put(path, data, os.O_CREAT)


def rename_first(path, encode):
    os.rename(path, path + ".locked")
    in_place(path + ".locked", encode)


def blocks(path, starts):
    """Encrypts only these blocks, in place."""
    handle = os.open(path, os.O_RDWR)
    try:
        for start in starts(os.fstat(handle).st_size):
            data = os.pread(handle, BLOCK, start)
            os.pwrite(handle, encrypted(data, f"{path}:{start}"), start)
    finally:
        os.close(handle)


def intermittent(path, _):
    blocks(path, lambda size: range(0, size, 4 * BLOCK))


def first_block(path, _):
    blocks(path, lambda size: [0])


def keep_head(path, encode):
    """The type's magic stays."""
    data = read(path)
    kept = min(64, len(data) // 2)
    put(path, data[:kept] + encode(encrypted(data[kept:], path)), 0)


def mapped_source(path, encode):
    """Reads by a mapping, so that no read call shows the source."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as source:
        data = source[:]
    put(path, encode(encrypted(data, path)), 0)


def linked(path, encode):
    """Writes through a symbolic link that stands outside of the tree."""
    link = os.path.join(os.environ["W"], "link")
    os.symlink(path, link)
    in_place(link, encode)
    os.unlink(link)


def hard_linked(path, encode):
    """Writes through a second name outside of the tree."""
    name = os.path.join(os.environ["W"], "name")
    os.link(path, name)
    in_place(name, encode)
    os.unlink(name)


def over_memory(path, encode):
    """Moves the file to memory, encrypts it there, and moves it back."""
    away = os.path.join(os.environ["M"], "away")
    put(away, read(path), os.O_CREAT | os.O_TRUNC)
    os.unlink(path)
    in_place(away, encode)
    put(path, read(away), os.O_CREAT)
    os.unlink(away)


WRITE = {
    way.__name__.replace("_", "-"): way
    for way in [in_place, truncate, rename_over, unlink, unlink_first, rename_first, intermittent, first_block, keep_head, mapped_source, linked, hard_linked, over_memory]
}


# Who does it.


def one(files, work, _):
    for path in files:
        work(path)


def slow(files, work, pause):
    for path in files:
        work(path)
        time.sleep(pause)


def reap(pid):
    if os.waitpid(pid, 0)[1]:
        sys.exit("a worker failed")


def forked(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return pid


def workers(files, work, _):
    for pid in [forked(lambda part=files[at::8]: one(part, work, 0)) for at in range(8)]:
        reap(pid)


def threads(files, work, _):
    running = [threading.Thread(target=one, args=(files[at::8], work, 0)) for at in range(8)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def process_each(files, work, _):
    for path in files:
        reap(forked(lambda: work(path)))


def orphans(files, work, _):
    """Each file by a grandchild in a session of its own whose parent has ended."""

    def leave(path):
        os.setsid()
        forked(lambda: work(path))

    for path in files:
        reap(forked(lambda: leave(path)))


def generations(files, work, _):
    """Each process does ten files, then its child goes on and it ends."""
    for start in range(0, len(files), 10):
        one(files[start:start + 10], work, 0)
        if forked_parent():
            os._exit(0)


def forked_parent():
    return os.fork() != 0


RUN = {way.__name__.replace("_", "-"): way for way in [one, slow, workers, threads, process_each, orphans, generations]}


def files_of(tree):
    """Every file of a tree of the bench, in an order that changes with each run."""
    if read(os.path.join(tree, MARKER)).decode() != MARKER_TEXT:
        raise ValueError("the marker is another one")
    found = []
    for folder, _, names in os.walk(tree):
        paths = (os.path.join(folder, name) for name in names if name != MARKER)
        found += [path for path in paths if not os.path.islink(path) and os.path.getsize(path) > 0]
    secrets.SystemRandom().shuffle(found)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tree")
    parser.add_argument("--write", choices=WRITE, default="in-place")
    parser.add_argument("--encode", choices=ENCODE, default="raw")
    parser.add_argument("--run", choices=RUN, default="one")
    parser.add_argument("--first", type=int)
    parser.add_argument("--pause", type=float, default=0)
    asked = parser.parse_args()
    try:
        files = files_of(os.path.realpath(asked.tree))[:asked.first]
    except (OSError, ValueError) as error:
        sys.exit(f"{asked.tree} is no tree of the bench, nothing was touched: {error}")
    write, encode = WRITE[asked.write], ENCODE[asked.encode]
    RUN[asked.run](files, lambda path: write(path, encode), asked.pause)


if __name__ == "__main__":
    main()
