#!/bin/bash
# SPDX-License-Identifier: MIT
# Profiles for a purpose, on a small root that has a little of everything.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

put() {
	local path
	for path; do
		mkdir -p "$(dirname "root/$path")"
		echo "content of $path" >"root/$path"
	done
}

tree_root() {
	put usr/share/doc/a/copyright usr/share/doc/a/README usr/share/man/man1/a.1 \
		usr/share/locale/de/LC_MESSAGES/a.mo usr/share/locale/locale.alias \
		boot/vmlinuz-6.1 lib/modules/6.1/a.ko var/log/app.log var/cache/apt/archives/x.deb \
		srv/www/index.html var/spool/cron/crontabs/ann var/mail/ann var/lib/mysql/ibdata1 \
		etc/cron.d/job home/ann/notes home/ann/.bash_history root/.ssh/authorized_keys \
		etc/apt/apt.conf.d/01x etc/dpkg/dpkg.cfg.d/x etc/systemd/system/x.service \
		var/lib/dpkg/info/x usr/sbin/x etc/ssh/ssh_host_rsa_key swapfile \
		var/lib/docker/overlay2/x etc/rpm/macros
	printf 'Package: base\nStatus: install ok installed\nArchitecture: all\n\n' >root/var/lib/dpkg/status
	printf -- '-----BEGIN RSA PRIVATE KEY-----\nx\n' | tee root/srv/www/key >root/home/ann/key
	printf 'ID=debian\nVERSION_ID="12"\n' >root/etc/os-release
	printf 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n' >root/etc/passwd
	# shellcheck disable=SC2016 # a hash
	printf '%s\n' 'root:$6$abcdefghijklm:1::::::' >root/etc/shadow
	printf '1:2345:respawn:/sbin/getty 38400 tty1\nx:3:wait:/etc/rc 3\n' >root/etc/inittab
	echo server >root/etc/hostname
	mkdir root/proc root/dev
	echo 1 >root/proc/version
}

purpose() {
	local -a options=()
	for name; do options+=(--profile "$name"); done
	capture 0 "${options[@]}" -o x.tar root
	names x.tar >list
}

parent_image() {
	tree_root
	purpose parent-image
	hasnt list 'boot/v|a.ko|\.deb$|ssh_host|key$|crontabs/ann|mail/ann|bash_history|swapfile'
	has list '^srv/www/index.html$'
	has list '^home/ann/notes$'
	eq "$(tar -xOf x.tar etc/shadow | cut -d: -f2)" '*'
	eq "$(tar -xOf x.tar etc/hostname)" ''
	eq "$(kinds)" ''
}

legacy_server() {
	tree_root
	purpose legacy-server
	hasnt list 'boot/v|a.ko|\.deb$|swapfile|overlay2/x'
	for kept in srv/www/index.html var/spool/cron/crontabs/ann var/mail/ann var/lib/mysql/ibdata1 \
		etc/cron.d/job home/ann/notes root/.ssh/authorized_keys; do
		has list "^$kept\$"
	done
	eq "$(tar -xOf x.tar etc/hostname)" server
	# Secrets are kept, and named.
	cmp <(tar -xOf x.tar etc/shadow) root/etc/shadow
	has list '^srv/www/key$'
	kinds >told
	for secret in etc/shadow home/ann/.bash_history home/ann/key srv/www/key; do
		has told "^secret $secret\$"
	done
	capture 0 --profile legacy-server --secrets drop -o x.tar root
	names x.tar >list
	hasnt list 'www/key|bash_history'
	eq "$(tar -xOf x.tar etc/shadow | cut -d: -f2)" '*'
}

