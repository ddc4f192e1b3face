"""Ordinary work: a row each, done by the tools that people use."""

from typing import NamedTuple


class Workload(NamedTuple):
    name: str
    # Run by a shell with -e in the tree; "$OUT" is an empty folder on the same disk.
    command: str
    # What must hold at the end.
    check: str = "true"


WORKLOADS = [
    Workload("tar of all", 'tar -czf "$OUT/all.tgz" .', 'gzip -t "$OUT/all.tgz"'),
    Workload("tar over all", 'tar -cf "$OUT/all.tar" . && tar -xf "$OUT/all.tar"', "test -d docs"),
    Workload("gzip -r", "gzip -r docs src", "test -n \"$(find docs -name '*.txt.gz')\""),
    Workload("gunzip -r", "gzip -qr mail && gunzip -qr mail", "test -n \"$(find mail -name '*.eml')\""),
    Workload("xz", "find work -name '*.txt' -print0 | xargs -0 xz -0"),
    Workload("zstd --rm", "find finance -name '*.csv' -print0 | xargs -0 zstd -q --rm"),
    Workload("bzip2", "find misc -type f -print0 | xargs -0 bzip2"),
    Workload("zip -r", 'zip -qr "$OUT/all.zip" docs work', 'unzip -qt "$OUT/all.zip"'),
    Workload("zip -m", 'zip -qrm "$OUT/moved.zip" finance', 'unzip -qt "$OUT/moved.zip"'),
    Workload("unzip over", 'zip -qr "$OUT/all.zip" docs && unzip -qo "$OUT/all.zip"'),
    Workload("7z a", '7z a -bd -mx=1 "$OUT/all.7z" docs src >/dev/null'),
    Workload("cp of all", 'cp -a . "$OUT/copy"', 'diff -rq . "$OUT/copy"'),
    Workload("cp, then rm", 'cp -a photos archive "$OUT/" && rm -r photos archive', 'test -d "$OUT/photos"'),
    Workload("mv to another file system", "mkdir /dev/shm/$$ && mv photos /dev/shm/$$/ && mv /dev/shm/$$/photos . && rmdir /dev/shm/$$"),
    Workload("rsync", 'rsync -a . "$OUT/copy" && rsync -a --checksum . "$OUT/copy"'),
    Workload("rsync --delete", 'mkdir "$OUT/less" && cp -a docs "$OUT/less" && rsync -a --delete "$OUT/less/docs/" work/'),
    Workload("rsync --inplace", 'cp -a docs "$OUT/docs" && find "$OUT/docs" -name "*.txt" -exec sed -i "s/a/o/" {} + && rsync -a --inplace --no-whole-file "$OUT/docs/" docs/'),
    Workload("rm -r", "rm -r docs work src"),
    Workload("find -delete", "find . -name '*.csv' -delete"),
    Workload("shred -u", "find misc -type f -print0 | xargs -0 shred -n1 -u"),
    Workload("sed -i", "find . -name '*.txt' -print0 | xargs -0 sed -i 's/ta/at/g'"),
    Workload("perl -pi", "find src -name '*.c' -print0 | xargs -0 perl -pi -e 's/NULL/0/g'"),
    Workload("iconv", "for f in $(find mail -name '*.eml'); do iconv -f latin1 -t utf-16 $f -o $f.u && mv $f.u $f; done"),
    Workload("unix2dos", "find src -name '*.c' -print0 | xargs -0 unix2dos -q"),
    Workload("sort -o", "for f in $(find finance -name '*.csv'); do sort -t, -k2n -o $f $f; done"),
    Workload("git commits", "git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm one && sed -i s/a/b/ docs/00/*.txt && git -c user.name=a -c user.email=a@b commit -qam two"),
    Workload("git switch", "git init -qb one . && git add src && git -c user.name=a -c user.email=a@b commit -qm one && git switch -qc two && sed -i s/if/while/ src/*/*.c && git -c user.name=a -c user.email=a@b commit -qam two && git switch -q one && git switch -q two"),
    Workload("git gc", "git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm one && git gc -q && git repack -qadf"),
    Workload("git clone", 'git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm one && git clone -q . "$OUT/clone" && rm -rf .git'),
    Workload("compiler", r"""cd "$OUT" && for i in 1 2 3 4 5 6; do echo "#include <stdio.h>
int f$i(int x){ return printf(\"%d\", x); }" > $i.c; done; for k in 1 2; do for i in 1 2 3 4 5 6; do gcc -g -O2 -c $i.c -o $i.o; done; ar rcs lib.a *.o; rm *.o; done"""),
    Workload("compileall", 'cp -r /usr/lib/python3*/email "$OUT/email" && python3 -m compileall -q -f "$OUT/email" && python3 -m compileall -q -f "$OUT/email"'),
    Workload("sqlite rows", r"""for f in $(find finance -name '*.db'); do sqlite3 $f "begin; update t set b = b + 1; insert into t select * from t; commit; vacuum;"; done"""),
    Workload("sqlite with a log", r"""for f in $(find finance -name '*.db'); do sqlite3 $f "pragma journal_mode = wal; update t set a = a || b; delete from t where b < 500;" >/dev/null; done"""),
    Workload("log rotation", r"""mkdir log && for k in 1 2 3 4; do for i in $(seq 300); do echo "$(date) line $i" >> log/a; done; for n in 3 2 1; do test -f log/a.$n.gz && mv log/a.$n.gz log/a.$((n+1)).gz; done; mv log/a log/a.1; gzip log/a.1; done"""),
    Workload("mogrify", "find photos -name '*.png' | head -60 | xargs mogrify -resize 80%"),
    Workload("png to jpeg", "for f in $(find photos -name '*.png' | head -40); do convert $f ${f%.png}.jpeg && rm $f; done"),
    Workload("strip", r"""for f in $(find archive -name '*.bin'); do head -c 30000 /bin/true > /dev/null; cp /bin/true $f; strip $f; done"""),
    Workload("split and join", 'cat docs/*/* > "$OUT/all" && split -b 100K "$OUT/all" "$OUT/part" && cat "$OUT"/part* > "$OUT/again" && rm "$OUT"/part*', 'cmp "$OUT/all" "$OUT/again"'),
    Workload("base64 of pictures", "for f in $(find photos -type f | head -80); do base64 $f > $f.b64 && rm $f; done"),
    Workload("uuencoded mail", "for f in $(find photos -name '*.jpg' | head -30); do { echo 'MIME-Version: 1.0'; base64 $f; } >> mail/00/outbox.eml; done"),
    Workload("openssl keys", 'cd "$OUT" && for i in 1 2 3 4 5; do openssl genrsa -out $i.pem 1024 2>/dev/null; openssl req -new -x509 -key $i.pem -out $i.crt -subj /CN=a; done'),
    Workload("encrypted backup beside", 'tar -cf - docs finance | openssl enc -aes-256-ctr -pbkdf2 -k x > "$OUT/backup"'),
    Workload("dpkg-deb", 'mkdir -p "$OUT/p/DEBIAN" "$OUT/p/usr" && cp -r docs "$OUT/p/usr/" && printf "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: a\n" > "$OUT/p/DEBIAN/control" && dpkg-deb -b "$OUT/p" "$OUT/a.deb" >/dev/null && dpkg-deb -x "$OUT/a.deb" "$OUT/x"'),
    Workload("patch", 'cp -r src "$OUT/new" && sed -i "s/return/return 1 +/" "$OUT"/new/*/*.c && (diff -ru src "$OUT/new" > "$OUT/p" || true) && cd src && patch -sp1 < "$OUT/p"'),
    Workload("black", r"""cd "$OUT" && for i in 1 2 3 4 5 6 7 8; do cp /usr/lib/python3*/argparse.py $i.py; done; black -q --workers 1 ."""),
    Workload("download and install", 'for i in 1 2 3 4; do head -c 400000 /dev/urandom > "$OUT/part.$i" && gzip -c "$OUT/part.$i" > "$OUT/$i.gz" && rm "$OUT/part.$i" && install -D "$OUT/$i.gz" "$OUT/usr/$i.gz"; done'),
    Workload("cache of random blobs", 'for i in $(seq 200); do head -c 5000 /dev/urandom > "$OUT/$i.blob"; done; for i in $(seq 1 2 200); do rm "$OUT/$i.blob"; done; for i in $(seq 2 2 200); do head -c 5000 /dev/urandom > "$OUT/$i.blob"; done'),
    Workload("editor saves", r"""for f in $(find docs -name '*.txt' | head -60); do cp $f $f~ && { cat $f~; echo end; } > $f.new && mv $f.new $f; done"""),
    Workload("rename all", "for f in $(find photos -type f); do mv $f $f.old; done"),
    Workload("duplicates to links", "for f in $(find docs -name '*.pdf'); do cp $f $f.2 && ln -f $f $f.2; done"),
    Workload("office saves", r"""for f in $(find docs -name '*.docx' | head -40); do d=$(mktemp -d -p "$OUT"); unzip -qo $f -d $d && (cd $d && echo more >> word/document.xml && zip -qr ../n.zip .) && mv "$OUT/n.zip" $f && rm -r $d; done"""),
    Workload("csv to database", r"""sqlite3 "$OUT/all.db" "create table c(a,b,c,d)" && for f in $(find finance -name '*.csv' | head -60); do sqlite3 "$OUT/all.db" ".mode csv" ".import $f c"; done && rm finance/*/*.csv"""),
    Workload("jpegoptim", "find photos -name '*.jpeg' -print0 | xargs -0 -r jpegoptim -q; find photos -name '*.jpg' | head -40 | xargs -r touch"),
    Workload("truncate", "find mail -name '*.eml' -print0 | xargs -0 truncate -s 100"),
    Workload("chmod and touch", "chmod -R go-w . && find . -type f -exec touch {} +"),
]
