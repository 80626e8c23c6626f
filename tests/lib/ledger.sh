# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# A writer that snapshots have to be consistent for, and hooks for them.

# keep_ledger DIR: keeps an invariant in two files there: the sum in one is that of the lines in the
# other, or one line ahead. As a database does, it waits until each step is on the disk: only so far does
# any file system promise an order. The two lie far apart in the walk. $writer is its process.
keep_ledger() {
	mkdir -p "$1/a" "$1/z"
	head -c 30000000 /dev/zero >"$1/m-between"
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

# hook NAME TEXT: a hook in ./hooks that notes its argument, and what else it does.
hook() {
	mkdir -p hooks
	printf '#!/bin/sh\necho "%s $1 $ROOTLIFT_ROOT" >>%s/calls\n%s\n' "$1" "$PWD" "$2" >"hooks/$1"
	chmod 755 "hooks/$1"
}

# Ends the keeper of the capture $pid by SIGKILL.
kill_keeper() {
	kill -9 "$(pgrep -P "$pid" -x rootlift-keeper)"
}

# Waits until no snapshot is left; the test file's function `left` counts them.
gone() {
	for _ in $(seq 100); do
		[ "$(left)" != 0 ] || return 0
		sleep 0.1
	done
	fail "$(left) snapshots are left"
}
