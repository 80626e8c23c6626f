# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Captures that are stopped in the middle, to be looked at.

# stuck ARGUMENT...: a `rootlift capture`, with messages in ./err, that has begun to write and waits for
# its reader, as $pid. What it captures has to be larger than a pipe takes.
stuck() {
	[ -e pipe ] || mkfifo pipe
	exec 9<>pipe
	"$ROOTLIFT" capture "$@" >pipe 2>err 9<&- &
	pid=$!
	head -c 1000 <&9 >pipe.begin &
	local reader=$!
	while kill -0 $reader 2>/dev/null; do
		kill -0 "$pid" 2>/dev/null || { kill $reader; cat err; fail 'it ended before it had written'; }
		sleep 0.02
	done
}

# drain FILE: lets it go on to its end, into FILE; $status is its exit status.
# shellcheck disable=SC2034
drain() {
	local reader
	# There is never a moment without a reader.
	exec 8<pipe 9<&-
	cat pipe.begin - <&8 >"$1" &
	reader=$!
	exec 8<&-
	status=0
	wait "$pid" || status=$?
	wait $reader
}

# unstick [SIGNAL]: ends it, by a signal (TERM), or with "" by its reader's going away; $status is its
# exit status.
# shellcheck disable=SC2034
unstick() {
	local signal=${1-TERM}
	[ -z "$signal" ] || kill -s "$signal" "$pid"
	exec 9<&-
	status=0
	wait "$pid" || status=$?
}