slim() {
	tree_root
	purpose slim
	hasnt list 'doc/a/README|man1/a.1|locale/de'
	has list '^usr/share/doc/a/copyright$'
	has list '^usr/share/locale/locale.alias$'
	has <(tar -xOf x.tar etc/dpkg/dpkg.cfg.d/slim) '^path-exclude=/usr/share/man/\*$'
	has <(tar -xOf x.tar etc/dpkg/dpkg.cfg.d/slim) '^path-include=/usr/share/doc/\*/copyright$'
	# dpkg itself takes the file.
	if command -v dpkg >/dev/null; then
		tar -xf x.tar etc/dpkg
		while read -r line; do
			case $line in
			'#'* | '') ;;
			*) dpkg "--$line" --version >/dev/null ;;
			esac
		done <etc/dpkg/dpkg.cfg.d/slim
	fi
	rm -r root/var/lib/dpkg root/etc/dpkg
	put usr/lib/rpm/macros
	printf 'ID=fedora\n' >root/etc/os-release
	purpose slim
	has list '^etc/rpm/macros\.'
	has <(tar -xOf x.tar "$(grep '^etc/rpm/macros\.' list)") '^%_excludedocs 1$'
}

container_ready() {
	tree_root
	purpose container-ready
	tar -tvf x.tar >long
	has long '^-rwxr-xr-x .* usr/sbin/policy-rc.d$'
	tar -xOf x.tar usr/sbin/policy-rc.d >policy
	status=0
	sh policy || status=$?
	eq $status 101
	has list '^etc/apt/apt.conf.d/docker-clean$'
	has list '^etc/dpkg/dpkg.cfg.d/docker-apt-speedup$'
	has long '^crw-rw-rw- .* 1,3 .* dev/null$'
	has long ' dev/fd -> /proc/self/fd$'
	has long ' etc/systemd/system/getty@.service -> /dev/null$'
	has long ' etc/systemd/system/systemd-udevd.service -> /dev/null$'
	eq "$(tar -xOf x.tar etc/inittab)" 'x:3:wait:/etc/rc 3'
	if command -v apt-config >/dev/null; then
		tar -xf x.tar etc/apt
		apt-config -c etc/apt/apt.conf.d/docker-clean -c etc/apt/apt.conf.d/docker-gzip-indexes dump >dump
		has dump '^APT::Update::Post-Invoke:: '
	fi
}

initctl_diverted() {
	tree_root
	put sbin/initctl etc/init/tty1.conf
	printf 'Package: upstart\nStatus: install ok installed\nArchitecture: all\n\n' >>root/var/lib/dpkg/status
	echo /sbin/initctl >root/var/lib/dpkg/info/upstart.list
	touch root/var/lib/dpkg/diversions
	purpose container-ready
	has <(tar -tvf x.tar) ' sbin/initctl -> /bin/true$'
	eq "$(tar -xOf x.tar sbin/initctl.distrib)" 'content of sbin/initctl'
	eq "$(tar -xOf x.tar var/lib/dpkg/diversions | head -2 | tr '\n' ' ')" \
		'/sbin/initctl /sbin/initctl.distrib '
	hasnt list 'etc/init/tty1.conf'
}

audit() {
	tree_root
	purpose audit
	hasnt list '^proc/.'
	has list '^proc/$'
	for kept in boot/vmlinuz-6.1 lib/modules/6.1/a.ko var/log/app.log etc/ssh/ssh_host_rsa_key \
		srv/www/key swapfile var/lib/docker/overlay2/x home/ann/.bash_history; do
		has list "^$kept\$"
	done
	cmp <(tar -xOf x.tar var/log/app.log) root/var/log/app.log
	eq "$(jq -c '.dropped | keys' report)" '["pseudo"]'
}

together() {
	tree_root
	purpose parent-image slim container-ready
	hasnt list 'boot/v|man1/a.1|key$'
	has list '^usr/sbin/policy-rc.d$'
	has list '^etc/dpkg/dpkg.cfg.d/slim$'
	purpose legacy-server slim container-ready
	# What the server's profile keeps the others do not take away again.
	has list '^var/spool/cron/crontabs/ann$'
	eq "$(tar -xOf x.tar etc/hostname)" server
	hasnt list 'man1/a.1'
}

t 'parent-image' parent_image
t 'legacy-server: data and users stay, secrets are reported' legacy_server
t 'slim, and later installations stay so' slim
t 'container-ready' container_ready
t 'container-ready: initctl of upstart is diverted' initctl_diverted
t 'audit' audit
t 'several purposes together' together
done_testing
