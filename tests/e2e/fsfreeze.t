#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
# takes: 40 s
#
# File systems that stay frozen while they are captured: on loop devices of the test's own. Nothing may
# stay frozen, whatever fails: every freeze has a time, and the trap of each case thaws.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/stuck.sh"
. "$TOP/tests/lib/ledger.sh"

# file_system TYPE DIR [IMAGE]: a new one at DIR.
file_system() {
	local image=${3:-$2.img} force=-F
	truncate -s 400M "$image"
	[ "$1" = ext4 ] || force=-f
	"mkfs.$1" -q "$force" "$image" >/dev/null
	mkdir "$2"
	mount -o loop "$image" "$2"
}

# What waits for a file system that is frozen cannot be ended before that is thawed.
clean_up() {
	local dir
	for dir in mnt/inner mnt other; do
		! mountpoint -q $dir || fsfreeze -u $dir 2>/dev/null || :
	done
	jobs -p | xargs -r kill 2>/dev/null || :
	wait || :
	for dir in other mnt/inner mnt; do
		! mountpoint -q $dir || umount $dir
	done
}

# A new one of TYPE at ./mnt, with what is larger than a pipe takes.
mounted() {
	trap clean_up EXIT
	file_system "$1" mnt
	mkdir mnt/dir
	echo here >mnt/dir/file
	head -c 3000000 /dev/urandom >mnt/large
}

# Writes to ./mnt, in the background: what is frozen keeps it from that.
try_to_write() {
	rm -f written
	{ echo new >mnt/new && touch written; } 9<&- &
}

# That has been done, or is before long.
writes_go_on() {
	for _ in $(seq 200); do
		[ ! -e written ] || return 0
		sleep 0.1
	done
	fail 'it is still frozen'
}

# begin ARGUMENT...: a capture of ./mnt that is stuck in a pipe, as $pid, with a writer that waits, and
# its processes.
begin() {
	stuck --profile none --report report "$@" mnt
	keeper=$(pgrep -P "$pid" -x rootlift-keeper)
	watch=$(pgrep -P "$keeper" -x rootlift-freeze)
	try_to_write
	sleep 0.3
	[ ! -e written ] || fail 'it is not frozen'
}

consistent() {
	mounted "$1"
	keep_ledger mnt 10000000
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		capture 0 --profile none --fsfreeze --bwlimit 50M -o x.tar mnt
		invariant_holds || fail 'it is torn'
	done
	# The test can tell: else the two files are read at different moments.
	broken=0
	for _ in 1 2 3 4 5; do
		"$ROOTLIFT" capture -q --profile none --jobs 1 --bwlimit 50M -o x.tar mnt 2>err || true
		invariant_holds || broken=$((broken + 1))
	done
	[ $broken -gt 0 ] || fail 'the invariant holds without a freeze too'
	capture 0 -v --profile none --no-clone --fsfreeze -o x.tar mnt
	invariant_holds || fail 'it is torn without clones'
	has err '^Frozen: /\.$'
}

others_wait() {
	mounted ext4
	capture 0 --profile none -o live.tar mnt
	begin --fsfreeze=600
	eq "$(cat mnt/dir/file)" here
	drain x.tar
	eq "$status" 0
	writes_go_on
	cmp live.tar x.tar
	has err '^  frozen    /\. for [0-9.]* s$'
	jq -e '.frozen[0] | .path == "" and .seconds > 0.2 and .ended_early == null' report
	eq "$(jq -c .not_frozen report)" '[]'
	eq "$(jq -c .exceptions report)" '[]'
}

thawed_on_every_way_out() {
	mounted xfs
	for signal in TERM HUP INT; do
		begin --fsfreeze=600
		unstick $signal
		[ $signal = INT ] || eq "$status" 3 status
		writes_go_on
	done
	# Also while the reader hangs, which the end of the capture waits for.
	begin --fsfreeze=600
	kill -s TERM "$pid"
	writes_go_on
	kill -0 "$pid"
	unstick ''
	eq "$status" 3 status
	# The consumer is killed; the capture is.
	begin --fsfreeze=600
	unstick ''
	eq "$status" 3 status
	writes_go_on
	begin --fsfreeze=600
	unstick KILL
	writes_go_on
	# The output cannot be made, and a profile has a fault: after the freeze.
	capture 3 --profile none --fsfreeze=600 -o missing/x.tar mnt
	try_to_write
	writes_go_on
	echo nonsense >faulty
	capture 2 --profile ./faulty --fsfreeze=600 -o x.tar mnt
	try_to_write
	writes_go_on
}

