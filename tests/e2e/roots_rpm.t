#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
#
# A root with a real rpm database, of packages named like those of a Rocky Linux.
exec 3>&1
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"
# shellcheck source=tests/lib/roots.sh
. "$TOP/tests/lib/roots.sh"

ROOT=$WORK/root

rpm_in() {
	local dir=$1
	shift
	rpm --root "$dir" --dbpath /var/lib/rpm "$@"
}

made() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	root_rpm root
	mv root "$ROOT"
	# For the other cases.
	mv rpms "$WORK/rpms"
	chown 3:4 "$ROOT/var/lib/rpm/rpmdb.sqlite"
	chmod 640 "$ROOT/var/lib/rpm/rpmdb.sqlite"
	setfattr -n user.note -v x "$ROOT/var/lib/rpm/rpmdb.sqlite"
	cp -a "$ROOT" "$WORK/asked"
	rpm_in "$WORK/asked" -Va >"$WORK/verify.before" 2>&1 || :
	rpm_in "$WORK/asked" -q kernel-core dracut
}

captured() {
	state "$ROOT" >before
	ls -A "$ROOT/var/lib/rpm" >files
	mkdir tmp
	TMPDIR=$PWD/tmp capture 0 --profile parent-image -o x.tar "$ROOT"
	state "$ROOT" >after
	cmp before after
	ls -A "$ROOT/var/lib/rpm" | cmp - files
	eq "$(find tmp -mindepth 1)" '' 'a copy is left behind'
	jq -e '.dropped_packages == 7' report >/dev/null
	# The changed database has the mode, owner and attributes of the old one.
	has <(tar --numeric-owner --xattrs -tvvf x.tar) '^-rw-r-----\*? +3/4 .* var/lib/rpm/rpmdb.sqlite$'
	has <(tar --xattrs -tvvf x.tar) 'x:.* user.note$'
	mkdir "$WORK/image"
	tar -xpf x.tar --numeric-owner -C "$WORK/image"
	# What is compared is what packages own, not the size of the database.
	told_size 'rocky (made), parent-image' "$(content_size "$ROOT")" "$(content_size "$WORK/image")"
	import x.tar rootlift-test-rocky
	unwanted "$ROOT" >"$WORK/unwanted"
	exported rootlift-test-rocky exported
	no_dirt exported "$WORK/unwanted"
	docker rmi rootlift-test-rocky >/dev/null
}

clean() {
	no_dirt "$WORK/image" "$WORK/unwanted"
}

rpm_agrees() {
	cp -a "$WORK/image" asked
	for name in kernel kernel-core kernel-modules dracut grub2-common linux-firmware microcode_ctl; do
		! rpm_in "$PWD/asked" -q "$name" >out || fail "$name is installed"
		has out 'is not installed'
	done
	rpm_in "$PWD/asked" -q setup filesystem glibc bash systemd openssh-server grubby boottool shares >out
	rpm_in "$PWD/asked" -Va >verify 2>&1 || :
	# No file is missing that was there, and no dependency.
	comm -13 <(sort "$WORK/verify.before") <(sort verify) >new
	eq "$(cat new)" ''
	# What a package that stays owns too stays.
	has asked/usr/share/shared/both 'content'
	[ ! -e asked/usr/share/licenses/firmware/LICENSE ]
	[ -e asked/usr/sbin/grubby ]
}

kept() {
	capture 0 --profile parent-image --package-db keep -o x.tar "$ROOT"
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	for file in "$ROOT"/var/lib/rpm/rpmdb.sqlite*; do
		cmp "$file" "image/var/lib/rpm/${file##*/}"
	done
	rpm_in "$PWD/image" -q kernel-core
	# The same tree, the same bytes, with a changed database too.
	capture 0 --profile parent-image -o a.tar "$ROOT"
	capture 0 --profile parent-image -o b.tar "$ROOT"
	names a.tar >a
	names b.tar | cmp - a
}

# What a package that stays depends on stays, with its files: those too that lie where kernels do.
rescued() {
	cp -a "$WORK/rpms" "$ROOT" .
	rpm_package fw-needer 'linux-firmware, kernel-modules' /usr/bin/fw-needer
	rpm_in "$PWD/root" --nodeps -i rpms/RPMS/noarch/fw-needer-*.rpm 2>rpm.log
	capture 0 --profile parent-image -o x.tar root
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	rpm_in "$PWD/image" -q linux-firmware kernel-modules kernel-core
	rpm_in "$PWD/image" -Va >verify 2>&1 || :
	eq "$(comm -13 <(sort "$WORK/verify.before") <(sort verify))" '' 'rpm -Va'
}

