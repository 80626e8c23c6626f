#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
# takes: 60 s
#
# This very machine, captured while it changes, and run by an engine.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"

IMAGE=rootlift-test-host
# Where files change: a place that no profile leaves out.
BUSY=$(mktemp -d /var/lib/rootlift-test.XXXXXX)
trap 'rm -rf "$BUSY"; tap_cleanup' EXIT

# Where its symlinks lead: nothing of it may arrive.
echo outside >"$WORK/outside"

# Appends, renames, deletes, rewrites and swaps files in $BUSY until its own process is ended. It
# runs on the machine itself: nothing in it may follow a symlink.
churn() {
	exec python3 - "$BUSY" "$WORK/outside" <<'PY'
import itertools, os, random, sys

os.chdir(sys.argv[1])
choice = random.Random(1)
log = open("grow.log", "ab", 0)
whole = open("rewritten", "wb", 0)
names = ["%s%03d" % (letter, i) for letter in "amz" for i in range(100)]


def path():
    return "%d/%s" % (choice.randrange(3), choice.choice(names))


for i in range(3):
    os.makedirs("%d" % i, exist_ok=True)
for turn in itertools.count():
    log.write(b"line %d\n" % turn)
    whole.seek(0)
    whole.write(os.urandom(4096))
    for step in range(20):
        try:
            action = choice.randrange(7)
            if action < 3:
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
                with open(os.open(path(), flags, 0o644), "wb") as file:
                    file.write(b"x" * choice.randrange(10000))
            elif action == 3:
                os.rename(path(), path())
            elif action == 4:
                os.unlink(path())
            elif action == 5:
                os.symlink(sys.argv[2], path())
            else:
                os.mkdir("%d/dir" % step)
                os.rename("%d/dir" % step, path())
        except OSError:
            pass
    if turn % 50 == 0:
        for i in range(3):
            for name in names:
                if os.path.isdir("%d/%s" % (i, name)):
                    os.rmdir("%d/%s" % (i, name))
        with open("turns", "w") as file:
            file.write(str(turn))
PY
}

start_churn() {
	rm -f "$BUSY/turns"
	churn &
	churner=$!
	until [ -s "$BUSY/turns" ]; do sleep 0.1; done
	begin=$(cat "$BUSY/turns")
}

# Ends the changes, which must have gone on all the time.
stop_churn() {
	local end
	kill "$churner" || fail 'nothing changed any more'
	wait "$churner" 2>/dev/null || true
	end=$(cat "$BUSY/turns")
	[ "$end" -gt "$((begin + 100))" ] || fail "only $begin to $end changes"
}

