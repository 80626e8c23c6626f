#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root vm
# takes: 155 s
#
# Captures of snapshots of logical volumes, by lvm itself on loop devices, with a writer at work.
. "$(dirname "$0")/../lib/vm.sh"
vm_inside "$0"
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/stuck.sh"
. "$TOP/tests/lib/ledger.sh"
. "$TOP/tests/lib/keeper.sh"

# group SIZE: a volume group on a file of the disk; its name has what the device mapper escapes.
group() {
	truncate -s "$1" pv
	loop=$(losetup -f --show pv)
	trap teardown EXIT
	vgcreate -q -s 1M test-vg "$loop" >/dev/null
}

# The trap ends what still writes there, so that it can be unmounted.
teardown() {
	jobs -p | xargs -r kill 2>/dev/null || :
	wait || :
	grep -o " $PWD/[^ ]*" /proc/self/mountinfo | tac | xargs -r umount
	vgremove -q -ff -y test-vg >/dev/null
	losetup -d "$loop"
}

# volume NAME thick|thin TYPE SIZE: a file system on a volume of its own, mounted at ./NAME.
volume() {
	case $2 in
	thick) lvcreate -q -y -W n -n "$1" -L "$4" test-vg >/dev/null ;;
	thin)
		[ -e pool ] || lvcreate -q -y -W n -T -L 400M test-vg/pool >/dev/null 2>&1
		touch pool
		lvcreate -q -y -W n -n "$1" -T -V "$4" test-vg/pool >/dev/null 2>&1
		;;
	esac
	"mkfs.$3" -q "/dev/test-vg/$1"
	mkdir -p "$1"
	mount "/dev/test-vg/$1" "$1"
}

# Some files in ./NAME.
filled() {
	mkdir -p "$1/dir/sub" "$1/etc"
	echo "$1" >"$1/dir/sub/file"
	ln "$1/dir/sub/file" "$1/dir/second"
	ln -s sub "$1/dir/link"
	setfattr -n user.note -v kept "$1/dir/sub/file"
	touch -d 2020-01-01T00:00:00Z "$1/dir/sub" "$1/dir"
}

# The volumes that rootlift has made.
left() {
	lvs --noheadings -o lv_name test-vg | grep -c rootlift-snapshot || true
}

thick_and_thin() {
	group 2G
	for kind in thick,ext4 thin,xfs; do
		name=${kind/,/-}
		volume "$name" "${kind%,*}" "${kind#*,}" 320M
		filled "$name"
		capture 0 --profile none -o live.tar "$name"
		capture 0 -v --profile none --snapshot lvm -o x.tar "$name"
		cmp live.tar x.tar
		has err '^Snapshot: /\.$'
		eq "$(jq -c .snapshots report)" '[""]'
		# A directory inside of the file system.
		capture 0 --profile none -o live.tar "$name/dir"
		capture 0 --profile none --snapshot auto -o x.tar "$name/dir"
		cmp live.tar x.tar
		eq "$(jq -c .snapshots report)" '[""]'
		eq "$(left)" 0
	done
	# The file that the output replaces stays out of a snapshot as well.
	cp x.tar thin-xfs/x.tar
	capture 0 --profile none --snapshot lvm -o thin-xfs/x.tar thin-xfs
	names thin-xfs/x.tar >list
	hasnt list '^x\.tar'
	# Nothing of the host is written to, not even lvm's own notes, by which it would not be as it was.
	eq "$(find /etc/lvm -newer list)" ''
}

