"""Destroys a tree of the bench, in one of many ways. Touches nothing without the bench's marker.

    opponent.py WAY TREE
"""

import base64
import hashlib
import mmap
import os
import subprocess
import sys
import time

from files import MARKER

KEY = os.urandom(16)
# Long enough to be slow, short enough for a bench.
PAUSE = 0.25


def cipher(data, name=""):
    """The bytes under a stream of SHAKE-256; the key is never kept."""
    stream = hashlib.shake_256(KEY + name.encode()).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


def victims(tree):
    """Every regular file but the marker."""
    for folder, _, names in os.walk(tree):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name != MARKER and os.path.isfile(path) and not os.path.islink(path):
                yield path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data, mode="wb"):
    with open(path, mode) as file:
        file.write(data)


def in_place(path, form=cipher):
    data = read(path)
    with open(path, "r+b") as file:
        file.write(form(data))
        file.truncate()


def truncate_and_write(path, form=cipher):
    write(path, form(read(path)))


def rename_over(path, form=cipher):
    write(path + ".tmp", form(read(path)))
    os.rename(path + ".tmp", path)


def new_and_unlink(path, form=cipher):
    write(path + ".locked", form(read(path)))
    os.unlink(path)


def unlink_first(path):
    data = read(path)
    os.unlink(path)
    write(path, cipher(data))


def rename_first(path):
    os.rename(path, path + ".locked")
    in_place(path + ".locked")


def in_pieces(path):
    """Every other block of 4 KiB."""
    with open(path, "r+b") as file:
        at = 0
        while block := file.read(4096):
            file.seek(at)
            file.write(cipher(block))
            at += 8192
            file.seek(at)


def first_block(path):
    with open(path, "r+b") as file:
        block = file.read(4096)
        file.seek(0)
        file.write(cipher(block))


def keeps_head(path):
    with open(path, "r+b") as file:
        head = file.read(64)
        rest = file.read()
        file.seek(len(head))
        file.write(cipher(rest))


def by_mapping(path):
    if os.path.getsize(path) == 0:
        return
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as pages:
        pages[:] = cipher(bytes(pages))


def past_the_cache(path):
    """Through O_DIRECT, in whole blocks."""
    data = cipher(read(path))
    length = (len(data) + 4095) // 4096 * 4096
    with mmap.mmap(-1, max(length, 4096)) as block:
        block[: len(data)] = data
        fd = os.open(path, os.O_WRONLY | os.O_DIRECT)
        try:
            os.pwrite(fd, memoryview(block)[:length], 0)
            os.ftruncate(fd, len(data))
        finally:
            os.close(fd)


def through_memory_file(path):
    """Ciphertext is made in a file without a name and copied by the kernel."""
    data = cipher(read(path))
    memory = os.memfd_create("page")
    os.write(memory, data)
    fd = os.open(path, os.O_WRONLY)
    try:
        at = 0
        while at < len(data):
            at += os.sendfile(fd, memory, at, len(data) - at)
    finally:
        os.close(fd)
        os.close(memory)


def through_pipe(path):
    data = cipher(read(path))
    reader, writer = os.pipe()
    fd = os.open(path, os.O_WRONLY)
    try:
        for at in range(0, len(data), 32768):
            os.write(writer, data[at : at + 32768])
            left = min(32768, len(data) - at)
            while left:
                left -= os.splice(reader, fd, left)
    finally:
        for one in (reader, writer, fd):
            os.close(one)


def in_vectors(path):
    data = cipher(read(path))
    fd = os.open(path, os.O_WRONLY)
    try:
        os.pwritev(fd, [data[:1000], data[1000:]], 0)
    finally:
        os.close(fd)


def by_shared_memory(path):
    """Ciphertext waits on another file system and is moved back."""
    aside = f"/dev/shm/{os.getpid()}"
    write(aside, cipher(read(path)))
    os.unlink(path)
    subprocess.run(["cp", aside, path], check=True)
    os.unlink(aside)


def by_another_name(path):
    os.link(path, path + ".also")
    in_place(path + ".also")
    os.unlink(path + ".also")


def as_base64(path):
    in_place(path, lambda data: base64.b64encode(cipher(data)))


