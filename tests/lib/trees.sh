# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Trees to capture, by name. Each function makes its tree in the directory that it is given.

# A few files of each type that anybody can make.
tree_basic() {
	mkdir -p "$1/dir/sub" "$1/empty"
	echo alpha >"$1/alpha"
	echo beta >"$1/dir/beta"
	printf '' >"$1/dir/sub/nothing"
	head -c 100000 /dev/zero | tr '\0' x >"$1/dir/large"
	ln "$1/alpha" "$1/dir/alpha-too"
	ln -s alpha "$1/link"
	ln -s /nowhere/at/all "$1/dangling"
	mkfifo "$1/fifo"
	chmod 4755 "$1/dir/beta"
	chmod 2750 "$1/dir/sub"
	chmod 1777 "$1/empty"
	find "$1" -exec touch -h -d '2020-01-02 03:04:05.678901234 UTC' {} +
}

# Names that are hard on programs.
tree_weird_names() {
	mkdir -p "$1"
	local name
	for name in $'new\nline' $'tab\there' '-dash' ' blank ' $'\377\376bytes' 'ünïcode' \
		'back\slash' "quote'\"" '*' $'\033[31mred' '.hidden' '...' "$(printf 'n%.0s' {1..255})"; do
		echo "$name" >"$1/$name"
		ln -s -- "$name" "$1/l${name:0:200}"
	done
	mkdir "$1/$(printf 'd%.0s' {1..120})"
	echo deep >"$1/$(printf 'd%.0s' {1..120})/$(printf 'f%.0s' {1..120})"
	ln "$1/$(printf 'd%.0s' {1..120})/$(printf 'f%.0s' {1..120})" "$1/zhard"
	find "$1" -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
}

# Attributes, ACLs, capabilities, labels, owners, devices: for root.
tree_meta() {
	tree_basic "$1"
	mknod "$1/null" c 1 3
	mknod "$1/disk" b 259 300000
	setfattr -n user.note -v hello "$1/alpha"
	setfattr -n user.binary -v 0x00ff0a3d00 "$1/alpha"
	setfattr -n trusted.secret -v quiet "$1/dir"
	setfattr -h -n trusted.link -v onlink "$1/link"
	setfattr -h -n trusted.pipe -v onfifo "$1/fifo"
	setfattr -n security.ima -v 0x0301020304 "$1/dir/large"
	setfattr -n security.SMACK64 -v floor "$1/dir/large"
	setfattr -h -n security.selinux -v 'system_u:object_r:etc_t:s0\000' "$1/alpha"
	setfattr -h -n security.selinux -v 'system_u:object_r:bin_t:s0\000' "$1/link"
	setfattr -h -n security.selinux -v 'system_u:object_r:usr_t:s0\000' "$1/dir"
	cp /bin/true "$1/capable"
	setcap cap_net_raw,cap_net_bind_service+ep "$1/capable"
	setfacl -m u:1234:rwx,g:5678:r-x,m::rwx "$1/dir/large"
	setfacl -m u:1234:---,u:4294967294:r-- "$1/null"
	setfacl -m u:1:rwx -d -m u:4321:rwx,g::r-x,o::--- "$1/dir/sub"
	chown 4294967294:3000000 "$1/dir/sub/nothing"
	chown -h 12345:54321 "$1/link"
	chmod 000 "$1/dir/sub/nothing"
	ln "$1/null" "$1/null-too"
	ln "$1/fifo" "$1/fifo-too"
	touch -d '2200-02-03 04:05:06 UTC' "$1/empty"
	find "$1" -mindepth 1 ! -name empty -exec touch -h -d '2020-01-02 03:04:05.678901234 UTC' {} +
}

# describe DIR: all that can be told of each file but its times, a line each, sorted. ACLs and
# attributes by numbers and in hexadecimal.
describe() {
	(
		cd "$1" || exit 1
		find . -mindepth 1 -printf '%P\t%y %m %U:%G %s %n %l\n' |
			sed 's/^\([^\t]*\t[dl] [0-9]* [0-9:]* \)[0-9]* [0-9]*/\1/' | sort
		find . -mindepth 1 ! -type l -print0 | sort -z | xargs -0r getfacl -npP -- 2>/dev/null
		find . -mindepth 1 -print0 | sort -z | xargs -0r getfattr -hd -m - -e hex -- 2>/dev/null |
			sed '/^system.posix_acl/d'
		find . -mindepth 1 \( -type b -o -type c \) -printf '%P ' -exec stat -c '%t:%T' {} \; | sort
		find . -mindepth 1 -type f -print0 | sort -z | xargs -0r sha256sum --
	)
}
