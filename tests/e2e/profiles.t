#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Which profile is chosen, and what the chain leaves out.
. "$(dirname "$0")/../lib/tap.sh"

# A root of a distribution, by the name of its profile, with all that the profile is about.
tree_root() {
	mkdir -p "$1"/{boot/grub,dev,etc/ssh,home/ann/.cache/x,lib/modules/6.1,proc,root,run/lock,sys} \
		"$1"/{tmp/x,usr/lib/firmware,usr/share/doc,var/cache,var/lib/docker/overlay2/l,var/lib/dbus} \
		"$1"/{var/log/journal/abc,var/tmp,usr/src/linux-headers-6.1,srv}
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
	echo 0123456789abcdef0123456789abcdef >"$1/var/lib/dbus/machine-id"
	echo KEY >"$1/etc/ssh/ssh_host_rsa_key"
	echo 'Port 22' >"$1/etc/ssh/sshd_config"
	echo myname >"$1/etc/hostname"
	echo kernel >"$1/boot/vmlinuz-6.1"
	echo module >"$1/lib/modules/6.1/ext4.ko"
	echo firmware >"$1/usr/lib/firmware/wifi.bin"
	echo header >"$1/usr/src/linux-headers-6.1/Makefile"
	echo temp >"$1/tmp/x/y"
	echo temp >"$1/var/tmp/z"
	echo pid >"$1/run/lock/pid"
	echo cached >"$1/home/ann/.cache/x/y"
	echo mine >"$1/home/ann/file"
	echo layer >"$1/var/lib/docker/overlay2/l/x"
	echo journal >"$1/var/log/journal/abc/system.journal"
	echo line >"$1/var/log/syslog"
	echo line >"$1/var/log/messages"
	echo line >"$1/var/log/app.log"
	echo line >"$1/var/log/app.log.1"
	echo line >"$1/var/log/app.log.2.gz"
	echo data >"$1/srv/data"
	echo swap >"$1/swapfile"
}

common_expectations() {
	names x.tar >list
	for gone in boot/vmlinuz lib/modules/6.1 usr/lib/firmware/wifi usr/src/linux-headers tmp/x \
		var/tmp/z run/lock .cache/x overlay2 journal/abc ssh_host_rsa_key dbus/machine-id swapfile \
		app.log.1 app.log.2.gz; do
		hasnt list "$gone"
	done
	for kept in boot/ tmp/ var/tmp/ run/ lib/modules/ var/lib/docker/ var/log/journal/ home/ann/file \
		etc/ssh/sshd_config srv/data etc/machine-id var/log/app.log var/log/syslog; do
		has list "^$kept\$"
	done
	for emptied in etc/machine-id var/log/app.log var/log/syslog var/log/messages etc/hostname; do
		eq "$(tar -xOf x.tar "$emptied" | wc -c)" 0 "$emptied"
	done
	eq "$(tar -xOf x.tar home/ann/file)" mine
	jq -r '.dropped | keys[]' report | tr '\n' ' ' >categories
	eq "$(cat categories)" 'cache engine identity kernel log swap temp '
}

debian() {
	tree_root root
	mkdir -p root/usr/lib root/var/lib/apt/lists/partial root/var/cache/apt/archives/partial \
		root/var/lib/dpkg
	printf 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' \
		>root/usr/lib/os-release
	ln -s ../usr/lib/os-release root/etc/os-release
	touch root/var/lib/apt/lists/deb_dists_Packages root/var/cache/apt/pkgcache.bin \
		root/var/cache/apt/archives/x_1_all.deb root/var/lib/dpkg/status
	capture 0 -v -o x.tar root
	has err '^Profile: debian'
	has err '^Captured .*Debian 12, with profile debian'
	common_expectations
	hasnt list 'dists_Packages|pkgcache|\.deb$'
	# apt wants these.
	has list '^var/lib/apt/lists/partial/$'
	has list '^var/cache/apt/archives/partial/$'
	has list '^var/lib/dpkg/status$'
}

redhat() {
	tree_root root
	mkdir -p root/var/cache/dnf/x root/var/cache/yum/y root/var/lib/rpm root/etc/pki/consumer
	touch root/var/cache/dnf/x/solv root/var/cache/yum/y/db root/var/lib/rpm/__db.001 \
		root/var/lib/rpm/Packages root/etc/pki/consumer/key.pem
	printf 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\n' >root/etc/os-release
	capture 0 -v -o x.tar root
	has err '^Profile: rhel'
	common_expectations
	hasnt list 'dnf/x|yum/y|__db|consumer/key'
	has list '^var/lib/rpm/Packages$'
	printf 'ID=fedora\n' >root/etc/os-release
	capture 0 -v -o x.tar root
	has err '^Profile: fedora'
	rm root/etc/os-release
	echo 'CentOS release 5.11 (Final)' >root/etc/redhat-release
	capture 0 -v -o x.tar root
	has err '^Profile: rhel'
	has err 'CentOS release 5.11'
	common_expectations
}

