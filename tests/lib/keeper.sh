# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The process that makes snapshots, and hooks for it.

# hook NAME TEXT: a hook in ./hooks that notes its argument, and what else it does.
hook() {
	mkdir -p hooks
	printf '#!/bin/sh\necho "%s $1 $ROOTLIFT_ROOT" >>%s/calls\n%s\n' "$1" "$PWD" "$2" >"hooks/$1"
	chmod 755 "hooks/$1"
}

# kill_keeper PID: ends the keeper of that capture by SIGKILL.
kill_keeper() {
	kill -9 "$(pgrep -P "$1" -x rootlift-keeper)"
}

# Waits until no snapshot is left; the test file's function `left` counts them.
gone() {
	for _ in $(seq 100); do
		[ "$(left)" != 0 ] || return 0
		sleep 0.1
	done
	fail "$(left) snapshots are left"
}
