#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
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
	root_debian "$suite" "$WORK/$suite"
	chroot "$WORK/$suite" dpkg --audit >"$WORK/$suite.audit"
	chroot "$WORK/$suite" dpkg --verify >"$WORK/$suite.verify" || :
	has "$WORK/$suite/var/lib/dpkg/status" '^Package: linux-image-amd64$'
}

captured() {
	local before after
	state "$WORK/$suite" >before
	capture 0 --profile parent-image -o x.tar "$WORK/$suite"
	state "$WORK/$suite" >after
	cmp before after
	jq -e '.dropped_packages >= 3' report >/dev/null
	import x.tar "rootlift-test-$suite"
	mkdir "$WORK/$suite.image"
	tar -xpf x.tar --numeric-owner -C "$WORK/$suite.image"
	before=$(content_size "$WORK/$suite")
	after=$(content_size "$WORK/$suite.image")
	[ "$after" -lt "$before" ]
	told_size "$suite, parent-image" "$before" "$after"
}

clean() {
	no_dirt "$WORK/$suite.image"
	hasnt "$WORK/$suite.image/etc/shadow" '^[^:]*:[^:]{5,}:'
}

dpkg_agrees() {
	eq "$(run "rootlift-test-$suite" dpkg --audit)" "$(cat "$WORK/$suite.audit")"
	run "rootlift-test-$suite" dpkg --verify >verify || :
	# Nothing that dpkg misses or finds changed was there before.
	comm -13 <(sort "$WORK/$suite.verify") <(sort verify) >new
	eq "$(grep -vE ' c /etc/' new || :)" ''
	run "rootlift-test-$suite" apt-get check >check 2>&1 || { cat check; fail 'apt-get check'; }
	run "rootlift-test-$suite" dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' >packages
	hasnt packages 'linux-image|grub|initramfs-tools'
	has packages '^ii +openssh-server$'
	run "rootlift-test-$suite" sh -c 'cat $(dpkg -L openssh-server | grep bin/sshd) >/dev/null'
}

installs() {
	mkdir -p deb/DEBIAN deb/opt/local
	echo hello >deb/opt/local/file
	printf 'Package: local\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: local\nDepends: openssh-server\n' \
		>deb/DEBIAN/control
	dpkg-deb --build --root-owner-group deb local.deb >/dev/null
	docker run --rm --network=none -i "rootlift-test-$suite" \
		sh -c 'cat >/tmp/local.deb && dpkg -i /tmp/local.deb && cat /opt/local/file' \
		<local.deb >out 2>&1 || { cat out; fail 'dpkg -i'; }
	has out '^hello$'
}

new_identity() {
	run "rootlift-test-$suite" sh -c 'systemd-machine-id-setup >/dev/null 2>&1; cat /etc/machine-id' >one
	run "rootlift-test-$suite" sh -c 'systemd-machine-id-setup >/dev/null 2>&1; cat /etc/machine-id' >two
	has one '^[0-9a-f]{32}$'
	! cmp -s one two
	hasnt one '0123456789abcdef'
	run "rootlift-test-$suite" sh -c 'ssh-keygen -A && ls /etc/ssh' >keys
	has keys '^ssh_host_ed25519_key$'
}

detected() {
	local after
	capture 0 -o x.tar "$WORK/$suite"
	names x.tar >list
	hasnt list '^boot/.|lib/modules/.|ssh_host_'
	has list '^root/.ssh/id_ed25519$'
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	after=$(content_size image)
	told_size "$suite, debian" "$(content_size "$WORK/$suite")" "$after"
	eq "$(chroot image dpkg --audit)" "$(cat "$WORK/$suite.audit")"
	capture 0 --profile parent-image --profile slim -o x.tar "$WORK/$suite"
	rm -rf image
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	told_size "$suite, parent-image and slim" "$(content_size "$WORK/$suite")" "$(content_size image)"
	eq "$(find image/usr/share/doc -type f ! -name 'copyright*')" ''
	capture 0 --package-db keep -o x.tar "$WORK/$suite"
	cmp <(tar -xOf x.tar var/lib/dpkg/status) "$WORK/$suite/var/lib/dpkg/status"
}

engine_start || exit 1
for suite in bookworm trixie; do
	t "$suite: a root with a kernel, made dirty" made
	t "$suite: captured, and the root is as it was" captured
	t "$suite: no secret, no kernel, no cache, no log in the image" clean
	t "$suite: dpkg and apt agree with the image" dpkg_agrees
	t "$suite: a package can be installed" installs
	t "$suite: machine-id and host keys are made anew" new_identity
	t "$suite: the plain profile, slim, and --package-db keep" detected
	docker rmi "rootlift-test-$suite" >/dev/null 2>&1
	rm -rf --one-file-system "${WORK:?}/$suite" "$WORK/$suite.image"
done
engine_stop
done_testing
