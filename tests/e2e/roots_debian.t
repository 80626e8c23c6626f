#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
# takes: 220 s
#
# Real Debian roots with a kernel, as golden VMs: what is in their images.
exec 3>&1
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"
# shellcheck source=tests/lib/roots.sh
. "$TOP/tests/lib/roots.sh"

made() {
	command -v mmdebstrap >/dev/null || skip 'no mmdebstrap'
	local root=$WORK/$suite
	root_debian "$suite" "$root"
	eq "$(chroot "$root" dpkg --audit)" '' 'dpkg --audit of the root'
	chroot "$root" dpkg --verify >"$root.verify" || :
	chroot "$root" dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' >"$root.packages"
	# What the other cases are about is there.
	has "$root.packages" '^ii +linux-image-amd64$'
	has "$root.packages" '^rc +linux-image-5.0.0-1-test$'
	[ -n "$(find "$root/var/cache/apt/archives" -name 'linux-image-*.deb')" ]
	[ -n "$(find "$root/var/lib/apt/lists" -name '*_Packages')" ]
	# What looks for kernels finds them.
	looks_like_kernel "$root/boot" >found
	has found '^kernel .*/boot/vmlinuz-'
	looks_like_kernel "$(find "$root/usr/lib/modules" -path '*/kernel/fs/ext4')" >found
	has found '^module .*/ext4\.ko'
	unwanted "$root" >"$root.unwanted"
}

captured() {
	local before after
	state "$WORK/$suite" >before
	capture 0 --profile parent-image -o x.tar "$WORK/$suite"
	state "$WORK/$suite" >after
	cmp before after
	eq "$(jq -r '.exception_counts | keys | join(" ")' report)" '' 'exceptions'
	import x.tar "rootlift-test-$suite"
	exported "rootlift-test-$suite" "$WORK/$suite.image"
	before=$(content_size "$WORK/$suite")
	after=$(content_size "$WORK/$suite.image")
	[ "$after" -lt "$before" ]
	told_size "$suite, parent-image" "$before" "$after"
}

clean() {
	no_dirt "$WORK/$suite.image" "$WORK/$suite.unwanted"
	hasnt "$WORK/$suite.image/etc/shadow" '^[^:]*:[^:]{5,}:'
	[ ! -e "$WORK/$suite.image/etc/shadow-" ]
}

