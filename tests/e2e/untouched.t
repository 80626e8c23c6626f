#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
# takes: 25 s
#
# Whole file systems that have to be, byte for byte, what they were before a capture. Nobody else on the
# machine may look into them meanwhile.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

# Everything that stat knows of each file, atimes included, and its attributes.
facts() {
	find "$1" -exec stat -c '%n %F %a %u:%g %s %b %h %i %x %y %z' {} + | sort
	getfattr -R -h -d -m - "$1" 2>/dev/null
}

# mounted TYPE: a new file system of TYPE on ./image at ./mnt, where every access counts.
mounted() {
	truncate -s 300M image
	case $1 in
	ext4) mkfs.ext4 -q -F image ;;
	xfs) mkfs.xfs -q image ;;
	btrfs) mkfs.btrfs -q image ;;
	esac
	mkdir mnt
	mount -o loop,strictatime image mnt
	trap 'umount mnt' EXIT
}

sum() {
	sync -f mnt
	sha256sum <image
}

# not_a_byte TYPE OPTION...
not_a_byte() {
	local before
	mounted "$1"
	shift
	if [ "$1" = --no-clone ]; then
		mkdir -p mnt/dir
		seq 10000 >mnt/dir/file
		mkfifo mnt/fifo
	else
		tree_basic mnt/tree
		ln -s nowhere mnt/link
	fi
	setfattr -n user.x -v y mnt/link 2>/dev/null || setfattr -n user.x -v y mnt
	mount -o remount,ro mnt
	facts mnt >facts
	mount -o remount,rw,strictatime mnt
	# Nothing is left to be written when the first sum is taken.
	sync -f mnt
	sum >/dev/null
	before=$(sum)
	capture 0 --profile none "$@" -o x.tar mnt
	capture 0 --profile none "$@" -n mnt
	eq "$(sum)" "$before" 'bytes of the file system'
	mount -o remount,ro mnt
	facts mnt >after
	diff -u facts after
	mount -o remount,rw,strictatime mnt
	# Reading it as anybody would is seen: this test can tell.
	find mnt -type f -exec cat {} + >/dev/null
	[ "$(sum)" != "$before" ] || fail 'reading changes nothing here'
}

for type in ext4 xfs btrfs; do
	t "$type, through a clone: not a byte changes" private not_a_byte $type --mtime s
	t "$type, through plain paths: not a byte changes" private not_a_byte $type --no-clone
done
done_testing