processes_killed() {
	mounted ext4
	# The keeper: the watch thaws, and the capture knows.
	begin --fsfreeze=600
	kill -9 "$keeper"
	writes_go_on
	drain x.tar
	eq "$status" 1
	has err '^rootlift: the process that makes snapshots is gone'
	eq "$(jq -c '.exceptions[] | [.kind, .path, .detail]' report)" \
		'["thawed","","a process of rootlift was killed"]'
	eq "$(jq .exit_status report)" 1
	# The watch: the keeper thaws.
	begin --fsfreeze=600
	kill -9 "$watch"
	writes_go_on
	drain x.tar
	eq "$status" 1
	eq "$(jq -r '.frozen[].ended_early' report)" 'a process of rootlift was killed'
	# The keeper, and the capture with it.
	begin --fsfreeze=600
	kill -9 "$keeper" "$pid"
	unstick ''
	writes_go_on
	# Somebody else thaws: it cannot be known before the end, but then it is.
	begin --fsfreeze=600
	fsfreeze -u mnt
	writes_go_on
	drain x.tar
	eq "$status" 1
	eq "$(jq -r '.frozen[].ended_early' report)" 'somebody else thawed it'
}

time_up() {
	mounted btrfs
	begin --fsfreeze=2
	writes_go_on
	kill -0 "$pid"
	drain x.tar
	eq "$status" 1
	has err '^  1 frozen, but not to the end: read at different moments$'
	has err '^      \. \(the time of --fsfreeze was up\)$'
	eq "$(jq -r '.frozen[].ended_early' report)" 'the time of --fsfreeze was up'
	eq "$(jq -c .exception_counts report)" '{"thawed":1}'
	# Who wants nothing torn gets nothing.
	begin --fsfreeze=2 --fail-on torn
	writes_go_on
	drain x.tar
	eq "$status" 3
	has err "^rootlift: gave up, as --fail-on wants: '\.': frozen, but not to the end"
	! tar -tf x.tar >/dev/null 2>&1 || fail 'the output is taken for whole'
	begin --fsfreeze=2 --fail-on database,skipped
	writes_go_on
	drain x.tar
	eq "$status" 1
	for seconds in 0 3601 x 1m; do
		expect 2 "$ROOTLIFT" capture --fsfreeze=$seconds -n mnt
	done
}

# refused PATTERN ARGUMENT...: a capture that must not begin; a message says why.
refused() {
	local pattern=$1
	shift
	capture 3 --profile none --fsfreeze=5 "$@"
	has err "^rootlift: $pattern\$"
}

what_is_never_frozen() {
	mounted ext4
	refused "cannot freeze '/': the output is on it, and would wait for its end" -o mnt/x.tar mnt
	[ ! -e mnt/x.tar ]
	ln -s mnt/dir/file link
	refused "cannot freeze '/': the output is on it, and would wait for its end" -o link mnt
	expect 3 "$ROOTLIFT" capture --profile none --fsfreeze=5 --report mnt/report -n mnt
	has err "^rootlift: cannot freeze '/': the report is on it"
	status=0
	"$ROOTLIFT" capture --profile none --fsfreeze=5 mnt >mnt/out 2>err || status=$?
	eq $status 3
	has err "^rootlift: cannot freeze '/': the output is on it"
	"$ROOTLIFT" capture --profile none --fsfreeze=5 -n mnt 2>mnt/err || status=$?
	has mnt/err "^rootlift: cannot freeze '/': standard error is on it"
	TMPDIR=$PWD/mnt refused \
		"nothing of '.*/mnt' can be frozen: .*: rootlift's own temporary files are on it \(TMPDIR\)" -n mnt
	# An output whose file system is an image on the frozen one.
	file_system ext4 other mnt/other.img
	refused "cannot freeze '/': the output is on it, and would wait for its end" -o other/x.tar mnt
	umount other
	# The host's own; what cannot be frozen; what somebody else has frozen, which stays so.
	refused "nothing of '/' can be frozen: cannot freeze '/': the host runs from it" \
		--one-file-system -n /
	mount -t tmpfs none other
	refused "nothing of '.*' can be frozen: .*: no file system of this kind can be frozen" -n other
	umount other
	fsfreeze -f mnt
	refused "cannot freeze '/': it is frozen already" -n mnt
	fsfreeze -u mnt
	as_user 3 "$ROOTLIFT" capture --profile none --fsfreeze=5 -n mnt
	has err "^rootlift: cannot freeze '/': Operation not permitted$"
}

