"""A tree of some 2,200 files such as people keep, the same for the same seed.

Folders hold prose, source, tables, office-like archives, PDF-like documents, mail, pictures,
compressed files, databases and binaries. A marker stands at the root: opponents refuse any tree
without it.
"""

import gzip
import io
import json
import random
import sqlite3
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

MARKER = ".dslc-bench-tree"
MARKER_TEXT = "made to be destroyed\n"
SUBFOLDERS = 12


class Words:
    """Prose of made-up words with the frequencies of a language."""

    def __init__(self, rng):
        onset, nucleus, coda = "b c d f g l m n p r s t st tr pl".split(), "aeiou", ["", "n", "r", "s", "t"]
        syllable = lambda: rng.choice(onset) + rng.choice(nucleus) + rng.choice(coda)
        self.rng = rng
        self.words = sorted({"".join(syllable() for _ in range(rng.randint(1, 3))) for _ in range(2500)})
        rng.shuffle(self.words)
        total, self.cumulative = 0.0, []
        for rank in range(len(self.words)):
            total += 1 / (rank + 2)
            self.cumulative.append(total)

    def some(self, count):
        return self.rng.choices(self.words, cum_weights=self.cumulative, k=count)

    def paragraph(self, count):
        words, lines = self.some(count), []
        for start in range(0, count, 12):
            lines.append(" ".join(words[start:start + 12]).capitalize() + ".")
        return "\n".join(lines) + "\n"


