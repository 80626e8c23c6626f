#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root
#
# Which mounts come along. Each case has a mount namespace of its own, which takes its mounts with
# it when it ends.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

# ext4 IMAGE DIR: makes and mounts a small file system.
ext4() {
	truncate -s 8M "$1"
	mkfs.ext4 -q -m 0 "$1"
	mount -o loop "$1" "$2" || skip 'no loop devices'
	rmdir "$2/lost+found"
}

cap() {
	capture 0 --profile none -o x.tar "$@"
}

listing() {
	names x.tar | tr '\n' ' '
}

# class PATH: what the report says of the mount.
class() {
	jq -r --arg path "$1" '.mounts[] | select(.path == $path) |
		"\(.class) \(.captured) \(.covered_by // "")"' report
}

local_ones() {
	mkdir -p tree/var/beneath tree/home tree/etc
	touch tree/etc/file tree/var/hidden
	ext4 var.img tree/var
	ext4 home.img tree/home
	# Both file systems are made alike, so that their inodes have the same numbers.
	for dir in tree/var tree/home; do
		echo "of $dir" >$dir/a
		ln $dir/a $dir/b
	done
	eq "$(stat -c %i tree/var/a)" "$(stat -c %i tree/home/a)"
	chmod 750 tree/home
	cap tree
	eq "$(listing)" 'etc/ etc/file home/ home/a home/b var/ var/a var/b '
	eq "$(tar -xOf x.tar home/a)" 'of tree/home'
	eq "$(tar -xOf x.tar var/a)" 'of tree/var'
	tar -tvf x.tar >list
	has list 'home/b link to home/a$'
	has list 'var/b link to var/a$'
	has list '^drwxr-x--- .* home/$'
	eq "$(class var)" 'local true '
	eq "$(jq -r '.mounts | length' report)" 2
	mv x.tar cloned.tar
	cap --no-clone tree
	cmp x.tar cloned.tar
	eq "$(jq .cloned report)" false
}

pseudo_ones() {
	mkdir -p tree/proc tree/sys tree/run tree/tmp tree/dev
	chmod 700 tree/tmp
	mount -t proc proc tree/proc
	mount -t sysfs sysfs tree/sys
	mount -t tmpfs -o mode=1777 tmpfs tree/tmp
	mount -t tmpfs -o mode=755 tmpfs tree/run
	mount -t devtmpfs devtmpfs tree/dev 2>/dev/null || mount -t tmpfs tmpfs tree/dev
	touch tree/tmp/file tree/run/pid
	cap tree
	eq "$(listing)" 'dev/ proc/ run/ sys/ tmp/ '
	# The mode is the one that programs see, not that of the directory beneath.
	has <(tar -tvf x.tar) '^drwxrwxrwt .* tmp/$'
	eq "$(class run)" 'pseudo false '
	has err 'mounts    0 captured, 5 left out \(5 of them pseudo\)'
	mv x.tar cloned.tar
	cap --no-clone tree
	eq "$(listing)" 'dev/ proc/ run/ sys/ tmp/ '
	cmp x.tar cloned.tar
}

chosen() {
	mkdir -p tree/var tree/tmp
	ext4 var.img tree/var
	touch tree/var/file
	mount -t tmpfs tmpfs tree/tmp
	touch tree/tmp/file
	cap --one-file-system tree
	eq "$(listing)" 'tmp/ var/ '
	eq "$(class var)" 'unwanted false '
	has err 'left out: var'
	cap --no-mount var tree
	eq "$(listing)" 'tmp/ var/ '
	cap --no-mount "$PWD/tree/var/" tree
	eq "$(listing)" 'tmp/ var/ '
	cap --mount tmp tree
	eq "$(listing)" 'tmp/ tmp/file var/ var/file '
	eq "$(class tmp)" 'wanted true '
	cap --one-file-system --mount /tmp tree
	eq "$(listing)" 'tmp/ tmp/file var/ '
	cap --one-file-system --mount "$PWD/tree/var" tree
	eq "$(listing)" 'tmp/ var/ var/file '
	cap --mount tmp --no-mount tmp tree
	eq "$(listing)" 'tmp/ var/ var/file '
	expect 2 "$ROOTLIFT" capture --no-mount tmp/file -o y.tar tree
	has err "'tmp/file' is no mount point"
	cap --no-clone --one-file-system --mount tmp tree
	eq "$(listing)" 'tmp/ tmp/file var/ '
}