# A file system whose image lies on another one that is captured: to write it out takes that one.
one_in_another() {
	mounted ext4
	file_system xfs mnt/inner mnt/inner.img
	for _ in 1 2 3; do
		head -c 20000000 /dev/urandom >mnt/inner/unwritten
		head -c 20000000 /dev/urandom >mnt/unwritten
		capture 0 -v --profile none --fsfreeze=100 --exclude inner.img -o x.tar mnt
		eq "$(grep '^Frozen' err | tr '\n' ' ')" 'Frozen: /inner Frozen: /. '
		names x.tar >list
		has list '^inner/unwritten$'
	done
	echo goes on >mnt/inner/unwritten
	eq "$(jq -c '[.frozen[] | .path]' report)" '["inner",""]'
}

# What has a snapshot needs no freeze.
beside_snapshots() {
	mounted btrfs
	file_system ext4 mnt/inner ext4.img
	echo inside >mnt/inner/file
	capture 0 -v --profile none --snapshot auto --fsfreeze -o x.tar mnt
	has err '^Snapshot: /\.$'
	eq "$(grep '^Frozen' err)" 'Frozen: /inner'
	eq "$(jq -c '[.frozen[] | .path]' report)" '["inner"]'
	eq "$(tar -xOf x.tar inner/file)" inside
	# Subvolumes that are mounted by themselves are of the same file system.
	btrfs -q subvolume create mnt/sub
	umount mnt/inner
	mount -o subvol=sub mnt.img mnt/inner -o loop
	capture 0 -v --profile none --fsfreeze --mount inner -o x.tar mnt
	eq "$(grep -c '^Frozen: ' err)" 1
	eq "$(grep -c '^Frozen, not: ' err || true)" 0
}

# A hook that notes when it is called, and writes to what is frozen.
hook() {
	mkdir hooks
	cat >hooks/10-app <<-END
		#!/bin/sh
		echo "\$1" >>$PWD/calls
		[ "\$1" = freeze ] || echo resumed >$PWD/mnt/resumed
	END
	chmod 755 hooks/10-app
}

hooks() {
	mounted ext4
	hook
	capture 0 --profile none --fsfreeze --hooks hooks -o x.tar mnt
	eq "$(tr '\n' ' ' <calls)" 'freeze thaw '
	eq "$(cat mnt/resumed)" resumed
	! names x.tar | grep -q resumed || fail 'it was called before the end'
	# They rest as long as it is frozen, and no longer.
	rm calls
	begin --fsfreeze=600 --hooks hooks
	eq "$(cat calls)" freeze
	unstick KILL
	writes_go_on
	until grep -q thaw calls; do sleep 0.1; done
	rm calls
	begin --fsfreeze=2 --hooks hooks
	until grep -q thaw calls; do sleep 0.1; done
	kill -0 "$pid"
	unstick
	eq "$(tr '\n' ' ' <calls)" 'freeze thaw '
	# What fails in the end is told, and in the status.
	printf '#!/bin/sh\n[ $1 = freeze ]\n' >hooks/10-app
	capture 1 --profile none --fsfreeze --hooks hooks -o x.tar mnt
	has err "^rootlift: the hook 'hooks/10-app thaw' failed with status 1$"
	eq "$(jq .exit_status report)" 1
	# What fails before the freeze leaves nothing frozen.
	printf '#!/bin/sh\n[ $1 = thaw ]\n' >hooks/10-app
	capture 3 --profile none --fsfreeze --hooks hooks -o x.tar mnt
	try_to_write
	writes_go_on
}

t 'an invariant over two files holds on ext4, always' consistent ext4
t 'an invariant over two files holds on xfs, always' consistent xfs
t 'an invariant over two files holds on btrfs, always' consistent btrfs
t 'what writes waits, and goes on' others_wait
t 'thawed on every way out' thawed_on_every_way_out
t 'thawed whoever is killed or interferes' processes_killed
t 'thawed when the time is up' time_up
t 'what is never frozen' what_is_never_frozen
t 'the inner of two is frozen first' one_in_another
t 'only what has no snapshot is frozen' beside_snapshots
t 'applications rest as long as the freeze lasts' hooks
done_testing
