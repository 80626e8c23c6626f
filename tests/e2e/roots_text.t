#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
#
# An Alpine and an Arch root, laid out by hand as their package databases are documented.
exec 3>&1
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"
# shellcheck source=tests/lib/roots.sh
. "$TOP/tests/lib/roots.sh"

# put PATH: a file with something in it.
put() {
	mkdir -p "root/${1%/*}"
	[ -e "root/$1" ] || head -c 2000 /dev/urandom >"root/$1"
}

# apk_package NAME CHECKSUM DEPENDS PATH...: lines of apk-installed(5).
apk_package() {
	local name=$1 sum=$2 depends=$3 path
	shift 3
	printf 'C:%s\nP:%s\nV:1.2-r0\nA:x86_64\nS:1\nI:4096\nT:test\nL:MIT\n' "$sum" "$name"
	[ -z "$depends" ] || printf 'D:%s\n' "$depends"
	printf 'p:cmd:%s=1.2-r0 so:lib%s.so.1=1\n' "$name" "$name"
	for path; do
		put "$path"
		printf 'F:%s\nR:%s\na:0:0:755\nZ:Q1abc=\n' "${path%/*}" "${path##*/}"
	done
	printf '\n'
}

root_apk() {
	mkdir -p root/lib/apk/db root/etc/apk root/var/cache/apk
	printf 'ID=alpine\nVERSION_ID=3.20.1\n' >root/etc/os-release
	printf 'root:x:0:0::/root:/bin/ash\n' >root/etc/passwd
	printf 'root:x:1::::::\n' >root/etc/shadow
	{
		apk_package musl Q1musl= '' lib/ld-musl-x86_64.so.1
		apk_package busybox Q1bb= 'so:libmusl.so.1' bin/busybox
		apk_package linux-firmware-none Q1fw= '' lib/firmware/none.bin
		apk_package linux-lts Q1lts= 'linux-firmware-any mkinitfs' boot/vmlinuz-lts \
			lib/modules/6.6/kernel/ext4.ko.gz usr/share/shared
		apk_package mkinitfs Q1mk= 'busybox !other' sbin/mkinitfs etc/mkinitfs/mkinitfs.conf
		apk_package grub Q1grub= '' usr/lib/grub/x/boot.img
		apk_package syslinux Q1sys= '' usr/share/syslinux/mbr.bin
		# One that stays and needs what would go.
		apk_package needer Q1need= 'cmd:syslinux>=1' usr/bin/needer usr/share/shared
	} >root/lib/apk/db/installed
	printf 'busybox\nlinux-lts\ngrub>=2\nneeder\n' >root/etc/apk/world
	printf 'Q1mk= /usr/share/kernel/*\nQ1bb= /bin /usr/bin\n' >root/lib/apk/db/triggers
	printf 'Q1bb=' >root/lib/apk/db/lock
	head -c 9000 /dev/urandom >root/var/cache/apk/APKINDEX.x.tar.gz
	dirty root
}

alpine() {
	root_apk
	state root >before
	capture 0 --profile parent-image -o x.tar root
	state root | cmp - before
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	no_dirt image
	grep '^P:' image/lib/apk/db/installed | tr '\n' ' ' >packages
	eq "$(cat packages)" 'P:musl P:busybox P:syslinux P:needer '
	# What is said of those that stay is as it was.
	for name in musl busybox syslinux needer; do
		for tree in root image; do
			awk -v RS= -v name="$name" '$0 ~ "\nP:" name "\n"' $tree/lib/apk/db/installed >$tree.entry
		done
		has image.entry "^P:$name$"
		cmp root.entry image.entry
	done
	eq "$(cat image/etc/apk/world | tr '\n' ' ')" 'busybox needer '
	eq "$(cat image/lib/apk/db/triggers)" 'Q1bb= /bin /usr/bin'
	[ -e image/usr/share/shared ]
	[ -e image/usr/share/syslinux/mbr.bin ]
	[ ! -e image/sbin/mkinitfs ] && [ ! -e image/lib/firmware/none.bin ]
	told_size 'alpine (made), parent-image' "$(content_size root)" "$(content_size image)"
	import x.tar rootlift-test-apk
	docker rmi rootlift-test-apk >/dev/null
	capture 0 --profile parent-image --package-db keep -o x.tar root
	cmp <(tar -xOf x.tar lib/apk/db/installed) root/lib/apk/db/installed
	cmp <(tar -xOf x.tar etc/apk/world) root/etc/apk/world
}