binds() {
	mkdir -p tree/a/sub tree/b tree/c outside tree/d tree/e
	touch tree/a/sub/file outside/file tree/target tree/other lone tree/lone
	mount --bind tree/a tree/b
	mount --bind outside tree/c
	mount --bind outside tree/d
	mount --bind tree/a/sub/file tree/target
	mount --bind outside/file tree/other
	mount --bind lone tree/lone
	echo seen >lone
	cap tree
	# What comes from outside ROOT comes once; what is in ROOT anyway is not captured again.
	eq "$(listing)" 'a/ a/sub/ a/sub/file b/ c/ c/file d/ e/ lone other target '
	eq "$(tar -xOf x.tar lone)" seen
	eq "$(class b)" "bind false $PWD/tree/a"
	eq "$(class c)" 'local true '
	eq "$(class d)" "bind false $PWD/tree/c"
	eq "$(class other)" "bind false $PWD/tree/c/file"
	eq "$(class lone)" 'local true '
	cap --mount b tree
	has <(names x.tar) '^b/sub/file$'
	mv x.tar cloned.tar
	cap --no-clone --mount b tree
	cmp x.tar cloned.tar
}

bind_of_the_whole() {
	mkdir -p tree/sub tree/again
	touch tree/sub/file
	mount --bind tree tree/again
	cap tree
	eq "$(listing)" 'again/ sub/ sub/file '
	cap --no-clone tree
	eq "$(listing)" 'again/ sub/ sub/file '
}

root_is_a_mount() {
	mkdir disk
	ext4 disk.img disk
	mkdir disk/sub
	ext4 sub.img disk/sub
	touch disk/file disk/sub/file
	cap disk
	eq "$(listing)" 'file sub/ sub/file '
	ln -s disk/sub link
	cap link
	eq "$(listing)" 'file '
	(cd disk && "$ROOTLIFT" capture -q --profile none .) >x.tar
	eq "$(listing)" 'file sub/ sub/file '
	cap disk/sub/..
	eq "$(listing)" 'file sub/ sub/file '
}

over_mounts() {
	mkdir -p tree/a/b
	ext4 lower.img tree/a
	mkdir tree/a/b
	touch tree/a/lower
	mount -t tmpfs tmpfs tree/a/b
	ext4 upper.img tree/a
	touch tree/a/upper
	cap tree
	eq "$(listing)" 'a/ a/upper '
	eq "$(jq -r '.mounts | length' report)" 1
	cap --no-clone tree
	eq "$(listing)" 'a/ a/upper '
}

beneath_what_is_left_out() {
	mkdir -p tree/run
	mount -t tmpfs tmpfs tree/run
	mkdir tree/run/disk
	ext4 disk.img tree/run/disk
	touch tree/run/disk/file
	cap tree
	eq "$(listing)" 'run/ '
	has err 'left out: run/disk'
	expect 2 "$ROOTLIFT" capture --mount run/disk -o y.tar tree
	cap --mount run --mount run/disk tree
	eq "$(listing)" 'run/ run/disk/ run/disk/file '
}

strange_mount_points() {
	local name=$'with space\tand\nline\\'
	mkdir -p "tree/$name" tree/a tree/a-b
	ext4 disk.img "tree/$name"
	touch "tree/$name/file"
	mount -t tmpfs tmpfs tree/a
	touch tree/a/file tree/a-b/file
	cap tree
	printf 'a/\na-b/\na-b/file\n%s/\n%s/file\n' "$name" "$name" >want
	names x.tar >got
	cmp got want
	has err 'mounts    1 captured'
}

images() {
	mkdir -p tree/snap/x content
	touch content/file
	mksquashfs content image.squashfs -quiet -no-progress >/dev/null
	mount -o loop image.squashfs tree/snap/x || skip 'no squashfs'
	cap tree
	eq "$(listing)" 'snap/ snap/x/ '
	eq "$(class snap/x)" 'image false '
	cap --mount snap/x tree
	eq "$(listing)" 'snap/ snap/x/ snap/x/file '
}

