#!/usr/bin/env bash
# Builds every example and compares it with what is committed; with --bless, commits to it.
set -euo pipefail
cd "$(dirname "$0")/.."

for spec in examples/*.num; do
    target/release/dslc build "$spec"
done
[ "${1:-}" = --bless ] && exit 0
if ! git diff --stat --exit-code -- generated ||
    [ -n "$(git ls-files --others --exclude-standard generated)" ]; then
    git ls-files --others --exclude-standard generated
    echo "generated/ is not what the examples give: run ./dev bless and look at the difference" >&2
    exit 1
fi
