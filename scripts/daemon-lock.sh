#!/usr/bin/env bash
# Brings the lock file of generated daemons up to date with the runtime's manifests; versions that
# still fit stay. With `update`, takes the newest that fit.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=templates/daemon/Cargo.lock
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
mkdir -p "$folder/src" "$folder/runtime"
cp -r runtime/core runtime/host runtime/agent "$folder/runtime/"
echo 'fn main() {}' >"$folder/src/main.rs"
# The name sorts behind all others, so that its entry is the last and easily cut off.
sed -e 's/{{ program }}/zzz_user/' -e 's/{{[^}]*}}//' templates/daemon/Cargo.toml.j2 >"$folder/Cargo.toml"
if [ "${1:-}" != update ] && [ -f "$lock" ]; then
    cp "$lock" "$folder/Cargo.lock"
fi
cargo metadata --format-version 1 --manifest-path "$folder/Cargo.toml" >/dev/null
awk -v RS= '!/name = "zzz_user"/ { print (NR > 1 ? "\n" : "") $0 }' "$folder/Cargo.lock" >"$lock"
