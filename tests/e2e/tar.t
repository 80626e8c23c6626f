#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The bytes of the stream, and what GNU tar and bsdtar make of them.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

cap() {
	capture 0 --profile none -o x.tar "$@"
}

# The typeflags of the headers in a tar, in order.
typeflags() {
	python3 -c '
import sys
data = open(sys.argv[1], "rb").read()
at = 0
flags = ""
while at < len(data) and data[at]:
    size = int(data[at + 124:at + 136].rstrip(b"\0 "), 8)
    flags += chr(data[at + 156])
    at += 512 + (size + 511) // 512 * 512
print(flags)
' "$1"
}

plain_headers() {
	mkdir -p "tree/$(printf 'd%.0s' {1..90})"
	echo x >tree/file
	# 90 and 95 bytes: ustar can say it in two parts.
	echo x >"tree/$(printf 'd%.0s' {1..90})/$(printf 'f%.0s' {1..95})"
	ln -s file tree/link
	cap tree
	hasnt <(typeflags x.tar) x
	eq "$(typeflags x.tar)" 5002
	# A complete archive: two blocks of zeros at the end, and no more.
	eq "$(($(stat -c %s x.tar) % 512))" 0
	eq "$(tail -c 1024 x.tar | tr -d '\0' | wc -c)" 0
}

reproducible() {
	mkdir one two
	tree_weird_names one/tree
	tree_basic one/tree2
	# The same files, made in the opposite order.
	mkdir two/tree two/tree2
	(cd one && find . -depth -print0 | sort -rz | tar --null --no-recursion -T - -cf -) | tar -xpf - -C two
	touch -d @1 one two
	# cp does not keep the dates of directories that files were put in later.
	(cd one && find . -mindepth 1 -printf '%p\0%T@\0') | while IFS= read -rd '' file && IFS= read -rd '' time; do
		touch -h -d "@$time" "two/$file"
	done
	"$ROOTLIFT" capture -q --profile none -o 1.tar one
	(umask 077; cd two || exit; TZ=Asia/Tokyo LANG=de_DE.UTF-8 LC_ALL=C.UTF-8 \
		"$ROOTLIFT" capture -q --profile none . >../2.tar)
	cmp 1.tar 2.tar
	SOURCE_DATE_EPOCH=1000000000 "$ROOTLIFT" capture -q --profile none one -o 3.tar
	eq "$(tar -tvf 3.tar | grep -v 2001-09-09 || true)" '' 'dates after the epoch'
	SOURCE_DATE_EPOCH=2000000000 "$ROOTLIFT" capture -q --profile none one -o 4.tar
	cmp 1.tar 4.tar
}

output_is_no_member() {
	mkdir tree
	echo x >tree/file
	echo old >tree/out.tar
	capture 0 --profile none -o tree/out.tar tree
	eq "$(tar -tf tree/out.tar)" file
	"$ROOTLIFT" capture -q --profile none tree >tree/redirected.tar
	eq "$(tar -tf tree/redirected.tar | tr '\n' ' ')" 'file out.tar '
	expect 0 "$ROOTLIFT" capture --profile none --report tree/report.json -o x.tar tree
	eq "$(tar -tf x.tar | tr '\n' ' ')" 'file out.tar redirected.tar '
	jq -e '.kept.regular == 3' tree/report.json >/dev/null
}

holes_as_zeros() {
	mkdir tree
	truncate -s 300M tree/hole
	printf data | dd of=tree/hole bs=1 seek=200000000 conv=notrunc status=none
	truncate -s 100K tree/all-hole
	cap tree
	# 300 MiB of zeros came out, but were not read: the summary names them.
	tar -xOf x.tar hole | cmp - tree/hole
	tar -xOf x.tar all-hole | cmp - tree/all-hole
	eq "$(kinds)" 'holes hole'
	has err 'hole \(314.6 MB\)'
	hasnt <(head -c 2048 x.tar) GNU.sparse
	if type -P strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null; then
		strace -f -qq -o trace -e trace=pread64,preadv2 "$ROOTLIFT" capture -q --profile none -o y.tar tree
		[ "$(awk '{ n += $NF } END { print n }' trace)" -lt 1000000 ] || fail 'holes were read'
	fi
}

holes_kept() {
	mkdir tree out1 out2
	truncate -s 5G tree/hole
	printf data | dd of=tree/hole bs=1 seek=4000000000 conv=notrunc status=none
	truncate -s 1M tree/all-hole
	truncate -s 10M tree/tail
	printf begin | dd of=tree/tail conv=notrunc status=none
	head -c 100000 /dev/urandom >tree/dense
	cap --sparse tree
	[ "$(stat -c %s x.tar)" -lt 1000000 ]
	eq "$(kinds)" ''
	tar -xf x.tar -C out1
	bsdtar -xf x.tar -C out2
	for out in out1 out2; do
		eq "$(stat -c %s $out/hole)" 5368709120
		[ "$(stat -c %b $out/hole)" -lt 1000 ]
		eq "$(dd if=$out/hole bs=1 skip=4000000000 count=4 status=none)" data
		cmp tree/tail $out/tail
		cmp tree/all-hole $out/all-hole
		cmp tree/dense $out/dense
	done
}

large_sizes() {
	mkdir tree
	truncate -s 9G tree/large
	"$ROOTLIFT" capture -q --profile none tree | tar -tvf - >list
	has list ' 9663676416 .* large$'
}

# both FLAGS...: the tree extracted by a tar program is as it was.
extracted() {
	local program=$1
	shift
	if is_root; then tree_meta tree; else tree_basic tree; fi
	capture 0 --profile none --mtime ns -o x.tar tree
	mkdir out.dir
	"$program" -xpf x.tar "$@" -C out.dir 2>said || { cat said; exit 1; }
	hasnt said '.'
	describe tree >want
	describe out.dir >got
	# bsdtar's own limit: ids in ACLs are ints.
	[ "$program" != bsdtar ] || sed -i 's/^user:\(4294967294\|2147483647\):/user:large:/' want got
	# bsdtar makes hardlinked symlinks and device numbers as the kernel has them, too.
	diff -u want got
	(cd tree && find . -mindepth 1 ! -type l -printf '%P %T@\n' | sort) >want
	(cd out.dir && find . -mindepth 1 ! -type l -printf '%P %T@\n' | sort) >got
	diff -u want got
}

gnu_tar() {
	extracted tar --warning=no-timestamp --numeric-owner --xattrs --xattrs-include='*' --acls
}

bsd_tar() {
	extracted bsdtar --numeric-owner --acls --xattrs
}

quiet_listing() {
	tree_weird_names tree
	rm tree/*bytes*
	cap tree
	tar -tf x.tar >/dev/null 2>said
	hasnt said '.'
}

t 'a pax header only where ustar cannot say it' plain_headers
t 'the same tree gives the same bytes' reproducible
t 'the output and the report are never members' output_is_no_member
t 'holes come out as zeros, and are not read' holes_as_zeros
t '--sparse keeps holes, for GNU tar and bsdtar' holes_kept
t 'files beyond 8 GiB' large_sizes
t 'extracted by GNU tar' gnu_tar
t 'extracted by bsdtar' bsd_tar
t 'GNU tar has nothing to say of names that are UTF-8' quiet_listing
done_testing
