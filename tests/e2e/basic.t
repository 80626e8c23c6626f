#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What is typed, what is said, and the exit status.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

one_line() {
	eq "$(grep -c '^rootlift: ' err)" 1 "lines of error"
	has err "$1"
}

help() {
	expect 0 "$ROOTLIFT" --help
	has out 'capture'
	expect 0 "$ROOTLIFT" capture --help
	has out '^Usage: rootlift capture'
	has out '^Examples:'
	cp out help
	expect 0 "$ROOTLIFT" help capture
	cmp out help
	expect 0 "$ROOTLIFT" --version
	has out '^rootlift [0-9]+\.[0-9]+\.[0-9]+$'
}

usage() {
	expect 2 "$ROOTLIFT"
	expect 2 "$ROOTLIFT" caputre
	one_line "no command 'caputre'"
	expect 2 "$ROOTLIFT" capture --no-such-option
	one_line "'--no-such-option'"
	expect 2 "$ROOTLIFT" capture -o
	one_line "'-o' needs a value"
	expect 2 "$ROOTLIFT" capture -x
	one_line "'-x'"
	expect 2 "$ROOTLIFT" capture -o a -o b
	one_line 'twice'
	expect 2 "$ROOTLIFT" capture / /usr
	one_line 'one ROOT only'
	expect 2 "$ROOTLIFT" capture --mtime minutes -n .
	one_line "not 'minutes'"
	expect 2 "$ROOTLIFT" capture --selinux maybe -n .
	expect 2 "$ROOTLIFT" capture --xattrs user,userr -n .
	one_line "'userr'"
	expect 2 "$ROOTLIFT" capture --exclude '[a' -n .
	one_line "--exclude '\[a'"
	expect 2 env SOURCE_DATE_EPOCH=soon "$ROOTLIFT" capture -n .
	one_line 'SOURCE_DATE_EPOCH'
	expect 2 "$ROOTLIFT" capture --mount nowhere -n .
	one_line "'nowhere' is no mount point"
}

missing_root() {
	expect 3 "$ROOTLIFT" capture -o x.tar ./not-here
	one_line "'./not-here': No such file or directory"
	[ ! -e x.tar ] || fail 'there is output'
	echo file >file
	expect 3 "$ROOTLIFT" capture -o x.tar file
	one_line "'file': Not a directory"
}

unknown_profile() {
	mkdir tree
	expect 2 "$ROOTLIFT" capture --profile debain -o x.tar tree
	one_line "no profile 'debain'"
	expect 2 "$ROOTLIFT" capture --profile ./nothing.profile -o x.tar tree
	one_line './nothing.profile'
	printf '[drop cahce]\n/x y\n' >bad.profile
	expect 2 "$ROOTLIFT" capture --profile ./bad.profile -o x.tar tree
	one_line './bad.profile:1:7: expected a category .*did you mean .cache.'
	[ ! -e x.tar ] || fail 'there is output'
}

bad_output() {
	mkdir tree closed
	echo x >tree/x
	expect 3 "$ROOTLIFT" capture -o nowhere/x.tar tree
	one_line "'nowhere/x.tar': No such file or directory"
	expect 3 "$ROOTLIFT" capture -o closed tree
	one_line "'closed': Is a directory"
	expect 3 "$ROOTLIFT" capture -o tree/x/y.tar tree
	one_line 'Not a directory'
	is_root && return
	chmod 555 closed
	expect 3 "$ROOTLIFT" capture -o closed/x.tar tree
	one_line "'closed/x.tar': Permission denied"
	chmod 755 closed
}

no_space() {
	mkdir tree
	head -c 3000000 /dev/urandom >tree/large
	# A limit on the size of files fails writes as a full disk does, and needs no rights.
	expect 3 bash -c 'trap "" XFSZ; ulimit -f 1000; exec "$0" capture -q -o x.tar tree' "$ROOTLIFT"
	one_line "'x.tar': File too large"
	[ ! -e x.tar ] || fail 'there is output'
	eq "$(find . -name '*rootlift*')" '' 'left behind'
	expect 3 bash -c '"$0" capture -q tree >/dev/full' "$ROOTLIFT"
	one_line 'standard output.*No space left'
}

