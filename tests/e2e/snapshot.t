#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# Captures of snapshots, on a btrfs of the test's own with a writer at work.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/stuck.sh"
. "$TOP/tests/lib/ledger.sh"

# A new btrfs at ./mnt with subvolumes that are nested in a directory, in each other, and read-only.
# The trap ends what still writes there, so that it can be unmounted.
mounted() {
	truncate -s 400M image
	mkfs.btrfs -q image >/dev/null
	mkdir mnt
	mount -o loop image mnt
	trap 'jobs -p | xargs -r kill 2>/dev/null || :; wait || :; umount mnt' EXIT
	btrfs -q subvolume create mnt/root
	mkdir -p mnt/root/etc mnt/root/var mnt/root/dir
	echo name >mnt/root/etc/hostname
	btrfs -q subvolume create mnt/root/var/lib
	echo nested >mnt/root/var/lib/file
	btrfs -q subvolume create mnt/root/var/lib/deep
	echo deep >mnt/root/var/lib/deep/file
	btrfs -q subvolume snapshot -r mnt/root/var/lib/deep mnt/root/dir/read-only >/dev/null
	touch -d 2020-01-01T00:00:00Z mnt/root/var mnt/root/dir
}

# The subvolumes that rootlift has made.
left() {
	btrfs subvolume list mnt | grep -c rootlift-snapshot || true
}

# Waits until all are gone.
gone() {
	for _ in $(seq 100); do
		[ "$(left)" != 0 ] || return 0
		sleep 0.1
	done
	fail "$(left) snapshots are left"
}

all_subvolumes() {
	mounted
	capture 0 --profile none -o live.tar mnt/root
	btrfs subvolume list mnt | sed 's/gen [0-9]*//' >before
	capture 0 -v --profile none --snapshot btrfs -o x.tar mnt/root
	btrfs subvolume list mnt | sed 's/gen [0-9]*//' >after
	diff -u before after
	cmp live.tar x.tar
	for path in . var/lib var/lib/deep dir/read-only; do
		has err "^Snapshot: /$path\$"
	done
	# What stays out of a live capture stays out: the file that the output replaces, a mount.
	mount -t tmpfs none mnt/root/etc
	cp x.tar mnt/root/x.tar
	capture 0 --profile none --snapshot auto -o mnt/root/x.tar mnt/root
	umount mnt/root/etc
	names mnt/root/x.tar >list
	hasnt list '^x\.tar'
	hasnt list hostname
	has list '^var/lib/deep/file'
	eq "$(left)" 0
}

parts() {
	mounted
	# A directory inside of a subvolume, and a mount of one beneath a ROOT that is no btrfs.
	capture 0 -v --profile none --snapshot btrfs -o x.tar mnt/root/var
	eq "$(names x.tar | tr '\n' ' ')" 'lib/ lib/deep/ lib/deep/file lib/file '
	mkdir -p other/data
	echo plain >other/file
	mount --bind mnt/root other/data
	capture 0 -v --profile none --snapshot auto --mount data -o x.tar other
	umount other/data
	has err '^Snapshot: /data$'
	has err "^Snapshot, none: '/' is on .*, not on btrfs$"
	eq "$(jq -c .snapshots report)" '["data","data/var/lib","data/var/lib/deep","data/dir/read-only"]'
	eq "$(jq -r '.without_snapshot[].path' report)" ''
	eq "$(jq '.without_snapshot | length' report)" 1
	names x.tar >list
	has list '^data/var/lib/deep/file$'
	eq "$(tar -xOf x.tar file)" plain
	capture 3 --profile none --snapshot btrfs -o x.tar other
	has err "^rootlift: no snapshots: nothing of '.*/other' is on btrfs$"
	eq "$(left)" 0
	expect 2 "$ROOTLIFT" capture --snapshot zfs -n other
	capture 0 -v --profile none --no-clone --snapshot auto -o x.tar mnt/root
	has err '^Snapshot, none: mounts cannot be cloned$'
	capture 3 --profile none --no-clone --snapshot btrfs -o x.tar mnt/root
	has err '^rootlift: no snapshots, since mounts cannot be cloned: not wanted$'
}

consistent() {
	mounted
	keep_ledger mnt/root 30000000
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		capture 0 --profile none --snapshot btrfs -o x.tar mnt/root
		invariant_holds || fail 'the snapshot is torn'
	done
	# The test can tell: without snapshots the two files are read at different moments.
	broken=0
	for _ in 1 2 3 4 5; do
		"$ROOTLIFT" capture -q --profile none --bwlimit 50M -o x.tar mnt/root 2>err || true
		invariant_holds || broken=$((broken + 1))
	done
	kill $writer
	[ $broken -gt 0 ] || fail 'the invariant holds without snapshots too'
	eq "$(left)" 0
}

# begin COUNT: a capture of snapshots that is stuck in a pipe, as $pid; there are so many then.
begin() {
	[ -e mnt/root/large ] || head -c 5000000 /dev/urandom >mnt/root/large
	stuck --profile none --snapshot btrfs mnt/root
	eq "$(left)" "$1" 'snapshots while it reads'
}

