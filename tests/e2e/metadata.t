#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root
#
# What is known of each file, and what the options make of it.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

# pax TAR MEMBER KEY: the value of a record in hexadecimal, or "none".
pax() {
	python3 -c '
import sys, tarfile
for m in tarfile.open(sys.argv[1], errors="surrogateescape"):
    if m.name == sys.argv[2]:
        value = m.pax_headers.get(sys.argv[3])
        print("none" if value is None else value.encode("utf-8", "surrogateescape").hex())
' "$@"
}

all() {
	tree_meta tree
	capture 0 --profile none -o x.tar tree
	eq "$(pax x.tar alpha SCHILY.xattr.user.note)" "$(printf hello | xxd -p)"
	eq "$(pax x.tar alpha SCHILY.xattr.user.binary)" 00ff0a3d00
	eq "$(pax x.tar dir SCHILY.xattr.trusted.secret)" "$(printf quiet | xxd -p)"
	eq "$(pax x.tar link SCHILY.xattr.trusted.link)" "$(printf onlink | xxd -p)"
	eq "$(pax x.tar fifo SCHILY.xattr.trusted.pipe)" "$(printf onfifo | xxd -p)"
	eq "$(pax x.tar dir/large SCHILY.xattr.security.ima)" 0301020304
	eq "$(pax x.tar dir/large SCHILY.xattr.security.SMACK64)" "$(printf floor | xxd -p)"
	eq "$(pax x.tar alpha SCHILY.xattr.security.selinux)" \
		"$(printf 'system_u:object_r:etc_t:s0\0' | xxd -p)"
	eq "$(pax x.tar link RHT.security.selinux)" "$(printf 'system_u:object_r:bin_t:s0' | xxd -p)"
	eq "$(pax x.tar capable SCHILY.xattr.security.capability)" \
		"$(getfattr --only-values -n security.capability tree/capable | xxd -p)"
	# uid and gid beyond what ustar can say.
	tar -tvf x.tar >list
	has list '4294967294/3000000 .* dir/sub/nothing$'
	has list '^lrwxrwxrwx 12345/54321 .* link -> alpha$'
	has list '^-rwsr-xr-x .* dir/beta$'
	has list '^drwxr?w?x?.* dir/sub/$'
	has list '^drwxrwxrwt .* empty/$'
	has list '2200-02-03 04:05:06|2200-02-03 04:05 empty/$'
	has list '^crw.* 1,3 .* null$'
	has list '^brw.* 259,300000 .* disk$'
	has list '^h.* null-too link to null$'
}

mode_is_the_mask() {
	mkdir tree
	touch tree/file
	setfacl -m u::rw-,u:1000:rwx,g::r--,m::rwx,o::--- tree/file
	eq "$(stat -c %a tree/file)" 670
	capture 0 --profile none -o x.tar tree
	has <(tar -tvf x.tar) '^-rw-rwx--- .* file$'
	eq "$(pax x.tar file SCHILY.xattr.system.posix_acl_access)" \
		"$(getfattr --only-values -n system.posix_acl_access tree/file | xxd -p | tr -d '\n')"
	pax x.tar file SCHILY.acl.access | xxd -r -p | tr ',' '\n' >acl
	has acl '^group::r--$'
	has acl '^mask::rwx$'
	has acl '^user:1000:rwx'
}

choose_namespaces() {
	tree_meta tree
	capture 0 --profile none --xattrs user -o x.tar tree
	eq "$(pax x.tar alpha SCHILY.xattr.user.note)" "$(printf hello | xxd -p)"
	eq "$(pax x.tar dir SCHILY.xattr.trusted.secret)" none
	eq "$(pax x.tar dir/large SCHILY.xattr.system.posix_acl_access)" none
	eq "$(pax x.tar alpha SCHILY.xattr.security.selinux | cut -c1-4)" 7379 'labels have their own option'
	capture 0 --profile none --xattrs none --selinux drop -o x.tar tree
	hasnt x.tar 'SCHILY\.(xattr|acl)|RHT'
	capture 0 --profile none --xattrs system,security --selinux drop -o x.tar tree
	eq "$(pax x.tar alpha SCHILY.xattr.user.note)" none
	eq "$(pax x.tar alpha SCHILY.xattr.security.selinux)" none
	[ "$(pax x.tar dir/large SCHILY.xattr.system.posix_acl_access)" != none ]
	[ "$(pax x.tar capable SCHILY.xattr.security.capability)" != none ]
}