# Large directories that containers of this test do not need: to stay within the time.
large_directories() {
	local dir
	for dir in /*; do
		case $dir in
		/bin | /boot | /dev | /etc | /lib* | /proc | /run | /sbin | /sys | /tmp | /usr | /var) ;;
		*) [ ! -d "$dir" ] || echo "$dir" ;;
		esac
	done
	echo /var/tmp
	du -x -B1M --threshold=40M --max-depth=3 --exclude=/var/tmp /usr /var 2>/dev/null | cut -f 2 |
		grep -vxE '/usr|/var|/usr/s?bin|/usr/lib|/usr/lib/[^/]*-linux-gnu|/usr/share|/var/lib|/var/lib/dpkg|/var/lib/dpkg/info'
}

# covering COMMAND...: runs it where an empty file system lies over each of the directories in ./large,
# so that the walk does not go into them. What other tests have mounted is not kept from being unmounted by
# this. Its status goes to ./status, mounts that it leaves behind to ./more_mounts.
covering() {
	# shellcheck disable=SC2016
	unshare -m --propagation private bash -u -c '
		findmnt -rno TARGET | grep ^/var/tmp/ | sort -r | xargs -r -d "\n" umount -l
		while IFS= read -r dir; do
			[ -L "$dir" ] || mount -t tmpfs -o size=4k none "$dir" || exit 125
		done <large
		sort /proc/self/mountinfo >mounts
		"$@"
		echo $? >status
		sort /proc/self/mountinfo | comm -13 mounts - >more_mounts' - "$@"
}

captured() {
	large_directories >large
	# So may be large files; nothing of these is needed either.
	find /usr/bin/ /usr/sbin/ /usr/lib/*-linux-gnu/ -xdev -type f -size +8M >files
	while IFS= read -r file; do
		options+=(--exclude "$file")
	done <files
	echo still >"$BUSY/still"
	touch -a -d '2001-01-01 UTC' "$BUSY/still"
	start_churn
	# The program itself may lie in one of them.
	exec 7<"$ROOTLIFT"
	set +e
	covering /proc/self/fd/7 capture --report report "${options[@]}" 2>err | docker import - "$IMAGE" >/dev/null
	status=("${PIPESTATUS[@]}")
	set -e
	stop_churn
	cat err
	eq "${status[0]}" 0 'unshare'
	eq "$(cat more_mounts)" '' 'mounts'
	eq "${status[1]}" 0 'docker import'
	[ "$(cat status)" -le 1 ] || fail "status $(cat status)"
	eq "$(jq .exit_status report)" "$(cat status)"
	# That this machine changes is no reason for anything but these.
	jq -r '.exceptions[] | select(.path | startswith($busy)) | .kind' \
		--arg busy "${BUSY#/}" report | sort -u >got
	eq "$(grep -vxE 'torn|vanished' got || true)" '' 'exceptions among what changes'
	cp report "$WORK/report"
	cp "$BUSY/grow.log" "$WORK/grow.log"
	eq "$(stat -c %X "$BUSY/still")" 978307200 'the date of the last access'
}

named() {
	cp "$WORK/report" report
	eq "$(jq -r '.distro.id' report)" "$(. /etc/os-release && echo "$ID")"
	# The profile of this distribution, its mounts, and what was left out.
	jq -e '.profiles[0].rules > 50 and .root == "/" and .kept.entries > 1000' report
	jq -e '.mounts[] | select(.path == "proc") | .captured == false' report
	eq "$(jq '[.mounts[] | select(.type == "proc" or .type == "sysfs") | select(.captured)] | length' report)" 0
}

runs() {
	run "$IMAGE" cat /etc/os-release >out
	cmp out /etc/os-release
	run "$IMAGE" sh -c 'id -u && ls / && date' >out
	has out '^0$'
	has out '^usr$'
	if command -v dpkg >/dev/null; then
		eq "$(run "$IMAGE" dpkg --audit 2>&1)" "$(dpkg --audit 2>&1)"
		has <(run "$IMAGE" apt-get --version) '^apt [0-9]'
		eq "$(run "$IMAGE" dpkg -l | grep -c ^ii)" \
			"$(($(dpkg -l | grep -c ^ii) - $(jq .dropped_packages "$WORK/report")))"
	fi
	eq "$(run "$IMAGE" stat -c %a /tmp)" 1777
}

growing() {
	local dir
	dir=$(layer "$IMAGE")/${BUSY#/}
	eq "$(cat "$dir/still")" still
	# A log that grew is the beginning of what it is now.
	[ -s "$dir/grow.log" ]
	cmp -n "$(stat -c %s "$dir/grow.log")" "$dir/grow.log" "$WORK/grow.log"
	eq "$(stat -c %s "$dir/rewritten")" 4096
	# No symlink led to what it names.
	[ "$(find "$dir" -type l | wc -l)" -gt 10 ]
	! grep -rqsxF outside "$dir" || fail 'a symlink was followed'
	eq "$(cat "$WORK/outside")" outside
}

identity() {
	local dir
	dir=$(layer "$IMAGE")
	eq "$(find "$dir/etc/ssh" -name 'ssh_host_*_key' 2>/dev/null)" ''
	[ ! -s "$dir/etc/machine-id" ] || fail 'the image has the identity of this machine'
	eq "$(find "$dir/tmp" "$dir/run" "$dir/proc" "$dir/sys" "$dir/dev" -mindepth 1)" ''
}

saved() {
	docker save "$IMAGE" | tar -tf - >/dev/null
}

# To a file, which lies in what is captured, again and again.
to_a_file() {
	local name=${BUSY##*/} turn status way
	local options=(--polite --exclude '/*' --include /dpkg --include "/$name")
	start_churn
	for turn in 1 2 3 4 5 6; do
		way=()
		[ $((turn % 2)) = 0 ] || way=(--no-clone)
		status=0
		"$ROOTLIFT" capture -q "${options[@]}" "${way[@]}" -o "$BUSY/out.tar" /var/lib 2>err || status=$?
		cat err
		[ $status -le 1 ] || fail "status $status"
		names "$BUSY/out.tar" >list
		hasnt list 'out\.tar'
		eq "$(sort list | uniq -d)" '' 'names that come twice'
		import "$BUSY/out.tar" "$IMAGE-busy"
		tar -xOf "$BUSY/out.tar" "$name/grow.log" >begin
		cmp -n "$(stat -c %s begin)" begin "$BUSY/grow.log"
		rm "$BUSY/out.tar"
		docker rmi "$IMAGE-busy" >/dev/null
	done
	stop_churn
}

engine_start || exit 1
options=()
t 'this machine is captured while it changes, and imported' captured
t 'the report tells what it is' named
t 'a container of it runs' runs
t 'what changed is as it was at some time' growing
t 'its identity stays here' identity
t 'the image can be saved' saved
t 'again and again, into a file among what is captured' to_a_file
docker rmi "$IMAGE" >/dev/null 2>&1
engine_stop
done_testing