# A database of SUSE's kind, which rpm here does not know: it must not be taken for an empty one.
unknown_kind() {
	cp -a "$ROOT" root
	rm root/var/lib/rpm/*
	{ printf 'RpmP' && head -c 60000 /dev/zero; } >root/var/lib/rpm/Packages.db
	{ printf 'RpmI' && head -c 8188 /dev/zero; } >root/var/lib/rpm/Index.db
	capture 0 --profile parent-image -o x.tar root
	has err '^rootlift: .*rpm'
	names x.tar >list
	# rpm has made none of its own for the image.
	hasnt list 'rpmdb.sqlite'
}

# rpm here says nothing wrong of a damaged one by its status.
damaged_older_kind() {
	command -v db5.3_load >/dev/null || skip 'no db5.3_load'
	cp -a "$WORK/rpms" .
	root_rpm root
	rpm_to_bdb root
	printf 'garbage in the first page of data' |
		dd of=root/var/lib/rpm/Packages bs=1 seek=4096 conv=notrunc 2>copied
	truncate -s 9000 root/var/lib/rpm/Packages
	capture 0 --profile parent-image -o x.tar root
	has err '^rootlift: .*rpm'
}

# What is told is why it failed, not what Debian's rpm says whenever root runs it.
told_why() {
	command -v db5.3_load >/dev/null || skip 'no db5.3_load'
	cp -a "$WORK/rpms" .
	root_rpm root
	rpm_to_bdb root
	capture 1 --profile parent-image -o x.tar root
	hasnt err 'use Alien'
	hasnt err 'left the package database'
}

without_rpm() {
	mkdir bin
	expect 0 env PATH="$PWD/bin" "$ROOTLIFT" capture --profile parent-image -o x.tar "$ROOT"
	has err 'rpm database, but there is no rpm here to read it: install rpm$'
	# By path the kernel goes all the same.
	hasnt <(names x.tar) 'vmlinuz|ext4.ko'
	has <(names x.tar) '^usr/bin/dracut$'
}

damaged() {
	cp -a "$ROOT" root
	head -c 5000 /dev/urandom >root/var/lib/rpm/rpmdb.sqlite
	capture 0 --profile parent-image -o x.tar root
	has err '^rootlift: rpm'
	hasnt <(names x.tar) 'vmlinuz|ext4.ko'
}

# The profile of the distribution, by itself.
detected() {
	capture 0 -o x.tar "$ROOT"
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	told_size 'rocky (made), rhel' "$(content_size "$ROOT")" "$(content_size image)"
	eq "$(find image/boot image/lib/modules image/usr/lib/firmware image/var/cache/dnf -type f)" ''
	cmp image/root/.ssh/id_rsa "$ROOT/root/.ssh/id_rsa"
	! rpm_in "$PWD/image" -q kernel-core >out
	rpm_in "$PWD/image" -Va >verify 2>&1 || :
	eq "$(comm -13 <(sort "$WORK/verify.before") <(sort verify))" ''
}

# The database is where Fedora and SUSE have it.
elsewhere() {
	cp -a "$WORK/rpms" .
	root_rpm root fedora /usr/lib/sysimage/rpm
	state root >before
	capture 0 --profile parent-image -o x.tar root
	state root | cmp - before
	jq -e '.dropped_packages == 7' report >/dev/null
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	eq "$(readlink image/var/lib/rpm)" ../../usr/lib/sysimage/rpm
	for name in kernel kernel-core linux-firmware; do
		! rpm --root "$PWD/image" --dbpath /usr/lib/sysimage/rpm -q "$name" >out
		has out 'is not installed'
	done
	rpm --root "$PWD/image" --dbpath /usr/lib/sysimage/rpm -q bash shares >out
	told_size 'fedora (made), parent-image' "$(content_size root)" "$(content_size image)"
}

# A database that rpm here can read but not write: files go by package, the database stays as it is,
# and that is told.
read_only_kind() {
	command -v db5.3_load >/dev/null || skip 'no db5.3_load'
	cp -a "$WORK/rpms" .
	root_rpm root
	rpm_to_bdb root
	cp -a root asked
	eq "$(rpm_in "$PWD/asked" -qa 2>/dev/null | wc -l)" 16
	state root >before
	capture 1 --profile parent-image -o x.tar root
	state root | cmp - before
	has <(kinds) '^package-db var/lib/rpm$'
	names x.tar >list
	hasnt list 'vmlinuz|ext4.ko|usr/bin/dracut|firmware/LICENSE'
	has list '^usr/share/shared/both$'
	cmp <(tar -xOf x.tar var/lib/rpm/Packages) root/var/lib/rpm/Packages
	capture 0 --profile parent-image --package-db keep -o x.tar root
}

engine_start || exit 1
t 'a root with an rpm database, made dirty' made
t 'captured, and the root is as it was' captured
t 'no secret, no kernel, no cache, no log in the image' clean
t 'rpm agrees with the image' rpm_agrees
t '--package-db keep' kept
t "the distribution's profile" detected
t 'a database at /usr/lib/sysimage/rpm' elsewhere
t 'a Berkeley DB, which is only read' read_only_kind
t 'no rpm program' without_rpm
t 'a damaged database' damaged
t 'what a package that stays depends on stays' rescued
t 'a kind of database that rpm here does not know' unknown_kind
t 'a damaged Berkeley DB' damaged_older_kind
t 'why a database could not be changed' told_why
engine_stop
done_testing