removed_on_every_way_out() {
	mounted
	for signal in INT TERM HUP; do
		# A shell starts what runs in the background deaf to SIGINT.
		begin 3
		unstick $signal
		[ $signal = INT ] || eq "$status" 3 status
		gone
	done
	# The consumer is killed.
	begin 3
	unstick ''
	eq "$status" 3 status
	eq "$(left)" 0
	# The capture is killed: its keeper cleans up by itself.
	begin 3
	unstick KILL
	gone
	# The output cannot be made.
	capture 3 --profile none --snapshot btrfs -o missing/x.tar mnt/root
	eq "$(left)" 0
}

# Ends the keeper of $pid by SIGKILL.
kill_keeper() {
	kill -9 "$(pgrep -P "$pid" -x rootlift-keeper)"
}

cleanup() {
	mounted
	begin 3
	kill_keeper
	unstick KILL
	eq "$(left)" 3
	# A capture at work keeps its own.
	begin 6
	expect 0 "$ROOTLIFT" cleanup
	has out '^Removed 3 abandoned snapshots from /dev/loop'
	eq "$(left)" 3 'snapshots of the capture at work'
	unstick
	gone
	expect 0 "$ROOTLIFT" cleanup
	eq "$(wc -c <out)" 0
	expect 2 "$ROOTLIFT" cleanup --all
}

# hook NAME TEXT: a hook that notes its argument, and what else it does.
hook() {
	mkdir -p hooks
	printf '#!/bin/sh\necho "%s $1 $ROOTLIFT_ROOT" >>%s/calls\n%s\n' "$1" "$PWD" "$2" >"hooks/$1"
	chmod 755 "hooks/$1"
}

hooks() {
	mounted
	hook 10-first "[ \$1 = thaw ] || ls -a $PWD/mnt >listed"
	hook 20-second 'echo said'
	touch hooks/README hooks/30-backup~
	capture 0 --profile none --snapshot btrfs --hooks hooks -o x.tar mnt/root
	eq "$(cut -d' ' -f1,2 calls | tr '\n' ';')" '10-first freeze;20-second freeze;20-second thaw;10-first thaw;'
	eq "$(cut -d' ' -f3 calls | sort -u)" "$PWD/mnt/root"
	has err '^said$'
	# Without snapshots nobody has to rest.
	rm calls
	capture 0 --profile none --hooks hooks -o x.tar mnt/root
	[ ! -e calls ] || fail 'hooks were called'
}

failing_hooks() {
	mounted
	hook 10-first ''
	hook 20-second '[ $1 = thaw ] || exit 7'
	hook 30-third ''
	capture 3 --profile none --snapshot btrfs --hooks hooks -o x.tar mnt/root
	has err "^rootlift: the hook 'hooks/20-second freeze' failed with status 7$"
	eq "$(cut -d' ' -f1,2 calls | tr '\n' ';')" '10-first freeze;20-second freeze;20-second thaw;10-first thaw;'
	[ ! -e x.tar ] || fail 'there is an output'
	eq "$(left)" 0
	# One that does not end, and what it has started, are ended; it is called with thaw all the same.
	rm calls
	hook 20-second '[ $1 = thaw ] || { sleep 987 & wait; }'
	capture 3 --profile none --snapshot btrfs --hooks hooks --hook-timeout 1 -o x.tar mnt/root
	has err "^rootlift: the hook 'hooks/20-second freeze' took longer than 1 s and was ended$"
	eq "$(cut -d' ' -f1,2 calls | tr '\n' ';')" '10-first freeze;20-second freeze;20-second thaw;10-first thaw;'
	if pgrep -f 'sleep 987'; then fail 'what the hook started goes on'; fi
	expect 2 "$ROOTLIFT" capture --hook-timeout 0 -n tree
	chmod 777 hooks/10-first
	capture 3 --profile none --snapshot btrfs --hooks hooks -o x.tar mnt/root
	has err "^rootlift: will not run the hook 'hooks/10-first': others than its owner could change it"
	capture 0 --profile none --snapshot btrfs --hooks nowhere -o x.tar mnt/root
}

# A signal, and the end by SIGKILL, while a hook keeps an application at rest.
hooks_thaw() {
	mounted
	hook 10-slow '[ $1 = thaw ] || sleep 30'
	for signal in TERM KILL; do
		rm -f calls
		"$ROOTLIFT" capture --profile none --snapshot btrfs --hooks hooks -o x.tar mnt/root 2>err &
		pid=$!
		until [ -e calls ]; do sleep 0.05; done
		kill -s $signal $pid
		wait $pid || true
		for _ in $(seq 100); do
			! grep -q thaw calls || break
			sleep 0.1
		done
		has calls '^10-slow thaw'
		[ ! -e x.tar ] || fail 'there is an output'
	done
}

t 'a snapshot of a subvolume and those nested in it' all_subvolumes
t 'directories of subvolumes, and mounts of them' parts
t 'an invariant over two files holds in a snapshot, always' consistent
t 'snapshots are removed on every way out' removed_on_every_way_out
t 'rootlift cleanup removes what was left behind, and nothing else' cleanup
t 'hooks are called before and after' hooks
t 'a hook that fails, or that others could change' failing_hooks
t 'hooks are called with thaw whatever happens' hooks_thaw
done_testing
