# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Files that have not changed for a minute. No call sets when an inode has changed, so the test's file
# system is given old dates.

# old MAKE [ARGUMENT...]: an ext4 at ./mnt in which the function MAKE has made files, all of which changed
# years ago last. It has OLD_SIZE, or 64M.
old() {
	truncate -s "${OLD_SIZE:-64M}" image
	mkfs.ext4 -q image
	mkdir mnt
	mount -o loop image mnt
	trap 'exec 9<&- 8<&-; wait; umount mnt' EXIT
	rmdir mnt/lost+found
	(cd mnt && "$@")
	(cd mnt && find . -mindepth 1 -printf 'set_inode_field %P ctime 20200101000000\n') >dates
	umount mnt
	# The loop device goes a little later, and would still show what it has read.
	while [ -n "$(losetup -j image)" ]; do sleep 0.05; done
	debugfs -w -f dates image >/dev/null 2>&1
	mount -o loop image mnt
	eq "$(find mnt -mindepth 1 -printf '%C@\n' | cut -d. -f1 | sort -u)" 1577836800 'the dates'
}