# pacman_package NAME DEPENDS PATH...
pacman_package() {
	local name=$1 depends=$2 path dir=root/var/lib/pacman/local/$1-1.0-1
	shift 2
	mkdir -p "$dir"
	printf '%%NAME%%\n%s\n\n%%VERSION%%\n1.0-1\n\n%%ARCH%%\nx86_64\n\n%%SIZE%%\n4096\n\n' "$name" >"$dir/desc"
	[ -z "$depends" ] || printf '%%DEPENDS%%\n%s\n\n' "$depends" >>"$dir/desc"
	printf '%%PROVIDES%%\n%s-any=1.0\n\n' "$name" >>"$dir/desc"
	echo '%FILES%' >"$dir/files"
	for path; do
		put "$path"
		printf '%s/\n%s\n' "${path%/*}" "$path" >>"$dir/files"
	done
	printf '\n%%BACKUP%%\netc/x\tmd5\n' >>"$dir/files"
	echo mtree >"$dir/mtree"
}

root_pacman() {
	mkdir -p root/var/lib/pacman/local root/var/cache/pacman/pkg root/usr/bin root/usr/lib
	ln -s usr/bin root/bin
	ln -s usr/bin root/sbin
	ln -s usr/lib root/lib
	ln -s bin root/usr/sbin
	echo 9 >root/var/lib/pacman/local/ALPM_DB_VERSION
	printf 'ID=arch\n' >root/etc-os-release
	mkdir -p root/etc
	mv root/etc-os-release root/etc/os-release
	printf 'root:x:0:0::/root:/bin/bash\n' >root/etc/passwd
	printf 'root:x:1::::::\n' >root/etc/shadow
	pacman_package glibc '' usr/lib/libc.so.6
	pacman_package bash glibc usr/bin/bash
	pacman_package linux 'mkinitcpio-any>=1' usr/lib/modules/6.9/vmlinuz usr/lib/modules/6.9/ext4.ko.zst
	pacman_package linux-firmware '' usr/lib/firmware/x.bin.zst
	pacman_package mkinitcpio bash usr/bin/mkinitcpio etc/mkinitcpio.conf
	pacman_package grub '' usr/lib/grub/x/boot.img
	pacman_package linux-api-headers '' usr/include/linux/fs.h
	pacman_package boot-needer 'grub=1.0' usr/bin/needer
	head -c 9000 /dev/urandom >root/var/cache/pacman/pkg/x-1-any.pkg.tar.zst
	dirty root
}

arch() {
	root_pacman
	state root >before
	capture 0 --profile parent-image -o x.tar root
	state root | cmp - before
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	no_dirt image
	eq "$(ls image/var/lib/pacman/local | tr '\n' ' ')" \
		'ALPM_DB_VERSION bash-1.0-1 boot-needer-1.0-1 glibc-1.0-1 grub-1.0-1 linux-api-headers-1.0-1 '
	for name in bash glibc boot-needer; do
		diff -r "root/var/lib/pacman/local/$name-1.0-1" "image/var/lib/pacman/local/$name-1.0-1"
	done
	[ ! -e image/usr/bin/mkinitcpio ] && [ ! -e image/usr/lib/firmware/x.bin.zst ]
	[ -e image/usr/include/linux/fs.h ]
	told_size 'arch (made), parent-image' "$(content_size root)" "$(content_size image)"
	import x.tar rootlift-test-arch
	docker rmi rootlift-test-arch >/dev/null
	capture 0 --profile parent-image --package-db keep -o x.tar root
	has <(names x.tar) '^var/lib/pacman/local/linux-1.0-1/desc$'
}

engine_start || exit 1
t 'Alpine' alpine
t 'Arch' arch
engine_stop
done_testing
