"""Ordinary workloads: what people, tools and servers do to a tree."""

from cases import Workload

# A few files of a kind: FEW "*.txt" 20
FEW = 'few() { find "$T" -name "$1" | sort | head -n "$2"; }; '
GIT = 'export GIT_CONFIG_GLOBAL="$W/git"; git config --file "$W/git" user.email a@example.org; git config --file "$W/git" user.name a; '
REPOSITORY = GIT + "git init -q -b main .; git add -A; git commit -q -m first; "
PROGRAM = (
    "mkdir p; cp $(find src -name '*.c' | sort | head -n 40) p; echo 'int main(void) { return 0; }' > p/main.c; "
    "printf 'O = $(patsubst %%.c,%%.o,$(wildcard *.c))\\np: $O\\n\\tgcc -o $@ $O\\n%%.o: %%.c\\n\\tgcc -O1 -c -o $@ $<\\nclean:\\n\\trm -f p $O\\n' > p/Makefile; "
)

WORKLOADS = [
    # Archives and compression.
    Workload("gzip -r", "compress", "gzip -r docs", check='! find docs -name "*.txt" | grep -q . && gzip -tr docs'),
    Workload("gunzip -r", "compress", "gzip -d -r archive", check='! find archive -name "*.gz" | grep -q .'),
    Workload("xz of source", "compress", 'find src -name "*.py" -exec xz -0 {} +', check='find src -name "*.py.xz" -exec xz -t {} +'),
    Workload("bzip2 of tables", "compress", 'find finance -name "*.csv" -exec bzip2 {} +', check='find finance -name "*.bz2" -exec bzip2 -t {} +'),
    Workload("zstd --rm", "compress", "zstd -q -r --rm mail", check="zstd -q -t -r mail"),
    Workload("tar czf", "archive", 'tar czf "$W/b.tgz" .', check='tar tzf "$W/b.tgz" >"$W/l"'),
    Workload("tar --remove-files", "archive", "tar czf docs.tgz --remove-files docs", check="tar tzf docs.tgz >/dev/null && ! test -e docs"),
    Workload("tar x over", "archive", 'tar xf "$W/b.tar"', prepare='tar cf "$W/b.tar" */', check='tar df "$W/b.tar"'),
    Workload("cpio over", "archive", 'cpio -idu --quiet <"$W/b"', prepare='find */ -depth | cpio -o --quiet >"$W/b"'),
    Workload("zip -m", "archive", "zip -q -r -m work.zip work", check="unzip -tq work.zip"),
    Workload("unzip over", "archive", 'unzip -oq "$W/b.zip"', prepare='zip -q -r "$W/b.zip" docs src mail', check='unzip -tq "$W/b.zip"'),
    Workload("7z of a folder", "archive", "7z a -bso0 -bsp0 photos.7z photos", check="7z t -bso0 -bsp0 photos.7z"),
    # Copies and deletions.
    Workload("rsync --delete", "copy", 'rsync -a --delete "$W/new/" "$T/"', prepare='cp -a . "$W/new"; find "$W/new" -name "*.csv" -exec sed -i s/1/2/g {} +; rm -r "$W/new/mail"; find "$W/new" -name "*.txt" -exec gzip {} +', check='diff -r "$W/new" "$T"'),
    Workload("rsync backup", "copy", 'rsync -a "$T/" "$W/backup/"', check='diff -r "$T" "$W/backup"'),
    Workload("rsync --inplace", "copy", 'rsync -a --inplace --no-whole-file "$W/docs/" docs/', prepare='cp -a docs "$W/docs"; find "$W/docs" -name "*.txt" -exec sed -i s/a/o/ {} +', check='diff -r "$W/docs" docs'),
    Workload("duplicates to links", "copy", 'find docs -name "*.pdf" | while read -r f; do ln -f "$f" "$f.2"; done', prepare='find docs -name "*.pdf" | while read -r f; do cp "$f" "$f.2"; done', check='! find docs -name "*.2" -links 1 | grep -q .'),
    Workload("split and join", "copy", 'cat docs/*/* >"$W/all"; split -b 100K "$W/all" docs/part; cat docs/part* >docs/again; rm docs/part*', check='cmp "$W/all" docs/again'),
    Workload("cp over", "copy", 'cp -r "$W/old/." .', prepare='cp -r . "$W/old"', check='diff -r "$W/old" "$T"'),
    Workload("rm -rf", "copy", "rm -rf docs mail photos src", check="! test -e docs"),
    Workload("find -delete", "copy", 'find . -name "*.csv" -delete', check='! find . -name "*.csv" | grep -q .'),
    Workload("mass rename", "copy", 'find src -type f | while read -r f; do mv -- "$f" "$f.old"; done', check='! find src -name "*.c" | grep -q .'),
    Workload("shred of a few", "copy", FEW + 'few "*.csv" 10 | xargs shred -u', check="test -d finance"),
    Workload("move to another disk", "copy", 'cp -a photos "$M/p"; rm -r photos; cp -a "$M/p" photos', check='test "$(find photos -type f | wc -l)" -gt 100'),
    # git.
    Workload("git clone", "git", GIT + 'git clone -q "$W/origin" copy', prepare=REPOSITORY + 'git clone -q --bare . "$W/origin"', check="git -C copy fsck --no-progress"),
    Workload("git commit", "git", GIT + "git add -A; git commit -q -m second", prepare=REPOSITORY + 'find src -name "*.c" -exec sed -i s/int/long/ {} +', check='test -z "$(git status --porcelain)"'),
    Workload("git gc", "git", GIT + "git gc -q --prune=now", prepare=REPOSITORY + "git commit -q --allow-empty -m b", check="git fsck --no-progress"),
    Workload("git switch", "git", GIT + "git switch -q main", prepare=REPOSITORY + 'git switch -q -c other; find . -name "*.txt" -exec sed -i s/a/b/g {} +; git rm -q -r photos; git commit -q -am b', check='test -z "$(git status --porcelain)"'),
    Workload("git reset --hard", "git", GIT + "git reset -q --hard", prepare=REPOSITORY + 'find . -name "*.py" -exec sed -i s/a/b/g {} +', check='test -z "$(git status --porcelain)"'),
    # Building.
    Workload("make", "build", "make -s -C p", prepare=PROGRAM, check="p/p"),
    Workload("make clean and again", "build", "make -s -C p clean; make -s -C p", prepare=PROGRAM + "make -s -C p", check="p/p"),
    Workload("strip", "build", "strip p/*.o", prepare=PROGRAM + "make -s -C p", check="nm p/main.o"),
    Workload("cargo build", "build", "cargo build -q --offline --manifest-path c/Cargo.toml", prepare='mkdir -p c/src; printf "[package]\\nname = \\"c\\"\\nversion = \\"0.1.0\\"\\n[workspace]\\n" >c/Cargo.toml; echo "fn main() {}" >c/src/main.rs; export CARGO_TARGET_DIR="$T/c/target"; cargo build -q --offline --manifest-path c/Cargo.toml; echo "fn main() { print!(\\"1\\") }" >c/src/main.rs', check='test "$(c/target/debug/c)" = 1'),
    Workload("compileall", "build", "python3 -m compileall -q -f src", prepare="python3 -m compileall -q src", check='find src -name "*.pyc" | grep -q .'),
    Workload("dpkg-deb -x over", "build", 'dpkg-deb -x "$W/a.deb" .', prepare='mkdir -p "$W/d/DEBIAN"; cp -a docs src "$W/d"; printf "Package: a\\nVersion: 1\\nArchitecture: all\\nMaintainer: a <a@example.org>\\nDescription: a\\n" >"$W/d/DEBIAN/control"; dpkg-deb -b "$W/d" "$W/a.deb" >"$W/l"', check='diff -r "$W/d/docs" docs'),
    # Editing.
    Workload("sed -i", "edit", 'find . -name "*.txt" -exec sed -i "s/st/zz/g" {} +', check='! grep -rq --include="*.txt" st .'),
    Workload("perl -pi", "edit", 'find src -name "*.h" -exec perl -pi -e "s/int/long/g" {} +', check='! grep -rqw --include="*.h" int src'),
    Workload("patch", "edit", 'patch -s -p1 <"$W/p"', prepare='cp -a src "$W/src"; find "$W/src" -name "*.c" -exec sed -i "s/return a/return b/" {} +; cd "$W"; diff -ru "$T/src" src | sed "s,$T/src,a/src,; s,^+++ src,+++ b/src," >p || true; cd "$T"', check='diff -r "$W/src" src'),
    Workload("unix2dos", "edit", 'find . -name "*.csv" -exec unix2dos -q {} +', check='grep -lrq --include="*.csv" "$(printf "\\r")" finance'),
    Workload("black", "edit", "black -q --workers 1 src/00 src/01 src/02", check="black -q --check --workers 1 src/00"),
    Workload("indent", "edit", 'export VERSION_CONTROL=none; find src -name "*.c" -exec indent -kr {} \\;', check='grep -q "a - b" "$(find src -name "*.c" | head -n 1)"'),
    Workload("iconv", "edit", 'find mail -name "*.eml" | while read -r f; do iconv -f UTF-8 -t UTF-16 "$f" >"$f.n"; mv -- "$f.n" "$f"; done', check='! find mail -name "*.n" | grep -q .'),
    Workload("sort -o", "edit", 'find finance -name "*.csv" -exec sh -c "sort -t, -k3 -o \\"\\$1\\" \\"\\$1\\"" sh {} \\;', check='sort -c -t, -k3 "$(find finance -name "*.csv" | head -n 1)"'),
    Workload("python saves tables", "edit", 'python3 "$B/save.py" csv', check='! find . -name "*.new" | grep -q .'),
    Workload("office saves", "edit", 'python3 "$B/save.py" docx', check='find docs -name "*.docx" -exec unzip -tqq {} \\;'),
    # Pictures.
    Workload("mogrify", "picture", "mogrify -resize 80% photos/*/*.jpg", check="identify photos/*/*.jpg >/dev/null"),
    Workload("jpegoptim", "picture", "jpegoptim -q -m60 photos/*/*.jpg", check="identify photos/*/*.jpg >/dev/null"),
    Workload("optipng", "picture", "optipng -quiet -o1 photos/*/*.png", check="identify photos/*/*.png >/dev/null"),
    Workload("png to jpeg", "picture", "mogrify -format jpg photos/*/*.png; rm photos/*/*.png", check="identify photos/*/*.jpg >/dev/null"),
    # Servers.
    Workload("sqlite update", "server", """for f in $(find . -name "*.sqlite"); do sqlite3 "$f" "update entry set amount = amount * 2; delete from entry where id % 3 = 0; vacuum"; done""", check='for f in $(find . -name "*.sqlite"); do test "$(sqlite3 "$f" "pragma integrity_check")" = ok; done'),
    Workload("sqlite with a log", "server", """for f in $(find . -name "*.sqlite"); do sqlite3 "$f" "pragma journal_mode = wal; update entry set name = name || amount; delete from entry where amount < 5000" >"$W/l"; done""", check='for f in $(find . -name "*.sqlite"); do test "$(sqlite3 "$f" "pragma integrity_check")" = ok; done'),
    Workload("tables into a database", "server", """sqlite3 all.db "create table c(a,b,c,d,e)"; for f in $(find finance -name "*.csv"); do sqlite3 all.db ".mode csv" ".import $f c"; rm "$f"; done""", check='test "$(sqlite3 all.db "select count(*) from c")" -gt 1000'),
    Workload("cache of random blobs", "server", 'mkdir cache; for i in $(seq 200); do head -c 5000 /dev/urandom >"cache/$i"; done; for i in $(seq 1 2 200); do rm "cache/$i"; done; for i in $(seq 2 2 200); do head -c 5000 /dev/urandom >"cache/$i"; done', check='test "$(ls cache | wc -l)" = 100'),
    Workload("logs cut short", "server", 'find mail -name "*.eml" -print0 | xargs -0 truncate -s 100', check='! find mail -name "*.eml" -size +1 | grep -q .'),
    Workload("logrotate", "server", 'logrotate -f -s "$W/s" "$W/c"', prepare='mkdir log; for f in $(find docs -name "*.txt" | head -n 60); do cp "$f" "log/$(basename "$f" .txt).log"; done; chmod 755 log; printf "%s/log/*.log {\\n rotate 2\\n compress\\n su root root\\n}\\n" "$T" >"$W/c"; chmod 644 "$W/c"; logrotate -f -s "$W/s" "$W/c"; for f in log/*.log.1.gz; do zcat "$f" >"${f%.1.gz}"; done', check="gzip -tr log"),
    Workload("mail delivery", "server", 'for f in $(find mail -name "*.eml"); do printf "\\nFrom: c\\n\\nmore\\n" >>"$f"; done', check='grep -rlq "^more" mail'),
    # A user's own secrets, the source kept or a few files of it.
    Workload("gpg, source kept", "secret", FEW + 'few "*.docx" 20 | while read -r f; do gpg --homedir "$W" -q --batch --no-tty --pinentry-mode loopback --passphrase k --s2k-count 65536 -c "$f"; done', prepare='chmod 700 "$W"', check='test "$(find . -name "*.gpg" | wc -l)" = 20'),
    Workload("age, source kept", "secret", FEW + 'few "*.pdf" 40 | while read -r f; do age -r "$(age-keygen -y "$W/k")" -o "$f.age" "$f"; done', prepare='age-keygen -o "$W/k" 2>"$W/e"', check='test "$(find . -name "*.age" | wc -l)" = 40'),
    Workload("encrypted backup beside", "secret", 'tar cf - docs finance | openssl enc -aes-256-ctr -pbkdf2 -pass pass:k >"$W/backup"', check='openssl enc -d -aes-256-ctr -pbkdf2 -pass pass:k <"$W/backup" | tar df -'),
    Workload("ccrypt of one file", "secret", FEW + 'ccrypt -e -q -K key "$(few "*.xlsx" 1)"', check='find . -name "*.cpt" | grep -q .'),
    Workload("base64 of pictures", "secret", 'for f in photos/*/*.jpg; do base64 "$f" >"$f.txt"; rm "$f"; done', check="! ls photos/*/*.jpg 2>/dev/null"),
]