xattr_conf() {
	mkdir tree
	touch tree/file
	setfattr -n user.Beagle.index -v x tree/file
	setfattr -n user.kept -v x tree/file
	grep -q '^user.Beagle' /etc/xattr.conf || skip 'xattr.conf has no rule to look at'
	capture 0 --profile none -o x.tar tree
	eq "$(pax x.tar file SCHILY.xattr.user.Beagle.index)" none
	eq "$(pax x.tar file SCHILY.xattr.user.kept)" 78
}

times() {
	tree_basic tree
	capture 0 --profile none -o x.tar tree
	hasnt x.tar 'mtime='
	capture 0 --profile none --mtime ns -o x.tar tree
	eq "$(pax x.tar alpha mtime | xxd -r -p)" 1577934245.678901234
	eq "$(pax x.tar link mtime | xxd -r -p)" 1577934245.678901234
}

not_portable() {
	mkdir -p tree/.wh.dir tree/dir
	echo x >tree/.wh.file
	echo x >tree/.wh.dir/inside
	echo x >tree/.wh.
	touch tree/file tree/empty-value tree/large tree/many tree/percent
	mknod tree/whiteout c 0 0
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")'
	touch -d '1960-01-01 UTC' tree/old
	setfattr -n user.empty tree/empty-value
	setfattr -n user.large -v "$(head -c 3900 /dev/zero | tr '\0' x)" tree/large
	setfattr -n user.small -v kept tree/large
	setfattr -n 'user.a%b' -v x tree/percent
	chattr +i tree/file 2>/dev/null || skip 'no chattr'
	capture 1 --profile none -o x.tar tree
	chattr -i tree/file
	kinds | sort >got
	cat >want <<-'EOF'
		date old
		inode-flag file
		socket socket
		whiteout-device whiteout
		whiteout-name .wh.
		whiteout-name .wh.dir
		whiteout-name .wh.file
		xattr-empty empty-value
		xattr-too-large large
		xattr-unsupported percent
	EOF
	diff -u want got
	names x.tar >list
	hasnt list 'wh|whiteout|socket'
	eq "$(pax x.tar large SCHILY.xattr.user.large)" none
	eq "$(pax x.tar large SCHILY.xattr.user.small)" 6b657074
	has <(tar -tvf x.tar) '1970-01-01 00:00 old$'
	# Each is named in the summary too.
	has err 'left out: name reserved for whiteouts'
	has err '^      large \(user.large\)$'
}

old_capability() {
	mkdir tree
	cp /bin/true tree/capable
	# Revision 1, as a kernel before 2.6.25 wrote it: 12 bytes. Today's does not set it, so it is
	# put into the file system behind its back.
	truncate -s 8M disk
	mkfs.ext4 -q -I 256 disk
	debugfs -w -R "write $PWD/tree/capable capable" disk >/dev/null 2>&1
	printf '\x01\x00\x00\x01\x00\x20\x00\x00\x00\x00\x00\x00' >value
	debugfs -w -R "ea_set -f value capable security.capability" disk >/dev/null 2>&1
	mkdir mnt
	mount -o loop,ro disk mnt 2>/dev/null || skip 'no loop mounts'
	readable=yes
	getfattr -n security.capability mnt/capable >/dev/null 2>&1 || readable=no
	status=0
	"$ROOTLIFT" capture --profile none --report report mnt -o x.tar 2>err || status=$?
	umount mnt
	cat err
	if [ $readable = yes ]; then
		eq $status 0 status
		eq "$(pax x.tar capable SCHILY.xattr.security.capability)" \
			0100000200200000000000000000000000000000
	else
		# Kernels from 4.14 on do not even let one read it: that is said.
		eq $status 1 status
		eq "$(kinds)" 'metadata capable'
	fi
}

root_itself() {
	mkdir -m 700 tree
	capture 0 --profile none -o x.tar tree
	eq "$(jq -r '.exceptions[].kind' report)" root-metadata
}

t 'attributes, ACLs, labels, owners and devices of every kind of file' all
t 'the mode has the mask, and the ACL both its forms' mode_is_the_mask
t '--xattrs and --selinux choose' choose_namespaces
t 'xattr.conf is heeded' xattr_conf
t 'dates in seconds, or with nanoseconds' times
t 'what engines cannot take is found before it is written' not_portable
t 'a capability of revision 1 is widened, or named if the kernel hides it' old_capability
t 'what ROOT itself has is told' root_itself
done_testing
