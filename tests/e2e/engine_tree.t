#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
#
# What a docker engine has on its disk after an import, against the source, and that nothing in a
# source can break an import, or the image that comes of it.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/trees.sh
. "$TOP/tests/lib/trees.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"

TREE=$WORK/tree
IMAGE=rootlift-test-tree

# cap STATUS TREE [OPTION...]: to x.tar, with the report.
cap() {
	local status=$1 tree=$2
	shift 2
	capture "$status" --profile none --mtime ns -o x.tar "$@" "$tree"
}

# One tree for all cases that compare.
import_all() {
	mkdir "$TREE"
	tree_meta "$TREE/meta"
	tree_weird_names "$TREE/names"
	mkdir "$TREE/owners" "$TREE/dates"
	touch "$TREE/owners/large" "$TREE/owners/largest" "$TREE/dates/late" "$TREE/dates/ns"
	chown 3000000:3000000 "$TREE/owners/large"
	chown 4294967294:4294967294 "$TREE/owners/largest"
	touch -d '2200-01-02 03:04:05.5 UTC' "$TREE/dates/late"
	touch -d '2020-01-02 03:04:05.000000001 UTC' "$TREE/dates/ns"
	# Made before their directory has its default ACL, so that they have none of it.
	mkdir -p "$TREE/acls/dir/sub"
	touch "$TREE/acls/dir/file" "$TREE/acls/dir/secret" "$TREE/acls/dir/sub/file" "$TREE/acls/dir/own"
	chmod 600 "$TREE/acls/dir/secret"
	setfacl -m u:7:r "$TREE/acls/dir/own"
	setfacl -d -m u:4321:rwx,g:99:rwx "$TREE/acls/dir"
	mkdir "$TREE/holes"
	truncate -s 20M "$TREE/holes/middle" "$TREE/holes/all"
	echo data | dd of="$TREE/holes/middle" bs=1 seek=10M conv=notrunc status=none
	cap 0 "$TREE"
	cp x.tar "$WORK/tree.tar"
	import x.tar "$IMAGE"
}

# The file LAYER/$1 and what it was made of agree in what the command tells of them.
same() {
	local file=$1
	shift
	eq "$(cd "$(layer "$IMAGE")" && "$@" "$file" 2>&1)" "$(cd "$TREE" && "$@" "$file" 2>&1)" "$file: $*"
}

row_hardlinks() {
	same meta/alpha stat -c '%h %s'
	same meta/null-too stat -c '%h %t:%T'
	same meta/fifo-too stat -c '%h %F'
	local dir
	dir=$(layer "$IMAGE")/meta
	[ "$dir/alpha" -ef "$dir/dir/alpha-too" ]
	[ "$dir/null" -ef "$dir/null-too" ]
	[ "$dir/fifo" -ef "$dir/fifo-too" ]
}

row_modes() {
	local file
	for file in meta/dir/beta meta/dir/sub meta/empty meta/dir/sub/nothing; do
		same $file stat -c '%f %a'
	done
	eq "$(cd "$(layer "$IMAGE")/meta" && stat -c %a dir/beta empty dir/sub/nothing | tr '\n' ' ')" \
		'4755 1777 0 '
}

row_devices() {
	same meta/null stat -c '%F %t:%T %a %u'
	same meta/disk stat -c '%F %t:%T %a %u'
	same meta/fifo stat -c '%F %a'
}

row_owners() {
	same owners/large stat -c '%u:%g'
	same owners/largest stat -c '%u:%g'
	same meta/link stat -c '%u:%g'
}

row_dates() {
	local file
	for file in dates/late dates/ns meta/alpha meta/link meta/dir meta/fifo meta/null; do
		same $file stat -c %y
	done
}

row_names() {
	(cd "$TREE/names" && find . -print0 | sort -z) >want
	(cd "$(layer "$IMAGE")/names" && find . -print0 | sort -z) >got
	cmp want got
	(cd "$TREE/names" && find . -type f -print0 | sort -z | xargs -0 sha256sum --) >want
	(cd "$(layer "$IMAGE")/names" && find . -type f -print0 | sort -z | xargs -0 sha256sum --) >got
	cmp want got
}

row_xattrs() {
	same meta/alpha getfattr -d -m '^user' -e hex
	same meta/dir getfattr -d -m '^trusted.secret' -e hex
	same meta/link getfattr -hd -m '^trusted.link' -e hex
	same meta/fifo getfattr -hd -m '^trusted.pipe' -e hex
	same meta/dir/large getfattr -d -m '^security' -e hex
	has <(getfattr -d -m '^security' "$(layer "$IMAGE")/meta/dir/large") SMACK64
}

