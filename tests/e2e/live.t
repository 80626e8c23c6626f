#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A tree that changes while it is read, and that must not change by being read.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

# Keeps changing a file until its own process is ended; the first change has been made on return.
change() {
	rm -f started
	python3 -c '
import os, sys, time
file = open(sys.argv[1], "r+b", 0)
open("started", "w").close()
while True:
    file.write(os.urandom(1))
    file.seek(0)
' "$1" &
	changer=$!
	until [ -e started ]; do sleep 0.05; done
}

stop_changing() {
	kill $changer
	wait $changer 2>/dev/null || true
}

torn_small() {
	strace -qq -o /dev/null true 2>/dev/null || skip 'no strace'
	mkdir tree
	head -c 40000000 /dev/urandom >tree/busy
	echo quiet >tree/quiet
	# A run during which the changer was not given the processor finds the file whole, and says
	# nothing; so it has a few tries.
	for _ in 1 2 3 4 5; do
		change tree/busy
		status=0
		strace -f -qq -o trace -e trace=pread64,preadv2 "$ROOTLIFT" capture --profile none \
			--report report -o x.tar tree 2>err || status=$?
		stop_changing
		[ $status = 0 ] || break
	done
	eq $status 1 status
	eq "$(kinds)" 'torn busy'
	has err '1 changed while being read'
	# It is there, at its declared size, and what follows it is whole.
	has <(tar -tvf x.tar) ' 40000000 .* busy$'
	eq "$(tar -xOf x.tar quiet)" quiet
	# It was read four times: once, and three times again.
	eq "$(awk '/pread(64|v2)/ && $NF > 10000 { n += $NF } END { print n }' trace)" 160000000 'bytes read'
}

torn_large() {
	mkdir tree
	truncate -s 100M tree/busy
	head -c 80000000 /dev/zero | tr '\0' x | dd of=tree/busy conv=notrunc status=none
	touch tree/after
	change tree/busy
	# Into a file it is taken back and written again; into a pipe it cannot be.
	capture 1 --profile none -o x.tar tree
	"$ROOTLIFT" capture -q --profile none tree 2>err | cat >y.tar || true
	stop_changing
	eq "$(kinds)" 'torn busy'
	eq "$(names x.tar | tr '\n' ' ')" 'after busy '
	eq "$(names y.tar | tr '\n' ' ')" 'after busy '
	has <(tar -tvf x.tar) ' 104857600 .* busy$'
	has err '1 torn'
}

settled() {
	# A file that changes once while it is read, and then holds still, is whole.
	mkdir tree
	head -c 30000000 /dev/zero | tr '\0' a >tree/file
	touch -d '2 hours ago' tree/file
	mkfifo pipe
	"$ROOTLIFT" capture --profile none --report report tree >pipe 2>err &
	pid=$!
	{
		# The writer is stuck in the pipe while the file changes behind its back.
		head -c 512 >x.tar
		sleep 0.5
		head -c 30000000 /dev/zero | tr '\0' b >tree/file
		cat >>x.tar
	} <pipe
	status=0
	wait $pid || status=$?
	# Into a pipe a file of this size is either whole or named.
	if [ $status = 0 ]; then
		eq "$(tar -xOf x.tar file | tr -d ab | wc -c)" 0
		[ "$(tar -xOf x.tar file | tr -s ab | wc -c)" = 1 ] || fail 'torn, but not named'
	else
		eq "$(kinds)" 'torn file'
	fi
}

growing_log() {
	mkdir tree
	echo begin >tree/log
	touch tree/zz
	(while :; do echo line >>tree/log; done) &
	writer=$!
	status=0
	"$ROOTLIFT" capture --profile none -o x.tar --report report tree 2>err || status=$?
	kill $writer
	wait $writer 2>/dev/null || true
	[ $status -le 1 ] || fail "status $status"
	tar -xf x.tar -O log >log
	# Whole lines up to the declared size, and nothing made up.
	eq "$(grep -vcxE 'line|begin' <(head -n -1 log))" 0 'lines that nobody wrote'
	eq "$(names x.tar | tr '\n' ' ')" 'log zz '
}

