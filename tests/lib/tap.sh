# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# TAP in shell. A test file sources this, calls `t NAME FUNCTION [ARGUMENT...]` for each case, and
# `done_testing` at the end. Each case runs in a subshell with `set -e`, in a fresh directory; it
# ends with `skip WHY` if the machine lacks something. With CI_STRICT=1 a skip is a failure.

set -u -o pipefail
export LC_ALL=C TZ=UTC
umask 022
unset SOURCE_DATE_EPOCH NO_COLOR

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ROOTLIFT=${ROOTLIFT:-$TOP/build/rootlift}
# On disk: a tmpfs may lack attributes.
WORK=$(mktemp -d "${TEST_TMPDIR:-/var/tmp}/rootlift-test.XXXXXX")
tap_count=0
tap_failed=0

tap_cleanup() {
	local status=$?
	# An engine that this very file has started.
	if declare -F engine_stop >/dev/null; then engine_stop; fi
	chmod -R u+rwX "$WORK" 2>/dev/null
	rm -rf --one-file-system "$WORK"
	exit "$status"
}
trap tap_cleanup EXIT

is_root() {
	[ "$(id -u)" = 0 ]
}

# Leaks cannot be looked for in what is traced.
strace() {
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 command strace "$@"
}

# Who looks at all mounts of the machine, as a capture of / does in another test, is in each of them for a
# moment; and a loop device keeps its image open a little longer than it is mounted.
umount() {
	local message
	for _ in $(seq 300); do
		! message=$(command umount "$@" 2>&1) || return 0
		[[ $message == *busy* ]] || break
		sleep 0.1
	done
	echo "$message" >&2
	return 32
}

skip() {
	echo "SKIP: $*"
	exit 77
}

# note TEXT: what is to be read in the log of CI also when all is well.
note() {
	echo "NOTED: $*"
}

t() {
	local name=$1 status log
	shift
	tap_count=$((tap_count + 1))
	log=$WORK/log.$tap_count
	mkdir "$WORK/case.$tap_count"
	set +e
	(
		set -e
		cd "$WORK/case.$tap_count"
		# What the case has started and not ended, as when it fails early. That which has ended
		# by itself in between is no failure of the case.
		trap 'jobs -p | xargs -r kill 2>/dev/null || :' EXIT
		"$@"
	) >"$log" 2>&1 </dev/null
	status=$?
	if [ $status = 77 ] && [ "${CI_STRICT:-0}" != 1 ]; then
		echo "ok $tap_count - $name # SKIP $(sed -n 's/^SKIP: //p' "$log")"
	elif [ $status = 0 ]; then
		echo "ok $tap_count - $name"
		sed -n 's/^NOTED: /# NOTED /p' "$log"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $name"
		sed 's/^/# /' "$log"
		echo "# status $status"
	fi
	chmod -R u+rwX "$WORK/case.$tap_count" 2>/dev/null
	rm -rf --one-file-system "$WORK/case.$tap_count"
}

done_testing() {
	echo "1..$tap_count"
	[ $tap_failed = 0 ]
}

# private FUNCTION [ARGUMENT...]: in a mount namespace of its own, where nobody else sees what is mounted.
private() {
	unshare -m true 2>/dev/null || skip 'no mount namespaces'
	# The new shell knows the functions and variables of this one.
	# shellcheck disable=SC2046
	export -f $(compgen -A function)
	export ROOTLIFT TOP WORK
	unshare -m --propagation private bash -eu -o pipefail -c '"$@"' - "$@"
}

fail() {
	echo "FAILED: $*"
	exit 1
}

# eq GOT WANTED [WHAT]
eq() {
	[ "$1" = "$2" ] || {
		printf 'FAILED: %s\n got: %q\nwant: %q\n' "${3:-values differ}" "$1" "$2"
		exit 1
	}
}

# has FILE PATTERN: the file has a line that the extended regular expression matches.
has() {
	grep -qaE -e "$2" "$1" || {
		echo "FAILED: no line of $1 matches $2:"
		cat -v "$1"
		exit 1
	}
}

# hasnt FILE PATTERN
hasnt() {
	! grep -qaE -e "$2" "$1" || {
		echo "FAILED: $1 has what matches $2:"
		grep -aE -e "$2" "$1" | cat -v
		exit 1
	}
}

# expect STATUS COMMAND...: standard output goes to ./out, standard error to ./err.
expect() {
	local wanted=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	[ $status = "$wanted" ] || {
		echo "FAILED: status $status, not $wanted: $*"
		cat -v err
		exit 1
	}
}

# capture STATUS ARGUMENT...: `rootlift capture`, which must end so; the report goes to ./report.
capture() {
	local wanted=$1
	shift
	expect "$wanted" "$ROOTLIFT" capture --report report "$@"
}

# as_user STATUS COMMAND...: as expect, but without root's rights. For root the command's program
# and the present directory are made reachable.
as_user() {
	local wanted=$1
	shift
	if is_root; then
		cp "$1" ./program
		chmod 755 "$WORK" ./program
		chown -R 65534:65534 .
		shift
		set -- setpriv --reuid=65534 --regid=65534 --clear-groups ./program "$@"
	fi
	expect "$wanted" "$@"
}

# kinds: the exceptions of ./report, "KIND PATH" a line, but what is told of ROOT itself: a tree of
# somebody other than root has an owner that is told.
kinds() {
	jq -r '.exceptions[] | select(.kind != "root-metadata") | "\(.kind) \(.path)"' report
}

# names TAR: the members' names in order.
names() {
	python3 -c '
import sys, tarfile
out = sys.stdout.buffer
for m in tarfile.open(sys.argv[1], errors="surrogateescape"):
    out.write(m.name.encode("utf-8", "surrogateescape") + (b"/" if m.isdir() else b"") + b"\n")
' "$1"
}
