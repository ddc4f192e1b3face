#!/usr/bin/env bash
# Tests the library `Num`: each instance in good/ compiles and assumes only what axioms.allow
# lists, each in bad/ is refused where its certificate is checked, and nothing is left unproved.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
ok() {
    passed=$((passed + 1))
}
not_ok() {
    failed=$((failed + 1))
    printf 'not ok: %s\n' "$1"
    [ -z "${2:-}" ] || sed 's/^/    /' "$2"
}

make --no-print-directory -s -j2 all >&2 || {
    echo "the library does not compile"
    exit 1
}
rm -rf tests/build
mkdir -p tests/build

# Compiles a copy of the file, so that nothing is left beside the original.
compile() {
    cp "$1" tests/build/
    coqc -Q theories Num "tests/build/$(basename "$1")" >tests/build/out 2>tests/build/err
}

# The names under each "Axioms:" of the output that axioms.allow does not list.
other_axioms() {
    awk '/^Axioms:/ { listed = 1; next }
         /^Closed under the global context/ { listed = 0 }
         listed && /^[A-Za-z_]/ { sub(/:$/, "", $1); print $1 }' "$1" |
        sort -u | grep -vxF -f <(grep -v '^#' axioms.allow)
}

for file in tests/library.v tests/good/*.v; do
    if ! compile "$file"; then
        not_ok "$file does not compile" tests/build/err
    elif ! grep -q '^Axioms:\|^Closed under' tests/build/out; then
        not_ok "$file does not print what it assumes"
    elif other_axioms tests/build/out >tests/build/axioms; then
        not_ok "$file assumes more than axioms.allow" tests/build/axioms
    else
        ok
    fi
done

for file in tests/bad/*.v; do
    if compile "$file"; then
        not_ok "$file is not refused"
        continue
    fi
    line=$(sed -n 's/^File "[^"]*", line \([0-9]*\),.*/\1/p' tests/build/err | head -1)
    if sed -n "${line:-1}p" "$file" | grep -q vm_cast_no_check; then
        ok
    else
        not_ok "$file fails elsewhere than at its certificate" tests/build/err
    fi
done

# Nothing is left unproved, in the library or in the template.
unproved='\<(Admitted|admit|give_up|Axiom|Axioms|Conjecture|Parameter|Parameters)\>'
for file in theories/*.v tests/*.v tests/good/*.v ../templates/coq/*; do
    # `Print Assumptions` and comments may say the word.
    if sed -e 's/(\*.*\*)//' "$file" | grep -nE "$unproved" >tests/build/unproved; then
        not_ok "$file leaves something unproved" tests/build/unproved
    else
        ok
    fi
done

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
