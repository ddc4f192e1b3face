"""The opponents: each encrypts the tree, in its own way."""

from cases import Opponent

PYTHON = 'python3 "$B/encrypt.py" "$T"'
EACH = 'sh "$B/each.sh" "$T"'

OPPONENTS = [
    # How the ciphertext gets there.
    Opponent("in place", "write", PYTHON),
    Opponent("truncate and rewrite", "write", f"{PYTHON} --write truncate"),
    Opponent("rename over", "write", f"{PYTHON} --write rename-over"),
    Opponent("new file and unlink", "write", f"{PYTHON} --write unlink"),
    Opponent("unlink, then new file", "write", f"{PYTHON} --write unlink-first"),
    Opponent("rename first", "write", f"{PYTHON} --write rename-first"),
    Opponent("every fourth block", "write", f"{PYTHON} --write intermittent"),
    Opponent("first block only", "write", f"{PYTHON} --write first-block"),
    Opponent("head kept", "write", f"{PYTHON} --write keep-head"),
    Opponent("source by mmap", "write", f"{PYTHON} --write mapped-source"),
    Opponent("through symbolic links", "write", f"{PYTHON} --write linked"),
    Opponent("through hard links", "write", f"{PYTHON} --write hard-linked"),
    Opponent("through memory and back", "write", f"{PYTHON} --write over-memory"),
    # System calls.
    Opponent("mmap", "call", '"$B/mapped" "$T"'),
    Opponent("io_uring", "call", '"$B/uring" "$T"'),
    Opponent("O_DIRECT", "call", '"$B/direct" "$T"'),
    Opponent("splice", "call", '"$B/pipes" "$T"'),
    Opponent("sendfile", "call", '"$B/copied" "$T" sendfile'),
    Opponent("copy_file_range", "call", '"$B/copied" "$T" range'),
    Opponent("small vectors", "call", '"$B/vectors" "$T"'),
    # How the ciphertext looks.
    Opponent("base64", "code", f"{PYTHON} --encode base64 --write rename-over"),
    Opponent("base32", "code", f"{PYTHON} --encode base32 --write truncate"),
    Opponent("ascii85", "code", f"{PYTHON} --encode ascii85 --write unlink"),
    Opponent("hex", "code", f"{PYTHON} --encode hex --write unlink"),
    Opponent("words", "code", f"{PYTHON} --encode words --write truncate"),
    Opponent("png header", "code", f"{PYTHON} --encode png-header --write rename-over"),
    Opponent("gzip header", "code", f"{PYTHON} --encode gzip-header --write unlink", separable=False),
    Opponent("gzip of ciphertext", "code", f"{PYTHON} --encode gzip --write unlink", separable=False),
    # Who does it.
    Opponent("eight workers", "process", f"{PYTHON} --run workers"),
    Opponent("eight threads", "process", f"{PYTHON} --run threads --write rename-over"),
    Opponent("process per file", "process", f"{PYTHON} --run process-each"),
    Opponent("orphans in own sessions", "process", f"{PYTHON} --run orphans"),
    Opponent("generations", "process", f"{PYTHON} --run generations --write truncate"),
    Opponent("chain of exec", "process", '"$B/chain" "$T"'),
    Opponent("writer and deleter", "process", 'python3 "$B/pair.py" "$T"'),
    Opponent("slow", "process", f"{PYTHON} --run slow --pause 1 --first 45", destroys=45),
    Opponent("slow, base64", "process", f"{PYTHON} --run slow --pause 1 --first 45 --encode base64", destroys=45),
    # Archives.
    Opponent("one archive", "archive", 'python3 "$B/archive.py" "$T"'),
    Opponent("archive per folder", "archive", 'python3 "$B/archive.py" "$T" per-folder'),
    # Tools that people have.
    Opponent("openssl", "tool", f"""{EACH} 'openssl enc -aes-256-ctr -pbkdf2 -iter 1 -pass pass:k -in "$f" -out "$f.enc"; rm -- "$f"'"""),
    Opponent("openssl and dd", "tool", f"""{EACH} 'openssl enc -aes-256-ctr -K 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff -iv 00112233445566778899aabbccddeeff -in "$f" -out "$W/o"; dd if="$W/o" of="$f" conv=notrunc status=none'"""),
    Opponent("dd of random bytes", "tool", f"""{EACH} 'cat "$f" >"$W/o"; dd if=/dev/urandom of="$f" bs=4096 count=4 conv=notrunc status=none'"""),
    Opponent("openssl base64", "tool", f"""{EACH} 'openssl enc -aes-256-cbc -a -pbkdf2 -iter 1 -pass pass:k -in "$f" -out "$f.b64"; mv -- "$f.b64" "$f"'"""),
    Opponent("ccrypt", "tool", "ccrypt -e -r -q -f -K key -- */"),
    Opponent("cryptography, token", "tool", 'python3 "$B/fernet.py" "$T" token'),
    Opponent("cryptography, GCM", "tool", 'python3 "$B/fernet.py" "$T" gcm'),
    Opponent("gpg", "tool", f"""{EACH} 'gpg --homedir "$W" -q --batch --no-tty --pinentry-mode loopback --passphrase k --s2k-count 65536 -c "$f"; rm -- "$f"'""", separable=False, destroys=400),
    Opponent("age", "tool", f"""age-keygen -o "$W/k" 2>"$W/e"; export R=$(age-keygen -y "$W/k"); {EACH} 'age -r "$R" -o "$f.age" "$f"; rm -- "$f"'""", separable=False),
    Opponent("7z with a password", "tool", '7z a -bso0 -bsp0 -pk -sdel -mx=1 all.7z */', separable=False),
    Opponent("zip with a password", "tool", "zip -q -r -m -1 -P k all.zip */", separable=False),
]
