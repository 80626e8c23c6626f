#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# Files that have not changed for a minute: they are not looked at twice, and the pages of large ones go
# into a pipe without being copied.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/old.sh"

# large NAME...: files of 300,000 bytes.
large() {
	for file; do
		head -c 300000 /dev/urandom | tr '\0' x >"$file"
	done
}

small() {
	mkdir dir
	for number in $(seq 1000); do echo "$number" >"dir/$number"; done
}

# counts PATTERN: how many calls in ./trace are like that.
counts() {
	grep -cE "^[0-9]+ +$1" trace || true
}

# A file takes one call of a kind, with as many threads as there are by default and with more.
call_counts() {
	old small
	for jobs in 2 4; do
		strace -f -qq -y -o trace "$ROOTLIFT" capture -q --profile none --jobs $jobs -o x.tar mnt
		eq "$(counts 'openat\(.*/dir>, "[0-9]+", O_RDONLY')" 1000 openat
		eq "$(counts 'openat\(.*/dir>, "[0-9]+", ')" 1000 'openat of any kind'
		for call in statx flistxattr preadv2 close; do
			eq "$(counts "$call\(.*/dir/[0-9]+>")" 1000 "$call"
		done
		eq "$(counts '[a-z0-9_]+\([0-9]+<[^>]*/dir/[0-9]+>')" 4000 'calls of all kinds on open files'
		eq "$(counts '(statx|newfstatat|readlink|readlinkat|access)\(.*/dir>, "[0-9]')" 0 'calls by name'
		[ "$(counts write)" -lt 40 ] || fail "$(counts write) writes for 1 MB"
	done
}

# moved FILE: how many bytes of it went by splice, in ./trace, which names the descriptors' files.
moved() {
	sed -n "s|.*splice([0-9]*</$1>.* = \([0-9]*\)\$|\1|p" trace | awk '{ n += $1 } END { print n + 0 }'
}

traced() {
	strace -f -qq -y -o trace -e trace=splice "$ROOTLIFT" capture -q --profile none "$@" mnt |
		cat >x.tar
}

warm_only() {
	old large cold warm
	# The kernel may drop pages whenever it likes.
	for _ in 1 2 3 4 5; do
		cat mnt/warm >/dev/null
		dd if=mnt/cold iflag=nocache count=0 status=none
		traced
		[ "$(moved warm)" = 0 ] || break
	done
	eq "$(moved warm)" 300000 'moved of the warm file'
	eq "$(moved cold)" 0 'moved of the cold file'
	capture 0 --profile none -o y.tar mnt
	cmp x.tar y.tar
	# Without care for the page cache all are.
	dd if=mnt/cold iflag=nocache count=0 status=none
	traced --fast
	eq "$(moved cold)" 300000 'moved of the cold file, --fast'
	cmp x.tar y.tar
	# A file that has just changed can still be read again, if it is not on its way already.
	printf y | dd of=mnt/warm conv=notrunc status=none
	traced
	eq "$(moved warm)" 0 'moved of the changed file'
	# What has holes, sparse members, a limit of bytes a second: by reading.
	traced --bwlimit 1G
	eq "$(moved cold)" 0 'moved with a limit'
}

# begin OPTION...: a capture into a pipe whose reader has taken no more than the first header, in ./pipe
# (9). With --fast it does not matter whether somebody empties the page cache.
begin() {
	mkfifo pipe
	exec 9<>pipe
	"$ROOTLIFT" capture --fast --profile none --report report "$@" mnt >pipe 2>err 9<&- &
	pid=$!
	head -c 512 <&9 >x.tar
	# Until all else that fits is in the pipe.
	until grep -qE 'pipe_write|poll' "/proc/$pid/wchan"; do
		[ -e "/proc/$pid/wchan" ] || fail 'it did not wait'
		sleep 0.05
	done
}

# finish STATUS
finish() {
	exec 8<pipe 9<&-
	cat <&8 >>x.tar
	status=0
	wait "$pid" || status=$?
	eq "$status" "$1" status
}

torn_in_the_pipe() {
	old large a b c
	cat mnt/* >/dev/null
	begin
	printf y | dd of=mnt/b conv=notrunc bs=1 seek=200000 status=none
	truncate -s 1000 mnt/c
	finish 1
	eq "$(kinds)" 'torn b
torn c'
	has <(tar -tvf x.tar) ' 300000 .* c$'
	tar -xOf x.tar a | cmp - mnt/a
}

torn_is_fatal() {
	old large a
	cat mnt/a >/dev/null
	begin --fail-on torn
	printf y | dd of=mnt/a conv=notrunc bs=1 seek=200000 status=none
	finish 3
	has err "^rootlift: gave up, as --fail-on wants: 'a': "
	if tar -tf x.tar >/dev/null 2>&1; then fail 'the stream passes for a tar'; fi
	[ ! -e report ] || fail 'there is a report'
}

# The reader goes away while the end of the stream is waited for.
reader_goes_away() {
	old large a
	cat mnt/a >/dev/null
	begin
	exec 9<&-
	status=0
	wait "$pid" || status=$?
	eq $status 3 status
	has err '^rootlift: cannot write to .*: Broken pipe$'
}

stopped_while_waiting() {
	old large a
	cat mnt/a >/dev/null
	begin
	kill "$pid"
	finish 3
	has err '^rootlift: stopped by a signal$'
	if tar -tf x.tar >/dev/null 2>&1; then fail 'the stream passes for a tar'; fi
}

t 'each small file takes one call of a kind' call_counts
t 'pages that are in memory are moved, not copied' warm_only
t 'files that change while their pages are in the pipe are told' torn_in_the_pipe
t 'such a file ends a capture before its stream is complete' torn_is_fatal
t 'the reader goes away while the pipe is waited for' reader_goes_away
t 'a signal comes while the pipe is waited for' stopped_while_waiting
done_testing