ubuntu() {
	tree_root root
	mkdir -p root/var/lib/snapd/snaps root/snap/core
	touch root/var/lib/snapd/snaps/core.snap root/snap/core/x
	printf 'ID=ubuntu\nID_LIKE=debian\n' >root/etc/os-release
	capture 0 -v -o x.tar root
	has err '^Profile: ubuntu'
	common_expectations
	hasnt list 'core'
	printf 'ID=linspire\nID_LIKE="ubuntu debian"\n' >root/etc/os-release
	capture 0 -v -o x.tar root
	has err '^Profile: ubuntu'
}

unknown() {
	tree_root root
	capture 0 -v -o x.tar root
	has err '^Profile: common'
	common_expectations
	echo '4.0' >root/etc/debian_version
	capture 0 -v -o x.tar root
	has err '^Profile: debian'
}

unreadable_os_release() {
	tree_root root
	echo 'ID=debian' >root/etc/os-release
	chmod 000 root/etc/os-release
	as_user 1 "$ROOTLIFT" capture --report report -v -o x.tar root
	has err "^rootlift: cannot read 'etc/os-release' in ROOT: Permission denied"
	has err '^Profile: common'
	eq "$(kinds)" $'facts etc/os-release\nunreadable etc/os-release'
}

choose() {
	tree_root root
	capture 0 --profile none -o x.tar root
	has <(names x.tar) '^boot/vmlinuz-6.1$'
	eq "$(jq -c .dropped report)" '{}'
	mkdir -p mine
	printf 'title Mine\n[drop docs]\n/srv  not for others\n[truncate log]\n/home/ann/file  only the name\n' \
		>mine/mine.profile
	capture 0 --profile ./mine/mine.profile -o x.tar root
	hasnt <(names x.tar) '^srv'
	eq "$(tar -xOf x.tar home/ann/file | wc -c)" 0
	capture 0 --profile-dir mine --profile mine --profile common -o x.tar root
	hasnt <(names x.tar) '^srv|^boot/v'
	eq "$(jq -r '.profiles[].name' report | tr '\n' ' ')" 'mine common '
	# A directory that is looked at first may have a profile of a built-in one's name.
	printf '[drop docs]\n/home  gone\n' >mine/common.profile
	capture 0 --profile-dir mine -v -o x.tar root
	has err 'Profile: common \(mine/common.profile\)'
	hasnt <(names x.tar) '^home'
	has <(names x.tar) '^boot/vmlinuz'
}

patterns() {
	tree_root root
	capture 0 --profile common --exclude '*.log' --exclude /srv/ --include /boot/vmlinuz-6.1 \
		--include '/lib/modules/**/ext4.ko' -o x.tar root
	names x.tar >list
	hasnt list 'app.log|^srv'
	has list '^boot/vmlinuz-6.1$'
	has list '^lib/modules/6.1/ext4.ko$'
	# The directory above it, dropped by itself, has come back with it.
	has list '^lib/modules/6.1/$'
	jq -e '.dropped.user.entries == 3' report >/dev/null
	# The last that matches wins.
	capture 0 --profile none --include /srv --exclude /srv -o x.tar root
	hasnt <(names x.tar) '^srv'
	capture 0 --profile none --exclude /srv --include /srv -o x.tar root
	has <(names x.tar) '^srv/data$'
	# A parent that was dropped, and has metadata of its own.
	chmod 2750 root/home/ann
	capture 0 --profile none --exclude /home --include /home/ann/file -o x.tar root
	eq "$(tar -tf x.tar | grep home | tr '\n' ' ')" 'home/ home/ann/ home/ann/file '
	has <(tar -tvf x.tar) '^drwxr-s--- .* home/ann/$'
}

dropped_bytes() {
	mkdir -p root/var/cache/big
	head -c 123456 /dev/zero >root/var/cache/big/file
	capture 0 --profile none --exclude /var/cache/big -o x.tar root
	jq -e '.dropped.user == {"entries": 2, "bytes": 123456}' report >/dev/null
	has err 'dropped +user +2 entries +123.5 kB'
}

hardlink_and_truncation() {
	mkdir -p root/var/log root/srv
	echo content >root/var/log/syslog
	ln root/var/log/syslog root/srv/copy
	ln root/var/log/syslog root/zcopy
	printf '[truncate log]\n/var/log/syslog  a log\n' >p.profile
	capture 0 --profile ./p.profile -o x.tar root
	eq "$(tar -xOf x.tar var/log/syslog)" ''
	eq "$(tar -xOf x.tar srv/copy)" content
	has <(tar -tvf x.tar) '^h.* zcopy link to srv/copy$'
}

t 'Debian' debian
t 'the Red Hat family, with and without os-release' redhat
t 'Ubuntu and what is like it' ubuntu
t 'an unknown distribution, and a legacy one' unknown
t 'an os-release that cannot be read' unreadable_os_release
t '--profile, --profile-dir and the order of looking' choose
t '--exclude and --include' patterns
t 'what is dropped is counted with its bytes' dropped_bytes
t 'a truncated file is no hardlink target' hardlink_and_truncation
done_testing
