#!/bin/bash
# SPDX-License-Identifier: MIT
#
# takes: 45 s
#
# Signals at random times, ROUNDS of each (default 12; SEED tells which times).
. "$(dirname "$0")/../lib/tap.sh"
RANDOM=${SEED:-$$}
seed=${SEED:-$$}
rounds=${ROUNDS:-12}

make_tree() {
	mkdir tree out
	python3 -c '
import os
for i in range(3000):
    os.makedirs("tree/d%d" % (i // 100), exist_ok=True)
    with open("tree/d%d/f%d" % (i // 100, i), "wb") as file:
        file.write(os.urandom(i * 7))
'
}

# A start without the shell's habit of having what runs in the background ignore SIGINT.
start() {
	python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
' "$ROOTLIFT" "$@" &
	pid=$!
}

pause() {
	sleep "0.$(printf %03d $((RANDOM % 350)))"
}

# to_file SIGNAL: what is under the output's name is whole or not there; nothing else is left.
to_file() {
	local round done=0
	make_tree
	for round in $(seq "$rounds"); do
		start capture -q --profile none --report out/report -o out/x.tar tree 2>err
		pause
		kill -s "$1" $pid 2>/dev/null || true
		status=0
		wait $pid || status=$?
		case $status in
		0)
			done=$((done + 1))
			tar -tf out/x.tar >/dev/null
			eq "$(jq .exit_status out/report)" 0
			;;
		3) has err '^rootlift: stopped by a signal$' ;;
		# Before the signals are caught: at the very beginning, and so by nothing but the signal.
		130 | 143 | 129 | 137) ;;
		*) fail "status $status, seed $seed, round $round" ;;
		esac
		if [ $status != 0 ]; then
			# Nothing, or whole: a signal may come when the names are given already.
			if [ -e out/x.tar ]; then tar -tf out/x.tar >/dev/null; fi
			if [ -e out/report ]; then jq .exit_status out/report >/dev/null; fi
		fi
		rm -f out/x.tar out/report
		eq "$(ls -A out)" '' "what is left, seed $seed, round $round"
	done
	echo "$done of $rounds came too late"
}

# to_pipe SIGNAL: what does not end with status 0 is taken for an archive by nobody.
to_pipe() {
	local round
	make_tree
	mkfifo pipe
	for round in $(seq "$rounds"); do
		cat pipe >x.tar &
		reader=$!
		start capture -q --profile none tree >pipe 2>err
		pause
		kill -s "$1" $pid 2>/dev/null || true
		status=0
		wait $pid || status=$?
		wait $reader
		if [ $status = 0 ]; then
			tar -tf x.tar >/dev/null
			continue
		fi
		for reader in tar bsdtar; do
			if $reader -tf x.tar >/dev/null 2>&1; then
				# SIGKILL leaves no time to spoil a stream: at a header's boundary it may
				# pass. Nor does a process that has not begun write anything at all.
				[ "$1" = KILL ] || [ ! -s x.tar ] ||
					fail "$reader takes it, seed $seed, round $round, status $status"
			fi
		done
	done
}

for signal in INT TERM HUP KILL; do
	t "SIG$signal, into a file" to_file $signal
	t "SIG$signal, into a pipe" to_pipe $signal
done
done_testing
