# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# An invariant over two files, which only a capture of one moment keeps.

# keep_ledger DIR BYTES: keeps the invariant in DIR, as $writer: the sum in one file is that of the
# lines in the other, or one line ahead. As a database does, it waits until each step is on the disk:
# only so far does any file system promise an order. The two lie far apart in the walk, with so many
# bytes in between.
keep_ledger() {
	mkdir -p "$1/a" "$1/z"
	head -c "$2" /dev/zero >"$1/m-between"
	rm -f started
	python3 -c '
import os, sys
ledger = os.open(sys.argv[1] + "/a/ledger", os.O_WRONLY | os.O_CREAT, 0o644)
total_file = os.open(sys.argv[1] + "/z/sum", os.O_WRONLY | os.O_CREAT, 0o644)
total = n = 0
while True:
    n += 1
    total += n
    os.pwrite(total_file, b"%020d\n" % total, 0)
    os.fsync(total_file)
    os.write(ledger, b"%d\n" % n)
    os.fsync(ledger)
    if n == 1:
        open("started", "w").close()
' "$1" &
	# shellcheck disable=SC2034
	writer=$!
	until [ -e started ]; do sleep 0.05; done
}

# Whether the sum in x.tar is that of the ledger, or one line ahead.
invariant_holds() {
	tar -xOf x.tar a/ledger >ledger
	python3 -c '
import sys
lines = [int(line) for line in open("ledger").read().split("\n")[:-1]]
total = int(sys.argv[1])
sys.exit(total - sum(lines) not in (0, len(lines) + 1))
' "$(tar -xOf x.tar z/sum)"
}