row_capability() {
	same meta/capable getcap
	has <(getcap "$(layer "$IMAGE")/meta/capable") cap_net_raw
}

row_labels() {
	local file
	for file in meta/alpha meta/link meta/dir; do
		same $file getfattr -hd -m '^security.selinux' -e hex
	done
	has <(getfattr -hd -m '^security.selinux' "$(layer "$IMAGE")/meta/link") bin_t
}

row_acls() {
	local file
	for file in meta/dir/large meta/null meta/dir/sub; do
		same $file getfacl -np
		same $file stat -c %a
	done
	has <(getfacl -np "$(layer "$IMAGE")/meta/dir/large") '^user:1234:rwx'
	has <(getfacl -np "$(layer "$IMAGE")/meta/dir/sub") '^default:user:4321:rwx'
}

# Engines write a directory's default ACL before they make what is in it, which then inherits it.
row_inherited_acls() {
	local file
	for file in acls/dir/file acls/dir/secret acls/dir/sub acls/dir/sub/file acls/dir/own; do
		same $file getfacl -np
		same $file stat -c %a
	done
	eq "$(getfacl -ncp "$(layer "$IMAGE")/acls/dir/file" | grep -c .)" 3
	has <(getfacl -np "$(layer "$IMAGE")/acls/dir") '^default:user:4321:rwx'
}

row_holes() {
	same holes/middle sha256sum
	same holes/all sha256sum
}

everything() {
	describe "$TREE" >want
	describe "$(layer "$IMAGE")" >got
	diff -u want got
}

# saved NAME: the image can be saved, which takes that the engine can rebuild its layer's tar.
saved() {
	docker save -o saved.tar "$1"
	tar -tf saved.tar >/dev/null
}

save_and_load() {
	saved "$IMAGE"
	docker image inspect --format '{{index .RootFS.Layers 0}}' "$IMAGE" >digest
	# The layer is what rootlift wrote, byte by byte.
	eq "$(cat digest)" "sha256:$(sha256sum "$WORK/tree.tar" | cut -d ' ' -f 1)"
	cp saved.tar "$WORK/saved.tar"
	docker rmi "$IMAGE" >/dev/null
	docker load -i saved.tar >/dev/null
	eq "$(docker image inspect --format '{{index .RootFS.Layers 0}}' "$IMAGE")" "$(cat digest)"
	describe "$TREE" >want
	describe "$(layer "$IMAGE")" >got
	diff -u want got
}

push_and_pull() {
	start_registry
	trap 'kill $registry' EXIT
	local name=127.0.0.1:$port/$IMAGE
	docker tag "$IMAGE" "$name"
	docker push -q "$name"
	docker image inspect --format '{{index .RootFS.Layers 0}}' "$name" >want
	docker image inspect --format '{{index .RepoDigests 0}}' "$name" >digest
	docker rmi "$name" "$IMAGE" >/dev/null
	docker pull -q "$(cat digest)"
	docker image inspect --format '{{index .RootFS.Layers 0}}' "$(cat digest)" >got
	cmp want got
	docker tag "$(cat digest)" "$IMAGE"
	docker rmi "$(cat digest)" >/dev/null
	describe "$TREE" >want
	describe "$(layer "$IMAGE")" >got
	diff -u want got
}

# What is left of a description where labels are not kept.
without_labels() {
	sed '/^security.selinux=/d'
}

other_podman() {
	command -v podman >/dev/null || skip 'no podman'
	podman_() {
		podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs "$@"
	}
	podman_ import "$WORK/tree.tar" "$IMAGE" >/dev/null
	local dir
	dir=$(podman_ image mount "$IMAGE")
	(cd "$TREE" && find . -mindepth 1 -printf '%P %y %m %U:%G %n %l\0' | sort -z) >want
	(cd "$dir" && find . -mindepth 1 -printf '%P %y %m %U:%G %n %l\0' | sort -z) >got
	cmp want got
	eq "$(getfacl -np "$dir/meta/dir/large" | tail -n +2)" "$(getfacl -np "$TREE/meta/dir/large" | tail -n +2)"
	eq "$(getcap "$dir/meta/capable" | sed 's/.* //')" "$(getcap "$TREE/meta/capable" | sed 's/.* //')"
	podman_ save -q -o podman.tar "$IMAGE"
	podman_ image umount "$IMAGE" >/dev/null
	podman_ rmi "$IMAGE" >/dev/null
}

