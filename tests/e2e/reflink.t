#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# Outputs that share blocks with ROOT's file system, on file systems of the test's own.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/trees.sh"
engine_start || exit 1

# mounted btrfs|xfs|ext4: a new one at ./mnt with a tree in it.
mounted() {
	truncate -s 700M image
	case $1 in
	xfs) mkfs.xfs -q -m reflink=1 image ;;
	*) "mkfs.$1" -q image ;;
	esac
	mkdir mnt
	mount -o loop image mnt
	trap 'umount mnt' EXIT
	tree_basic mnt/root
	head -c 50000000 /dev/urandom >mnt/root/large
	head -c 1048576 /dev/urandom >mnt/root/whole
	head -c 1048575 /dev/urandom >mnt/root/smaller
	head -c 3000000 /dev/urandom >mnt/root/$'name\n\377'
	setfattr -n user.x -v y mnt/root/large
	cp -p mnt/root/large "mnt/root/$(printf '%0150d' 1)"
	ln mnt/root/whole mnt/root/whole2
	truncate -s 40M mnt/root/holes
	printf data | dd of=mnt/root/holes bs=1 seek=20000000 conv=notrunc status=none
	find mnt/root -exec touch -h -d '2020-01-01 UTC' {} +
	sync -f mnt
}

# Where the contents of large members begin, modulo 4096, by Python's reader.
unaligned() {
	python3 - "$1" <<-'END'
		import sys, tarfile
		for member in tarfile.open(sys.argv[1], errors="surrogateescape"):
		    if member.isreg() and member.size >= 1 << 20 and member.offset_data % 4096:
		        print(repr(member.name), member.offset_data)
	END
}

# In what is there without a comment nothing has changed.
same_but_for_comments() {
	python3 - "$1" "$2" <<-'END'
		import sys, tarfile
		def members(path):
		    for m in tarfile.open(path, errors="surrogateescape"):
		        headers = {k: v for k, v in m.pax_headers.items() if k != "comment"}
		        yield (m.name, m.type, m.mode, m.uid, m.gid, m.size, m.mtime, m.linkname, headers)
		if list(members(sys.argv[1])) != list(members(sys.argv[2])):
		    sys.exit("another archive")
	END
}

used() {
	sync -f mnt
	df -B1 --output=used mnt | tail -1
}

# shared FSTYPE
shared() {
	mounted "$1"
	local before
	capture 0 --profile none -o plain.tar mnt/root
	"$ROOTLIFT" capture -q --profile none --reflink mnt/root | cat >piped.tar
	eq "$(unaligned piped.tar)" ''
	same_but_for_comments plain.tar piped.tar
	before=$(used)
	capture 0 --profile none --reflink -o mnt/x.tar mnt/root
	has err '^ *shared with ROOT +[0-9.]+ MB in the output$'
	# All but the ends of large, its copy, holes, whole and the last; not what is smaller.
	eq "$(jq .shared_bytes report)" $((2 * (50000000 / 4096 * 4096) + 41943040 + 1048576 + 3000000 / 4096 * 4096))
	[ $(($(used) - before)) -lt 8000000 ] || fail "took $(($(used) - before)) bytes more"
	cmp piped.tar mnt/x.tar
	capture 0 --profile none --reflink --jobs 1 --fast -o mnt/y.tar mnt/root
	cmp piped.tar mnt/y.tar
	# What is then written to the files is not in the output.
	head -c 50000000 /dev/zero >mnt/root/large
	cmp piped.tar mnt/x.tar
}

# Only what cannot be shared is read: the end of each file.
reads_nothing() {
	mounted xfs
	capture 0 --profile none --reflink -o mnt/y.tar mnt/root
	strace -f -y -e trace=read,preadv2,pread64,splice,ioctl -o trace "$ROOTLIFT" capture -q --profile none \
		--reflink -o mnt/x.tar mnt/root
	grep '/root/large>\|</large>' trace | grep -v ENOSYS >large
	eq "$(grep -c 'FICLONERANGE' large)" 1
	eq "$(grep -vE 'FICLONERANGE|= ([0-9]{1,4}|unfinished.*)$|resumed' large)" ''
}

# ext4 shares nothing: the same bytes all the same.
not_shared() {
	mounted ext4
	capture 0 --profile none --reflink -o mnt/x.tar mnt/root
	hasnt err 'shared with'
	"$ROOTLIFT" capture -q --profile none --reflink mnt/root | cmp - mnt/x.tar
	"$ROOTLIFT" capture -q --profile none --reflink -o elsewhere.tar mnt/root
	cmp elsewhere.tar mnt/x.tar
}

with_a_snapshot() {
	mounted btrfs
	btrfs -q subvolume create mnt/volume
	cp -a --reflink=auto mnt/root/. mnt/volume
	capture 0 --profile none --reflink --snapshot btrfs -o mnt/x.tar mnt/volume
	[ "$(jq .shared_bytes report)" -gt 140000000 ] || fail "shared: $(jq .shared_bytes report)"
	"$ROOTLIFT" capture -q --profile none --reflink mnt/volume | cmp - mnt/x.tar
}

readers() {
	mounted xfs
	# GNU tar warns of the charset of such a name.
	rm mnt/root/name*
	capture 0 --profile none --reflink --mtime ns -o x.tar mnt/root
	import x.tar reflink
	describe mnt/root >wanted
	for tar in tar bsdtar; do
		mkdir $tar
		$tar -xpf x.tar -C $tar --xattrs --numeric-owner 2>err || fail "$tar: $(cat err)"
		[ ! -s err ] || fail "$tar: $(cat err)"
		describe $tar | diff wanted -
	done
	describe "$(layer reflink)" | diff wanted -
	docker save -o saved.tar reflink
	[ "$(stat -c %s saved.tar)" -gt 100000000 ] || fail 'nothing was saved'
	docker rmi reflink >/dev/null
}

t 'blocks are shared on XFS' shared xfs
t 'blocks are shared on btrfs' shared btrfs
t 'large files are not read' reads_nothing
t 'the same where nothing can be shared' not_shared
t 'blocks are shared with a snapshot' with_a_snapshot
t 'tar, bsdtar and an engine read it' readers
engine_stop
done_testing