def sized(rng, median, most):
    """A long-tailed size."""
    return min(most, max(median // 8, int(rng.lognormvariate(0, 1) * median)))


def prose(rng, words, _):
    return words.paragraph(sized(rng, 700, 20_000)).encode()


def markdown(rng, words, number):
    parts = [f"# {' '.join(words.some(4))} {number}\n"]
    for _ in range(rng.randint(2, 12)):
        parts.append(f"\n## {' '.join(words.some(3))}\n\n{words.paragraph(rng.randint(40, 200))}")
    return "".join(parts).encode()


def note(rng, words, number):
    return f"{number}: {' '.join(words.some(rng.randint(8, 60)))}\n".encode()


def c_source(rng, words, number):
    parts = [f"/* {' '.join(words.some(10))} */\n"]
    for index in range(rng.randint(8, 60)):
        parts.append(
            f"\nint f{number}_{index}(int a, int b)\n{{\n"
            f"    int {words.some(1)[0]}_v = a * {rng.randint(2, 999)};\n"
            f"    for (int i = 0; i < {rng.randint(2, 99)}; i++)\n"
            f"        b += (a ^ i) % {rng.randint(2, 97)}; /* {' '.join(words.some(6))} */\n"
            f"    return a - b;\n}}\n"
        )
    return "".join(parts).encode()


def header(rng, words, number):
    lines = [f"#ifndef H{number}\n#define H{number}\n"]
    lines += [f"int f{number}_{index}(int a, int b); /* {' '.join(words.some(8))} */\n" for index in range(rng.randint(20, 120))]
    return "".join(lines + ["#endif\n"]).encode()


def python_source(rng, words, number):
    parts = [f'"""{" ".join(words.some(9))}"""\n']
    for index in range(rng.randint(6, 50)):
        parts.append(
            f"\ndef step_{number}_{index}( values,limit = {rng.randint(2, 999)} ):\n"
            f"    # {' '.join(words.some(8))}\n"
            f"    return [ value*{rng.randint(2, 99)} for value in values if value<limit ]\n"
        )
    return "".join(parts).encode()


def table(rng, words, _):
    rows = range(sized(rng, 200, 4_000))
    lines = [
        f"{row},{rng.randint(1, 9999)},{rng.random() * 1e4:.2f},20{rng.randint(10, 29)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02},{name}\n"
        for row, name in zip(rows, words.some(len(rows)))
    ]
    return ("id,account,amount,day,name\n" + "".join(lines)).encode()


def office(rng, words, _):
    text = "".join(f"<w:p>{line}</w:p>" for line in words.paragraph(sized(rng, 3_000, 30_000)).split("\n"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        def put(name, data):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        put("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        put("word/document.xml", f"<w:document>{text}</w:document>")
        put("word/media/image1.png", picture(rng, words, 0))
    return buffer.getvalue()


def document(rng, words, _):
    parts = [b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"]
    for number in range(rng.randint(3, 20)):
        stream = zlib.compress(words.paragraph(400).encode())
        parts.append(b"%d 0 obj <</Length %d /Filter /FlateDecode>>\nstream\n" % (number, len(stream)))
        parts.append(stream + b"\nendstream endobj\n")
    return b"".join(parts) + b"%%EOF\n"


def mail(rng, words, number):
    subject, text = " ".join(words.some(5)), words.paragraph(sized(rng, 1_000, 20_000))
    return f"From: a{number}@example.org\nTo: b@example.org\nSubject: {subject}\n\n{text}".encode()


def picture(rng, _, __):
    """A PNG of slopes and noise."""
    width, height = rng.randint(48, 160), rng.randint(48, 160)
    soft = bytes(value >> 4 for value in range(256))
    rows = []
    for row in range(height):
        slope = bytes((row + column) & 0x7F for column in range(width * 3))
        noise = rng.randbytes(width * 3).translate(soft)
        total = int.from_bytes(slope, "big") + int.from_bytes(noise, "big")
        rows.append(b"\0" + total.to_bytes(width * 3 + 1, "big")[1:])
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")


def compressed(rng, words, _):
    return gzip.compress(words.paragraph(sized(rng, 4_000, 40_000)).encode(), mtime=0)


def database(rng, words, _):
    connection = sqlite3.connect(":memory:")
    connection.execute("create table entry (id integer primary key, name text, amount real)")
    rows = [(name, rng.random() * 1e4) for name in words.some(sized(rng, 600, 4_000))]
    connection.executemany("insert into entry (name, amount) values (?, ?)", rows)
    connection.commit()
    return connection.serialize()


def binary(rng, words, number):
    """Code, tables and names in the proportions of an executable."""
    opcodes = bytes([0x48, 0x89, 0x8B, 0xE8, 0x0F, 0xC3, 0x55, 0x83, 0x00, 0xFF, 0x24, 0x44])
    code = bytes(rng.choices(opcodes, k=sized(rng, 12_000, 120_000)))
    names = b"\0".join(word.encode() for word in words.some(600))
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQ", 3, 62, 1, number)
    return head + code + bytes(rng.randint(64, 4096)) + names


# How many of which, in which folders.
CONTENTS = [
    (430, ["docs", "work", "misc", "archive"], "txt", prose),
    (140, ["docs", "work"], "md", markdown),
    (40, ["misc"], "note", note),
    (220, ["src"], "c", c_source),
    (100, ["src"], "h", header),
    (240, ["src"], "py", python_source),
    (220, ["finance"], "csv", table),
    (90, ["docs", "work"], "docx", office),
    (90, ["work", "finance"], "xlsx", office),
    (130, ["docs", "mail"], "pdf", document),
    (80, ["mail"], "eml", mail),
    (150, ["photos"], "png", picture),
    (120, ["archive"], "gz", compressed),
    (50, ["finance", "misc"], "sqlite", database),
    (110, ["archive"], "bin", binary),
]
# Every second picture is made a JPEG, whose encoder is ImageMagick's.
JPEG_EVERY = 2


def generate(root: Path, seed: int, share: int) -> int:
    """Makes one in `share` of the tree's files in an empty folder; how many, without the marker."""
    rng = random.Random(seed)
    words = Words(rng)
    number, pictures = 0, []
    for count, folders, suffix, make in CONTENTS:
        for _ in range(count // share):
            number += 1
            folder = root / rng.choice(folders) / f"{rng.randrange(SUBFOLDERS):02}"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{number:04}-{rng.choice(words.words)}.{suffix}"
            path.write_bytes(make(rng, words, number))
            if suffix == "png" and number % JPEG_EVERY == 0:
                pictures.append(path)
    subprocess.run(["mogrify", "-format", "jpg", "-quality", "90", *map(str, pictures)], check=True, timeout=120)
    for path in pictures:
        path.unlink()
    (root / MARKER).write_text(MARKER_TEXT)
    return number


def pristine(folder: Path, seed: int, share: int) -> Path:
    """The tree of a seed in `folder`, made if it is not there yet."""
    root = folder / f"pristine-{seed}-{share}"
    done = root.with_suffix(".json")
    if not done.exists():
        subprocess.run(["rm", "-rf", "--", root], check=True)
        root.mkdir(parents=True)
        files = generate(root, seed, share)
        done.write_text(json.dumps({"files": files}))
    return root
