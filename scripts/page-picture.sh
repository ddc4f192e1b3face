#!/usr/bin/env bash
# Draws the daemon's live page for the README: the browser test on its model, then a screenshot.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p book/src/images
DSLC_PAGE_PICTURE="$PWD/book/src/images/page.png" cargo test -q -p dslc-agent --test browser
