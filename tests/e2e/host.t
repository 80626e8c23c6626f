#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: alone
#
# What a capture costs the host that it runs on. What is in the page cache depends on all that runs.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/stuck.sh"
. "$TOP/tests/lib/trees.sh"

# Bytes of a file that are in the page cache.
cached() {
	fincore -b -n -o RES "$1" | tr -d ' '
}

# about WANTED BYTES WHAT: equal but for 5 % of a file. The kernel has reasons of its own to drop a page,
# and readahead of what was read just before may still be on its way, more so if the disk is busy.
about() {
	awk -v wanted="$1" -v got="$2" 'BEGIN { off = got - wanted; exit !(off * off <= 1e6 * 1e6) }' ||
		fail "$3: $2 bytes, not about $1"
}

page_cache() {
	mkdir tree
	for name in cold warm half; do
		head -c 20000000 /dev/urandom >tree/$name
	done
	sync -f tree
	for name in cold warm half; do
		dd if=tree/$name iflag=nocache count=0 status=none
	done
	about 0 "$(cached tree/cold)" 'a dropped file'
	cat tree/warm >/dev/null
	head -c 5000000 tree/half >/dev/null
	sleep 0.5
	half=$(cached tree/half)
	[ "$half" -lt 15000000 ] || fail 'all of the file was read'
	capture 0 --profile none -o x.tar tree
	about 0 "$(cached tree/cold)" 'the cold file'
	about 20000000 "$(cached tree/warm)" 'the warm file'
	about "$half" "$(cached tree/half)" 'the half warm file'
	about 0 "$(cached x.tar)" 'the output'
	capture 0 --profile none --fast -o y.tar tree
	about 20000000 "$(cached tree/cold)" 'the cold file after --fast'
	about 0 "$(cached y.tar)" 'the output of that'
	cmp x.tar y.tar
}

priority() {
	mkdir tree
	head -c 5000000 /dev/urandom >tree/large
	stuck --profile none tree
	eq "$(ps -o ni= -p $pid | tr -d ' ')" "$(nice)"
	unstick
	stuck --profile none --polite tree
	eq "$(ps -o ni= -p $pid | tr -d ' ')" 19
	eq "$(ionice -p $pid)" 'best-effort: prio 7'
	unstick
	expect 0 "$ROOTLIFT" plan -v --profile none --polite tree
	has err '^Priority: the lowest, for processors and disks$'
}

# Of the running system others go first without being asked. It is not walked through to its end: that takes
# minutes where its disk has not been read yet.
priority_of_root() {
	stuck -v --profile none --one-file-system /
	eq "$(ps -o ni= -p $pid | tr -d ' ')" 19
	unstick
	has err '^Priority: the lowest, for processors and disks$'
	stuck -v --profile none --one-file-system --fast /
	eq "$(ps -o ni= -p $pid | tr -d ' ')" "$(nice)"
	unstick
	hasnt err '^Priority'
}

bwlimit() {
	strace -qq -o /dev/null true 2>/dev/null || skip 'no strace'
	mkdir tree
	head -c 10485760 /dev/urandom >tree/a
	head -c 5242880 /dev/urandom >tree/b
	expect 0 strace -f -qq -o trace -e trace=clock_nanosleep "$ROOTLIFT" capture --profile none \
		--bwlimit 20m --report report -o x.tar tree
	# 16 pieces of 1 MiB: all but the first come 50 ms after the one before or later.
	jq -e '.duration_seconds >= 0.7' report
	# Until when it waited, in milliseconds: there is no burst, also after a piece that came late by itself
	# and had nothing to wait for.
	sed -n 's/.*TIMER_ABSTIME, {tv_sec=\([0-9]*\), tv_nsec=\([0-9]*\)}.*/\1 \2/p' trace |
		awk '{ t = $1 * 1000 + $2 / 1e6; if (NR > 1 && t - last < 49.9) early++; last = t }
			END { print (NR >= 3 && !early) }' >waits
	eq "$(cat waits)" 1 'waits as long as the rate says'
	for bad in 0 -1 x 10X '' 99999999999G 1.5M; do
		expect 2 "$ROOTLIFT" capture --bwlimit "$bad" -n tree
	done
	has err "^rootlift: --bwlimit takes bytes a second, as 500K, 20M or 1G, not '1.5M'$"
}

# A signal is not waited for until the rate allows it.
bwlimit_stops() {
	mkdir tree
	head -c 5000000 /dev/urandom >tree/large
	"$ROOTLIFT" capture --profile none --bwlimit 1K -o x.tar tree 2>err &
	pid=$!
	until grep -q nanosleep /proc/$pid/wchan; do sleep 0.05; done
	kill $pid
	status=0
	wait $pid || status=$?
	eq $status 3 status
	has err 'stopped by a signal'
}

fail_on() {
	tree_basic tree
	capture 0 --profile none --fail-on skipped,torn -o x.tar tree
	touch tree/.wh.name
	capture 1 --profile none --fail-on torn -o x.tar tree
	rm x.tar report
	capture 3 --profile none --fail-on torn,skipped -o x.tar tree
	has err "^rootlift: gave up, as --fail-on wants: '.wh.name': "
	[ ! -e x.tar ] || fail 'there is an output'
	[ ! -e report ] || fail 'there is a report'
	status=0
	"$ROOTLIFT" capture -q --profile none --fail-on skipped tree >y.tar 2>err || status=$?
	eq $status 3 status
	if tar -tf y.tar >/dev/null 2>&1; then fail 'the cut stream passes for a tar'; fi
	capture 1 --profile none --fail-on none -o x.tar tree
	expect 2 "$ROOTLIFT" capture --fail-on all -n tree
	has err "^rootlift: --fail-on takes .*, not 'all'$"
}

t 'the page cache is left as found' page_cache
t 'others go first if that is wanted' priority
t 'others go first by default if ROOT is /' priority_of_root
t 'reading is no faster than --bwlimit' bwlimit
t 'a wait for --bwlimit ends with a signal' bwlimit_stops
t '--fail-on ends the capture without output' fail_on
done_testing
