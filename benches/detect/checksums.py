"""Which contents of a tree are there, and which are lost."""

import hashlib
import os
from collections import Counter
from pathlib import Path

from tree import MARKER


def contents(root: Path) -> Counter:
    """How often each content stands in the files below `root`, by BLAKE2b; without the marker."""
    found = Counter()
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if name == MARKER or os.path.islink(path):
                continue
            with open(path, "rb") as file:
                found[hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()] += 1
    return found


def lost(before: Counter, after: Counter) -> int:
    """Files whose content is nowhere in the tree any more: one that was renamed is not lost."""
    return (before - after).total()
