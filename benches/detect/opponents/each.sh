#!/bin/sh
# Runs a shell command for each file of a tree that the bench made: each.sh TREE COMMAND
# The command has the file's path in $f.
set -eu
[ "$(cat "$1/.dslc-bench-tree" 2>/dev/null)" = "made to be destroyed" ] || {
    echo "$1 is no tree of the bench, nothing was touched" >&2
    exit 3
}
find "$1" -type f ! -name .dslc-bench-tree -print0 | sort -zR >"$W/files"
exec xargs -0 -r -n 1 sh -euc 'f=$1; '"$2" sh <"$W/files"
