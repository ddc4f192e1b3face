"""Puts all files into one encrypted archive of no known type, then deletes them.

    archive.py TREE [per-folder]
"""

import os
import sys
from itertools import groupby

from encrypt import encrypted, files_of, read


def main():
    try:
        files = sorted(files_of(os.path.realpath(sys.argv[1])))
    except (OSError, ValueError, IndexError) as error:
        sys.exit(f"no tree of the bench, nothing was touched: {error}")
    per_folder = "per-folder" in sys.argv[2:]
    for folder, group in groupby(files, os.path.dirname if per_folder else lambda _: sys.argv[1]):
        group = list(group)
        with open(os.path.join(folder, "all.locked"), "wb") as archive:
            for path in group:
                archive.write(encrypted(read(path), path))
        for path in group:
            os.unlink(path)


main()