several() {
	group 2G
	volume root thick ext4 200M
	mkdir root/var root/srv root/boot root/again
	volume var thin ext4 100M
	volume srv thick xfs 320M
	for name in root var srv; do filled $name; done
	truncate -s 20M plain
	mkfs.ext4 -q plain
	mkdir boot
	mount -o loop plain boot
	echo plain >boot/file
	for name in var srv boot; do mount --bind $name root/$name; done
	mount --bind root/dir root/again
	capture 0 -v --profile none --mount again --snapshot auto -o x.tar root
	for path in . var srv again; do has err "^Snapshot: /$path\$"; done
	has err "^Snapshot, none: '/boot' is on ext4, neither on btrfs nor on a logical volume\$"
	eq "$(jq -c '.snapshots | sort' report)" '["","again","srv","var"]'
	eq "$(jq -r '.without_snapshot[].path' report)" boot
	capture 0 --profile none --mount again -o live.tar root
	cmp live.tar x.tar
	eq "$(left)" 0
	# What is no volume is read as it is, but not if nothing is one.
	capture 0 --profile none --snapshot lvm -o x.tar root
	eq "$(tar -xOf x.tar boot/file)" plain
	capture 3 --profile none --snapshot lvm -o x.tar boot
	has err "^rootlift: no snapshots: nothing of '.*/boot' is on a logical volume$"
}

consistent() {
	group 2G
	for kind in thick,ext4 thin,xfs; do
		name=${kind%,*}
		volume "$name" "$name" "${kind#*,}" 320M
		keep_ledger "$name" 10000000
		for _ in 1 2 3; do
			capture 0 --profile none --snapshot lvm --snapshot-size 100M -o x.tar "$name"
			invariant_holds || fail "the snapshot is torn ($kind)"
		done
		[ "$(wc -l <ledger)" -gt 10 ] || fail 'the writer was not at work'
		kill $writer
	done
	eq "$(left)" 0
}

# begin COUNT: a capture of a snapshot that is stuck in a pipe, as $pid; there are so many then.
begin() {
	stuck --profile none --snapshot lvm vol
	eq "$(left)" "$1" 'snapshots while it reads'
}

# A thick volume at ./vol that a pipe does not hold.
stuck_volume() {
	group 400M
	volume vol thick ext4 60M
	head -c 5000000 /dev/urandom >vol/large
}

removed_on_every_way_out() {
	stuck_volume
	for signal in INT TERM HUP; do
		# A shell starts what runs in the background deaf to SIGINT.
		begin 1
		unstick $signal
		[ $signal = INT ] || eq "$status" 3 status
		gone
	done
	# The consumer is killed.
	begin 1
	unstick ''
	eq "$status" 3 status
	eq "$(left)" 0
	# The capture is killed: its keeper cleans up by itself.
	begin 1
	unstick KILL
	gone
	# The output cannot be made.
	capture 3 --profile none --snapshot lvm -o missing/x.tar vol
	eq "$(left)" 0
	umount vol
	lvchange -an test-vg/vol
	lvchange -ay test-vg/vol
	mount /dev/test-vg/vol vol
}

cleanup() {
	group 800M
	volume vol thick ext4 60M
	head -c 5000000 /dev/urandom >vol/large
	begin 1
	kill_keeper "$pid"
	unstick KILL
	eq "$(left)" 1
	volume thin thin ext4 60M
	head -c 5000000 /dev/urandom >thin/large
	stuck --profile none --snapshot lvm thin
	kill_keeper "$pid"
	unstick KILL
	eq "$(left)" 2
	# Somebody else's, by its tag or its name.
	lvcreate -q -s -n rootlift-snapshot-of-mine -l 5 test-vg/vol >/dev/null
	lvcreate -q -s -n mine --addtag rootlift -l 5 test-vg/vol >/dev/null
	# A capture at work keeps its own.
	begin 4
	expect 0 "$ROOTLIFT" cleanup
	eq "$(cat out)" 'Removed 2 abandoned snapshots from test-vg'
	eq "$(left)" 2 'snapshots that are in use or of others'
	unstick
	for _ in $(seq 100); do
		[ "$(left)" != 1 ] || break
		sleep 0.1
	done
	expect 0 "$ROOTLIFT" cleanup
	eq "$(wc -c <out)" 0
	eq "$(lvs --noheadings -o lv_name -S lv_name=~mine test-vg | wc -l)" 2
}

