#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# Faults of where the output goes: full disks, readers that go away, limits, directories that vanish.
. "$(dirname "$0")/../lib/tap.sh"

# A tree that takes some time and some room: 60 MB in 600 files, and 20 MB in one.
make_tree() {
	mkdir tree
	python3 -c '
import os
for i in range(600):
    with open("tree/f%03d" % i, "wb") as file:
        file.write(os.urandom(100000))
with open("tree/large", "wb") as file:
    file.write(os.urandom(20000000))
'
}

# nothing_in DIR: no output, no report, no temporary file.
nothing_in() {
	eq "$(find "$1" -mindepth 1 | sort)" '' "what is in $1"
}

# rejected FILE: neither GNU tar nor libarchive takes the stream for a whole archive.
rejected() {
	if tar -tf "$1" >/dev/null 2>&1; then fail "GNU tar takes $1 ($(stat -c %s "$1") bytes)"; fi
	if bsdtar -tf "$1" >/dev/null 2>&1; then fail "bsdtar takes $1 ($(stat -c %s "$1") bytes)"; fi
}

# A small file system at ./small, of so many kB.
small() {
	mkdir small
	mount -t tmpfs -o size="$1k" none small
	trap 'umount small' EXIT
}

full_disk() {
	make_tree
	small 30000
	for size in 40 1000 29000; do
		# Ends at different places: less and less is left.
		head -c ${size}000 /dev/zero >small/ballast
		capture 3 --profile none -o small/x.tar tree
		has err "^rootlift: cannot write to 'small/x.tar': No space left on device$"
		rm small/ballast
		nothing_in small
		[ ! -e report ] || fail 'there is a report'
		head -c ${size}000 /dev/zero >small/ballast
		# Through the shell the file is there, but nothing takes it for an archive.
		status=0
		"$ROOTLIFT" capture -q --profile none tree >small/x.tar 2>err || status=$?
		eq $status 3 status
		has err '^rootlift: cannot write to .*: No space left on device$'
		rejected small/x.tar
		rm small/*
	done
	# A disk that has just enough room.
	capture 0 --profile none -o x.tar tree
	mount -o remount,size=$(($(stat -c %s x.tar) / 1024 + 64))k small
	capture 0 --profile none -o small/x.tar tree
	cmp x.tar small/x.tar
}

full_disk_of_report() {
	mkdir tree
	(cd tree && seq -f '.wh.%g' 3000 | xargs touch)
	small 100
	expect 3 "$ROOTLIFT" capture --profile none --report small/report -o x.tar tree
	has err "^rootlift: cannot write to 'small/report': No space left on device$"
	nothing_in small
	[ ! -e x.tar ] || fail 'there is an output'
}

file_size_limit() {
	make_tree
	mkdir out
	# SIGXFSZ would end the process: the message has to come instead.
	status=0
	(
		ulimit -f 20000
		exec "$ROOTLIFT" capture --profile none -o out/x.tar tree
	) 2>err || status=$?
	eq $status 3 status
	has err "^rootlift: cannot write to 'out/x.tar': File too large$"
	nothing_in out
}

reader_goes_away() {
	make_tree
	for bytes in 0 1 512 100000 5000000 70000000; do
		{
			status=0
			"$ROOTLIFT" capture -q --profile none tree 2>err || status=$?
			echo $status >status
		} | head -c $bytes >part
		eq "$(cat status)" 3 "status after $bytes bytes"
		has err '^rootlift: cannot write to .*: Broken pipe$'
	done
}

reader_is_killed() {
	make_tree
	mkfifo pipe
	cat pipe >/dev/null &
	reader=$!
	"$ROOTLIFT" capture -q --profile none --bwlimit 50M tree >pipe 2>err &
	pid=$!
	until [ "$(cat /proc/$pid/comm)" = "${ROOTLIFT##*/}" ]; do sleep 0.05; done
	sleep 0.3
	kill -9 $reader
	status=0
	wait $pid || status=$?
	eq $status 3 status
	has err '^rootlift: cannot write to .*: Broken pipe$'
}

directory_vanishes() {
	make_tree
	mkdir out
	"$ROOTLIFT" capture -q --profile none --bwlimit 50M -o out/x.tar tree 2>err &
	pid=$!
	# Its output has no name before it is complete.
	until readlink "/proc/$pid/fd"/* | grep -qF "$PWD/out/"; do kill -0 $pid && sleep 0.05; done
	rm -rf out
	status=0
	wait $pid || status=$?
	eq $status 3 status
	has err "^rootlift: cannot complete 'out/x.tar': No such file or directory$"
	[ ! -e out ] || fail 'the directory is there again'
}

directory_read_only() {
	make_tree
	small 200000
	"$ROOTLIFT" capture -q --profile none --bwlimit 50M -o small/x.tar tree 2>err &
	pid=$!
	sleep 0.3
	# Refused while a file is open for writing; where it is not, the output fails.
	if mount -o remount,ro small 2>/dev/null; then wanted=3; else wanted=0; fi
	status=0
	wait $pid || status=$?
	eq $status $wanted status
}

# The copy of an rpm database, and what else may want room, is made in TMPDIR.
full_tmp() {
	make_tree
	small 64
	head -c 60000 /dev/zero >small/ballast
	TMPDIR=$PWD/small capture 0 --profile none -o x.tar tree
	eq "$(ls small)" ballast
}

t 'the disk of the output is full' full_disk
t 'the disk of the report is full' full_disk_of_report
t 'the output is larger than files may be' file_size_limit
t 'the reader goes away' reader_goes_away
t 'the reader is killed' reader_is_killed
t 'the directory of the output vanishes' directory_vanishes
t 'the file system of the output becomes read-only' directory_read_only
t 'TMPDIR is full' full_tmp
done_testing
