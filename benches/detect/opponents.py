"""Opponents: a row each. `separable` says whether what they leave can be told from ordinary work."""

from typing import NamedTuple


class Opponent(NamedTuple):
    name: str
    separable: bool
    # Run by a shell in the tree; {here} is this folder, {way} a way of opponent.py.
    command: str


def own(way, separable=True):
    return Opponent(way, separable, f"python3 {{here}}/opponent.py {way} .")


FILES = "find . -type f ! -name '.a-tree*'"

OPPONENTS = [
    own("in_place"),
    own("truncate_and_write"),
    own("rename_over"),
    own("new_and_unlink"),
    own("unlink_first"),
    own("rename_first"),
    own("in_pieces"),
    own("first_block"),
    own("keeps_head"),
    own("by_mapping"),
    own("past_the_cache"),
    own("through_memory_file"),
    own("through_pipe"),
    own("in_vectors"),
    own("by_shared_memory"),
    own("by_another_name"),
    own("as_base64"),
    own("as_base64_beside"),
    own("as_base32"),
    own("as_hexadecimal"),
    own("as_ascii85"),
    own("as_words"),
    own("slowly"),
    own("in_a_process_of_its_own"),
    own("in_a_session_of_its_own"),
    own("after_exec"),
    own("eight_workers"),
    own("reader_and_remover"),
    own("by_links"),
    own("one_archive"),
    own("at_random"),
    own("with_gzip_head", separable=False),
    own("with_png_head", separable=False),
    # Tools that a backup's user runs in the same way: nothing in the files tells them apart.
    Opponent("openssl", False, FILES + r""" | while read -r f; do
        openssl enc -aes-256-ctr -pbkdf2 -iter 1 -k x -in "$f" -out "$f.enc" && rm "$f"; done"""),
    Opponent("gpg", False, FILES + r""" | head -400 | while read -r f; do
        gpg --batch --homedir "$OUT" --s2k-count 1024 --passphrase x -c "$f" && rm "$f"; done"""),
    Opponent("7z", False, "7z a -bd -px -mhe=on -mx=1 -sdel all.7z docs work src finance >/dev/null"),
    Opponent("zip", False, "zip -q -m -r -P x all.zip docs work src finance mail"),
    Opponent("ccrypt", True, FILES + " -print0 | xargs -0 ccrypt -e -K x"),
    Opponent("age", False, r"""age-keygen -o "$OUT/key" 2>/dev/null; r=$(age-keygen -y "$OUT/key"); """
             + FILES + r""" | head -400 | while read -r f; do age -r "$r" -o "$f.age" "$f" && rm "$f"; done"""),
    Opponent("dd of random bytes", True, FILES + r""" | while read -r f; do
        cat "$f" >/dev/null; dd if=/dev/urandom of="$f" bs=4096 count=4 conv=notrunc status=none; done"""),
]