overflow() {
	group 400M
	volume vol thick ext4 60M
	filled vol
	# More is written than the snapshot holds, before anything of it is read.
	hook 10-writer "[ \$1 = freeze ] || head -c 20000000 /dev/urandom | dd of=$PWD/vol/new bs=1M iflag=fullblock conv=fsync status=none"
	capture 3 --profile none --snapshot lvm --snapshot-size 4M --hooks hooks -o x.tar vol
	has err "^rootlift: the snapshot of '/' is void: more was written .*--snapshot-size\)$"
	[ ! -e x.tar ] || fail 'there is an output'
	eq "$(left)" 0
	rm vol/new
	"$ROOTLIFT" capture -q --profile none --snapshot lvm --snapshot-size 4M --hooks hooks vol >x.tar 2>err &&
		fail 'a void snapshot was captured'
	tar -tf x.tar >/dev/null 2>&1 && fail 'a reader takes the stream for complete'
	rm x.tar vol/new
	# It holds that if it is large enough; and what is new is not in it.
	capture 0 --profile none --snapshot lvm --snapshot-size 40M --hooks hooks -o x.tar vol
	eq "$(cut -d' ' -f1,2 calls | tail -n 2 | tr '\n' ';')" '10-writer freeze;10-writer thaw;'
	names x.tar >list
	has list '^dir/sub/file$'
	hasnt list '^new$'
	expect 2 "$ROOTLIFT" capture --snapshot-size 0 -n vol
	expect 2 "$ROOTLIFT" capture --snapshot-size 4X -n vol
}

no_space() {
	group 200M
	volume vol thick ext4 100M
	filled vol
	capture 3 --profile none --snapshot lvm --snapshot-size 150M -o x.tar vol
	has err "^rootlift: cannot make an LVM snapshot of '/': lvcreate: .*insufficient free space"
	lvcreate -q -y -n rest -l 100%FREE test-vg >/dev/null
	capture 3 --profile none --snapshot lvm -o x.tar vol
	has err "^rootlift: cannot make an LVM snapshot of '/': nothing is free in the volume group 'test-vg'$"
	capture 0 -v --profile none --snapshot auto -o x.tar vol
	has err "^Snapshot, none: cannot make an LVM snapshot of '/': nothing is free"
	eq "$(jq -r '.without_snapshot[].reason' report)" \
		"cannot make an LVM snapshot of '/': nothing is free in the volume group 'test-vg'"
	has <(names x.tar) '^dir/sub/file$'
	# Without lvm's program.
	mount --bind /dev/null /usr/sbin/lvm
	capture 3 --profile none --snapshot lvm -o x.tar vol
	umount /usr/sbin/lvm
	has err "^rootlift: cannot make an LVM snapshot of '/': there is no lvm program here$"
}

# A file system whose journal has not been replayed: the snapshot's is.
dirty_journal() {
	group 400M
	volume vol thick ext4 60M
	sync
	echo journaled >vol/file
	python3 -c 'import os; os.fsync(os.open("vol/file", os.O_RDONLY)); os.fsync(os.open("vol", os.O_RDONLY))'
	# As the disk has it: the volume itself is read through what memory knows better.
	lvcreate -q -y -W n -n crashed -L 60M test-vg >/dev/null
	dmsetup --noudevsync create on-disk --readonly --table "$(dmsetup table test--vg-vol)"
	dd if="/dev/$(dmsetup info -c --noheadings -o blkdevname on-disk)" of=/dev/test-vg/crashed bs=1M conv=fsync status=none
	dmsetup --noudevsync remove on-disk
	umount vol
	mount -o ro,noload /dev/test-vg/crashed vol
	[ ! -e vol/file ] || fail 'there is nothing in the journal'
	sha256sum /dev/test-vg/crashed >before
	capture 0 --profile none --snapshot lvm -o x.tar vol
	eq "$(tar -xOf x.tar file)" journaled
	sha256sum --quiet -c before
	eq "$(left)" 0
}

t 'thick and thin volumes, of ext4 and XFS, and directories in them' thick_and_thin
t 'several volumes at once, beside what is none' several
t 'an invariant over two files holds in a snapshot, always' consistent
t 'snapshots are removed on every way out' removed_on_every_way_out
t 'rootlift cleanup removes what was left behind, and nothing else' cleanup
t 'a snapshot that overflows gives no output' overflow
t 'volume groups without room, hosts without lvm' no_space
t 'a journal is replayed in the snapshot' dirty_journal
done_testing