dpkg_agrees() {
	local image=rootlift-test-$suite
	eq "$(run "$image" dpkg --audit 2>&1)" '' 'dpkg --audit'
	run "$image" dpkg --verify >verify || :
	# Nothing is missing or changed that was not before.
	comm -13 <(sort "$WORK/$suite.verify") <(sort verify) >new
	eq "$(cat new)" '' 'dpkg --verify'
	run "$image" apt-get check >check 2>&1 || { cat check; fail 'apt-get check'; }
	hasnt check '^[EW]:'
	run "$image" dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' >packages
	# Kernels and boot loaders are gone, those too of which configuration alone was left. No
	# other package is gone, and none is new or in another state.
	diff "$WORK/$suite.packages" packages >gone || :
	hasnt gone '^>'
	sed -n 's/^< *.. *//p' gone | sort -u >dropped
	for name in linux-image-amd64 linux-image-5.0.0-1-test grub-common grub-pc-bin initramfs-tools; do
		has dropped "^$name\$"
	done
	eq "$(grep -vE '^(linux-(image|base)|grub|initramfs-tools|dracut-install|klibc-utils|libklibc)' \
		dropped)" '' 'more is gone'
	# Nothing of the database is about what is gone.
	while read -r name; do
		# There apt has packages of all architectures as those of its own.
		hasnt "$WORK/$suite.image/var/lib/apt/extended_states" "^Package: $name\$"
		eq "$(find "$WORK/$suite.image/var/lib/dpkg/info" -name "$name.*" -o -name "$name:*")" ''
		hasnt <(cat "$WORK/$suite.image"/var/lib/dpkg/triggers/*) "(^| )$name(/|\$)"
	done <dropped
	# What is said of those that stay is as it was.
	run "$image" dpkg-query -s openssh-server cron libc6 >after
	chroot "$WORK/$suite" dpkg-query -s openssh-server cron libc6 | cmp - after
	run "$image" dpkg -L openssh-server | grep -qx /usr/sbin/sshd
}

# What a package that stays depends on stays, with its files: those too that lie where kernels do.
rescued() {
	local root=$WORK/$suite name
	mkdir -p debs/firmware-linux-local/usr/lib/firmware/local debs/needer/usr/share/needer
	echo blob >debs/firmware-linux-local/usr/lib/firmware/local/blob.bin
	echo file >debs/needer/usr/share/needer/file
	local_deb debs firmware-linux-local
	local_deb debs needer 'Depends: firmware-linux-local'
	for name in firmware-linux-local needer; do
		cp "debs/$name.deb" "$root/root/"
		chroot "$root" dpkg -i "/root/$name.deb"
	done
	capture 0 --profile parent-image -o x.tar "$root"
	unpacked
	chroot image dpkg -s firmware-linux-local >out
	chroot image dpkg --verify firmware-linux-local needer >verify || :
	eq "$(cat verify)" '' 'dpkg --verify'
}

installs() {
	mkdir -p debs/local/usr/share/local
	echo hello >debs/local/usr/share/local/file
	local_deb debs local 'Depends: openssh-server'
	docker run --rm --network=none -i "rootlift-test-$suite" sh -c 'cat >/tmp/local.deb &&
		dpkg -i /tmp/local.deb && dpkg --verify local && cat /usr/share/local/file &&
		dpkg --purge local && apt-get install -y /tmp/local.deb && dpkg --audit' \
		<debs/local.deb >out 2>&1 || { cat out; fail 'dpkg -i'; }
	has out '^hello$'
	hasnt out '^[EW]:|[Bb]roken|^dpkg: (error|warning)'
}

new_identity() {
	run "rootlift-test-$suite" sh -c 'systemd-machine-id-setup >/dev/null 2>&1; cat /etc/machine-id' >one
	run "rootlift-test-$suite" sh -c 'systemd-machine-id-setup >/dev/null 2>&1; cat /etc/machine-id' >two
	has one '^[0-9a-f]{32}$'
	! cmp -s one two
	hasnt one "$OLD_MACHINE_ID"
	run "rootlift-test-$suite" sh -c 'ssh-keygen -A && ls /etc/ssh' >keys
	has keys '^ssh_host_ed25519_key$'
}

# unpacked: what is in ./x.tar, in ./image.
unpacked() {
	rm -rf image
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
}

detected() {
	capture 0 -o x.tar "$WORK/$suite"
	unpacked
	eq "$(looks_like_kernel image)" ''
	eq "$(find image/boot -mindepth 1)" ''
	eq "$(find image/etc/ssh -name 'ssh_host_*')" ''
	[ ! -s image/etc/machine-id ]
	eq "$(find image/var/cache/apt image/var/lib/apt/lists image/var/log -type f -size +0)" ''
	# Whom users are is their own.
	cmp image/root/.ssh/id_ed25519 "$WORK/$suite/root/.ssh/id_ed25519"
	told_size "$suite, debian" "$(content_size "$WORK/$suite")" "$(content_size image)"
	eq "$(chroot image dpkg --audit)" ''
	chroot image dpkg --verify >verify || :
	comm -13 <(sort "$WORK/$suite.verify") <(sort verify) >new
	eq "$(cat new)" '' 'dpkg --verify'
}

slim() {
	capture 0 --profile parent-image --profile slim -o x.tar "$WORK/$suite"
	unpacked
	told_size "$suite, parent-image and slim" "$(content_size "$WORK/$suite")" "$(content_size image)"
	eq "$(find image/usr/share/doc -type f ! -name 'copyright*')" ''
}

kept_database() {
	capture 0 --profile parent-image --package-db keep -o x.tar "$WORK/$suite"
	unpacked
	eq "$(looks_like_kernel image)" ''
	# Locks and copies are no part of it.
	diff -r -x '*-old' -x lock -x lock-frontend -x Lock \
		"$WORK/$suite/var/lib/dpkg" image/var/lib/dpkg
	cmp "$WORK/$suite/var/lib/apt/extended_states" image/var/lib/apt/extended_states
	has <(chroot image dpkg-query -W) '^linux-image-amd64'
}

engine_start || exit 1
for suite in bookworm trixie; do
	t "$suite: a root with a kernel, made dirty" made
	t "$suite: captured, and the root is as it was" captured
	t "$suite: no secret, no kernel, no cache, no log in the image" clean
	t "$suite: dpkg and apt agree with the image" dpkg_agrees
	t "$suite: a package can be installed" installs
	t "$suite: machine-id and host keys are made anew" new_identity
	t "$suite: the profile of the distribution" detected
	t "$suite: slim" slim
	t "$suite: --package-db keep" kept_database
	t "$suite: what a package that stays depends on stays" rescued
	docker rmi "rootlift-test-$suite" >/dev/null 2>&1
	rm -rf --one-file-system "${WORK:?}/$suite" "$WORK/$suite.image"
done
engine_stop
done_testing