subvolumes() {
	local dir
	mkdir top tree
	truncate -s 120M disk.img
	mkfs.btrfs -q disk.img
	mount -o loop disk.img top || skip 'no btrfs'
	for dir in @ @home @/nested; do
		btrfs -q subvolume create "top/$dir"
		touch "top/$dir/file"
		ln "top/$dir/file" "top/$dir/link"
	done
	mkdir top/@/home top/@/var
	mount -o subvol=@,loop disk.img tree 2>/dev/null || mount -o subvol=@ "$(findmnt -no SOURCE top)" tree
	mount -o subvol=@home "$(findmnt -no SOURCE top)" tree/home
	umount top
	cap tree
	# A subvolume that lies in another has a device number of its own, and no mount.
	eq "$(listing)" 'file home/ home/file home/link link nested/ nested/file nested/link var/ '
	tar -tvf x.tar >list
	has list ' home/link link to home/file$'
	has list ' nested/link link to nested/file$'
	cap --no-clone tree
	eq "$(listing)" 'file home/ home/file home/link link nested/ nested/file nested/link var/ '
	cap --one-file-system tree
	eq "$(listing)" 'file home/ link nested/ nested/file nested/link var/ '
}

overlays() {
	mkdir -p tree/merged lower upper work
	touch lower/low upper/up
	mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work tree/merged ||
		skip 'no overlayfs'
	cap tree
	eq "$(listing)" 'merged/ merged/low merged/up '
	umount tree/merged
	mkdir -p tree/var/lib/docker/overlay2/1/merged
	rmdir tree/merged
	mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work \
		tree/var/lib/docker/overlay2/1/merged
	cap tree
	eq "$(class var/lib/docker/overlay2/1/merged)" 'engine false '
	hasnt <(names x.tar) 'merged/.'
}

told() {
	mkdir -p tree/var tree/proc
	ext4 var.img tree/var
	mount -t proc proc tree/proc
	expect 0 "$ROOTLIFT" capture -v -n --profile none tree
	has err 'detached read-only clones'
	has err '^Mount, captured: var \(local, ext4\)$'
	has err '^Mount, left out: proc \(pseudo, proc\)$'
	expect 0 "$ROOTLIFT" capture -v -n --no-clone --profile none tree
	has err 'plain paths'
}

# Reading leaves no date behind, on a file that is a mount too.
untouched() {
	mkdir -p tree/var tree/dir outside
	ext4 var.img tree/var
	mount -o remount,strictatime tree/var
	echo data | tee tree/var/file outside/file >lone
	ln -s file tree/var/link
	touch tree/lone
	mount --bind lone tree/lone
	mount --bind outside tree/dir
	find tree outside lone -exec touch -h -a -d '2001-01-01 UTC' {} +
	cap tree
	eq "$(find tree -newerat '2001-01-02 UTC')" ''
	# Looking at directories has changed theirs.
	find tree -exec touch -h -a -d '2001-01-01 UTC' {} +
	cap --no-clone tree
	# The last access of a symlink is kept by nothing but a clone.
	eq "$(find tree ! -type l -newerat '2001-01-02 UTC')" ''
}

# A left-out mount on a file is an empty file, whichever way it is read.
left_out_file() {
	mkdir -p tree memory
	echo beneath >tree/file
	mount -t tmpfs tmp memory
	echo secret >memory/secret
	mount --bind memory/secret tree/file
	cap tree
	eq "$(class file)" 'pseudo false '
	eq "$(tar -xOf x.tar file)" ''
	cap --no-clone tree
	eq "$(tar -xOf x.tar file)" ''
	cap --mount file tree
	eq "$(tar -xOf x.tar file)" secret
}

# Nothing that rootlift does with mounts is left in the host's list.
no_trace() {
	mkdir -p tree/var
	ext4 var.img tree/var
	before=$(cat /proc/self/mountinfo)
	cap tree
	eq "$(cat /proc/self/mountinfo)" "$before"
	umount tree/var
}

t 'local file systems are captured' private local_ones
t 'pseudo file systems are empty directories' private pseudo_ones
t '--one-file-system, --mount, --no-mount' private chosen
t 'bind mounts come once' private binds
t 'a bind mount of ROOT inside itself' private bind_of_the_whole
t 'ROOT is a mount, or reached by a symlink' private root_is_a_mount
t 'what is mounted over is not seen' private over_mounts
t 'a file system beneath one that is left out' private beneath_what_is_left_out
t 'mount points with strange names' private strange_mount_points
t 'squashfs images are left out' private images
t 'btrfs subvolumes' private subvolumes
t 'overlays, of engines and of others' private overlays
t '--verbose tells the verdicts' private told
t 'nothing is touched by being read' private untouched
t 'a left-out mount on a file is an empty file' private left_out_file
t 'no mount is left behind' private no_trace
done_testing