def as_base64_beside(path):
    new_and_unlink(path, lambda data: base64.b64encode(cipher(data)))


def as_base32(path):
    in_place(path, lambda data: base64.b32encode(cipher(data)))


def as_hexadecimal(path):
    in_place(path, lambda data: cipher(data).hex().encode())


def as_ascii85(path):
    new_and_unlink(path, lambda data: base64.a85encode(cipher(data)))


WORDS = [a + b for a in "abcdefghijklmnop" for b in ("an", "en", "in", "on", "un", "ar", "er", "ir")] * 2


def as_words(path):
    in_place(path, lambda data: " ".join(WORDS[byte] for byte in cipher(data)).encode())


def with_gzip_head(path):
    in_place(path, lambda data: b"\x1f\x8b\x08\0\0\0\0\0\0\3" + cipher(data))


def with_png_head(path):
    new_and_unlink(path, lambda data: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + cipher(data))


def slowly(path):
    in_place(path)
    time.sleep(PAUSE)


def in_a_process_of_its_own(path):
    child = os.fork()
    if child == 0:
        in_place(path)
        os._exit(0)
    os.waitpid(child, 0)


def in_a_session_of_its_own(path):
    """Forked twice, with a session between: an orphan."""
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            in_place(path)
        os._exit(0)
    os.waitpid(child, 0)


def after_exec(path):
    code = "import sys, opponent; opponent.KEY = b'k' * 16; opponent.in_place(sys.argv[1])"
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.abspath(__file__))}
    subprocess.run([sys.executable, "-S", "-c", code, path], check=True, env=environment)


def one_by_one(way):
    def run(tree):
        for path in victims(tree):
            way(path)

    return run


def eight_workers(tree):
    paths = list(victims(tree))
    children = []
    for worker in range(8):
        child = os.fork()
        if child == 0:
            for path in paths[worker::8]:
                in_place(path)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def reader_and_remover(tree):
    """One process reads and writes beside, another removes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        with os.fdopen(reader) as done:
            for line in done:
                os.unlink(line.rstrip("\n"))
        os._exit(0)
    os.close(reader)
    with os.fdopen(writer, "w") as done:
        for path in victims(tree):
            write(path + ".locked", cipher(read(path)))
            done.write(path + "\n")
            done.flush()
    os.waitpid(child, 0)


def by_links(tree):
    """Through symbolic links in a folder of its own."""
    links = os.path.join(tree, ".links")
    os.makedirs(links, exist_ok=True)
    for number, path in enumerate(list(victims(tree))):
        link = os.path.join(links, str(number))
        os.symlink(path, link)
        in_place(link)


def one_archive(tree):
    """Everything into one file, then the rest goes."""
    paths = list(victims(tree))
    with open(os.path.join(tree, "all.locked"), "wb") as archive:
        for path in paths:
            archive.write(cipher(read(path), path))
    for path in paths:
        os.unlink(path)


def at_random(tree):
    paths = list(victims(tree))
    for number in range(len(paths)):
        new_and_unlink(paths[(number * 977) % len(paths)])


EACH = [
    in_place, truncate_and_write, rename_over, new_and_unlink, unlink_first, rename_first, in_pieces,
    first_block, keeps_head, by_mapping, past_the_cache, through_memory_file, through_pipe, in_vectors,
    by_shared_memory, by_another_name, as_base64, as_base64_beside, as_base32, as_hexadecimal, as_ascii85,
    as_words, with_gzip_head, with_png_head, slowly, in_a_process_of_its_own, in_a_session_of_its_own,
    after_exec,
]
WHOLE = [eight_workers, reader_and_remover, by_links, one_archive, at_random]
WAYS = {way.__name__: one_by_one(way) for way in EACH} | {way.__name__: way for way in WHOLE}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in WAYS:
        sys.exit(f"usage: opponent.py WAY TREE; ways: {' '.join(WAYS)}")
    tree = os.path.realpath(sys.argv[2])
    if not os.path.isfile(os.path.join(tree, MARKER)):
        sys.exit(f"{tree} is no tree of the bench: nothing is touched")
    WAYS[sys.argv[1]](tree)


if __name__ == "__main__":
    main()
