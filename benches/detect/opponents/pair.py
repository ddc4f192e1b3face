"""Two processes: one reads files and writes ciphertext beside them, the other deletes the sources.

    pair.py TREE
"""

import os
import sys

from encrypt import files_of, forked, read, reap, put, encrypted


def main():
    try:
        files = files_of(os.path.realpath(sys.argv[1]))
    except (OSError, ValueError, IndexError) as error:
        sys.exit(f"no tree of the bench, nothing was touched: {error}")
    gone, ready = os.pipe()

    def writer():
        for number, path in enumerate(files):
            put(path + ".locked", encrypted(read(path), path), os.O_CREAT)
            os.write(ready, b"%8d" % number)

    def deleter():
        os.close(ready)
        while number := os.read(gone, 8):
            os.unlink(files[int(number)])

    children = [forked(writer), forked(deleter)]
    os.close(ready)
    for child in children:
        reap(child)


main()
