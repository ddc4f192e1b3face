"""The tree of files that opponents destroy and workloads work on, made from a seed."""

import gzip
import hashlib
import io
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import zipfile
import zlib

# What an opponent looks for before it touches anything.
MARKER = ".a-tree-of-the-detection-bench"

FOLDERS = ["docs", "work", "photos", "finance", "src", "mail", "archive", "misc"]
PARTS = 12


def make(root, seed):
    """Writes some 2,200 files below `root`, the same ones for the same seed."""
    draw = random.Random(seed)
    shutil.rmtree(root, ignore_errors=True)
    for folder in FOLDERS:
        for part in range(PARTS):
            os.makedirs(f"{root}/{folder}/{part:02d}")
    words = vocabulary(draw)
    written = 0
    for folder, count, suffix, content in KINDS:
        for _ in range(count):
            path = f"{root}/{folder}/{draw.randrange(PARTS):02d}/{written:04d}{suffix}"
            with open(path, "wb") as file:
                file.write(content(draw, words))
            written += 1
    with open(f"{root}/{MARKER}", "w") as file:
        file.write(f"{seed}\n")
    return written


def checksums(*roots):
    """The checksums of all files below some folders."""
    found = set()
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    with open(path, "rb") as file:
                        found.add(hashlib.sha1(file.read()).digest())
    return found


def restore(master, tree):
    """Makes `tree` a fresh copy: every file in it is newly made."""
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", master, tree], check=True)


def vocabulary(draw):
    syllables = ["ta", "ri", "mon", "el", "vo", "sur", "ka", "ne", "dra", "lo", "pi", "stu", "en"]
    made = {"".join(draw.choice(syllables) for _ in range(draw.randint(1, 4))) for _ in range(900)}
    # As in a language, a few words are most of a text.
    ranked = sorted(made)
    return [ranked[min(int(draw.paretovariate(0.6)), len(ranked) - 1)] for _ in range(4000)]


def prose(draw, words, count):
    lines, line = [], []
    for _ in range(count):
        line.append(draw.choice(words))
        if len(line) > 11:
            lines.append(" ".join(line) + ".")
            line = []
    return "\n".join(lines + [" ".join(line)])


def text(draw, words):
    return prose(draw, words, draw.randint(60, 4000)).encode()


def note(draw, words):
    return prose(draw, words, draw.randint(3, 60)).encode()


def source(draw, words):
    lines = []
    for _ in range(draw.randint(20, 400)):
        name, value = draw.choice(words), draw.choice(words)
        lines.append(f"    if ({name} != NULL && {value}[i] > 0)\n\treturn {name}_{value}({name});")
    return "\n".join(lines).encode()


def table(draw, words):
    row = lambda i: f"{i},{draw.randint(1, 9999)},{draw.random() * 1e4:.2f},{draw.choice(words)}"
    return "\n".join(row(i) for i in range(draw.randint(60, 2000))).encode()


def office(draw, words):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        file.writestr("word/document.xml", prose(draw, words, draw.randint(300, 9000)))
        file.writestr("word/media/image1.png", draw.randbytes(draw.randint(500, 20000)))
    return buffer.getvalue()


def pdf(draw, words):
    out = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
    for i in range(draw.randint(3, 30)):
        stream = zlib.compress(prose(draw, words, 500).encode())
        out += f"{i} 0 obj <</Length {len(stream)} /Filter /FlateDecode>>\nstream\n".encode()
        out += stream + b"\nendstream endobj\n"
    return out + b"%%EOF"


def mail(draw, words):
    return f"From: a@b\nSubject: {draw.choice(words)}\n\n{prose(draw, words, 900)}".encode()


def packed(draw, words):
    return gzip.compress(text(draw, words), mtime=0)


def png(draw, _):
    """A picture of noise over a slope, as a real PNG."""
    side = draw.randint(40, 200)
    rows = b"".join(
        b"\0" + bytes((x + y + draw.randrange(24)) & 255 for x in range(side * 3)) for y in range(side)
    )
    chunk = lambda name, data: (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    )
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def jpeg(draw, _):
    """The markers of a JPEG around bytes that are as even as entropy-coded ones."""
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0H\0H\0\0" + draw.randbytes(draw.randint(4000, 90000)) + b"\xff\xd9"


def program(draw, _):
    with open("/bin/true", "rb") as file:
        return file.read() + struct.pack("<Q", draw.getrandbits(60))


def database(draw, words):
    path = f"/tmp/{os.getpid()}-{draw.getrandbits(40)}.db"
    connection = sqlite3.connect(path)
    connection.execute("create table t (a text, b integer)")
    rows = [(draw.choice(words), draw.randint(0, 9999)) for _ in range(draw.randint(50, 900))]
    connection.executemany("insert into t values (?, ?)", rows)
    connection.commit()
    connection.close()
    with open(path, "rb") as file:
        content = file.read()
    os.remove(path)
    return content


# Folder, how many, suffix, content.
KINDS = [
    ("docs", 260, ".txt", text),
    ("work", 200, ".txt", text),
    ("src", 420, ".c", source),
    ("finance", 240, ".csv", table),
    ("docs", 120, ".docx", office),
    ("work", 100, ".xlsx", office),
    ("docs", 110, ".pdf", pdf),
    ("mail", 120, ".eml", mail),
    ("archive", 110, ".gz", packed),
    ("photos", 110, ".png", png),
    ("photos", 160, ".jpg", jpeg),
    ("archive", 60, ".bin", program),
    ("finance", 30, ".db", database),
    ("misc", 160, ".md", note),
]