closed_pipe() {
	mkdir tree
	head -c 3000000 /dev/urandom >tree/large
	set +o pipefail
	{
		echo 0 >status
		"$ROOTLIFT" capture -q tree 2>err || echo $? >status
	} | head -c 100 >/dev/null
	eq "$(cat status)" 3 'status'
	one_line 'standard output.*Broken pipe'
}

terminal() {
	mkdir tree
	status=0
	script -qec "'$ROOTLIFT' capture tree" /dev/null >out 2>&1 || status=$?
	eq $status 2 status
	has out 'standard output is a terminal'
}

old_output_stays() {
	mkdir tree
	echo x >tree/x
	echo precious >x.tar
	expect 3 "$ROOTLIFT" capture -o x.tar ./not-here
	eq "$(cat x.tar)" precious
	expect 0 "$ROOTLIFT" capture -o x.tar tree
	eq "$(tar -tf x.tar)" x
}

special_outputs() {
	mkdir tree
	echo x >tree/x
	# A FIFO is written to, and stays one.
	mkfifo fifo
	cat fifo >got &
	expect 0 "$ROOTLIFT" capture -q --profile none -o fifo tree
	wait
	[ -p fifo ] && eq "$(tar -tf got)" x
	# So is a device. (One of the test's own: were it replaced, nothing would be lost.)
	if is_root; then
		mknod null c 1 3
		expect 0 "$ROOTLIFT" capture -q --profile none -o null --report null tree
		[ -c null ]
		mknod disk b 7 250
		expect 3 "$ROOTLIFT" capture -q --profile none -o disk tree
		one_line "'disk': a block device is there"
	fi
	# What a symlink leads to is replaced, not the symlink.
	mkdir other
	echo old >other/real
	ln -s other/real link
	expect 0 "$ROOTLIFT" capture -q --profile none -o link tree
	[ -L link ] && eq "$(tar -tf other/real)" x
	# What only root may read on the host is not for everybody in the output.
	expect 0 "$ROOTLIFT" capture -q --profile none -o new.tar tree
	eq "$(stat -c %a new.tar)" 600
}

stop_by_signal() {
	local signal
	mkdir tree
	head -c 200000000 /dev/zero >tree/large
	for signal in INT TERM HUP; do
		mkfifo pipe
		# The reader holds the pipe open and reads nothing until the signal has come.
		{ sleep 1; cat >part.tar; } <pipe &
		"$ROOTLIFT" capture -q tree >pipe 2>err &
		pid=$!
		sleep 0.5
		kill -$signal $pid
		status=0
		wait $pid || status=$?
		wait
		eq $status 3 "status after SIG$signal"
		has err 'stopped by a signal'
		! tar -tf part.tar >/dev/null 2>&1 || fail 'the cut stream passes for whole'
		rm pipe
	done
	"$ROOTLIFT" capture -q tree -o x.tar &
	pid=$!
	sleep 0.05
	kill -TERM $pid
	wait $pid || true
	eq "$(find . -name '*.part')" '' 'left behind'
}

second_signal() {
	mkdir tree
	head -c 20000000 /dev/zero >tree/large
	mkfifo pipe
	# A reader that never reads: this very shell.
	exec 9<>pipe
	"$ROOTLIFT" capture -q tree >pipe 2>err &
	pid=$!
	until grep -q pipe_write "/proc/$pid/wchan"; do sleep 0.05; done
	kill -TERM $pid
	sleep 0.2
	kill -0 $pid || fail 'it did not wait for the reader'
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	exec 9>&-
	eq $status 143 status
}

t 'help and version' help
t 'wrong usage is said in one line, status 2' usage
t 'a ROOT that is not there' missing_root
t 'a profile that is not there, or faulty' unknown_profile
t 'an output that cannot be made' bad_output
t 'no space: one line, no partial file' no_space
t 'a closed pipe' closed_pipe
t 'no archive on a terminal' terminal
t 'an older output stays until the new one is complete' old_output_stays
t 'FIFOs, devices and symlinks as output, and who may read it' special_outputs
t 'a second signal does not wait for a reader that hangs' second_signal
t 'a signal ends the run, and the stream is rejected' stop_by_signal
done_testing