other_skopeo() {
	command -v skopeo >/dev/null || skip 'no skopeo'
	[ -e "$WORK/saved.tar" ] || fail 'there is no saved image'
	skopeo copy -q --insecure-policy "docker-archive:$WORK/saved.tar" oci:layout:tree
	eq "$(skopeo inspect --config oci:layout:tree | jq -r '.rootfs.diff_ids[0]')" \
		"sha256:$(sha256sum "$WORK/tree.tar" | cut -d ' ' -f 1)"
}

other_umoci() {
	command -v umoci >/dev/null || skip 'no umoci'
	umoci init --layout layout
	umoci new --image layout:tree
	umoci raw add-layer --image layout:tree "$WORK/tree.tar"
	umoci unpack --image layout:tree bundle
	describe "$TREE" | without_labels >want
	describe bundle/rootfs | without_labels >got
	diff -u want got
}

# harmless STATUS [KIND PATH]...: ./tree, which has what engines fail on or lose, is captured so
# that the rest arrives, the image can be saved, and the report names what did not.
harmless() {
	local status=$1 image=rootlift-test-row
	shift
	mkdir -p tree/zz
	echo whole >tree/zz/control
	cap "$status" tree "${options[@]}"
	kinds | sort -u >got
	: >want
	[ $# = 0 ] || printf '%s %s\n' "$@" | sort -u >want
	diff -u want got
	import x.tar $image
	saved $image
	dir=$(layer $image)
	eq "$(cat "$dir/zz/control")" whole
	cp -a "$dir" imported
	docker rmi $image >/dev/null
}

row_whiteouts() {
	mkdir -p tree/dir/.wh.subdir tree/opaque
	touch tree/.wh.file tree/file tree/dir/.wh.subdir/x tree/opaque/.wh..wh..opq tree/opaque/kept
	touch tree/dir/.wh. tree/dir/.whatever
	harmless 1 whiteout-name .wh.file whiteout-name dir/.wh.subdir whiteout-name dir/.wh. \
		whiteout-name opaque/.wh..wh..opq
	[ -e imported/file ] && [ -e imported/opaque/kept ] && [ -e imported/dir/.whatever ]
}

row_whiteout_device() {
	mkdir tree
	mknod tree/gone c 0 0
	mknod tree/block b 0 0
	mknod tree/one c 0 1
	harmless 1 whiteout-device gone
	[ -b imported/block ] && [ -c imported/one ]
}

row_empty_xattr() {
	mkdir tree
	touch tree/file
	setfattr -n user.empty tree/file
	setfattr -n user.full -v x tree/file
	harmless 1 xattr-empty file
	eq "$(getfattr -m . imported/file | grep -c '^user')" 1
}

# A file system that can hold more than engines' disks: its attributes are larger.
row_large_xattr() {
	mkdir tree
	mount -t tmpfs tmpfs tree
	touch tree/file tree/many
	setfattr -n trusted.large -v "$(head -c 6000 /dev/zero | tr '\0' x)" tree/file ||
		skip 'no large attributes here'
	for i in $(seq 100); do
		setfattr -n "trusted.many$i" -v "$(head -c 200 /dev/zero | tr '\0' y)" tree/many
	done
	setfattr -n security.small -v kept tree/many
	status=0
	(harmless 1 xattr-too-large file xattr-too-large many) || status=$?
	umount tree
	[ $status = 0 ] || return $status
	# As many as fit are kept, and security's own before all others.
	[ "$(getfattr -m . imported/many | grep -c '^trusted.many')" -gt 10 ]
	eq "$(getfattr --only-values -n security.small imported/many)" kept
}

row_large_xattr_ext4() {
	mkdir tree
	touch tree/file
	# Inode and block together hold more than the engine's can beside a label.
	setfattr -n user.large -v "$(head -c 3800 /dev/zero | tr '\0' x)" tree/file
	setfattr -n user.small -v kept tree/file
	harmless 1 xattr-too-large file
	eq "$(getfattr --only-values -n user.small imported/file)" kept
}

row_largest_that_is_kept() {
	mkdir tree
	touch tree/file
	setfattr -n user.large -v "$(head -c 3500 /dev/zero | tr '\0' x)" tree/file
	harmless 0
	eq "$(getfattr --only-values -n user.large imported/file | wc -c)" 3500
}

row_odd_xattr_names() {
	mkdir tree
	touch tree/file
	setfattr -n 'user.with=sign' -v x tree/file
	setfattr -n $'user.\303\251' -v x tree/file
	setfattr -n 'user.per%20cent' -v x tree/file
	setfattr -n 'user.good' -v x tree/file
	harmless 1 xattr-unsupported file
	eq "$(getfattr imported/file | grep -c '^user')" 1
}

row_many_acls() {
	mkdir -p tree/dir
	seq -f 'u:%g:rwx' 2000 2200 | paste -sd, | xargs -I{} setfacl -m {} tree/dir
	seq -f 'u:%g:rwx' 2000 2260 | paste -sd, | xargs -I{} setfacl -d -m {} tree/dir ||
		skip 'no large ACLs'
	harmless 1 xattr-too-large dir
}

row_many_xattrs() {
	mkdir tree
	touch tree/file
	for i in $(seq 30); do
		setfattr -n "user.number$i" -v "$(head -c 85 /dev/zero | tr '\0' x)" tree/file
	done
	harmless 0
	eq "$(getfattr imported/file | grep -c ^user)" 30
}

row_sockets() {
	mkdir tree
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")'
	harmless 0 socket socket
	[ ! -e imported/socket ]
}

row_old_dates() {
	mkdir tree
	touch tree/old
	touch -d '1955-11-05 UTC' tree/old
	harmless 0 date old
	eq "$(stat -c %Y imported/old)" 0
}

row_immutable() {
	mkdir tree
	touch tree/fixed tree/growing
	chattr +i tree/fixed || skip 'no chattr'
	chattr +a tree/growing
	status=0
	(harmless 0 inode-flag fixed inode-flag growing) || status=$?
	chattr -i tree/fixed
	chattr -a tree/growing
	return $status
}

row_hardlinked_symlinks() {
	mkdir tree
	ln -s zz/control tree/one
	ln tree/one tree/two
	harmless 0 symlink-hardlink two
	eq "$(readlink imported/one) $(readlink imported/two)" 'zz/control zz/control'
}

row_long_paths() {
	mkdir tree
	python3 -c '
import os
os.chdir("tree")
for i in range(22):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
    open("f", "w").close()
'
	status=0
	options=(--report long)
	capture 1 --profile none -o x.tar tree
	eq "$(jq -r '.exception_counts | keys[]' report)" path-too-long
	mkdir tree/zz
	import x.tar rootlift-test-row
	saved rootlift-test-row
	docker rmi rootlift-test-row >/dev/null
}

row_longest_path() {
	mkdir tree
	python3 -c '
import os
os.chdir("tree")
for i in range(18):
    os.mkdir("d" * 199)
    os.chdir("d" * 199)
os.mkdir("e" * 99)
os.chdir("e" * 99)
open("f" * 100, "w").close()
os.link("f" * 100, "g" * 100)
os.symlink("t" * 3800, "h" * 100)
'
	harmless 0
	eq "$(tar -tf x.tar | awk '{ print length }' | sort -n | tail -n 1)" 3800
}

row_link_without_target() {
	mkdir -p tree/a tree/b
	echo linked >tree/a/first
	ln tree/a/first tree/b/second
	ln tree/a/first tree/.wh.third
	options=(--exclude /a)
	harmless 1 whiteout-name .wh.third
	eq "$(cat imported/b/second)" linked
	[ ! -e imported/a ]
}

row_dropped_parents() {
	mkdir -p tree/a/b/c tree/.wh.x/y
	chmod 711 tree/a
	touch tree/a/b/c/kept tree/a/b/dropped tree/.wh.x/y/kept
	options=(--exclude /a --include /a/b/c/kept --exclude '/.wh.x' --include '/.wh.x/y/kept')
	status=0
	cap 1 tree "${options[@]}"
	hasnt <(names x.tar) '\.wh\.'
	import x.tar rootlift-test-row
	saved rootlift-test-row
	dir=$(layer rootlift-test-row)
	[ -e "$dir/a/b/c/kept" ] && [ ! -e "$dir/a/b/dropped" ]
	eq "$(stat -c %a "$dir/a")" 711
	docker rmi rootlift-test-row >/dev/null
}

row_capability_of_revision_1() {
	mkdir tree
	cp /bin/true capable
	# As kernels before 2.6.25 wrote it; today's let nobody set it.
	truncate -s 8M disk
	mkfs.ext4 -q -I 256 disk
	debugfs -w -R "write $PWD/capable capable" disk >/dev/null 2>&1
	printf '\x01\x00\x00\x01\x00\x20\x00\x00\x00\x00\x00\x00' >value
	debugfs -w -R "ea_set -f value capable security.capability" disk >/dev/null 2>&1
	mount -o loop disk tree || skip 'no loop devices'
	rmdir tree/lost+found
	status=0
	if getfattr -n security.capability tree/capable >/dev/null 2>&1; then
		(harmless 0 && has <(getcap imported/capable) cap_net_raw) || status=$?
	else
		# Kernels from 4.14 on do not let anybody read it.
		(harmless 1 metadata capable) || status=$?
	fi
	umount tree
	return $status
}

# refused TAR
refused() {
	! import "$1" rootlift-test-cut 2>said || fail 'a stream that was given up was imported'
}

# stopped TREE BYTES: the capture of TREE gets a signal when BYTES have come through the pipe.
stopped() {
	local pid status=0
	mkfifo pipe
	"$ROOTLIFT" capture -q --profile none "$1" >pipe 2>err &
	pid=$!
	{
		head -c "$2"
		kill -TERM $pid
		cat
	} <pipe >cut.tar
	wait $pid || status=$?
	eq $status 3 status
	refused cut.tar
	rm pipe
}

cut_streams() {
	mkdir large many
	head -c 20000000 /dev/urandom >large/file
	stopped large 1000000
	# Between two members too, where the end of a stream would be taken for its end.
	(cd many && seq -f 'file%05g' 20000 | xargs touch)
	stopped many 51200
	# Nothing at all would be an image with nothing in it.
	"$ROOTLIFT" capture ./missing 2>err >cut.tar && fail 'status 0'
	refused cut.tar
	# A disk that is full after one or two headers.
	for blocks in 1 2; do
		status=0
		bash -c "trap '' XFSZ; ulimit -f $blocks; exec \"\$0\" capture -q --profile none many" \
			"$ROOTLIFT" >cut.tar 2>err || status=$?
		eq $status 3 status
		refused cut.tar
	done
}

sparse_members() {
	mkdir tree
	truncate -s 20M tree/hole
	options=(--sparse)
	cap 0 tree --sparse
	# They are imported with the right content; that such an image cannot be saved is documented.
	import x.tar rootlift-test-row
	cmp tree/hole "$(layer rootlift-test-row)/hole"
	docker rmi rootlift-test-row >/dev/null
}

options=()
engine_start || exit 1
t 'a tree with all that there is is imported' import_all
t 'hardlinks arrive' row_hardlinks
t 'modes arrive, with setuid, setgid and sticky' row_modes
t 'devices and FIFOs arrive' row_devices
t 'owners arrive, up to 2^32-2' row_owners
t 'dates arrive, with nanoseconds and in 2200' row_dates
t 'names of all kinds of bytes arrive' row_names
t 'attributes arrive, on symlinks and FIFOs too' row_xattrs
t 'file capabilities arrive' row_capability
t 'labels arrive, on symlinks too' row_labels
t 'ACLs arrive, with the right modes' row_acls
t 'what lies in a directory with a default ACL does not inherit it' row_inherited_acls
t 'files with holes arrive' row_holes
t 'all else arrives' everything
t 'the image can be saved and loaded again' save_and_load
t 'the image can be pushed and pulled again' push_and_pull
t 'podman takes it' other_podman
t 'skopeo takes it' other_skopeo
t 'umoci takes it' other_umoci
t 'harmless: names of whiteouts' row_whiteouts
t 'harmless: the device of whiteouts' row_whiteout_device
t 'harmless: attributes with an empty value' row_empty_xattr
t 'harmless: attributes that ext4 cannot hold' row_large_xattr
t 'harmless: attributes that ext4 can just hold' row_large_xattr_ext4
t 'the largest attribute that is kept arrives' row_largest_that_is_kept
t 'harmless: odd names of attributes' row_odd_xattr_names
t 'harmless: hundreds of ACL entries' row_many_acls
t 'many small attributes arrive' row_many_xattrs
t 'harmless: sockets' row_sockets
t 'harmless: dates before 1970' row_old_dates
t 'harmless: immutable files' row_immutable
t 'harmless: hardlinked symlinks' row_hardlinked_symlinks
t 'harmless: paths that are too long' row_long_paths
t 'the longest path that is kept arrives' row_longest_path
t 'harmless: a hardlink whose first name is left out' row_link_without_target
t 'harmless: files whose parents are left out' row_dropped_parents
t 'harmless: a capability of revision 1' row_capability_of_revision_1
t 'a stream that was given up is never imported' cut_streams
t '--sparse is imported' sparse_members
docker rmi "$IMAGE" >/dev/null 2>&1
engine_stop
done_testing