shrinking() {
	mkdir tree
	head -c 90000000 /dev/zero | tr '\0' x >tree/file
	touch -d '2 hours ago' tree/file
	echo after >tree/zz
	mkfifo pipe
	"$ROOTLIFT" capture --profile none --report report tree >pipe 2>err &
	pid=$!
	{
		head -c 1024 >x.tar
		truncate -s 10 tree/file
		cat >>x.tar
	} <pipe
	wait $pid || true
	# Padded to the size that the header had already declared.
	has <(tar -tvf x.tar) ' 90000000 .* file$'
	eq "$(tar -xOf x.tar zz)" after
	eq "$(kinds)" 'torn file'
}

busy_tree() {
	mkdir -p tree/a tree/b tree/c
	(cd tree/a && seq 3000 | xargs touch)
	(
		while :; do
			for i in 1 2 3 4 5 6 7 8 9; do
				echo x >>tree/b/log
				mv tree/b/log tree/b/log.$i
				mkdir -p tree/c/$i/d && mv tree/c/$i tree/c/moved
				rm -rf tree/c/moved tree/b/log.$i
				ln -sfn /etc tree/b/link
			done
		done
	) 2>/dev/null &
	writer=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do
		status=0
		"$ROOTLIFT" capture -q --profile none -o x.tar tree 2>err || status=$?
		[ $status -le 1 ] || { cat err; kill $writer; fail "status $status"; }
		tar -tf x.tar >list
		eq "$(sort list | uniq -d)" '' 'names that come twice'
	done
	kill $writer
	wait $writer 2>/dev/null || true
}

# All that can be told of each file, atimes included; without symlinks if $2 says so.
facts() {
	find "$1" ${2:+! -type l} -printf '%p %i %m %U %G %s %n %T@ %C@ %A@\n' | sort
}

untouched() {
	tree_basic tree
	find tree -type f -exec touch -a -d '2001-01-01 UTC' {} +
	# Looking at the directories changes their atimes, once.
	facts tree >before
	facts tree >before
	if is_root; then
		capture 0 --profile none -o x.tar tree
		capture 0 -n tree
		facts tree >after
		diff -u before after
	fi
	# Through plain paths the kernel knows no way to read a symlink without its atime.
	facts tree no-symlinks >before
	capture 0 --profile none -o x.tar --no-clone tree
	capture 0 -n --no-clone tree
	facts tree no-symlinks >after
	diff -u before after
}

# fail_read WHEN: a capture during which that read of tree/bad fails with EIO.
fail_read() {
	status=0
	strace -f -qq -o /dev/null -P "$PWD/tree/bad" -e trace=preadv2 \
		-e inject=preadv2:error=EIO:when="$1" "$ROOTLIFT" capture --no-clone --profile none \
		--report report -o x.tar tree 2>err || status=$?
	eq $status 1 status
}

io_error() {
	strace -qq -o /dev/null true 2>/dev/null || skip 'no strace'
	mkdir tree
	head -c 100000 /dev/urandom >tree/bad
	echo good >tree/good
	fail_read 1
	eq "$(kinds)" 'unreadable bad'
	eq "$(names x.tar)" good
	head -c 70000000 /dev/urandom >tree/bad
	fail_read 5
	eq "$(kinds)" 'damaged bad'
	eq "$(jq -r '.exceptions[] | select(.path == "bad") | .detail' report)" 'Input/output error, zeros from byte 4194304 on'
	eq "$(tar -xOf x.tar good)" good
	tar -xf x.tar -O bad >bad
	cmp -n 4194304 bad tree/bad
	eq "$(stat -c %s bad)" 70000000
	eq "$(tail -c +4194305 bad | tr -d '\0' | wc -c)" 0
}

t 'a file that keeps changing is read four times, kept and named' torn_small
t 'a large file that keeps changing' torn_large
t 'a file that changed once is whole or named' settled
t 'a growing log' growing_log
t 'a file that is cut while it is read is padded' shrinking
t 'a tree in motion' busy_tree
t 'nothing changes by being captured, atimes included' untouched
t 'EIO on one file does not stop the run' io_error
done_testing
